"""Changes: what is known of them, under which key, and for how long: K13."""

from __future__ import annotations

import gc

import pytest

from stateroom.errors import QueryFailed, ResponseError
from stateroom.query import QueryApi, QueryCall
from tests.query.client.backend import START, Backend, World, world

api = QueryApi("api")
backend = Backend()


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()


@api.mutation
async def rename(call: QueryCall, job_id: int, title: str) -> object:
    return await backend.ask(call, (job_id, title))


async def test_a_mutation_begins_at_once() -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"))
        assert backend.log == [("rename", (1, "Cook"))]
        assert run.result.is_loading
        assert run.result.started_at == START
        assert backend.asked[0].call.kind == "mutation"


async def test_its_result_is_what_the_endpoint_returned() -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"))
        await here.advance(1)
        backend.answer(0, {"title": "Cook"})
        assert await run == {"title": "Cook"}
        assert run.result.is_success
        assert run.result.data == {"title": "Cook"}
        assert run.result.fulfilled_at == START + 1000


async def test_its_failure_is_raised_and_stands_in_the_state() -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"))
        backend.fail(0, ResponseError("taken", status=409))
        with pytest.raises(QueryFailed, match="taken"):
            await run
        assert run.result.is_error
        assert run.result.error is not None
        assert run.result.error.status == 409


@pytest.mark.parametrize("key", [None, "renaming"])
async def test_a_failure_is_named_after_the_endpoint(key: str | None) -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"), key=key)
        backend.fail(0, ResponseError("taken", status=409))
        with pytest.raises(QueryFailed, match=r"^rename failed: ResponseError: taken"):
            await run


async def test_two_of_a_kind_are_two() -> None:
    async with world(api) as here:
        first = here.client.mutate(rename(1, "Cook"))
        second = here.client.mutate(rename(1, "Cook"))
        backend.answer(1, "second")
        assert await second == "second"
        assert first.result.is_loading
        assert list(here.state.mutations) == [first.request_id, second.request_id]


async def test_a_fixed_key_shows_the_newest() -> None:
    async with world(api) as here:
        first = here.client.mutate(rename(1, "Cook"), key="renaming")
        second = here.client.mutate(rename(2, "Baker"), key="renaming")
        backend.answer(0, "first")
        assert await first == "first"
        assert here.client.mutation_result("renaming").is_loading
        backend.answer(1, "second")
        await second
        assert first.result.data == "second"
        assert list(here.state.mutations) == ["renaming"]


async def test_a_reset_takes_it_out_of_the_state() -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"), key="renaming")
        backend.answer(0, "done")
        await run
        run.reset()
        assert run.result.is_uninitialized
        assert here.state.mutations == {}


async def test_what_is_not_tracked_stands_nowhere() -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"), track=False)
        assert here.state.mutations == {}
        backend.answer(0, "done")
        assert await run == "done"
        assert here.state.mutations == {}


async def test_one_without_a_key_stays_while_somebody_holds_it() -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"))
        backend.answer(0, "done")
        await run
        await here.advance(3600)
        assert run.result.data == "done"


async def test_one_that_nobody_holds_goes_when_it_has_ended() -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"))
        del run
        gc.collect()
        await here.settle()
        assert len(here.state.mutations) == 1
        backend.answer(0, "done")
        await here.settle()
        assert here.state.mutations == {}
        assert here.types[-1] == "mutations/removeMutationResult"


async def test_many_leave_nothing_behind() -> None:
    async with world(api) as here:
        for index in range(200):
            await _renamed(here, index)
        gc.collect()
        await here.settle()
        assert here.state.mutations == {}


async def test_one_with_a_key_stays_though_nobody_holds_it() -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"), key="renaming")
        del run
        backend.answer(0, "done")
        gc.collect()
        await here.advance(3600)
        assert here.client.mutation_result("renaming").data == "done"


async def test_an_aborted_one_fails_and_cancels_its_task() -> None:
    async with world(api) as here:
        run = here.client.mutate(rename(1, "Cook"))
        run.abort("changed my mind")
        with pytest.raises(QueryFailed, match="changed my mind") as caught:
            await run
        assert caught.value.error.name == "AbortError"
        assert backend.asked[0].call.signal.reason == "changed my mind"
        await here.settle()
        assert backend.asked[0].answer.cancelled()


async def test_its_failure_does_not_have_to_be_looked_at() -> None:
    async with world(api) as here:
        _ = here.client.mutate(rename(1, "Cook"))
        backend.fail(0, ResponseError("taken", status=409))
        await here.settle()
        gc.collect()
        assert here.told() == []


async def test_a_bug_that_nobody_waits_for_is_told() -> None:
    async with world(api) as here:
        _ = here.client.mutate(rename(1, "Cook"))
        backend.fail(0, KeyError("title"))
        await here.settle()
        assert here.told() == ["'title'"]


async def _renamed(here: World, index: int) -> None:
    run = here.client.mutate(rename(index, "Cook"))
    backend.answer(index, "done")
    await run
