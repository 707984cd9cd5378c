"""Whether a request is made: force, age, mounting, prefetching, endpoints: K3, K13."""

from __future__ import annotations

import pytest

from stateroom.errors import QueryFailed, ResponseError
from stateroom.query import QueryApi, QueryCall, QueryEntry
from stateroom.store import UNDEFINED
from tests.query.client.backend import World, world

api = QueryApi("api")
counted: list[object] = []


@pytest.fixture(autouse=True)
def fresh() -> None:
    counted.clear()


@api.query
async def jobs(call: QueryCall) -> int:
    counted.append(call.forced)
    return len(counted)


asked: list[tuple[int, object, QueryEntry | None]] = []


def is_other(page: int, previous: object, entry: QueryEntry | None) -> bool:
    asked.append((page, previous, entry))
    return page != previous


@api.query(serialize=lambda: "pages", force_refetch=is_other)
async def pages(call: QueryCall, page: int) -> int:
    counted.append(page)
    return page


async def asked_once(here: World) -> None:
    await here.client.fetch(jobs())
    assert len(counted) == 1


async def test_fetching_asks_once() -> None:
    async with world(api) as here:
        assert await here.client.fetch(jobs()) == 1
        assert await here.client.fetch(jobs()) == 1
        assert counted == [False]


async def test_fetching_asks_again_where_the_last_request_failed() -> None:
    flaky = QueryApi("api")

    @flaky.query
    async def users(call: QueryCall) -> int:
        counted.append(1)
        if len(counted) == 2:
            raise ResponseError("no", status=503)
        return len(counted)

    async with world(flaky) as here:
        assert await here.client.fetch(users()) == 1
        with pytest.raises(QueryFailed):
            await here.client.fetch(users(), force=True)
        assert here.client.result(users()).data == 1
        assert await here.client.fetch(users()) == 3


async def test_force_asks_for_what_is_there() -> None:
    async with world(api) as here:
        await asked_once(here)
        assert await here.client.fetch(jobs(), force=True) == 2
        assert counted == [False, True]


async def test_an_age_asks_for_what_is_old_enough() -> None:
    async with world(api) as here:
        await asked_once(here)
        await here.advance(9.9)
        assert await here.client.fetch(jobs(), force=10) == 1
        await here.advance(0.1)
        assert await here.client.fetch(jobs(), force=10) == 2


async def test_an_age_does_not_force_what_never_was() -> None:
    async with world(api) as here:
        assert await here.client.fetch(jobs(), force=10) == 1
        assert counted == [False]


async def test_mounting_asks_anew_where_the_api_says_so() -> None:
    mounting = QueryApi("api", refetch_on_mount=True)

    @mounting.query
    async def users(call: QueryCall) -> int:
        counted.append(1)
        return len(counted)

    async with world(mounting) as here:
        await here.client.subscribe(users())
        await here.client.subscribe(users())
        assert len(counted) == 2
        await here.client.subscribe(users(), refetch_on_mount=False)
        assert len(counted) == 2
        here.client.prefetch(users())
        assert len(counted) == 2
        assert await here.client.fetch(users()) == 3


async def test_mounting_asks_for_what_is_old_where_the_api_says_so() -> None:
    mounting = QueryApi("api", refetch_on_mount=10)

    @mounting.query
    async def users(call: QueryCall) -> int:
        counted.append(1)
        return len(counted)

    async with world(mounting) as here:
        await here.client.subscribe(users())
        await here.advance(9)
        await here.client.subscribe(users())
        assert len(counted) == 1
        await here.advance(1)
        await here.client.subscribe(users())
        assert len(counted) == 2


async def test_a_subscription_may_ask_anew_on_its_own() -> None:
    async with world(api) as here:
        await asked_once(here)
        await here.client.subscribe(jobs(), refetch_on_mount=True)
        assert len(counted) == 2


async def test_prefetching_asks_for_what_is_not_there() -> None:
    async with world(api) as here:
        here.client.prefetch(jobs())
        await here.settle()
        here.client.prefetch(jobs())
        await here.settle()
        assert counted == [False]
        assert here.types[-1] == "executeQuery/rejected"


async def test_prefetching_by_force_asks_always() -> None:
    async with world(api) as here:
        await asked_once(here)
        here.client.prefetch(jobs(), force=True)
        assert len(counted) == 2


async def test_prefetching_by_age_asks_for_what_is_old_or_missing() -> None:
    async with world(api) as here:
        here.client.prefetch(jobs(), if_older_than=10)
        assert counted == [True]
        await here.advance(9)
        sent = len(here.sent)
        here.client.prefetch(jobs(), if_older_than=10)
        assert len(here.sent) == sent
        await here.advance(1)
        here.client.prefetch(jobs(), if_older_than=10)
        assert len(counted) == 2


async def test_an_endpoint_may_want_its_data_anew() -> None:
    asked.clear()
    async with world(api) as here:
        assert await here.client.fetch(pages(1)) == 1
        assert await here.client.fetch(pages(1)) == 1
        assert await here.client.fetch(pages(2)) == 2
        assert counted == [1, 2]
        assert list(here.state.queries) == ["pages"]
        assert here.entry("pages").arg == 2
        assert [each[:2] for each in asked] == [(1, UNDEFINED), (1, 1), (2, 1)]
        assert asked[0][2] is None


async def test_reading_data_lets_its_time_begin_anew() -> None:
    async with world(api) as here:
        await asked_once(here)
        for _ in range(5):
            await here.advance(50)
            assert await here.client.fetch(jobs()) == 1
        await here.advance(60)
        assert here.state.queries == {}


async def test_reading_cached_data_is_told_to_nobody() -> None:
    async with world(api) as here:
        await asked_once(here)
        sent = len(here.sent)
        await here.client.fetch(jobs())
        await here.advance(1)
        assert [str(each["type"]).split("/")[1] for each in here.sent[sent:]] == [
            "internalSubscriptions"
        ]
