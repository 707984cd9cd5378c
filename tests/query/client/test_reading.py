"""What a client knows without asking, and how it is watched."""

from __future__ import annotations

import threading

import pytest

from stateroom.errors import InvalidQuery
from stateroom.query import QueryApi, QueryCall, QueryClient, QueryResult, Tag
from stateroom.store import Store, to_plain
from stateroom.testing import ManualTimers
from tests.query.client.backend import START, Backend, world

api = QueryApi("api", tags=("Job",))
backend = Backend()


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()


@api.query(provides=lambda jobs: [Tag("Job", each) for each in jobs])
async def jobs(call: QueryCall, city: str) -> list[int]:
    found = await backend.ask(call, city)
    assert isinstance(found, list)
    return found


@api.query
async def nothing(call: QueryCall) -> int | None:
    return None


@api.mutation
async def rename(call: QueryCall) -> object:
    return await backend.ask(call)


async def test_a_query_that_nobody_asked_for_is_uninitialized() -> None:
    async with world(api) as here:
        result = here.client.result(jobs("Berlin"))
        assert result.is_uninitialized
        assert (result.data, result.has_data, result.fulfilled_at) == (None, False, 0)


async def test_each_status_has_its_flag() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        assert flags_of(watching.result) == (False, True, False, False)
        backend.answer(0, [1])
        await watching
        assert flags_of(watching.result) == (False, False, True, False)
        assert (watching.result.arg, watching.result.started_at) == ("Berlin", START)


def flags_of(result: QueryResult[object]) -> tuple[bool, ...]:
    return (
        result.is_uninitialized,
        result.is_loading,
        result.is_success,
        result.is_error,
    )


async def test_none_is_data_too() -> None:
    async with world(api) as here:
        assert await here.client.fetch(nothing()) is None
        assert here.client.result(nothing()).has_data
        assert await here.client.fetch(nothing()) is None
        assert here.types == ["executeQuery/pending", "executeQuery/fulfilled"]


async def test_a_result_is_the_same_object_until_something_changes() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        before = watching.result
        here.client.subscribe(jobs("Paris")).unsubscribe()
        assert here.client.result(jobs("Berlin")) is before
        backend.answer(0, [1])
        await watching
        assert watching.result is not before


async def test_a_selector_is_called_back_by_the_store() -> None:
    seen: list[str] = []
    async with world(api) as here:
        select = here.client.selector(jobs("Berlin"))
        here.store.watch(select, lambda result: seen.append(result.status))
        watching = here.client.subscribe(jobs("Berlin"))
        here.client.subscribe(jobs("Paris")).unsubscribe()
        await here.settle()
        backend.answer(0, [1])
        await watching
        await here.settle()
        assert seen == ["pending", "fulfilled"]


async def test_a_batch_of_the_store_is_heard_of_once() -> None:
    seen: list[str] = []

    def show(result: QueryResult[list[int]]) -> None:
        seen.append(result.status)

    async with world(api) as here:
        with here.store.batch():
            _ = here.client.subscribe(jobs("Berlin"), on_change=show)
            here.client.upsert_many([(jobs("Berlin"), [1])])
        assert seen == ["fulfilled"]


async def test_a_result_can_be_read_when_the_client_is_closed() -> None:
    store = Store(api)
    async with QueryClient(store, api, timers=ManualTimers()) as client:
        client.upsert_many([(jobs("Berlin"), [1])])
    assert client.result(jobs("Berlin")).data == [1]


async def test_changes_from_other_threads_are_told_in_the_loop() -> None:
    where: list[threading.Thread] = []
    async with world(api) as here:
        stored = here.state
        _ = here.client.subscribe(
            jobs("Berlin"), on_change=lambda _: where.append(threading.current_thread())
        )
        await here.settle()
        where.clear()
        reset = {"type": "api/resetApiState", "payload": stored}
        thread = threading.Thread(target=here.store.dispatch, args=(reset,))
        thread.start()
        thread.join()
        await here.settle()
        assert where == [threading.current_thread()]


async def test_a_second_client_of_one_api_is_refused() -> None:
    store = Store(api)
    async with QueryClient(store, api) as first:
        first.upsert_many([(jobs("Berlin"), [1])])
        second = QueryClient(store, api)
        with pytest.raises(InvalidQuery, match="has a client of this api already"):
            await second.fetch(jobs("Berlin"))
    async with QueryClient(store, api) as third:
        assert await third.fetch(jobs("Berlin")) == [1]


async def test_the_actions_alone_make_the_state() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"), polling=10)
        backend.answer(0, [1, 2])
        await watching
        here.client.update(jobs("Berlin"), lambda draft: draft.append(3))
        run = here.client.mutate(rename(), key="renaming")
        backend.answer(1, "done")
        await run
        here.client.set_focused(False)
        await here.advance(10)
        backend.answer(2, [1])
        await here.settle()
        state = here.api.initial()
        for action in here.sent:
            state = here.api.slice.reduce(state, action)
        assert state == here.state


async def test_the_state_has_a_plain_form() -> None:
    async with world(api) as here:
        here.client.upsert_many([(jobs("Berlin"), [1])])
        plain = to_plain(here.state)
        assert isinstance(plain, dict)
        assert isinstance(plain["queries"], dict)
        assert list(plain["queries"]) == ['jobs("Berlin")']


async def test_devtools_show_what_happened() -> None:
    async with world(api) as here:
        with here.store.devtools() as tools:
            await here.client.fetch(nothing())
            kinds = [each.action["type"] for each in tools.actions]
            assert kinds[-2:] == [
                "api/executeQuery/pending",
                "api/executeQuery/fulfilled",
            ]
            assert tools.export()["computedStates"]
