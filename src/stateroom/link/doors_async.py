"""Opens connections of an event loop: to one server, or to whichever sentinels name."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import Protocol, cast

from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    SSLConnection,
    parse_url,
)
from redis.exceptions import ReadOnlyError, ResponseError

from stateroom.errors import TierError
from stateroom.link.faults import CLIENT_ERRORS
from stateroom.link.patience import Patience
from stateroom.link.sentinels import Belief, Rota, address_in, question, unknown
from stateroom.link.settings import greeting, made, role_in, settings_of
from stateroom.link.sockets import note
from stateroom.link.targets import Budgets, Place, Target

__all__ = ("AsyncDoor", "async_door_to")


class AsyncDoor(Protocol):
    """``Door`` with the same promises, awaited, in one event loop."""

    moves: bool

    async def open(self) -> AbstractConnection: ...

    async def check(self) -> None: ...

    def leads_to(self, connection: AbstractConnection) -> bool: ...

    def doubt(self) -> None: ...


def async_door_to(target: Target, budgets: Budgets) -> AsyncDoor:
    """Return the door to a standalone server, or to what sentinels name."""
    if target.kind == "sentinel":
        return _SentinelDoor(target, budgets)
    return _ServerDoor(target, budgets)


class _ServerDoor:
    moves = False

    def __init__(
        self, target: Target, budgets: Budgets, *, is_primary: bool = False
    ) -> None:
        # A whole exchange has one deadline: redis-py's own would cost a task each.
        settings = settings_of(target, parse_url, budgets, reads_s=None)
        maker = settings.pop("connection_class", Connection)
        self._make = made(cast("type[AbstractConnection]", maker))
        self._first: AbstractConnection | None = None
        self._settings = settings | {
            "redis_connect_func": _greet_primary if is_primary else _greet
        }

    async def open(self) -> AbstractConnection:
        connection = self._make(**self._settings)
        if isinstance(connection, SSLConnection):
            # Reading all authorities takes 20 ms, in which the loop stands still.
            if isinstance(self._first, SSLConnection):
                connection.ssl_context = self._first.ssl_context
            self._first = self._first or connection
        return connection

    async def check(self) -> None: ...

    def leads_to(self, connection: AbstractConnection) -> bool:
        del connection
        return True

    def doubt(self) -> None: ...


class _SentinelDoor:
    moves = True

    def __init__(self, target: Target, budgets: Budgets) -> None:
        self._target = target
        self._budgets = budgets
        self._brief = budgets.halved
        self._rota = Rota(target.hosts)
        self._belief = Belief()
        self._asking = asyncio.Lock()
        self._doors: dict[Place, _ServerDoor] = {}

    async def open(self) -> AbstractConnection:
        async with self._asking:
            place = self._belief.place
            if place is None or not self._belief.is_fresh:
                place = await self._believed()
        return await self._door(place).open()

    async def check(self) -> None:
        if self._belief.is_fresh or self._belief.place is None:
            return
        async with self._asking:  # others wait: they may be about to write
            if not self._belief.is_fresh:
                with contextlib.suppress(TierError, *CLIENT_ERRORS):
                    await self._ask(most=1)
                self._belief.extend()

    async def _believed(self) -> Place:
        """Ask all; sentinels that are away are no reason to stop."""
        try:
            return await self._ask(most=len(self._target.hosts))
        except CLIENT_ERRORS:
            if self._belief.place is None:
                raise
            return self._belief.place

    def leads_to(self, connection: AbstractConnection) -> bool:
        at = (getattr(connection, "host", ""), getattr(connection, "port", 0))
        return at == self._belief.place

    def doubt(self) -> None:
        self._belief.doubt()

    async def _ask(self, *, most: int) -> Place:
        last: Exception | None = None
        loop = asyncio.get_running_loop()
        end = loop.time() + self._brief.connect_s
        for place in itertools.islice(self._rota.turns(), most):
            try:
                found = address_in(await self._asked(place))
            except CLIENT_ERRORS as error:
                last = error
            else:
                if found is not None:
                    self._rota.answered(place)
                    self._belief.told(found)
                    return found
            if loop.time() > end:
                break
        raise unknown(self._target, last)

    async def _asked(self, place: Place) -> object:
        door = _ServerDoor(self._target.sentinel_at(place), self._brief)
        connection = await door.open()
        try:
            async with Patience(self._brief.operation_s):
                await connection.send_command(
                    *question(self._target.service), check_health=False
                )
                reply: object = await connection.read_response()
        finally:
            await connection.disconnect(nowait=True)
        return reply

    def _door(self, place: Place) -> _ServerDoor:
        if place not in self._doors:
            target = self._target.at(place)
            self._doors = {place: _ServerDoor(target, self._budgets, is_primary=True)}
        return self._doors[place]


async def _greet(connection: AbstractConnection) -> None:
    await _greeted(connection, asks_role=False)


async def _greet_primary(connection: AbstractConnection) -> None:
    role = role_in(await _greeted(connection, asks_role=True))
    if role == b"replica":
        raise ReadOnlyError("what the sentinels name is not the primary any more")


async def _greeted(connection: AbstractConnection, *, asks_role: bool) -> object:
    """Sign in and say who we are; return the last reply."""
    note(connection)
    await connection.on_connect()
    words = greeting(asks_role=asks_role)
    for each in words:
        await connection.send_command(*each, check_health=False)
    reply: object = None
    for _ in words:
        try:
            reply = await connection.read_response()
        except ResponseError:
            reply = None
    return reply
