"""WebSocket frames, the server's side: bytes to messages, and messages to bytes.

It does no I/O: ``Decoder.feed`` is given whatever has arrived and says what is in it,
so that every rule is tested by a table of bytes. It is strict: whatever RFC 6455 says
must not be is refused with the close code that the RFC gives.

Source:
    RFC 6455, sections 5 (framing), 7.4 (close codes) and 8.1 (UTF-8).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

__all__ = (
    "Close",
    "Decoder",
    "Event",
    "Ping",
    "Pong",
    "Text",
    "Violation",
    "close_frame",
    "pong_frame",
    "text_frame",
)

_CONTROL_LIMIT: Final = 125  # bytes of a control frame's payload (5.5)
_TWO_BYTES: Final = 126  # length mark: a 16-bit length follows (5.2)
_EIGHT_BYTES: Final = 127  # length mark: a 64-bit length follows (5.2)
_MASK: Final = 4  # bytes
_FIN: Final = 0x80
_RESERVED: Final = 0x70
_MASKED: Final = 0x80


class _Kind(enum.IntEnum):
    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


class Violation(Exception):
    """What came is not WebSocket, or is more than is accepted.

    It never leaves the devtools: the connection is closed with its code.

    Attributes:
        code: the close code that says so.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code: int = code


class Text(NamedTuple):
    """A whole message."""

    text: str


class Ping(NamedTuple):
    """Answer it with ``pong_frame`` of the same bytes."""

    data: bytes


class Pong(NamedTuple):
    """The answer to a ping."""

    data: bytes


class Close(NamedTuple):
    """The other side ends the connection; 1005 when it gave no code."""

    code: int
    reason: str


Event: TypeAlias = Text | Ping | Pong | Close


@dataclass(slots=True)
class _Head:
    """The part of a frame before its payload."""

    kind: _Kind
    is_final: bool
    start: int
    length: int


class Decoder:
    """Frames of one client, in the order in which they arrive."""

    def __init__(self, *, limit: int) -> None:
        """Begin a connection.

        Args:
            limit: a message of more bytes than this is refused. May be changed later.
        """
        self.limit: int = limit
        self._buffer = bytearray()
        self._parts = bytearray()
        self._is_fragmented = False
        self._is_closed = False

    def feed(self, data: bytes) -> Iterator[Event]:
        """Take what has arrived and say, one by one, what is complete now.

        Take all of them before you feed more.

        Raises:
            Violation: close the connection with its code. The decoder is then done.
        """
        self._buffer += data
        while not self._is_closed:
            head = self._head()
            if head is None or len(self._buffer) < head.start + head.length:
                return
            event = self._frame(head)
            if event is not None:
                yield event

    def _head(self) -> _Head | None:
        """Read the next frame's head, as soon as all of it is there."""
        buffer = self._buffer
        if len(buffer) < 2:  # noqa: PLR2004 - the shortest head
            return None
        first, second = buffer[0], buffer[1]
        kind = _checked_kind(first)
        if not second & _MASKED:
            raise Violation(1002, "a client must mask its frames")
        short = second & ~_MASKED
        width = {_TWO_BYTES: 2, _EIGHT_BYTES: 8}.get(short, 0)
        if len(buffer) < 2 + width:
            return None
        length = int.from_bytes(buffer[2 : 2 + width], "big") if width else short
        self._check_length(length, kind=kind, width=width)
        return _Head(kind, bool(first & _FIN), 2 + width + _MASK, length)

    def _check_length(self, length: int, *, kind: _Kind, width: int) -> None:
        if kind >= _Kind.CLOSE and width:
            raise Violation(1002, "a control frame is too long")
        least = {2: _TWO_BYTES, 8: 1 << 16}.get(width, 0)
        if length < least or length >> 63:
            raise Violation(1002, "a length is not written in its shortest form")
        if len(self._parts) + length > self.limit and kind < _Kind.CLOSE:
            raise Violation(1009, f"a message has more than {self.limit} bytes")

    def _frame(self, head: _Head) -> Event | None:
        end = head.start + head.length
        mask = bytes(self._buffer[head.start - _MASK : head.start])
        payload = _unmasked(bytes(self._buffer[head.start : end]), mask)
        del self._buffer[:end]
        if head.kind >= _Kind.CLOSE:
            return self._control(head, payload)
        return self._data(head, payload)

    def _control(self, head: _Head, payload: bytes) -> Event:
        if not head.is_final:
            raise Violation(1002, "a control frame is fragmented")
        if head.kind is _Kind.PING:
            return Ping(payload)
        if head.kind is _Kind.PONG:
            return Pong(payload)
        self._is_closed = True
        self._buffer.clear()
        return _closing(payload)

    def _data(self, head: _Head, payload: bytes) -> Event | None:
        if head.kind is _Kind.BINARY:
            raise Violation(1003, "only text is understood")
        if (head.kind is _Kind.CONTINUATION) is not self._is_fragmented:
            raise Violation(1002, "a fragment is out of its order")
        self._is_fragmented = not head.is_final
        self._parts += payload
        if not head.is_final:
            return None
        whole, self._parts = self._parts, bytearray()
        return Text(_text(bytes(whole)))


def _checked_kind(first: int) -> _Kind:
    if first & _RESERVED:
        raise Violation(1002, "no extension was agreed on")
    try:
        return _Kind(first & 0x0F)
    except ValueError:
        raise Violation(1002, "a frame is of an unknown kind") from None


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    """Undo the mask: one exclusive or of two long numbers, not one for each byte."""
    size = len(payload)
    key = (mask * (size // _MASK + 1))[:size]
    number = int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")
    return number.to_bytes(size, "big")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Violation(1007, "text is not UTF-8") from None


def _closing(payload: bytes) -> Close:
    if not payload:
        return Close(1005, "")
    if len(payload) == 1 or not _is_code(int.from_bytes(payload[:2], "big")):
        raise Violation(1002, "a close frame has no valid code")
    return Close(int.from_bytes(payload[:2], "big"), _text(payload[2:]))


def _is_code(code: int) -> bool:
    """Whether a client may send this close code (RFC 6455, 7.4; 1012-1014: IANA)."""
    standard = 1000 <= code <= 1014 and code not in {1004, 1005, 1006}  # noqa: PLR2004
    return standard or 3000 <= code < 5000  # noqa: PLR2004


def text_frame(text: str) -> bytes:
    """Encode one message as one frame. A server does not mask."""
    return _encoded(_Kind.TEXT, text.encode("utf-8"))


def pong_frame(data: bytes) -> bytes:
    """Encode the answer to a ping."""
    return _encoded(_Kind.PONG, data)


def close_frame(code: int, reason: str = "") -> bytes:
    """Encode the end; a reason that is too long is cut between two letters."""
    cut = reason.encode("utf-8")[: _CONTROL_LIMIT - 2].decode("utf-8", "ignore")
    return _encoded(_Kind.CLOSE, code.to_bytes(2, "big") + cut.encode("utf-8"))


def _encoded(kind: _Kind, payload: bytes) -> bytes:
    size = len(payload)
    if size < _TWO_BYTES:
        length = bytes((size,))
    elif size < 1 << 16:
        length = bytes((_TWO_BYTES,)) + size.to_bytes(2, "big")
    else:
        length = bytes((_EIGHT_BYTES,)) + size.to_bytes(8, "big")
    return bytes((_FIN | kind,)) + length + payload
