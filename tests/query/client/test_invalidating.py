"""Tags, and what becomes of the entries that provide them: K6, K7."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

import pytest

from stateroom.errors import ErrorInfo, InvalidQuery, QueryFailed, ResponseError
from stateroom.query import (
    ApiState,
    QueryApi,
    QueryCall,
    QueryEndpoint,
    QueryEntry,
    Tag,
)
from stateroom.query.tags import TagLike
from tests.query.client.backend import Backend, World, world

api = QueryApi("api", tags=("Job", "User"))
hasty = QueryApi("api", tags=("Job",), invalidation="immediately")
backend = Backend()


@pytest.fixture(autouse=True)
def fresh() -> None:
    backend.asked.clear()


def tags_of(ids: Iterable[int]) -> list[TagLike]:
    return [Tag("Job", each) for each in ids]


@api.query(provides=tags_of)
async def jobs(call: QueryCall, city: str) -> Iterable[int]:
    found = await backend.ask(call, city)
    assert isinstance(found, list)
    return found


@api.query(provides=["Job"])
async def summary(call: QueryCall) -> object:
    return await backend.ask(call)


@api.query
async def bare(call: QueryCall) -> object:
    return await backend.ask(call)


@api.mutation(invalidates=lambda _, job_id: [Tag("Job", job_id), None])
async def rename(call: QueryCall, job_id: int) -> object:
    return await backend.ask(call, job_id)


@api.mutation(invalidates=["Job"])
async def sweep(call: QueryCall) -> object:
    return await backend.ask(call)


async def with_jobs(here: World, *, stays: bool = True) -> None:
    watching = here.client.subscribe(jobs("Berlin"))
    backend.answer(-1, [1, 2])
    await here.settle()
    if not stays:
        watching.unsubscribe()
    backend.asked.clear()


async def test_a_mutation_renews_what_it_made_untrue() -> None:
    async with world(api) as here:
        await with_jobs(here)
        _ = here.client.mutate(rename(1))
        assert backend.log == [("rename", 1)]
        backend.answer(0, "done")
        await here.settle()
        assert backend.log == [("rename", 1), ("jobs", "Berlin")]
        assert backend.asked[1].call.forced


async def test_another_id_concerns_nobody() -> None:
    async with world(api) as here:
        await with_jobs(here)
        _ = here.client.mutate(rename(3))
        backend.answer(0, "done")
        await here.settle()
        assert backend.log == [("rename", 3)]


async def test_a_kind_concerns_all_its_ids_and_itself() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(summary())
        backend.answer(0, 7)
        await with_jobs(here)
        _ = here.client.mutate(sweep())
        backend.answer(0, "done")
        await here.settle()
        assert [what for what, _ in backend.log] == ["sweep", "jobs", "summary"]


async def test_an_id_does_not_concern_the_bare_kind() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(summary())
        backend.answer(0, 7)
        await here.settle()
        _ = here.client.mutate(rename(1))
        backend.answer(1, "done")
        await here.settle()
        assert len(backend.asked) == 2


async def test_what_nobody_wants_is_removed_without_a_request() -> None:
    async with world(api) as here:
        await with_jobs(here, stays=False)
        here.client.invalidate("Job")
        assert here.state.queries == {}
        assert backend.log == []
        assert here.state.provided.keys == {}


async def test_tags_can_be_invalidated_by_hand() -> None:
    async with world(api) as here:
        await with_jobs(here)
        here.client.invalidate(Tag("Job", 2), None)
        assert backend.log == [("jobs", "Berlin")]
        assert "invalidateTags" in here.types


async def test_a_kind_that_is_not_declared_is_refused() -> None:
    async with world(api) as here:
        with pytest.raises(InvalidQuery, match="'Town'"):
            here.client.invalidate("Town")
        assert "invalidateTags" not in here.types


async def test_a_failed_mutation_invalidates_what_is_the_same_each_time() -> None:
    async with world(api) as here:
        await with_jobs(here)
        _ = here.client.mutate(sweep())
        backend.fail(0, ResponseError("no", status=409))
        await here.settle()
        assert backend.log[1:] == [("jobs", "Berlin")]


async def test_a_failed_mutation_asks_no_function_that_knows_no_errors() -> None:
    async with world(api) as here:
        await with_jobs(here)
        _ = here.client.mutate(rename(1))
        backend.fail(0, ResponseError("no", status=409))
        await here.settle()
        assert len(backend.asked) == 1


async def test_a_bug_in_a_mutation_invalidates_nothing() -> None:
    async with world(api) as here:
        await with_jobs(here)
        _ = here.client.mutate(sweep())
        backend.fail(0, ZeroDivisionError("1/0"))
        await here.settle()
        assert len(backend.asked) == 1
        assert here.told() == ["1/0"]


async def test_tags_wait_until_nothing_runs() -> None:
    async with world(api) as here:
        await with_jobs(here)
        _ = here.client.subscribe(bare())
        _ = here.client.mutate(rename(1))
        backend.answer(1, "done")
        await here.settle()
        assert [what for what, _ in backend.log] == ["bare", "rename"]
        backend.answer(0, "data")
        await here.settle()
        assert [what for what, _ in backend.log] == ["bare", "rename", "jobs"]


async def test_a_query_that_runs_for_the_first_time_is_renewed_after_it() -> None:
    async with world(api) as here:
        _ = here.client.subscribe(jobs("Berlin"))
        here.client.invalidate("Job")
        backend.answer(0, [1])
        await here.settle()
        assert len(backend.asked) == 2


async def test_an_api_may_invalidate_immediately() -> None:
    @hasty.query(provides=["Job"], name="now")
    async def now(call: QueryCall) -> object:
        return await backend.ask(call)

    @hasty.query(name="other")
    async def other(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(hasty) as here:
        _ = here.client.subscribe(now())
        backend.answer(0, 1)
        await here.settle()
        _ = here.client.subscribe(other())
        here.client.invalidate("Job")
        assert [what for what, _ in backend.log] == ["now", "other", "now"]


async def test_new_data_provides_other_tags() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(jobs("Berlin"))
        backend.answer(0, [1])
        await here.settle()
        _ = watching.refetch()
        backend.answer(1, [2])
        await here.settle()
        assert here.client.entries_of(Tag("Job", 1)) == ()
        assert here.client.entries_of(Tag("Job", 2)) == (jobs("Berlin"),)


async def test_a_failure_may_provide_tags() -> None:
    failing = QueryApi("api", tags=("Job",))

    def told(result: object, error: ErrorInfo | None) -> list[TagLike]:
        return [Tag("Job", "error" if error else "fine")]

    @failing.query(provides=told)
    async def users(call: QueryCall) -> object:
        return await backend.ask(call)

    async with world(failing) as here:
        _ = here.client.subscribe(users())
        backend.fail(0, ResponseError("no", status=500))
        await here.settle()
        assert here.client.entries_of(Tag("Job", "error")) == (users(),)


async def test_tags_that_cannot_be_told_leave_the_data() -> None:
    broken = QueryApi("api", tags=("Job",))

    @broken.query(provides=lambda result: [Tag("Job", result["id"])])
    async def users(call: QueryCall) -> int:
        return 7

    async with world(broken) as here:
        assert await here.client.fetch(users()) == 7
        assert "TypeError" in here.told()[0]
        assert here.state.provided.keys == {"users(undefined)": ()}


async def test_given_data_whose_tags_cannot_be_told_is_given_all_the_same() -> None:
    broken = QueryApi("api", tags=("Job",))

    @broken.query(provides=lambda result: [Tag("Job", result["id"])])
    async def users(call: QueryCall) -> int:
        return 7

    @broken.query
    async def others(call: QueryCall) -> int:
        return 8

    async with world(broken) as here:
        here.client.upsert_many([(users(), 5), (others(), 6)])
        assert "TypeError" in here.told()[0]
        assert await here.client.fetch(users()) == 5
        assert await here.client.fetch(others()) == 6


async def test_the_answer_of_an_entry_that_was_removed_provides_nothing() -> None:
    async with world(hasty_jobs()) as here:
        here.client.prefetch(here.api.endpoints["listed"]())
        here.client.upsert_many([(here.api.endpoints["listed"](), [])])
        here.client.invalidate("Job")
        assert here.state.queries == {}
        backend.answer(0, [1])
        await here.settle()
        assert here.state.queries == {}
        assert here.state.provided.keys == {}


async def test_the_answer_to_a_request_that_another_one_replaced_is_dropped() -> None:
    async with world(hasty_jobs()) as here:
        listed = here.api.endpoints["listed"]
        here.client.prefetch(listed())
        here.client.upsert_many([(listed(), [])])
        here.client.invalidate("Job")
        watching = here.client.subscribe(listed())
        backend.answer(0, "old")
        await here.settle()
        assert watching.result.data is None
        backend.answer(1, "new")
        assert await watching == "new"


def hasty_jobs() -> QueryApi:
    made = QueryApi("api", tags=("Job",), invalidation="immediately")

    @made.query(provides=["Job"])
    async def listed(call: QueryCall) -> object:
        return await backend.ask(call)

    return made


async def test_listeners_hear_of_many_renewals_at_once() -> None:
    async with world(api) as here:
        for city in ("Berlin", "Paris", "Rome"):
            _ = here.client.subscribe(jobs(city))
            backend.answer(-1, [1])
        await here.settle()
        heard: list[int] = []
        here.store.subscribe(lambda: heard.append(1))
        here.client.invalidate("Job")
        await here.settle()
        # The action that was dispatched by hand, and the batch.
        assert len(backend.asked) == 6
        assert len(heard) <= 2


async def test_what_provides_a_tag_can_be_asked() -> None:
    async with world(api) as here:
        await with_jobs(here)
        (found,) = here.client.entries_of("Job")
        assert (found.key, found.arg) == ('jobs("Berlin")', "Berlin")
        assert here.client.cached_args(jobs) == ("Berlin",)
        assert here.client.cached_args(bare) == ()


async def test_a_mutation_that_failed_raises_where_it_is_waited_for() -> None:
    async with world(api) as here:
        run = here.client.mutate(sweep())
        backend.fail(0, ResponseError("no", status=409))
        with pytest.raises(QueryFailed, match="sweep failed"):
            await run


def many() -> tuple[QueryApi, QueryEndpoint[[int], int]]:
    made = QueryApi("api", tags=("Job",))

    @made.query(provides=lambda number: [Tag("Job", number), "Job"])
    async def one(call: QueryCall, number: int) -> int:
        return number

    return made, one


def queries_in(here: World) -> Mapping[str, QueryEntry]:
    """Return the entries, also in the middle of an action."""
    return cast("Mapping[str, ApiState]", here.store.root_state())["api"].queries


async def test_many_that_nobody_wants_are_removed_with_one_action_each() -> None:
    api_, one = many()
    async with world(api_) as here:
        here.client.upsert_many([(one(number), number) for number in range(100)])
        watching = here.client.subscribe(one(50))
        here.sent.clear()
        sizes: list[int] = []
        here.store.tap(lambda _: sizes.append(len(queries_in(here))))
        here.client.invalidate("Job")
        assert list(here.state.queries) == ["one(50)"]
        # Taking out one costs as much as taking out all: these are gone with the first.
        assert set(sizes[1:]) == {1}
        assert list(here.state.provided.keys) == ["one(50)"]
        kinds = here.types
        assert kinds.count("queries/removeQueryResult") == 99
        assert kinds.count("executeQuery/pending") == 1
        assert await watching == 50


async def test_many_whose_time_is_over_are_removed_with_one_action_each() -> None:
    api_, one = many()
    async with world(api_) as here:
        here.client.upsert_many([(one(number), number) for number in range(100)])
        await here.advance(30)
        here.client.upsert_many([(one(200), 200)])
        here.sent.clear()
        await here.advance(30)
        assert list(here.state.queries) == ["one(200)"]
        along = [
            cast("dict[str, object]", each["payload"]).get("alongWith")
            for each in here.sent
            if str(each["type"]).endswith("removeQueryResult")
        ]
        assert [bool(each) for each in along] == [True] + [False] * 99
        assert here.types.count("queries/removeQueryResult") == 100
        await here.advance(30)
        assert here.state.queries == {}


async def test_requests_of_many_whose_time_is_over_are_aborted() -> None:
    api_ = QueryApi("api")

    @api_.query
    async def one(call: QueryCall, number: int) -> object:
        return await backend.ask(call, number)

    async with world(api_) as here:
        for number in range(50):
            here.client.subscribe(one(number)).unsubscribe()
        await here.advance(60)
        assert all(each.call.signal.aborted for each in backend.asked)
        assert here.state.queries == {}
