"""Opens blocking connections: to one server, or to whichever sentinels name."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from typing import Protocol, cast

from redis.connection import AbstractConnection, Connection, parse_url
from redis.exceptions import ReadOnlyError, ResponseError

from stateroom.errors import TierError
from stateroom.link.faults import CLIENT_ERRORS
from stateroom.link.sentinels import Belief, Rota, address_in, question, unknown
from stateroom.link.settings import greeting, made, role_in, settings_of
from stateroom.link.targets import Budgets, Place, Target

__all__ = ("Door", "door_to")


class Door(Protocol):
    """Makes connections to a server; which one that is may change.

    Attributes:
        moves: whether it may lead to another server later on.
    """

    moves: bool

    def open(self) -> AbstractConnection:
        """Return a new connection, which connects when it is first used."""
        ...

    def check(self) -> None:
        """Ask, if it is time to, where the door leads; never fails."""
        ...

    def leads_to(self, connection: AbstractConnection) -> bool:
        """Say whether a connection is to where the door leads now."""
        ...

    def doubt(self) -> None:
        """Note that a connection failed."""
        ...


def door_to(target: Target, budgets: Budgets, *, reads_s: float | None = None) -> Door:
    """Return the door to a standalone server, or to what sentinels name.

    Args:
        target: no cluster.
        budgets: for connecting, and for one operation.
        reads_s: how long to wait for a reply, where that is not the budget.
    """
    reads_s = reads_s or budgets.operation_s
    if target.kind == "sentinel":
        return _SentinelDoor(target, budgets, reads_s)
    return _ServerDoor(target, budgets, reads_s)


class _ServerDoor:
    moves = False

    def __init__(
        self,
        target: Target,
        budgets: Budgets,
        reads_s: float,
        *,
        is_primary: bool = False,
    ) -> None:
        settings = settings_of(target, parse_url, budgets, reads_s=reads_s)
        maker = settings.pop("connection_class", Connection)
        self._make = made(cast("type[AbstractConnection]", maker))
        self._settings = settings | {
            "redis_connect_func": _greet_primary if is_primary else _greet
        }

    def open(self) -> AbstractConnection:
        return self._make(**self._settings)

    def check(self) -> None: ...

    def leads_to(self, connection: AbstractConnection) -> bool:
        del connection
        return True

    def doubt(self) -> None: ...


class _SentinelDoor:
    moves = True

    def __init__(self, target: Target, budgets: Budgets, reads_s: float) -> None:
        self._target = target
        self._budgets = budgets
        self._reads_s = reads_s
        self._brief = budgets.halved
        self._rota = Rota(target.hosts)
        self._belief = Belief()
        self._asking = threading.Lock()
        self._doors: dict[Place, _ServerDoor] = {}

    def open(self) -> AbstractConnection:
        with self._asking:
            place = self._belief.place
            if place is None or not self._belief.is_fresh:
                place = self._believed()
        return self._door(place).open()

    def check(self) -> None:
        if self._belief.is_fresh or self._belief.place is None:
            return
        with self._asking:  # others wait: they may be about to write
            if not self._belief.is_fresh:
                with contextlib.suppress(TierError, *CLIENT_ERRORS):
                    self._ask(most=1)
                self._belief.extend()

    def _believed(self) -> Place:
        """Ask all; sentinels that are away are no reason to stop."""
        try:
            return self._ask(most=len(self._target.hosts))
        except CLIENT_ERRORS:
            if self._belief.place is None:
                raise
            return self._belief.place

    def leads_to(self, connection: AbstractConnection) -> bool:
        at = (getattr(connection, "host", ""), getattr(connection, "port", 0))
        return at == self._belief.place

    def doubt(self) -> None:
        self._belief.doubt()

    def _ask(self, *, most: int) -> Place:
        last: Exception | None = None
        end = time.monotonic() + self._brief.connect_s
        for place in itertools.islice(self._rota.turns(), most):
            try:
                found = address_in(self._asked(place))
            except CLIENT_ERRORS as error:
                last = error
            else:
                if found is not None:
                    self._rota.answered(place)
                    self._belief.told(found)
                    return found
            if time.monotonic() > end:
                break
        raise unknown(self._target, last)

    def _asked(self, place: Place) -> object:
        target = self._target.sentinel_at(place)
        door = _ServerDoor(target, self._brief, self._brief.operation_s)
        connection = door.open()
        try:
            connection.send_command(*question(self._target.service), check_health=False)
            reply: object = connection.read_response()
        finally:
            connection.disconnect()
        return reply

    def _door(self, place: Place) -> _ServerDoor:
        if place not in self._doors:
            target = self._target.at(place)
            door = _ServerDoor(target, self._budgets, self._reads_s, is_primary=True)
            self._doors = {place: door}
        return self._doors[place]


def _greet(connection: AbstractConnection) -> None:
    _greeted(connection, asks_role=False)


def _greet_primary(connection: AbstractConnection) -> None:
    role = role_in(_greeted(connection, asks_role=True))
    if role == b"replica":
        raise ReadOnlyError("what the sentinels name is not the primary any more")


def _greeted(connection: AbstractConnection, *, asks_role: bool) -> object:
    """Sign in and say who we are; return the last reply."""
    connection.on_connect()
    words = greeting(asks_role=asks_role)
    for each in words:
        connection.send_command(*each, check_health=False)
    reply: object = None
    for _ in words:
        try:
            reply = connection.read_response()
        except ResponseError:
            reply = None
    return reply
