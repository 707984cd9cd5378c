"""Asking for data, waiting for it, and not asking twice: K2 to K4."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from stateroom.errors import InvalidQuery, QueryFailed, ResponseError
from stateroom.query import (
    Mutation,
    Query,
    QueryApi,
    QueryCall,
    QueryEndpoint,
    QueryResult,
    Subscription,
)
from stateroom.store import UNDEFINED
from tests.query.client.backend import START, Backend, world

api = QueryApi("api")
backend = Backend()


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()


@api.query
async def jobs(call: QueryCall, city: str) -> object:
    return await backend.ask(call, city)


@api.query
async def everything(call: QueryCall) -> object:
    return await backend.ask(call)


BERLIN = 'jobs("Berlin")'


async def test_a_subscription_asks_at_once() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs("Berlin"))
        assert backend.log == [("jobs", "Berlin")]
        assert here.entry(BERLIN).status == "pending"
        assert here.entry(BERLIN).started_at == START


async def test_an_answer_is_written_with_its_time() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        await here.advance(2)
        backend.answer(0, ["cook"])
        await here.settle()
        entry = here.entry(BERLIN)
        assert (entry.status, entry.data) == ("fulfilled", ["cook"])
        assert (entry.started_at, entry.fulfilled_at) == (START, START + 2000)
        assert watching.request_id == entry.request_id


async def test_awaiting_a_subscription_gives_the_data() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        asyncio.get_running_loop().call_soon(backend.answer, 0, ["cook"])
        assert await watching == ["cook"]
        assert watching.result.is_success


async def test_what_runs_is_not_asked_for_again() -> None:
    async with world(api) as here:
        first = here.client.subscribe(jobs("Berlin"))
        second = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, ["cook"])
        assert [await first, await second] == [["cook"], ["cook"]]
        assert len(backend.asked) == 1
        assert here.types == ["executeQuery/pending", "executeQuery/fulfilled"]


async def test_what_is_there_is_not_asked_for_again() -> None:
    async with world(api) as here:
        first = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, ["cook"])
        await first
        assert await here.client.subscribe(jobs("Berlin")) == ["cook"]
        assert len(backend.asked) == 1


async def test_other_arguments_are_another_entry() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs("Berlin"))
        _ = here.client.subscribe(jobs("Paris"))
        backend.answer(1, ["baker"])
        await here.settle()
        assert here.entry('jobs("Paris")').data == ["baker"]
        assert here.entry(BERLIN).data is UNDEFINED


async def test_an_endpoint_without_parameters_has_one_entry() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(everything())
        assert list(here.state.queries) == ["everything(undefined)"]
        assert here.entry("everything(undefined)").arg is UNDEFINED


async def test_a_refetch_keeps_the_old_data_meanwhile() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, ["cook"])
        await watching
        again = watching.refetch()
        assert here.entry(BERLIN).status == "pending"
        assert watching.result.data == ["cook"]
        backend.answer(1, ["baker"])
        assert await again == ["baker"]


async def test_a_refetch_waits_for_what_runs() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        again = watching.refetch()
        backend.answer(0, ["cook"])
        assert await again == ["cook"]
        assert len(backend.asked) == 1


async def test_who_joins_waits_for_all_that_runs() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs("Berlin"))
        await here.client.upsert(jobs("Berlin"), ["given"])
        again = here.client.subscribe(jobs("Berlin"), force=True)
        joined = here.client.subscribe(jobs("Berlin"))
        waiting = [asyncio.ensure_future(_wait(each)) for each in (again, joined)]
        backend.answer(1, ["new"])
        await here.settle()
        assert [each.done() for each in waiting] == [False, False]
        backend.answer(0, ["old"])
        assert await asyncio.gather(*waiting) == [["new"], ["new"]]


async def test_who_joins_waits_though_the_newer_request_has_ended() -> None:
    async with world(api) as here:
        first = here.client.subscribe(jobs("Berlin"))
        await here.client.upsert(jobs("Berlin"), ["given"])
        _ = first.refetch()
        backend.fail(1, ResponseError("no", status=500))
        await here.settle()
        joined = asyncio.ensure_future(_wait(here.client.subscribe(jobs("Berlin"))))
        await here.settle()
        assert not joined.done()
        backend.answer(0, ["old"])
        with pytest.raises(QueryFailed):
            await joined


async def _wait(subscription: Subscription[object]) -> object:
    return await subscription


async def test_a_failure_is_raised_where_it_is_waited_for() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        error = ResponseError("gone", status=404, data={"why": "moved"})
        backend.fail(0, error)
        with pytest.raises(QueryFailed, match=r"jobs\(.*gone") as caught:
            await watching
        assert caught.value.error.status == 404
        assert caught.value.error.data == {"why": "moved"}
        assert not caught.value.is_unhandled
        assert caught.value.__cause__ is error


async def test_a_failure_keeps_the_old_data_beside_the_error() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, ["cook"])
        await watching
        _ = watching.refetch()
        backend.fail(1, ResponseError("no", status=500))
        await here.settle()
        result = watching.result
        assert result.is_error
        assert result.data == ["cook"]
        assert result.error is not None
        assert result.error.name == "ResponseError"


async def test_an_answer_takes_the_old_error_away() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        backend.fail(0, ResponseError("no", status=500))
        await here.settle()
        _ = watching.refetch()
        assert watching.result.error is not None
        backend.answer(1, [])
        await here.settle()
        assert watching.result.error is None


async def test_who_comes_after_a_failure_asks_again() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs("Berlin"))
        backend.fail(0, ResponseError("no", status=500))
        await here.settle()
        _ = here.client.subscribe(jobs("Berlin"))
        assert len(backend.asked) == 2


async def test_who_comes_after_a_failed_refetch_finds_the_old_data() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, ["cook"])
        await watching
        _ = watching.refetch()
        backend.fail(1, ResponseError("no", status=500))
        await here.settle()
        later = here.client.subscribe(jobs("Berlin"))
        assert len(backend.asked) == 2
        with pytest.raises(QueryFailed):
            await later


async def test_what_nobody_expected_is_told_to_be_so() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        backend.fail(0, ZeroDivisionError("1/0"))
        with pytest.raises(QueryFailed) as caught:
            await watching
        assert caught.value.is_unhandled
        assert here.entry(BERLIN).error == caught.value.error


async def test_equal_parts_of_new_data_keep_their_identity() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, [{"id": 1}, {"id": 2}])
        before = await watching
        _ = watching.refetch()
        backend.answer(1, [{"id": 1}, {"id": 3}])
        await here.settle()
        after = watching.result.data
        assert isinstance(before, list)
        assert isinstance(after, list)
        assert after[0] is before[0]
        assert after == [{"id": 1}, {"id": 3}]


async def test_equal_data_is_the_old_data_itself() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, [{"id": 1}])
        before = await watching
        again = watching.refetch()
        backend.answer(1, [{"id": 1}])
        assert await again is before


async def test_data_in_the_state_cannot_be_changed_from_outside() -> None:
    async with world(api) as here:
        given = [{"id": 1}]
        watching = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, given)
        await watching
        given.append({"id": 2})
        assert watching.result.data == [{"id": 1}]


async def test_data_that_is_not_shared_is_frozen_too() -> None:
    unshared = QueryApi("api")

    @unshared.query(structural_sharing=False)
    async def users(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(unshared) as here:
        given = [{"id": 1}]
        watching = here.client.subscribe(users())
        backend.answer(0, given)
        before = await watching
        given.append({"id": 2})
        assert watching.result.data == [{"id": 1}]
        again = watching.refetch()
        backend.answer(1, [{"id": 1}])
        assert await again == before
        assert await again is not before


async def test_changes_are_told_with_what_is_known_then() -> None:
    seen: list[tuple[str, object]] = []

    def show(result: QueryResult[object]) -> None:
        seen.append((result.status, result.data))

    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"), on_change=show)
        await here.settle()
        backend.answer(0, ["cook"])
        await here.settle()
        watching.unsubscribe()
        _ = watching.refetch()
        await here.settle()
    assert seen == [("pending", None), ("fulfilled", ["cook"])]


async def test_a_listener_that_fails_keeps_nobody_else_from_hearing() -> None:
    heard: list[str] = []

    def fail(_: QueryResult[object]) -> None:
        raise ValueError("broken view")

    async with world(api) as here:
        _ = here.client.subscribe(jobs("Berlin"), on_change=fail)
        _ = here.client.subscribe(
            jobs("Berlin"), on_change=lambda result: heard.append(result.status)
        )
        await here.settle()
        assert heard == ["pending"]
        assert here.told() == ["broken view"]


async def test_the_function_knows_what_it_runs_for() -> None:
    async with world(api, extra="a clock") as here:
        watching = here.client.subscribe(jobs("Berlin"))
        call = backend.asked[0].call
        assert (call.endpoint, call.kind, call.forced) == ("jobs", "query", False)
        assert call.request_id == watching.request_id
        assert call.extra == "a clock"
        assert call.client is here.client


async def test_the_function_knows_that_it_is_forced() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs("Berlin"), force=True)
        assert backend.asked[0].call.forced


async def test_a_query_of_another_api_is_refused() -> None:
    other = QueryApi("other")

    @other.query
    async def users(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(api) as here:
        with pytest.raises(InvalidQuery, match="of this api"):
            _ = here.client.subscribe(users())
        assert here.state.queries == {}


@api.mutation
async def rename(call: QueryCall) -> object:
    return await backend.ask(call)


async def test_what_is_no_query_is_refused_in_words() -> None:
    wrong = cast("Query[object]", jobs)
    async with world(api) as here:
        client = here.client
        for use in (client.subscribe, client.prefetch, client.result, client.selector):
            with pytest.raises(
                InvalidQuery, match="expected a query of this api"
            ) as why:
                cast("Callable[[object], object]", use)(wrong)
            assert why.value.hint == "call an endpoint of it: client.fetch(jobs(...))"
        with pytest.raises(InvalidQuery, match="expected a query of this api"):
            await client.fetch(wrong)


async def test_a_mutation_is_not_fetched_and_a_query_not_mutated() -> None:
    async with world(api) as here:
        with pytest.raises(InvalidQuery) as caught:
            await here.client.fetch(cast("Query[object]", rename()))
        assert caught.value.hint == "a change is made by client.mutate(rename(...))"
        with pytest.raises(InvalidQuery) as caught:
            _ = here.client.mutate(cast("Mutation[object]", jobs("Berlin")))
        assert caught.value.hint == "data is asked for by client.fetch(jobs(...))"
        assert backend.log == []


@api.query
async def lost(call: QueryCall) -> object:
    return await call.get("/")


async def test_the_hint_of_what_was_raised_is_handed_on() -> None:
    async with world(api) as here:
        with pytest.raises(QueryFailed) as caught:
            await here.client.fetch(lost())
        assert "transport=HttpxTransport" in caught.value.hint


async def test_queries_are_equal_by_their_keys() -> None:
    assert jobs("Berlin") == jobs("Berlin")
    assert jobs("Berlin") != jobs("Paris")
    assert {jobs("Berlin"): 1}[jobs("Berlin")] == 1
    assert jobs("Berlin") != BERLIN


def test_an_endpoint_shows_what_it_takes() -> None:
    endpoint: QueryEndpoint[[str], object] = jobs
    query: Query[object] = jobs("Berlin")
    assert str(endpoint.__signature__) == "(city: 'str')"
    assert repr(query) == '<query api/jobs("Berlin")>'
