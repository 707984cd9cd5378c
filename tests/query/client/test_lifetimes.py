"""How long data stays that nobody wants: K5."""

from __future__ import annotations

import math

import pytest

from stateroom.errors import ResponseError
from stateroom.query import QueryApi, QueryCall
from tests.query.client.backend import Backend, World, world

api = QueryApi("api")
backend = Backend()
KEY = "jobs(1)"


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()


@api.query
async def jobs(call: QueryCall, page: int) -> object:
    return await backend.ask(call, page)


@api.query(keep_unused=5)
async def short(call: QueryCall, page: int) -> object:
    return await backend.ask(call, page)


@api.query(keep_unused=-1)
async def never(call: QueryCall, page: int) -> object:
    return await backend.ask(call, page)


@api.query(keep_unused=math.inf)
async def ever(call: QueryCall, page: int) -> object:
    return await backend.ask(call, page)


async def unused(here: World) -> None:
    """Have an entry with data, and nobody who wants it."""
    with here.client.subscribe(jobs(1)) as watching:
        backend.answer(-1, "data")
        await watching


async def test_data_stays_while_somebody_wants_it() -> None:
    async with world(api) as here:
        with here.client.subscribe(jobs(1)) as watching:
            backend.answer(0, "data")
            await watching
            await here.advance(3600)
            assert here.entry(KEY).data == "data"


async def test_data_that_nobody_wants_goes_after_a_minute() -> None:
    async with world(api) as here:
        await unused(here)
        await here.advance(59.999)
        assert here.entry(KEY).data == "data"
        await here.advance(0.001)
        assert here.state.queries == {}
        assert here.types[-1] == "queries/removeQueryResult"


async def test_the_last_one_counts() -> None:
    async with world(api) as here:
        first = here.client.subscribe(jobs(1))
        second = here.client.subscribe(jobs(1))
        backend.answer(0, "data")
        await here.settle()
        first.unsubscribe()
        await here.advance(120)
        assert here.entry(KEY).data == "data"
        second.unsubscribe()
        await here.advance(60)
        assert here.state.queries == {}


async def test_who_comes_in_time_finds_the_data() -> None:
    async with world(api) as here:
        await unused(here)
        await here.advance(59)
        with here.client.subscribe(jobs(1)):
            await here.advance(120)
            assert here.entry(KEY).data == "data"
        assert len(backend.asked) == 1


async def test_who_comes_in_time_by_force_finds_the_data_too() -> None:
    async with world(api) as here:
        await unused(here)
        await here.advance(59)
        with here.client.subscribe(jobs(1), force=True):
            backend.answer(1, "new")
            await here.advance(120)
            assert here.entry(KEY).data == "new"


async def test_ending_twice_is_ending_once() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(1))
        other = here.client.subscribe(jobs(1))
        backend.answer(0, "data")
        await here.settle()
        watching.unsubscribe()
        watching.unsubscribe()
        assert watching.is_over
        await here.advance(60)
        assert here.entry(KEY).data == "data"
        assert other.result.data == "data"


async def test_ending_again_does_not_prolong() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(1))
        watching.unsubscribe()
        await here.advance(30)
        watching.unsubscribe()
        await here.advance(30)
        assert here.state.queries == {}


async def test_an_endpoint_says_how_long_its_data_stays() -> None:
    async with world(api) as here:
        here.client.subscribe(short(1)).unsubscribe()
        backend.answer(0, "data")
        await here.advance(4.9)
        assert "short(1)" in here.state.queries
        await here.advance(0.1)
        assert here.state.queries == {}


async def test_less_than_no_time_is_no_time() -> None:
    async with world(api) as here:
        here.client.subscribe(never(1)).unsubscribe()
        await here.settle()
        assert here.state.queries == {}


async def test_infinity_is_for_ever() -> None:
    async with world(api) as here:
        here.client.subscribe(ever(1)).unsubscribe()
        backend.answer(0, "data")
        await here.advance(10_000_000)
        assert here.entry("ever(1)").data == "data"


async def test_more_than_a_timer_can_is_as_long_as_it_can() -> None:
    longest = QueryApi("api", keep_unused=1e12)

    @longest.query
    async def users(call: QueryCall) -> str:
        return "data"

    async with world(longest) as here:
        await here.client.fetch(users())
        assert [each // 1000 for each in here.timers.pending][-1] == 2_147_482


async def test_a_request_that_runs_when_the_time_is_over_is_aborted() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(1))
        watching.unsubscribe()
        await here.advance(60)
        call, answer = backend.asked[0].call, backend.asked[0].answer
        assert call.signal.aborted
        assert answer.cancelled()
        assert here.types[-2:] == [
            "queries/removeQueryResult",
            "executeQuery/rejected",
        ]
        assert here.state.queries == {}


async def test_an_answer_lets_the_time_begin_where_nobody_waits() -> None:
    async with world(api) as here:
        here.client.prefetch(jobs(1))
        await here.advance(600)
        assert here.entry(KEY).status == "pending"
        backend.answer(0, "data")
        await here.advance(59)
        assert here.entry(KEY).data == "data"
        await here.advance(1)
        assert here.state.queries == {}


async def test_a_failure_lets_the_time_begin_too() -> None:
    async with world(api) as here:
        here.client.prefetch(jobs(1))
        backend.fail(0, ResponseError("no", status=500))
        await here.advance(60)
        assert here.state.queries == {}


async def test_subscriptions_are_mirrored_half_a_second_later() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(1), polling=30)
        await here.advance(0.499)
        assert here.state.subscriptions == {}
        await here.advance(0.001)
        mirrored = here.state.subscriptions[KEY][watching.request_id]
        assert mirrored.polling == 30


async def test_the_mirror_forgets_what_is_gone() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs(1))
        await here.advance(1)
        watching.unsubscribe()
        await here.advance(1)
        assert here.state.subscriptions == {KEY: {}}
        await here.advance(60)
        assert here.state.subscriptions == {}


async def test_many_subscriptions_are_mirrored_in_one_action() -> None:
    async with world(api) as here:
        for page in range(50):
            _ = here.client.subscribe(jobs(page))
        await here.advance(1)
        mirrors = [
            each for each in here.sent if "subscriptionsUpdated" in str(each["type"])
        ]
        assert len(mirrors) == 1
        assert list(here.timers.pending) == []
        assert len(here.state.subscriptions) == 50
