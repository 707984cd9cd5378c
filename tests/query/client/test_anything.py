"""Whatever is done, in whatever order: nothing is left behind, and all of it fits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import QueryFailed, ResponseError
from stateroom.query import (
    EntryLifecycle,
    MutationEndpoint,
    Query,
    QueryApi,
    QueryCall,
    QueryEndpoint,
    RequestLifecycle,
    Subscription,
    Tag,
    Update,
)
from tests.query.client.backend import Backend, World, world

Act = tuple[str, int]
Change = MutationEndpoint[[int], object]

NAMES = (
    "answer",
    "fail",
    "fetch",
    "focus",
    "invalidate",
    "mutate",
    "poll",
    "prefetch",
    "refetch",
    "reset",
    "subscribe",
    "time",
    "undo",
    "unsubscribe",
    "update",
    "upsert",
)
acts = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 3)), max_size=40)


class Life:
    """One client, with everything that somebody holds of it."""

    def __init__(self, here: World, backend: Backend, *, change: Change) -> None:
        self.here = here
        self.backend = backend
        self.change = change
        self.subscriptions: list[Subscription[list[int]]] = []
        self.updates: list[Update] = []
        self.fetching: list[asyncio.Task[object]] = []
        endpoint = here.api.endpoints["numbers"]
        self.numbers = cast("QueryEndpoint[[int], list[int]]", endpoint)

    def query(self, number: int) -> Query[list[int]]:
        return self.numbers(number)

    async def do(self, name: str, number: int) -> None:
        if name != "time":
            act = cast("Callable[[int], object]", getattr(self, f"do_{name}"))
            act(number)
        await self.here.advance(number * 9 if name == "time" else 0)
        self.check()

    def do_answer(self, number: int) -> None:
        for each in self._open(number):
            each.set_result([number])

    def do_fail(self, number: int) -> None:
        for each in self._open(number):
            each.set_exception(ResponseError("no", status=500))

    def _open(self, number: int) -> list[asyncio.Future[object]]:
        waiting = [each.answer for each in self.backend.asked if not each.answer.done()]
        return waiting[number : number + 1]

    def do_fetch(self, number: int) -> None:
        work = self._fetch(number)
        self.fetching.append(asyncio.ensure_future(work))

    async def _fetch(self, number: int) -> object:
        try:
            return await self.here.client.fetch(self.query(number))
        except QueryFailed as failure:
            return failure

    def do_focus(self, number: int) -> None:
        self.here.client.set_focused(bool(number % 2))

    def do_invalidate(self, number: int) -> None:
        self.here.client.invalidate(Tag("Number", number) if number else "Number")

    def do_mutate(self, number: int) -> None:
        run = self.here.client.mutate(self.change(number))
        if number == 3:
            run.abort()

    def do_poll(self, number: int) -> None:
        for each in self.subscriptions[number : number + 1]:
            if not each.is_over:
                each.change(polling=float(number * 7))

    def do_prefetch(self, number: int) -> None:
        self.here.client.prefetch(self.query(number), force=number == 2)

    def do_refetch(self, number: int) -> None:
        for each in self.subscriptions[number : number + 1]:
            _ = each.refetch()

    def do_reset(self, number: int) -> None:
        if not number:
            self.here.client.reset()

    def do_subscribe(self, number: int) -> None:
        made = self.here.client.subscribe(
            self.query(number), polling=float(number), refetch_on_focus=number == 1
        )
        self.subscriptions.append(made)

    def do_undo(self, number: int) -> None:
        for each in self.updates[number : number + 1]:
            each.undo()

    def do_unsubscribe(self, number: int) -> None:
        for each in self.subscriptions[number : number + 1]:
            each.unsubscribe()

    def do_update(self, number: int) -> None:
        recipe = partial(_append, number)
        made = self.here.client.update(self.query(number), recipe, is_final=number == 3)
        self.updates.append(made)

    def do_upsert(self, number: int) -> None:
        self.here.client.upsert_many([(self.query(number), [number])])

    def check(self) -> None:
        """See that the index and the entries fit."""
        state = self.here.state
        assert set(state.provided.keys) <= set(state.queries)
        for ids in state.provided.tags.values():
            for keys in ids.values():
                assert set(keys) <= set(state.provided.keys)
        for key, entry in state.queries.items():
            assert key == f"numbers({entry.arg})"
            assert entry.status != "uninitialized"
            assert (entry.status == "rejected") <= (entry.error is not None)

    async def end(self) -> None:
        """Want nothing any more, answer everything, and see that nothing is left."""
        for each in self.subscriptions:
            each.unsubscribe()
        while waiting := self._open(0):
            waiting[0].set_result([0])
            await self.here.settle()
        await self.here.advance(200)
        assert all(each.done() for each in self.fetching)
        assert self.here.state.queries == {}
        assert list(self.here.timers.pending) == []


def _append(number: int, draft: list[int]) -> None:
    draft.append(number)


async def _tend_request(lifecycle: RequestLifecycle) -> None:
    lifecycle.update(partial(_append, 7))
    await lifecycle.fulfilled


async def _tend_entry(lifecycle: EntryLifecycle) -> None:
    await lifecycle.data_loaded
    await lifecycle.removed


def made(backend: Backend) -> tuple[QueryApi, Change]:
    api = QueryApi("api", tags=("Number",))

    @api.query(
        provides=lambda numbers, number: [Tag("Number", number), "Number"],
        on_started=_tend_request,
        on_entry_added=_tend_entry,
    )
    async def numbers(call: QueryCall, number: int) -> list[int]:
        return cast("list[int]", await backend.ask(call, number))

    @api.mutation(invalidates=lambda done, number: [Tag("Number", number)])
    async def change(call: QueryCall, number: int) -> object:
        return await backend.ask(call, number)

    return api, change


async def _live(program: list[Act]) -> None:
    backend = Backend()
    api, change = made(backend)
    async with world(api) as here:
        life = Life(here, backend, change=change)
        for name, number in program:
            await life.do(name, number)
        await life.end()


@given(acts)
def test_nothing_is_left_of_whatever_was_done(program: list[Act]) -> None:
    asyncio.run(_live(program))
