"""Runs a program with our query layer; ``js/running.mjs`` does it with RTK Query."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
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
from stateroom.testing.timers import ManualTimers, drained
from tests.oracle.performing import perform
from tests.oracle.persist.terms import build, plain
from tests.oracle.query.endpoints import Declared, declare
from tests.oracle.query.named import RECIPES, answer, tag
from tests.oracle.query.programs import Boom, Program, Trace
from tests.oracle.query.showing import (
    START,
    Names,
    Subscribers,
    renamed,
    shown_action,
    shown_error,
    shown_state,
)
from tests.oracle.real import Json

__all__ = ("trace_query",)

T = TypeVar("T")

LANES: Final = ("actions", "requests", "aborted", "lives", "threw")
KEEPING: Final = ("update", "undo", "select", "args", "invalidated")
"""All other steps may write data, after which an update cannot be undone there."""


class Open:
    """A request that the program is to answer."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.is_open = True
        self.answered: asyncio.Future[list[Json]] = (
            asyncio.get_running_loop().create_future()
        )


class Run:
    """A store with an api, and what is done with it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.timers = ManualTimers(START)
        self.names: Names = {}
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

    # ----------------------------------------------------------------- steps

    def do_subscribe(self, name: str, arg: Json, given: Program) -> None:
        asked = self.client.subscribe(
            self.query(name, arg),
            refetch_on_mount=cast("float | None", given.get("force")),
            polling=cast("float", given.get("pollingInterval", 0)) / 1000,
            skip_polling_if_unfocused=bool(given.get("skipPollingIfUnfocused")),
            refetch_on_focus=cast("bool | None", given.get("refetchOnFocus")),
            refetch_on_reconnect=cast("bool | None", given.get("refetchOnReconnect")),
        )
        self.subscriptions.append(self.watch(asked, data_of, abort=asked.abort))

    def do_unsubscribe(self, index: int) -> None:
        live = [each for each in self.subscriptions if not each.is_over]
        found = nth(live, index)
        if found is not None:
            found.unsubscribe()

    def do_refetch(self, index: int) -> None:
        found = nth(self.subscriptions, index)
        if found is not None:
            asked = found.refetch()
            _ = self.watch(asked, data_of, abort=asked.abort)

    def do_options(self, index: int, given: Program) -> None:
        found = nth(self.subscriptions, index)
        if found is not None:
            found.change(
                polling=cast("float", given.get("pollingInterval", 0)) / 1000,
                skip_polling_if_unfocused=bool(given.get("skipPollingIfUnfocused")),
                refetch_on_focus=cast("bool | None", given.get("refetchOnFocus")),
                refetch_on_reconnect=cast(
                    "bool | None", given.get("refetchOnReconnect")
                ),
            )

    def do_abort(self, index: int) -> None:
        found = nth(self.aborts, index)
        if found is not None:
            found()

    def do_mutate(self, name: str, arg: Json, given: Program) -> None:
        asked = self.client.mutate(
            self.declared.mutations[name](build(arg)),
            key=cast("str | None", given.get("key")),
            track=bool(given.get("track", True)),
        )
        self.mutations.append(self.watch(asked, data_of, abort=asked.abort))

    def do_resetMutation(self, index: int) -> None:  # noqa: N802 - as in programs
        found = nth(self.mutations, index)
        if found is not None:
            found.reset()

    def do_prefetch(self, name: str, arg: Json, given: Program) -> None:
        self.client.prefetch(
            self.query(name, arg),
            force=bool(given.get("force")),
            if_older_than=cast("float | None", given.get("ifOlderThan")),
        )

    def do_invalidate(self, several: list[Json]) -> None:
        self.client.invalidate(*map(tag, several))

    def do_reset(self) -> None:
        self.client.reset()

    def do_update(self, name: str, arg: Json, recipe: str) -> None:
        update = self.client.update(self.query(name, arg), RECIPES[recipe])
        self.note("lives", "update", bool(update.patches))
        if update.patches:
            self.updates.append(update)
        else:
            # On other data it may change something, which it cannot there.
            update.undo()

    def do_undo(self) -> None:
        if self.updates:
            self.updates.pop().undo()

    def do_upsert(self, name: str, arg: Json, value: Json) -> None:
        query = self.query(name, arg)
        client = self.client

        async def upserted(asked: Awaitable[object]) -> list[Json]:
            await asked
            return ["upserted", client.result(query).status]

        asked = client.upsert(query, build(value))
        _ = self.watch(asked, upserted, abort=asked.abort)

    def do_upsertMany(self, several: list[list[Json]]) -> None:  # noqa: N802 - as above
        self.client.upsert_many(
            [(self.query(str(name), arg), build(value)) for name, arg, value in several]
        )

    def do_focus(self) -> None:
        self.client.set_focused(True)

    def do_blur(self) -> None:
        self.client.set_focused(False)

    def do_online(self) -> None:
        self.client.set_online(True)

    def do_offline(self) -> None:
        self.client.set_online(False)

    def do_answer(self, index: int, *told: Json) -> None:
        waiting = [each for each in self.requests if each.is_open]
        self.give(nth(waiting, index), [*told])

    def do_args(self, name: str) -> None:
        found = self.client.cached_args(self.declared.queries[name])
        self.note("lives", "args", [plain(each) for each in found])

    def do_invalidated(self, several: list[Json]) -> None:
        found = self.client.entries_of(*map(tag, several))
        told: list[Json] = [
            [each.key, each.endpoint, plain(each.arg)] for each in found
        ]
        self.note("lives", "invalidated", told)

    def do_select(self, name: str, arg: Json) -> None:
        result = self.client.result(self.query(name, arg))
        flags: list[Json] = [
            result.is_uninitialized,
            result.is_loading,
            result.is_success,
            result.is_error,
        ]
        self.note("lives", "select", result.status, flags)

    def do_restart(self) -> None:
        """A new process: of the old one, nothing goes on."""
        stored = self.state
        for each in self.requests:
            each.is_open = False
        # Held, so that nothing of it ends by being forgotten.
        self.old += self.mutations
        self.timers = ManualTimers(self.timers.now_ms())
        self.open()
        self.client.rehydrate(stored)

    # ----------------------------------------------------------------- trace

    @property
    def state(self) -> ApiState:
        return self.client.store[self.declared.api]

    @property
    def current(self) -> Subscribers:
        subscribers = self.client._engine.queries.subscribers  # noqa: SLF001 - who really wants what is told nowhere else
        return {key: subscribers.of(key) for key in subscribers.keys}

    async def step(self, step: Json) -> dict[str, Json]:
        self.begin()
        name, *rest = cast("list[Json]", step)
        if name not in KEEPING:
            for each in self.updates:
                each.commit()
            self.updates.clear()
        before = None if name == "restart" else self.state
        try:
            if name == "advance":
                await self.timers.advance(cast("float", rest[0]))
            else:
                perform(self, step)
        except Boom as error:
            self.note("threw", name, str(error))
        await drained()
        told: Program = {
            **cast("Program", self.lanes),
            "settled": dict(
                sorted(self.settled.items(), key=lambda each: int(each[0]))
            ),
            "state": shown_state(self.state, self.current, before),
        }
        return cast("Program", renamed(told, self.names))

    async def close(self) -> None:
        """End what still waits."""
        for task in self.watching:
            task.cancel()
        for client in self.clients:
            await client.aclose()


def nth(several: Sequence[T], index: int) -> T | None:
    """One of several; counting begins again at the first one, -1 is the last one."""
    if not several:
        return None
    return several[index if index < 0 else index % len(several)]


async def data_of(asked: Awaitable[object]) -> list[Json]:
    return ["data", plain(await asked)]


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


def trace_query(program: Program) -> Trace:
    """What a program does in Python."""
    return asyncio.run(_traced(program))


async def _traced(program: Program) -> Trace:
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    run = Run(program)
    told = [await run.step(step) for step in cast("list[Json]", program["steps"])]
    await run.close()
    return told
