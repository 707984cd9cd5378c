"""Attempts to leave a request half done, or something running for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import cast

import pytest

from stateroom.errors import InvalidQuery
from stateroom.query import (
    EntryLifecycle,
    QueryApi,
    QueryCall,
    QueryClient,
    RequestLifecycle,
    Subscription,
)
from stateroom.store import Middleware, Slice, Store
from stateroom.store.middleware import Next, StoreApi
from stateroom.testing import ManualTimers
from tests.query.client.backend import Backend, World, world

api = QueryApi("api", tags=("Job",))
backend = Backend()
heard: list[object] = []
alive: dict[int, int] = {}
gate = asyncio.Event()


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()
    heard.clear()
    alive.clear()
    gate.set()


async def note(lifecycle: RequestLifecycle) -> None:
    heard.append((await lifecycle.fulfilled).data)


async def live(number: int, lifecycle: EntryLifecycle) -> None:
    alive[number] = alive.get(number, 0) + 1
    await lifecycle.removed
    alive[number] -= 1


@api.query(provides=["Job"], on_started=note)
async def jobs(call: QueryCall) -> object:
    return await backend.ask(call)


@api.query(provides=["Job"])
async def job(call: QueryCall, number: int) -> list[int]:
    return [number]


@api.query(on_entry_added=live, keep_unused=10)
async def lived(call: QueryCall, number: int) -> list[int]:
    if not gate.is_set():
        await gate.wait()
    return [number]


@api.mutation(invalidates=["Job"], on_started=note)
async def change(call: QueryCall) -> str:
    return "done"


def broken() -> None:
    raise ValueError("a listener")


# -- listeners and middlewares that raise


async def test_a_listener_that_raises_leaves_no_answer_half_written() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs())
        backend.answer(0, [1])
        await here.settle()
        here.client.update(jobs(), lambda data: cast("list[int]", data).append(9))
        again = watching.refetch()
        end = here.store.subscribe(broken)
        backend.answer(1, [2])
        await here.settle()
        end()
        assert (await again, heard) == ([2, 9], [[1], [2]])
        assert "a listener" in here.told()
        await invalidated_once_more(here)


async def invalidated_once_more(here: World) -> None:
    """See that tags do not wait for what has ended long ago."""
    asked = len(backend.asked)
    here.client.invalidate("Job")
    await here.settle()
    assert len(backend.asked) == asked + 1
    backend.answer(asked, [3])
    await here.settle()


async def test_a_listener_that_raises_keeps_no_mutation_from_its_end() -> None:
    async with world(api) as here:
        await here.client.fetch(job(1))
        end = here.store.subscribe(broken)
        assert await here.client.mutate(change()) == "done"
        await here.settle()
        end()
        assert heard == ["done"]
        assert set(here.told()) == {"a listener"}


def refusing(kind: str) -> Middleware:
    def middleware(_: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def seen(action: object) -> object:
                if cast("Mapping[str, object]", action)["type"] == kind:
                    raise ValueError("a middleware")
                return after(action)

            return seen

        return around

    return middleware


async def test_a_middleware_that_refuses_keeps_no_mutation_from_its_end() -> None:
    store = Store(api, middleware=[refusing("api/queries/removeQueryResult")])
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, each: told.append(each["message"])
    )
    timers = ManualTimers()
    async with QueryClient(store, api, timers=timers) as client:
        await client.fetch(job(1))
        assert await client.mutate(change()) == "done"
        await timers.advance(0)
        assert heard == ["done"]
    assert told == ["api: job(1) could not be renewed"]


# -- entries that go together


async def test_an_entry_that_comes_again_as_others_go_has_one_lifecycle() -> None:
    async with world(api) as here:
        for number in range(40):
            await here.client.fetch(lived(number))

        def when_gone() -> None:
            if not heard and lived(0).key not in here.state.queries:
                heard.append("gone")
                _ = here.client.subscribe(lived(39))

        here.store.tap(lambda _: when_gone())
        await here.advance(10)
        assert {key: each for key, each in alive.items() if each} == {39: 1}
        assert here.entry(lived(39).key).data == [39]


async def test_data_that_comes_again_as_others_go_lives_its_own_time() -> None:
    async with world(api) as here:
        for number in range(40):
            await here.client.fetch(lived(number))

        def when_gone() -> None:
            if not heard and lived(0).key not in here.state.queries:
                heard.append("gone")
                here.client.prefetch(lived(39))

        gate.clear()
        here.store.tap(lambda _: when_gone())
        await here.advance(10)
        gate.set()
        await here.settle()
        assert here.entry(lived(39).key).data == [39]


async def test_an_api_that_leaves_the_store_leaves_its_client_empty() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(), on_change=heard.append)
        other = Slice("other", dict[str, int])
        here.store.replace_reducer({"other": other})
        backend.answer(0, [1])
        assert (await watching, watching.result.has_data) == ([1], False)
        here.client.invalidate("Job")
        watching.unsubscribe()
        here.store.replace_reducer({"api": api, "other": other})
        assert await here.client.fetch(job(1)) == [1]


# -- mistakes, and many


@pytest.mark.parametrize("polling", ["30", None, timedelta(seconds=30), [1]])
async def test_an_interval_that_is_no_number_is_refused(polling: object) -> None:
    async with world(api) as here:
        with pytest.raises(InvalidQuery, match="expected seconds"):
            _ = here.client.subscribe(job(1), polling=cast("float", polling))


async def test_nobody_is_called_who_has_ended_the_subscription() -> None:
    async with world(api) as here:
        second: list[Subscription[object]] = []

        def first(_: object) -> None:
            second[0].unsubscribe()

        _ = here.client.subscribe(jobs(), on_change=first)
        second.append(here.client.subscribe(jobs(), on_change=heard.append))
        backend.answer(0, [1])
        await here.settle()
        assert heard == [[1]]  # of the request's own function alone


@pytest.mark.timeout(120)
async def test_many_subscriptions_of_one_entry_do_not_look_at_each_other() -> None:
    async with world(api) as here:
        many = [
            here.client.subscribe(job(1), on_change=heard.append) for _ in range(30_000)
        ]
        await here.settle()
        assert len(heard) == 2 * 30_000  # it began, and it ended
        for each in many:
            each.unsubscribe()
        await here.advance(60)
        assert here.state.queries == {}
