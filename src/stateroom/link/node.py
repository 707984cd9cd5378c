"""One server, blocking: commands go out together and replies come back in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as Late

from stateroom.link.doors import Door
from stateroom.link.faults import CLIENT_ERRORS, translated
from stateroom.link.packing import packer
from stateroom.link.ports import Command
from stateroom.link.replies import (
    as_commands,
    checked,
    forgotten,
    refuse_demoted,
    scan_command,
    scanned,
    text_of,
    values,
)
from stateroom.link.scripts import Call

__all__ = ("Node", "Sent")

MOST_IDLE = 64
"""Connections kept open for later, one per thread that talks at the same moment."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Commands whose replies were not read yet.

    Attributes:
        was_idle: whether the connection was open before: its end may be the news of
            a server that was restarted long ago.
    """

    commands: Sequence[Command]
    connection: AbstractConnection
    was_idle: bool


class Node:
    """A standalone server, or whatever a sentinel says is the primary."""

    is_cluster = False

    def __init__(self, door: Door) -> None:
        self._door = door
        self._idle: list[AbstractConnection] = []
        self._is_closed = False
        self._pack = packer()

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        if not keys:
            return []
        if len(keys) == 1:
            reply = self.run([("GET", keys[0])])[0]
            return [reply if isinstance(reply, bytes) else None]
        return values(self.run([("MGET", *keys)])[0], len(keys))

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        if not calls:
            return []
        commands = as_commands(calls)
        replies = self.exchange(commands)
        again = forgotten(replies, calls)
        if again:
            texts = self.exchange([text_of(calls[at]) for at in again])
            for at, reply in zip(again, texts, strict=True):
                replies[at] = reply
        return checked(replies, commands)

    def nodes(self) -> list[str]:
        return [""]

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        del node  # there is one
        return scanned((self.run([scan_command(cursor, pattern, count)]))[0])

    def on_each(self, command: Command) -> list[object]:
        return self.run([command])

    def close(self) -> None:
        self._is_closed = True
        self._drop_idle()

    def exchange(self, commands: Sequence[Command]) -> list[object]:
        """Send and read; an error of the server is a reply like others."""
        return self.finish(self.begin(commands))

    def begin(self, commands: Sequence[Command]) -> Sent:
        """Send commands, so that another server can be asked meanwhile."""
        with self._translating(commands):
            connection = self._borrowed()
            if connection is not None:
                try:
                    return self._send(connection, commands, was_idle=True)
                except Disconnected:
                    self._drop_idle()
            return self._send(self._door.open(), commands, was_idle=False)

    def finish(self, sent: Sent) -> list[object]:
        """Read the replies; on a connection found dead, send again on a new one."""
        with self._translating(sent.commands):
            try:
                return self._read(sent)
            except (Disconnected, ReadOnlyError):
                if not sent.was_idle:
                    raise
                self._doubt()
            again = self._send(self._door.open(), sent.commands, was_idle=False)
            return self._read(again)

    def _send(
        self, connection: AbstractConnection, commands: Sequence[Command], *,
        was_idle: bool,
    ) -> Sent:  # fmt: skip
        try:
            connection.send_packed_command(self._pack(commands), check_health=False)
        except BaseException:
            connection.disconnect()
            raise
        return Sent(commands, connection, was_idle)

    def _read(self, sent: Sent) -> list[object]:
        connection = sent.connection
        try:
            replies = [_reply(connection) for _ in sent.commands]
            refuse_demoted(replies)
        except BaseException:
            # Its next reply would be somebody else's: it is not used again.
            connection.disconnect()
            raise
        self._keep(connection)
        return replies

    @contextmanager
    def _translating(self, commands: Sequence[Command]) -> Iterator[None]:
        try:
            yield
        except CLIENT_ERRORS as error:
            if isinstance(error, (Disconnected, ReadOnlyError, Late, OSError)):
                self._doubt()
            raise translated(error, str(commands[0][0])) from error

    def _borrowed(self) -> AbstractConnection | None:
        if self._door.moves:
            self._door.check()
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if self._door.leads_to(connection):
                return connection
            connection.disconnect()

    def _keep(self, connection: AbstractConnection) -> None:
        is_full = len(self._idle) >= MOST_IDLE
        if is_full or self._is_closed or not self._door.leads_to(connection):
            connection.disconnect()
        else:
            self._idle.append(connection)

    def _doubt(self) -> None:
        """Take no idle connection for granted: those of a paused server look alive."""
        self._door.doubt()
        self._drop_idle()

    def _drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for each in idle:
            each.disconnect()


def _reply(connection: AbstractConnection) -> object:
    try:
        reply: object = connection.read_response()
    except ResponseError as error:
        return error
    return reply
