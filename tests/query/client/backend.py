"""A backend that answers when a test says so, and a client that asks it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from stateroom.query import QueryApi, QueryCall, QueryClient
from stateroom.query.state import ApiState, QueryEntry
from stateroom.store import Middleware, Store
from stateroom.store.middleware import Next, StoreApi
from stateroom.testing import ManualTimers

__all__ = ("Asked", "Backend", "World", "world")

START = 1_800_000_000_000


@dataclass
class Asked:
    """One request that arrived."""

    what: str
    arg: object
    call: QueryCall
    answer: asyncio.Future[object]


@dataclass
class Backend:
    """Keeps requests, until a test answers them."""

    asked: list[Asked] = field(default_factory=list)

    async def ask(self, call: QueryCall, arg: object = None) -> object:
        answer = asyncio.get_running_loop().create_future()
        self.asked.append(Asked(call.endpoint, arg, call, answer))
        return await answer

    @property
    def log(self) -> list[tuple[str, object]]:
        return [(each.what, each.arg) for each in self.asked]

    def answer(self, index: int, value: object) -> None:
        self.asked[index].answer.set_result(value)

    def fail(self, index: int, error: Exception) -> None:
        self.asked[index].answer.set_exception(error)


@dataclass
class World:
    """A store with one api, its client, and the time."""

    api: QueryApi
    store: Store
    client: QueryClient
    timers: ManualTimers
    sent: list[Mapping[str, object]]
    faults: list[Mapping[str, object]]

    @property
    def state(self) -> ApiState:
        return self.store[self.api]

    @property
    def types(self) -> list[str]:
        """What was dispatched, without the name of the api, and the mirror."""
        kinds = (str(each["type"]).partition("/")[2] for each in self.sent)
        return [kind for kind in kinds if not kind.startswith("internalSub")]

    def entry(self, key: str) -> QueryEntry:
        return self.state.queries[key]

    def told(self) -> list[str]:
        """Take out what was told to the loop's exception handler."""
        found = [str(each.get("exception")) for each in self.faults]
        self.faults.clear()
        return found

    async def settle(self) -> None:
        await self.timers.advance(0)

    async def advance(self, seconds: float) -> None:
        await self.timers.advance(seconds * 1000)


def _recorder(sent: list[Mapping[str, object]]) -> Middleware:
    def recorder(_: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def seen(action: object) -> object:
                sent.append(cast("Mapping[str, object]", action))
                return after(action)

            return seen

        return around

    return recorder


@asynccontextmanager
async def world(api: QueryApi, *, extra: object = None) -> AsyncIterator[World]:
    """Run a client of ``api``, and see that nothing goes wrong unheard."""
    sent: list[Mapping[str, object]] = []
    faults: list[Mapping[str, object]] = []
    store, timers = Store(api, middleware=[_recorder(sent)]), ManualTimers(START)
    loop, before = asyncio.get_running_loop(), asyncio.all_tasks()
    loop.set_exception_handler(lambda _, told: faults.append(told))
    try:
        async with QueryClient(
            store, api, timers=timers, extra=extra, draw=lambda: 0.6
        ) as client:
            yield World(api, store, client, timers, sent, faults)
        # A test that expects faults takes them out.
        assert faults == []
        assert asyncio.all_tasks() <= before
    finally:
        loop.set_exception_handler(None)
