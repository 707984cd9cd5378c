"""One server, for asyncio: commands go out together and replies come back in order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import ResponseError

from stateroom.errors import Unavailable
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

__all__ = ("AsyncNode",)

MOST_IDLE = 32
"""Connections kept open for later; more are opened under load, and closed after."""


class AsyncNode:
    """A standalone server, or whatever a sentinel says is the primary.

    redis-py's pool makes and signs in the connections; it does not lend them, because
    that costs more than an exchange on one that is idle.
    """

    is_cluster = False

    def __init__(self, pool: ConnectionPool, *, budget_s: float) -> None:
        self._pool = pool
        self._budget_s = budget_s
        self._idle: list[AbstractConnection] = []
        self._is_closed = False
        spare = pool.make_connection()
        self._pack = packer(lambda command: spare.pack_command(*command))

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        if len(keys) == 1:
            reply = (await self.run([("GET", keys[0])]))[0]
            return [reply if isinstance(reply, bytes) else None]
        reply = (await self.run([("MGET", *keys)]))[0]
        return values(reply, len(keys))

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        commands = as_commands(calls)
        replies = await self._exchange(commands)
        for at in forgotten(replies, calls):
            replies[at] = (await self._exchange([text_of(calls[at])]))[0]
        return checked(replies, commands)

    async def nodes(self) -> list[str]:
        return [""]

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        del node  # there is one
        return scanned((await self.run([scan_command(cursor, pattern, count)]))[0])

    async def aclose(self) -> None:
        self._is_closed = True
        idle, self._idle = self._idle, []
        for each in idle:
            await each.disconnect()
        await self._pool.disconnect()

    async def _exchange(self, commands: Sequence[Command]) -> list[object]:
        doing = str(commands[0][0])
        try:
            async with asyncio.timeout(self._budget_s):
                return await self._twice(commands)
        except TimeoutError as error:
            text = f"{doing}: no answer within {self._budget_s:g} s"
            raise Unavailable(text, is_slow=True) from error
        except CLIENT_ERRORS as error:
            raise translated(error, doing) from error

    async def _twice(self, commands: Sequence[Command]) -> list[object]:
        """Send and read; on a connection found dead, once more on a new one."""
        was_idle = bool(self._idle)
        try:
            return await self._once(commands)
        except Disconnected:
            if not was_idle:
                raise
            await self._drop_idle()
            return await self._once(commands)

    async def _once(self, commands: Sequence[Command]) -> list[object]:
        idle = self._idle
        connection = idle.pop() if idle else self._pool.make_connection()
        try:
            await connection.send_packed_command(
                self._pack(commands), check_health=False
            )
            replies = [await _reply(connection) for _ in commands]
        except BaseException:
            # Its next reply would be somebody else's: it is not used again.
            await connection.disconnect(nowait=True)
            raise
        await self._keep(connection)
        return replies

    async def _keep(self, connection: AbstractConnection) -> None:
        if len(self._idle) < MOST_IDLE and not self._is_closed:
            self._idle.append(connection)
        else:
            await connection.disconnect()

    async def _drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for each in idle:
            await each.disconnect(nowait=True)


async def _reply(connection: AbstractConnection) -> object:
    """Return the next reply; an error of the server is a reply like others."""
    try:
        reply: object = await connection.read_response()
    except ResponseError as error:
        return error
    return reply
