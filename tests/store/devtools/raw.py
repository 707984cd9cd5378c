"""A WebSocket client by hand, which also does what no client should."""

from __future__ import annotations

import json
import socket
from types import TracebackType
from typing import Final, NamedTuple, Self

__all__ = ("Frame", "Raw", "masked", "request")

MASK: Final = b"\x37\xfa\x21\x3d"
TEXT: Final = 0x81
WAIT_S: Final = 10.0  # only a broken server lets a client wait
LONG: Final = 126


class Frame(NamedTuple):
    """What the server has sent."""

    first: int
    payload: bytes

    @property
    def code(self) -> int:
        """The close code; 0 for another frame."""
        return int.from_bytes(self.payload[:2], "big") if self.first == 0x88 else 0


def masked(first: int, payload: bytes) -> bytes:
    """A client's frame: its first byte as given, the rest as it must be."""
    size = len(payload)
    if size < LONG:
        length = bytes((0x80 | size,))
    elif size < 1 << 16:
        length = b"\xfe" + size.to_bytes(2, "big")
    else:
        length = b"\xff" + size.to_bytes(8, "big")
    hidden = bytes(byte ^ MASK[i % 4] for i, byte in enumerate(payload))
    return bytes((first,)) + length + MASK + hidden


def request(port: int | None, *more: str) -> bytes:
    """A request to open a WebSocket, with more header lines."""
    lines = (
        "GET /socketcluster/ HTTP/1.1",
        f"Host: localhost:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    return "\r\n".join((*lines, *more, "", "")).encode()


class Raw:
    """One connection, byte by byte."""

    def __init__(self, port: int | None) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port or 0), WAIT_S)
        self._stream = self.socket.makefile("rb")
        self.port = port

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._stream.close()
        self.socket.close()

    def open(self, *more: str) -> int:
        """Ask for a WebSocket, and say the answer's status."""
        self.socket.sendall(request(self.port, *more))
        return self.status()

    def status(self) -> int:
        """Read an answer's head; 0 when the connection was closed instead."""
        first = self._stream.readline()
        while self._stream.readline() not in {b"\r\n", b""}:
            pass
        return int(first.split()[1]) if first else 0

    def connect(self) -> Self:
        """Open a WebSocket."""
        assert self.open() == 101
        return self

    def greet(self) -> Self:
        """Be known to the relay."""
        self.send({"event": "#handshake", "data": {"authToken": None}, "cid": 1})
        assert json.loads(self.packet())["rid"] == 1
        return self

    def monitor(self) -> Self:
        """Greet, and ask for the history."""
        self.greet()
        self.send({"event": "#subscribe", "data": {"channel": "log"}})
        self.send({"event": "respond", "data": {"type": "START"}})
        return self

    def send(self, packet: object) -> None:
        self.socket.sendall(masked(TEXT, json.dumps(packet).encode()))

    def ask(self, event: str, data: object = None, *, call: int = 5) -> object:
        """Call, and wait for the answer."""
        self.send({"event": event, "data": data, "cid": call})
        return json.loads(self.packet())

    def packet(self) -> bytes:
        """Read the next frame that is no ping."""
        return next(payload for payload in iter(self._payload, None) if payload)

    def _payload(self) -> bytes:
        frame = self.frame()
        assert frame.first, "the connection has ended"
        return frame.payload

    def frame(self) -> Frame:
        """Read one frame; an empty one at the end of the connection."""
        try:
            head = self._stream.read(2)
        except ConnectionError:
            return Frame(0, b"")
        if len(head) < 2:
            return Frame(0, b"")
        width = {LONG: 2, LONG + 1: 8}.get(head[1], 0)
        size = int.from_bytes(self._stream.read(width), "big") if width else head[1]
        return Frame(head[0], self._stream.read(size))

    def rest(self) -> bytes:
        """Read to the end of the connection."""
        return self._stream.read()

    def message(self) -> dict[str, object]:
        """Read the next publication."""
        found: dict[str, object] = json.loads(self.packet())["data"]["data"]
        return found
