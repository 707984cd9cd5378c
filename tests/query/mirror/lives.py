"""An application that starts, asks, and starts again: an api with a mirror of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypedDict, Unpack, cast

from stateroom.persist import Memory, Persistor, persist
from stateroom.persist.records import Record, decode_record, encode_record
from stateroom.persist.status import Problem
from stateroom.persist.storages.port import stamp_of
from stateroom.query import QueryApi, QueryClient
from stateroom.query.mirroring import Endpoint, Scope, mirror_of
from stateroom.query.state import ApiState, QueryEntry
from stateroom.store import Store
from stateroom.testing import ManualTimers

__all__ = (
    "KEY",
    "LIMIT",
    "START",
    "Life",
    "Options",
    "entries",
    "life",
    "record",
    "rewrite",
)

START = 1_800_000_000_000
"""When every application of a test starts, in ms."""
KEY = "app:p:device:api"
LIMIT = 10_000_000

Table = dict[str, object]


class Options(TypedDict, total=False):
    """What a mirror is made with."""

    only: tuple[str | Endpoint, ...]
    max_age: float | None
    buster: str
    scope: Scope


@dataclass
class Life:
    """One run of an application."""

    api: QueryApi
    store: Store
    persistor: Persistor
    client: QueryClient
    timers: ManualTimers
    problems: list[Problem] = field(default_factory=list)

    @property
    def state(self) -> ApiState:
        return self.store[self.api]

    @property
    def queries(self) -> Mapping[str, QueryEntry]:
        return self.state.queries

    async def turn(self, ms: float = 0) -> None:
        """Let time pass, and tasks go on."""
        await self.timers.advance(ms)


class _Clock:
    """The time of a test, for what is kept."""

    def __init__(self, timers: ManualTimers) -> None:
        self.now_ms = timers.now_ms

    def monotonic(self) -> float:
        return self.now_ms() / 1000


@asynccontextmanager
async def life(
    api: QueryApi,
    storage: Memory,
    *,
    now_ms: int = START,
    hydrates: bool = True,
    **options: Unpack[Options],
) -> AsyncIterator[Life]:
    """Run an application on a storage; it is stored when the block ends."""
    timers, problems = ManualTimers(now_ms), list[Problem]()
    mirror = mirror_of(api, now_ms=timers.now_ms, **options)
    store = Store(persist(mirror.slice, **mirror.settings))
    with Persistor(
        store,
        storage,
        background=False,
        poll=None,
        on_problem=problems.append,
        clock=_Clock(timers),
    ) as persistor:
        async with QueryClient(store, api, timers=timers) as client:
            made = Life(api, store, persistor, client, timers, problems)
            if hydrates:
                persistor.hydrate()
                await made.turn()
            yield made


def record(storage: Memory, key: str = KEY) -> Table:
    """Return the state in a record, as plain data."""
    return cast("Table", _decoded(storage, key).state)


def entries(storage: Memory, key: str = KEY) -> dict[str, Table]:
    """Return the copies in a record, by cache key."""
    return cast("dict[str, Table]", record(storage, key))


def rewrite(storage: Memory, change: Callable[[Table], object], key: str = KEY) -> None:
    """Change the state in a record, as somebody may who knows its form."""
    found = _decoded(storage, key)
    change(cast("Table", found.state))
    before = storage.read(key, limit=LIMIT).current
    storage.write(key, encode_record(found), replaces=stamp_of(before))


def _decoded(storage: Memory, key: str) -> Record:
    data = storage.read(key, limit=LIMIT).current
    assert data is not None
    return decode_record(data, key=key, limit=LIMIT)
