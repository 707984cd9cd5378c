"""A store with an api of ours, whose requests a program answers; see ``performing``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar, cast

from stateroom.errors import QueryFailed, ResponseError
from stateroom.query import MutationRun, QueryCall, QueryClient, Subscription
from stateroom.query.asking import Query
from stateroom.query.retrying import stop_retrying
from stateroom.query.state import ApiState
from stateroom.query.updating import Update
from stateroom.store import Store
from stateroom.store.actions import Action
from stateroom.store.middleware import Next, StoreApi
from stateroom.testing.timers import ManualTimers
from tests.oracle.persist.terms import build, plain
from tests.oracle.query.endpoints import Declared, declare
from tests.oracle.query.named import answer
from tests.oracle.query.programs import Boom, Program
from tests.oracle.query.showing import (
    START,
    Subscribers,
    shown_action,
    shown_error,
)
from tests.oracle.real import Json

__all__ = ("Stage",)

T = TypeVar("T")

LANES: Final = ("actions", "requests", "aborted", "lives", "threw")


class Open:
    """A request that the program is to answer."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.is_open = True
        self.answered: asyncio.Future[list[Json]] = (
            asyncio.get_running_loop().create_future()
        )


class Stage:
    """A store, a client, and what happens."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.timers = ManualTimers(START)
        self.count = 0
        self.watching: list[asyncio.Task[None]] = []
        self.requests: list[Open] = []
        self.clients: list[QueryClient] = []
        self.old: list[object] = []
        self.begin()
        self.open()

    def open(self) -> None:
        """Make a store, and a client for it."""
        self.aborts: list[Callable[[], object]] = []
        self.subscriptions: list[Subscription[object]] = []
        self.mutations: list[MutationRun[object]] = []
        self.updates: list[Update] = []
        self.declared: Declared = declare(self, self.program)
        store = Store(self.declared.api, middleware=[self.middleware], checks=False)
        self.client = QueryClient(store, self.declared.api, timers=self.timers)
        self.clients.append(self.client)

    def begin(self) -> None:
        """Forget what was told of the step before."""
        self.lanes: dict[str, list[Json]] = {name: [] for name in LANES}
        self.settled: dict[str, Json] = {}

    def note(self, lane: str, *told: Json) -> None:
        self.lanes[lane].append([self.timers.now_ms() - START, *told])

    def middleware(self, api: StoreApi) -> Callable[[Next], Next]:
        timers = self.timers

        def wrap(following: Next) -> Next:
            def take(action: object) -> object:
                told = cast("Action", action)
                if timers is self.timers and not told["type"].startswith("@"):
                    self.note("actions", *shown_action(told))
                return following(action)

            return take

        return wrap

    # -------------------------------------------------------------- requests

    def query(self, name: str, arg: Json) -> Query[object]:
        return self.declared.queries[name](build(arg))

    async def request(self, name: str, arg: object, *, call: QueryCall) -> object:
        opened = Open(len(self.requests))
        self.requests.append(opened)
        forced = call.forced if call.kind == "query" else None
        self.note("requests", opened.number, name, plain(arg), forced)
        call.signal.on_abort(lambda: self.abandon(opened))
        given = cast("dict[str, Program]", self.program["endpoints"])[name]
        if "latency" in given:
            told = answer(str(given["answer"]), opened.number, arg)
            wait = cast("float", given["latency"]) / 1000
            self.timers.call_later(wait, lambda: self.give(opened, told))
        return outcome(await opened.answered)

    def abandon(self, opened: Open) -> None:
        if opened.is_open:
            self.note("aborted", opened.number)
        opened.is_open = False

    def give(self, opened: Open | None, told: list[Json]) -> None:
        if opened is not None and opened.is_open:
            opened.is_open = False
            opened.answered.set_result(told)

    def watch(
        self,
        asked: T,
        told: Callable[[T], Awaitable[list[Json]]],
        *,
        abort: Callable[[], object],
    ) -> T:
        """Put into the trace how something ended."""
        number = str(self.count)
        self.count += 1
        self.aborts.append(abort)

        async def ended() -> None:
            try:
                self.settled[number] = await told(asked)
            except QueryFailed as failure:
                self.settled[number] = ["error", shown_error(failure.error)]

        self.watching.append(asyncio.ensure_future(ended()))
        return asked

    # ------------------------------------------------------------------ state

    @property
    def state(self) -> ApiState:
        return self.client.store[self.declared.api]

    @property
    def current(self) -> Subscribers:
        subscribers = self.client._engine.queries.subscribers  # noqa: SLF001 - who really wants what is told nowhere else
        return {key: subscribers.of(key) for key in subscribers.keys}

    async def close(self) -> None:
        """End what still waits."""
        for task in self.watching:
            task.cancel()
        for client in self.clients:
            await client.aclose()


def outcome(told: list[Json]) -> object:
    """Return, or raise, what the program says."""
    kind, *rest = told
    if kind == "data":
        return build(rest[0])
    if kind == "throw":
        raise Boom(str(rest[0]))
    status, data = rest
    error = ResponseError("answered", status=cast("int", status), data=build(data))
    if kind == "give up":
        stop_retrying(error)
    raise error
