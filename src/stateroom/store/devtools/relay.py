"""SocketCluster's server side: who is connected, and who hears what.

The DevTools log in as monitors and listen on ``log``; applications log in as masters
and listen on ``respond`` and on ``sc-<their id>``. Our store is an application too, but
one without a socket: it is the relay's ``app``, and what is said to it is a call. Other
applications may connect beside it, so that one DevTools window shows both.

Source:
    The routing of the DevTools' own server, as facts: what is transmitted to ``log``,
    ``respond`` or ``sc-*`` is published there, ``log-noid`` becomes ``log`` with the
    sender's id, and who leaves is announced to the other side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from stateroom.store.devtools.frames import Violation
from stateroom.store.devtools.packets import (
    PING,
    PING_V1,
    PINGS,
    PONG_V1,
    Packet,
    encode,
    encode_error,
    encode_publication,
    encode_reply,
    read_packets,
)

__all__ = ("App", "Client", "Line", "Relay")

_NAME_LIMIT: Final = 128  # letters of a channel's name
_CHANNELS_LIMIT: Final = 32  # for each client
_FIRST_LIMIT: Final = 1 << 14  # bytes of a message before the protocol's handshake
_CHANNELS: Final = frozenset({"log", "report", "respond"})
_TRANSMITTED: Final = frozenset({"log", "log-noid", "respond"})
_NOT_FIRST: Final = 4009  # SocketCluster: a message came before the handshake


class Line(Protocol):
    """What a relay needs of a connection; ``WebSocket`` has it."""

    async def reply(self, text: str) -> None:
        """Send an answer, after waiting for room."""
        ...

    def offer(self, text: str) -> bool:
        """Send a publication if there is room, and say whether there was."""
        ...

    def set_limit(self, limit: int) -> None:
        """Accept messages of so many bytes."""
        ...

    def abort(self) -> None:
        """Drop the connection."""
        ...


class App(Protocol):
    """The application inside this process."""

    @property
    def ident(self) -> str:
        """Its id, as that of a socket."""
        ...

    def receive(self, message: Mapping[str, object], client: Client) -> None:
        """Take a message of a monitor."""
        ...


class Client:
    """One connection, by what it has told so far.

    Attributes:
        ident: its id, which the relay chose.
        is_behind: it must not be told of single steps, because it misses some.
        is_due: the whole history is on its way to it.
    """

    def __init__(self, line: Line, ident: str) -> None:
        self.ident: str = ident
        self.line: Line = line
        self.channels: set[str] = set()
        self.is_greeted: bool = False
        self.is_master: bool = False
        self.is_behind: bool = False
        self.is_due: bool = False
        self.hears_v1: bool = False
        """It has answered a ping of protocol version 1."""
        self.has_ponged: bool = True
        """It has answered the last ping."""

    def ping(self) -> str:
        """The next ping; a client that is silent may speak version 1."""
        is_v1 = self.hears_v1 or not self.has_ponged
        self.has_ponged = False
        return PING_V1 if is_v1 else PING


class Relay:
    """All clients of one port, and the application that they are for."""

    def __init__(self, app: App, *, limit: int, ping_timeout_ms: int) -> None:
        """Begin with no client.

        Args:
            app: the store.
            limit: bytes that a message of a client may have.
            ping_timeout_ms: a client may be silent for so long; it is told.
        """
        self.clients: dict[str, Client] = {}
        self._app = app
        self._limit = limit
        self._ping_timeout_ms = ping_timeout_ms

    def join(self, line: Line, ident: str) -> Client:
        """Take in a connection."""
        line.set_limit(_FIRST_LIMIT)
        client = self.clients[ident] = Client(line, ident)
        return client

    def leave(self, client: Client) -> None:
        """Forget a connection, and tell those who spoke with it."""
        self.clients.pop(client.ident, None)
        if client.is_greeted:
            gone = encode({"id": client.ident, "type": "DISCONNECTED"})
            self.publish("log" if client.is_master else "respond", gone)

    def publish(self, channel: str, data: str) -> None:
        """Send JSON to everybody who listens on ``channel``."""
        text = encode_publication(channel, data)
        for client in tuple(self.clients.values()):
            if channel in client.channels and not client.line.offer(text):
                # It would miss a message of another application, for good.
                client.line.abort()

    async def receive(self, text: str, client: Client) -> None:
        """Take one frame of a client.

        Raises:
            Violation: close the connection with its code.
        """
        if text in PINGS:
            await self._pinged(text, client)
            return
        for packet in read_packets(text):
            if not client.is_greeted and packet.event != "#handshake":
                raise Violation(_NOT_FIRST, "the first message must be #handshake")
            answer = self._answer(packet, client)
            if answer is not None:
                await client.line.reply(answer)

    async def _pinged(self, text: str, client: Client) -> None:
        if text == PING_V1:
            await client.line.reply(PONG_V1)
            return
        client.has_ponged = True
        client.hears_v1 = text == PONG_V1

    def _answer(self, packet: Packet, client: Client) -> str | None:
        """Do what a packet asks for."""
        event, data = packet.event, None
        if event == "#subscribe":
            return _subscribe(packet, client)
        if event == "#handshake":
            data = self._greet(client)
        elif event == "login":
            client.is_master = packet.data == "master"
            data = "respond" if client.is_master else "log"
        elif event == "#unsubscribe":
            client.channels.discard(_channel(packet.data))
        elif event in _TRANSMITTED or event.startswith("sc-"):
            self._transmit(packet, client)
        else:
            return _refusal(packet, f"{event[:40]!r} is not answered")
        return None if packet.call is None else encode_reply(packet.call, data)

    def _greet(self, client: Client) -> object:
        client.is_greeted = True
        client.line.set_limit(self._limit)
        return {
            "id": client.ident,
            "pingTimeout": self._ping_timeout_ms,
            "isAuthenticated": False,
        }

    def _transmit(self, packet: Packet, client: Client) -> None:
        channel, data = packet.event, packet.data
        if channel == "log-noid":
            channel, data = "log", {"id": client.ident, "data": data}
        is_for_app = channel in {"respond", f"sc-{self._app.ident}"}
        if is_for_app and isinstance(data, Mapping):
            self._app.receive(data, client)
        self.publish(channel, encode(data))


def _channel(data: object) -> str:
    """The channel that is meant: its name alone, or an object with it."""
    name = data.get("channel") if isinstance(data, Mapping) else data
    return name if isinstance(name, str) else ""


def _subscribe(packet: Packet, client: Client) -> str | None:
    name = _channel(packet.data)
    is_known = name in _CHANNELS or name.startswith("sc-")
    is_too_much = len(name) > _NAME_LIMIT or len(client.channels) >= _CHANNELS_LIMIT
    if is_known and not is_too_much:
        client.channels.add(name)
        return None if packet.call is None else encode_reply(packet.call)
    return _refusal(packet, f"{name[:40]!r} is no channel, or one too many")


def _refusal(packet: Packet, message: str) -> str | None:
    if packet.call is None:
        return None
    return encode_error(packet.call, message, name="InvalidActionError")
