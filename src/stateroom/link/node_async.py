"""One server, for asyncio: commands go out together and replies come back in order."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as Late

from stateroom.link.doors_async import AsyncDoor
from stateroom.link.faults import CLIENT_ERRORS, late, translated
from stateroom.link.packing import packer
from stateroom.link.patience import Patience
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
from stateroom.link.targets import Budgets

__all__ = ("AsyncNode",)

MOST_IDLE = 32
"""Connections kept open for later; more are opened under load, and closed after."""


class AsyncNode:
    """A standalone server, or whatever a sentinel says is the primary.

    redis-py makes the connections and signs in; its pools do not lend them, because
    that costs more than an exchange on one that is idle.
    """

    is_cluster = False

    def __init__(self, door: AsyncDoor, budgets: Budgets) -> None:
        self._door = door
        self._budgets = budgets
        self._idle: list[AbstractConnection] = []
        self._is_closed = False
        self._pack = packer()

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        if not keys:
            return []
        if len(keys) == 1:
            reply = (await self.run([("GET", keys[0])]))[0]
            return [reply if isinstance(reply, bytes) else None]
        reply = (await self.run([("MGET", *keys)]))[0]
        return values(reply, len(keys))

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        if not calls:
            return []
        commands = as_commands(calls)
        replies = await self.exchange(commands)
        again = forgotten(replies, calls)
        if again:
            texts = await self.exchange([text_of(calls[at]) for at in again])
            for at, reply in zip(again, texts, strict=True):
                replies[at] = reply
        return checked(replies, commands)

    async def nodes(self) -> list[str]:
        return [""]

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        del node  # there is one
        return scanned((await self.run([scan_command(cursor, pattern, count)]))[0])

    async def on_each(self, command: Command) -> list[object]:
        return await self.run([command])

    async def aclose(self) -> None:
        self._is_closed = True
        idle, self._idle = self._idle, []
        for each in idle:
            with contextlib.suppress(*CLIENT_ERRORS):  # it is gone all the same
                await each.disconnect()

    async def exchange(self, commands: Sequence[Command]) -> list[object]:
        """Send and read; an error of the server is a reply like others."""
        doing = str(commands[0][0])
        try:
            async with Patience(self._budgets.operation_s) as patience:
                return await self._twice(commands, patience)
        except TimeoutError as error:
            await self._doubt()
            raise late(doing, self._budgets.operation_s) from error
        except CLIENT_ERRORS as error:
            if isinstance(error, (Disconnected, ReadOnlyError, Late, OSError)):
                await self._doubt()
            raise translated(error, doing) from error

    async def _twice(
        self, commands: Sequence[Command], patience: Patience
    ) -> list[object]:
        """Send and read; on a connection found dead, once more on a new one."""
        door = self._door
        if door.moves:
            await door.check()
            patience.begin_anew(self._budgets.operation_s)
        idle = self._idle
        while idle:
            connection = idle.pop()
            if door.moves and not door.leads_to(connection):
                await connection.disconnect(nowait=True)
                continue
            try:
                return await self._once(connection, commands)
            except (Disconnected, ReadOnlyError):
                await self._doubt()
                break
        return await self._once(await self._opened(patience), commands)

    async def _opened(self, patience: Patience) -> AbstractConnection:
        patience.begin_anew(self._budgets.connect_s)
        connection = await self._door.open()
        try:
            await connection.connect()
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        patience.begin_anew(self._budgets.operation_s)
        return connection

    async def _once(
        self, connection: AbstractConnection, commands: Sequence[Command]
    ) -> list[object]:
        try:
            await connection.send_packed_command(
                self._pack(commands), check_health=False
            )
            replies = [await _reply(connection) for _ in commands]
            refuse_demoted(replies)
        except BaseException:
            # Its next reply would be somebody else's: it is not used again.
            await connection.disconnect(nowait=True)
            raise
        await self._keep(connection)
        return replies

    async def _keep(self, connection: AbstractConnection) -> None:
        is_full = len(self._idle) >= MOST_IDLE
        if is_full or self._is_closed or not self._door.leads_to(connection):
            await connection.disconnect(nowait=True)
        else:
            self._idle.append(connection)

    async def _doubt(self) -> None:
        """Take no idle connection for granted: those of a paused server look alive."""
        self._door.doubt()
        idle, self._idle = self._idle, []
        for each in idle:
            await each.disconnect(nowait=True)


async def _reply(connection: AbstractConnection) -> object:
    try:
        reply: object = await connection.read_response()
    except ResponseError as error:
        return error
    return reply
