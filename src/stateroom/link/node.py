"""One server, blocking: commands go out together and replies come back in order."""

from __future__ import annotations

from collections.abc import Sequence

from redis.connection import ConnectionInterface, ConnectionPool
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import ResponseError

from stateroom.link.faults import CLIENT_ERRORS, translated
from stateroom.link.packing import packer
from stateroom.link.ports import Command
from stateroom.link.replies import (
    as_commands,
    checked,
    forgotten,
    scan_command,
    scanned,
    text_of,
    values,
)
from stateroom.link.scripts import Call

__all__ = ("Node",)

MOST_IDLE = 64
"""Connections kept open for later, one per thread that talks at the same moment."""


class Node:
    """A standalone server, or whatever a sentinel says is the primary."""

    is_cluster = False

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._idle: list[ConnectionInterface] = []
        self._is_closed = False
        spare = pool.make_connection()
        self._pack = packer(lambda command: spare.pack_command(*command))

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        if len(keys) == 1:
            reply = self.run([("GET", keys[0])])[0]
            return [reply if isinstance(reply, bytes) else None]
        return values(self.run([("MGET", *keys)])[0], len(keys))

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        commands = as_commands(calls)
        replies = self._exchange(commands)
        for at in forgotten(replies, calls):
            replies[at] = self._exchange([text_of(calls[at])])[0]
        return checked(replies, commands)

    def nodes(self) -> list[str]:
        return [""]

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        del node  # there is one
        return scanned((self.run([scan_command(cursor, pattern, count)]))[0])

    def close(self) -> None:
        self._is_closed = True
        self._drop_idle()
        self._pool.disconnect()

    def _exchange(self, commands: Sequence[Command]) -> list[object]:
        """Send and read; on a connection found dead, once more on a new one."""
        try:
            was_idle = bool(self._idle)
            try:
                return self._once(commands)
            except Disconnected:
                if not was_idle:
                    raise
                self._drop_idle()
                return self._once(commands)
        except CLIENT_ERRORS as error:
            raise translated(error, str(commands[0][0])) from error

    def _once(self, commands: Sequence[Command]) -> list[object]:
        connection = self._borrowed()
        try:
            connection.send_packed_command(self._pack(commands), check_health=False)
            replies = [_reply(connection) for _ in commands]
        except BaseException:
            # Its next reply would be somebody else's: it is not used again.
            connection.disconnect()
            raise
        self._keep(connection)
        return replies

    def _borrowed(self) -> ConnectionInterface:
        try:
            return self._idle.pop()
        except IndexError:
            return self._pool.make_connection()

    def _keep(self, connection: ConnectionInterface) -> None:
        if len(self._idle) < MOST_IDLE and not self._is_closed:
            self._idle.append(connection)
        else:
            connection.disconnect()

    def _drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for each in idle:
            each.disconnect()


def _reply(connection: ConnectionInterface) -> object:
    """Return the next reply; an error of the server is a reply like others."""
    try:
        reply: object = connection.read_response()
    except ResponseError as error:
        return error
    return reply
