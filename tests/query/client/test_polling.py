"""Asking again and again, on focus, and when the network is back: K8."""

from __future__ import annotations

import pytest

from stateroom.errors import InvalidQuery, ResponseError
from stateroom.query import QueryApi, QueryCall
from tests.query.client.backend import Backend, world

api = QueryApi("api")
eager = QueryApi("api", refetch_on_focus=True, refetch_on_reconnect=True)
backend = Backend()
counted: list[int] = []


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()
    counted.clear()


@api.query
async def jobs(call: QueryCall) -> int:
    counted.append(1)
    return len(counted)


@api.query
async def slow(call: QueryCall) -> object:
    return await backend.ask(call)


@eager.query
async def users(call: QueryCall) -> int:
    counted.append(1)
    return len(counted)


async def test_polling_asks_after_each_interval() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(), polling=30)
        await here.advance(29.999)
        assert len(counted) == 1
        await here.advance(0.001)
        assert watching.result.data == 2
        await here.advance(60)
        assert watching.result.data == 4


async def test_the_shortest_interval_counts() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs(), polling=30)
        other = here.client.subscribe(jobs(), polling=10)
        await here.advance(10)
        assert len(counted) == 2
        other.unsubscribe()
        # The wait that runs is prolonged, from when it began.
        await here.advance(29.999)
        assert len(counted) == 2
        await here.advance(0.001)
        assert len(counted) == 3


async def test_a_wait_is_prolonged_from_when_it_began() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(), polling=10)
        await here.advance(4)
        watching.change(polling=30)
        await here.advance(25.9)
        assert len(counted) == 1
        await here.advance(0.1)
        assert len(counted) == 2


async def test_the_interval_counts_from_the_answer() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(slow(), polling=10)
        await here.advance(25)
        assert len(backend.asked) == 1
        assert here.types == ["executeQuery/pending"]
        backend.answer(0, 1)
        await here.advance(9.999)
        assert len(backend.asked) == 1
        await here.advance(0.001)
        assert len(backend.asked) == 2


async def test_failures_are_polled_on() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(slow(), polling=10)
        backend.fail(0, ResponseError("no", status=500))
        await here.advance(10)
        assert len(backend.asked) == 2


async def test_polling_ends_with_the_subscription() -> None:
    async with world(api) as here:
        here.client.subscribe(jobs(), polling=10).unsubscribe()
        await here.advance(50)
        assert len(counted) == 1


async def test_an_interval_can_be_changed() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs())
        await here.advance(100)
        assert len(counted) == 1
        watching.change(polling=10)
        await here.advance(10)
        assert len(counted) == 2
        watching.change(polling=0)
        await here.advance(100)
        assert len(counted) == 2


async def test_a_shorter_interval_counts_from_now() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(), polling=100)
        await here.advance(50)
        watching.change(polling=10)
        await here.advance(9.9)
        assert len(counted) == 1
        await here.advance(0.1)
        assert len(counted) == 2


async def test_polling_can_wait_for_somebody_to_look() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs(), polling=10, skip_polling_if_unfocused=True)
        here.client.set_focused(False)
        await here.advance(50)
        assert len(counted) == 1
        here.client.set_focused(True)
        await here.advance(10)
        assert len(counted) == 2


async def test_others_poll_also_when_nobody_looks() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs(), polling=10)
        here.client.set_focused(False)
        await here.advance(10)
        assert len(counted) == 2


@pytest.mark.parametrize("polling", [-1, float("nan")])
async def test_what_is_no_interval_is_refused(polling: float) -> None:
    async with world(api) as here:
        with pytest.raises(InvalidQuery, match="polling is"):
            _ = here.client.subscribe(jobs(), polling=polling)
        watching = here.client.subscribe(jobs())
        with pytest.raises(InvalidQuery, match="polling is"):
            watching.change(polling=polling)


async def test_an_endless_interval_polls_never() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs(), polling=float("inf"))
        await here.advance(10_000)
        assert len(counted) == 1


async def test_focus_asks_anew_where_it_is_wanted() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs(), refetch_on_focus=True)
        await here.settle()
        here.client.set_focused(False)
        await here.settle()
        assert len(counted) == 1
        assert not here.state.config.focused
        here.client.set_focused(True)
        assert len(counted) == 2
        assert here.state.config.focused


async def test_focus_asks_nothing_anew_by_default() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs())
        await here.settle()
        here.client.set_focused(True)
        here.client.set_online(True)
        assert len(counted) == 1


async def test_a_network_that_is_back_asks_anew_where_it_is_wanted() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs(), refetch_on_reconnect=True)
        await here.settle()
        here.client.set_online(False)
        assert not here.state.config.online
        here.client.set_online(True)
        assert len(counted) == 2


async def test_an_api_may_ask_anew_by_default() -> None:
    async with world(eager) as here:
        _ = here.client.subscribe(users())
        await here.settle()
        here.client.set_focused(True)
        await here.settle()
        here.client.set_online(True)
        assert len(counted) == 3


async def test_one_who_does_not_want_it_is_enough_against_the_default() -> None:
    async with world(eager) as here:
        _ = here.client.subscribe(users())
        _ = here.client.subscribe(users(), refetch_on_focus=False)
        await here.settle()
        here.client.set_focused(True)
        assert len(counted) == 1


async def test_one_who_wants_it_is_enough_for_it() -> None:
    async with world(eager) as here:
        _ = here.client.subscribe(users(), refetch_on_focus=True)
        _ = here.client.subscribe(users(), refetch_on_focus=False)
        await here.settle()
        here.client.set_focused(True)
        assert len(counted) == 2


async def test_focus_removes_what_nobody_wants_where_it_would_ask_anew() -> None:
    async with world(eager) as here:
        await here.client.fetch(users())
        here.client.set_focused(True)
        assert here.state.queries == {}
        assert len(counted) == 1
