"""What recorders are told of queries that somebody asks for, and of tags."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from stateroom import signals
from stateroom.errors import InvalidQuery, QueryFailed, ResponseError
from stateroom.query import QueryApi, QueryCall, Tag
from stateroom.signals import Event, QueryInvalidated, QueryRead
from tests.query.client.backend import Backend, World, world

api = QueryApi("careers", tags=("Job", "User"), refetch_on_focus=True)
hasty = QueryApi("hasty", tags=("Job",), invalidation="immediately")
backend = Backend()


@api.query(provides=lambda _, number: [Tag("Job", number)])
async def job(call: QueryCall, number: int) -> object:
    return await backend.ask(call, number)


@api.mutation(invalidates=lambda _, number: [Tag("Job", number), "User", "Job"])
async def rename(call: QueryCall, number: int) -> object:
    return await backend.ask(call, number)


@api.mutation
async def log_in(call: QueryCall) -> object:
    return await backend.ask(call)


@hasty.query(provides=["Job"])
async def jobs(call: QueryCall) -> object:
    return await backend.ask(call)


@pytest.fixture
def told() -> Iterator[list[Event]]:
    backend.asked.clear()
    kept: list[Event] = []
    with signals.recording(kept.append):
        yield kept


def reads(told: list[Event]) -> list[str]:
    """Take out how the queries were served that somebody asked for."""
    found = [each.result for each in told if isinstance(each, QueryRead)]
    told.clear()
    return found


def names(told: list[Event]) -> list[str]:
    return [type(each).__name__ for each in told]


def invalidated(told: list[Event]) -> list[QueryInvalidated]:
    return [each for each in told if isinstance(each, QueryInvalidated)]


async def with_job(here: World, told: list[Event], *, number: int = 1) -> None:
    """Have the data of one job, which nobody watches, and forget what that took."""
    with here.client.subscribe(job(number)):
        backend.answer(-1, "cook")
        await here.settle()
    told.clear()


# -- who asks


async def test_a_subscription_is_told_as_requested_joined_or_cached(
    told: list[Event],
) -> None:
    async with world(api) as here:
        _ = here.client.subscribe(job(1))
        assert told == [QueryRead(api="careers", endpoint="job", result="requested")]
        _ = here.client.subscribe(job(1))
        backend.answer(0, "cook")
        await here.settle()
        _ = here.client.subscribe(job(1))
        assert reads(told) == ["requested", "joined", "cached"]


async def test_a_fetch_of_what_is_there_is_told_once(told: list[Event]) -> None:
    async with world(api) as here:
        await with_job(here, told)
        assert await here.client.fetch(job(1)) == "cook"
        assert told == [QueryRead("careers", "job", "cached")]


async def test_a_fetch_that_has_to_ask_is_told_once(told: list[Event]) -> None:
    async with world(api) as here:
        fetching = asyncio.ensure_future(here.client.fetch(job(1)))
        await here.settle()
        backend.answer(0, "cook")
        assert await fetching == "cook"
        assert reads(told) == ["requested"]


async def test_a_fetch_after_a_failure_is_told_as_requested(
    told: list[Event],
) -> None:
    async with world(api) as here:
        for _ in range(2):
            fetching = asyncio.ensure_future(here.client.fetch(job(1)))
            await here.settle()
            backend.fail(-1, ResponseError("busy", status=503))
            with pytest.raises(QueryFailed):
                await fetching
        assert reads(told) == ["requested", "requested"]


async def test_a_prefetch_of_what_is_young_enough_is_told_as_cached(
    told: list[Event],
) -> None:
    async with world(api) as here:
        await with_job(here, told)
        here.client.prefetch(job(1))
        await here.advance(10)
        here.client.prefetch(job(1), if_older_than=11)
        here.client.prefetch(job(1), if_older_than=10)
        here.client.prefetch(job(1))
        assert reads(told) == ["cached", "cached", "requested", "joined"]


async def test_a_refetch_is_told_as_requested_or_joined(told: list[Event]) -> None:
    async with world(api) as here:
        await with_job(here, told)
        watching = here.client.subscribe(job(1))
        _ = watching.refetch()
        _ = watching.refetch()
        assert reads(told) == ["cached", "requested", "joined"]


async def test_looking_at_what_is_known_is_no_event(told: list[Event]) -> None:
    async with world(api) as here:
        await with_job(here, told)
        watching = here.client.subscribe(job(1))
        told.clear()
        assert watching.result.data == "cook"
        assert here.client.result(job(1)).data == "cook"
        select = here.client.selector(job(1))
        assert select(here.store.root_state()).data == "cook"
        assert here.client.entries_of("Job") == (job(1),)
        assert told == []


async def test_what_a_client_asks_by_itself_is_told_as_requests_only(
    told: list[Event],
) -> None:
    async with world(api) as here:
        _ = here.client.subscribe(job(1), polling=30)
        backend.answer(-1, "cook")
        await here.settle()
        told.clear()
        here.client.set_focused(True)
        backend.answer(-1, "cook")
        await here.advance(30)
        backend.answer(-1, "cook")
        await here.settle()
        here.client.invalidate("Job")
        backend.answer(-1, "cook")
        await here.settle()
        requested = "QueryRequested"
        assert names(told) == [requested, requested, "QueryInvalidated", requested]


async def test_data_that_is_given_here_is_no_event(told: list[Event]) -> None:
    async with world(api) as here:
        assert await here.client.upsert(job(1), "cook") == "cook"
        here.client.upsert_many([(job(2), "nurse")])
        here.client.update(job(1), lambda _: "waiter").commit()
        assert told == []


async def test_what_is_not_asked_for_because_of_devtools_is_told_as_skipped(
    told: list[Event],
) -> None:
    async with world(api) as here:
        with here.store.devtools() as tools:
            here.client.set_focused(True)
            tools.jump(0)
            _ = here.client.subscribe(job(1))
            assert reads(told) == ["skipped"]
            tools.jump(len(tools.actions) - 1)
            await here.settle()
            backend.answer(0, "cook")
            await here.settle()
            assert names(told) == ["QueryRequested"]


async def test_a_query_that_is_refused_is_no_event(told: list[Event]) -> None:
    async with world(api) as here:
        with pytest.raises(InvalidQuery):
            _ = here.client.subscribe(jobs())
        assert told == []


# -- tags


async def test_tags_are_told_by_their_kinds_with_what_became_of_entries(
    told: list[Event],
) -> None:
    async with world(api) as here:
        await with_job(here, told, number=1)
        await with_job(here, told, number=2)
        _ = here.client.subscribe(job(2))
        await with_job(here, told, number=3)
        here.client.invalidate(Tag("Job", 1), Tag("Job", 2), "User", None)
        assert told == [
            QueryInvalidated(
                api="careers", kinds=("Job", "User"), refetched=1, removed=1
            )
        ]


async def test_many_entries_that_are_removed_together_are_all_counted(
    told: list[Event],
) -> None:
    async with world(api) as here:
        here.client.upsert_many([(job(number), "cook") for number in range(100)])
        _ = here.client.subscribe(job(50))
        here.client.invalidate("Job")
        assert invalidated(told) == [QueryInvalidated("careers", ("Job",), 1, 99)]


async def test_the_tags_of_a_mutation_are_told_after_its_end(
    told: list[Event],
) -> None:
    async with world(api) as here:
        _ = here.client.mutate(rename(7))
        backend.answer(0, "done")
        await here.settle()
        assert names(told) == ["QueryRequested", "QueryInvalidated"]
        assert invalidated(told) == [QueryInvalidated("careers", ("Job", "User"), 0, 0)]


async def test_a_mutation_without_tags_is_told_as_a_request_only(
    told: list[Event],
) -> None:
    async with world(api) as here:
        _ = here.client.mutate(log_in())
        backend.answer(0, "welcome")
        await here.settle()
        assert names(told) == ["QueryRequested"]


async def test_tags_that_waited_are_told_together_when_they_are_given_up(
    told: list[Event],
) -> None:
    async with world(api) as here:
        _ = here.client.subscribe(job(1))
        here.client.invalidate("User")
        here.client.invalidate(Tag("Job", 1))
        assert invalidated(told) == []
        backend.answer(0, "cook")
        await here.settle()
        assert invalidated(told) == [QueryInvalidated("careers", ("User", "Job"), 1, 0)]


async def test_an_entry_for_which_a_request_runs_is_not_counted_as_refetched(
    told: list[Event],
) -> None:
    async with world(hasty) as here:
        watching = here.client.subscribe(jobs())
        backend.answer(0, "cook")
        await here.settle()
        _ = watching.refetch()
        here.client.invalidate("Job")
        assert invalidated(told) == [QueryInvalidated("hasty", ("Job",), 0, 0)]
