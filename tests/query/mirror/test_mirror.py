"""The mirror: what is stored of an api, and what the next start makes of it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from stateroom.errors import InvalidQuery, QueryFailed
from stateroom.persist import Memory, Persistor, persist
from stateroom.persist.actions import REHYDRATE
from stateroom.query import QueryApi, QueryClient, Tag
from stateroom.query.mirroring import REHYDRATE as OURS
from stateroom.query.mirroring import mirror_of
from stateroom.store import Store
from stateroom.testing import ManualTimers
from tests.query.mirror.lives import START, entries, life, record
from tests.query.mirror.shops import Job, Shop, open_shop

LATER = START + 10_000


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def storage() -> Memory:
    return Memory()


async def visit(shop: Shop, storage: Memory) -> None:
    """Run an application that asks for some jobs and ends."""
    async with life(shop.api, storage) as one:
        await one.client.fetch(shop.jobs("Bonn", 1))
        await one.client.fetch(shop.count())


async def test_data_is_there_at_the_next_start_and_nobody_was_asked(
    shop: Shop, storage: Memory
) -> None:
    await visit(shop, storage)
    shop.server.asked.clear()
    async with life(shop.api, storage) as one:
        found = await one.client.fetch(shop.jobs("Bonn", 1))
        assert found == [Job(1), Job(2)]
        assert isinstance(found[0], Job)
        assert await one.client.fetch(shop.count()) == 4
        assert one.problems == []
    assert shop.server.asked == []


async def test_who_subscribes_finds_what_was_stored(
    shop: Shop, storage: Memory
) -> None:
    await visit(shop, storage)
    async with life(shop.api, storage, now_ms=LATER) as one:
        with one.client.subscribe(shop.jobs("Bonn", 1)) as watching:
            result = watching.result
            assert (result.is_success, result.data) == (True, [Job(1), Job(2)])
            assert result.fulfilled_at == START
    assert shop.server.asked == ["jobs Bonn 1", "count"]


async def test_what_was_stored_is_asked_for_anew_as_any_data(
    shop: Shop, storage: Memory
) -> None:
    await visit(shop, storage)
    async with life(shop.api, storage, now_ms=LATER) as one:
        assert await one.client.fetch(shop.count(), force=10.1) == 4
        assert await one.client.fetch(shop.count(), force=10.0) == 4
    assert shop.server.asked == ["jobs Bonn 1", "count", "count"]


async def test_after_hydration_the_time_of_what_nobody_wants_runs(
    shop: Shop, storage: Memory
) -> None:
    async with life(shop.api, storage) as one:
        await one.client.fetch(shop.jobs("Bonn", 1))
        await one.client.fetch(shop.job(7))
        await one.client.fetch(shop.count())
    async with life(shop.api, storage, now_ms=LATER) as one:
        assert len(one.queries) == 3
        await one.turn(5_000)
        assert [*one.queries] == [shop.jobs("Bonn", 1).key, shop.count().key]
        await one.turn(55_000)
        assert [*one.queries] == [shop.count().key]


async def test_what_somebody_wants_stays(shop: Shop, storage: Memory) -> None:
    await visit(shop, storage)
    async with life(shop.api, storage) as one:
        _ = one.client.subscribe(shop.jobs("Bonn", 1))
        await one.turn(100_000)
        assert shop.jobs("Bonn", 1).key in one.queries


async def test_tags_still_name_what_was_stored(shop: Shop, storage: Memory) -> None:
    await visit(shop, storage)
    async with life(shop.api, storage) as one:
        jobs = shop.jobs("Bonn", 1)
        _ = one.client.subscribe(jobs)
        assert one.client.entries_of(Tag("Job", 2)) == (jobs,)
        shop.server.title = "Nurse"
        one.client.invalidate(Tag("Job", 2))
        await one.turn()
        assert one.client.result(jobs).data == [Job(1, "Nurse"), Job(2, "Nurse")]


async def test_a_request_that_runs_is_not_stored(shop: Shop, storage: Memory) -> None:
    async with life(shop.api, storage) as one:
        shop.server.gate.clear()
        watching = one.client.subscribe(shop.count())
        await one.turn()
        one.persistor.flush()
        assert entries(storage) == {}
        shop.server.gate.set()
        assert await watching == 4


async def test_data_is_stored_while_it_is_asked_for_anew(
    shop: Shop, storage: Memory
) -> None:
    async with life(shop.api, storage) as one:
        watching = one.client.subscribe(shop.count())
        await watching
        shop.server.gate.clear()
        _ = watching.refetch()
        await one.turn()
        assert one.queries[shop.count().key].status == "pending"
        one.persistor.flush()
        (kept,) = entries(storage).values()
        assert (kept["status"], kept["data"]) == ("fulfilled", 4)
        assert "request_id" not in kept


async def test_an_error_is_stored_beside_the_data_from_before(
    shop: Shop, storage: Memory
) -> None:
    async with life(shop.api, storage) as one:
        await one.client.fetch(shop.count())
        shop.server.is_down = True
        for query in (shop.count(), shop.job(1)):
            with pytest.raises(QueryFailed):
                await one.client.fetch(query, force=True)
    assert [*entries(storage)] == [shop.count().key]
    async with life(shop.api, storage) as one:
        result = one.client.result(shop.count())
        assert (result.is_error, result.data) == (True, 4)
        assert result.error is not None
        assert (result.error.status, result.error.data) == (503, {"again": "later"})


async def test_an_entry_is_stored_as_one_would_write_it(
    shop: Shop, storage: Memory
) -> None:
    await visit(shop, storage)
    assert record(storage) == {
        'jobs({"city":"Bonn","page":1})': {
            "endpoint": "jobs",
            "arg": {"city": "Bonn", "page": 1},
            "status": "fulfilled",
            "fulfilled_at": START,
            "data": [{"id": 1, "title": "Cook"}, {"id": 2, "title": "Cook"}],
            "tags": [["Job", 1], ["Job", 2]],
        },
        "count(undefined)": {
            "endpoint": "count",
            "status": "fulfilled",
            "fulfilled_at": START,
            "data": 4,
        },
    }


async def test_data_that_may_not_be_mirrored_is_not(
    shop: Shop, storage: Memory
) -> None:
    shop.server.title = "hunter2"
    async with life(shop.api, storage) as one:
        await one.client.fetch(shop.secret())
        await one.client.fetch(shop.count())
    assert [*entries(storage)] == [shop.count().key]
    assert "secret" not in str(record(storage))
    assert "hunter2" not in str(record(storage))


async def test_what_is_not_mirrored_any_more_is_not_taken_either(
    shop: Shop, storage: Memory
) -> None:
    await visit(shop, storage)
    async with life(shop.api, storage, only=(shop.count,)) as one:
        assert [*one.queries] == [shop.count().key]
        assert one.state.provided.tags == {}


async def test_a_list_of_endpoints_says_what_is_mirrored(
    shop: Shop, storage: Memory
) -> None:
    async with life(shop.api, storage, only=(shop.jobs, "secret")) as one:
        for query in (shop.jobs("Bonn", 1), shop.count(), shop.secret()):
            await one.client.fetch(query)
    assert [*entries(storage)] == [shop.jobs("Bonn", 1).key]


async def test_a_request_that_ran_before_goes_on_with_stored_data_beside_it(
    shop: Shop, storage: Memory
) -> None:
    await visit(shop, storage)
    shop.server.gate.clear()
    shop.server.title = "Nurse"
    async with life(shop.api, storage, now_ms=LATER, hydrates=False) as one:
        watching = one.client.subscribe(shop.jobs("Bonn", 1))
        await one.turn()
        one.persistor.hydrate()
        assert (watching.result.is_loading, watching.result.data) == (
            True,
            [Job(1), Job(2)],
        )
        shop.server.gate.set()
        assert await watching == [Job(1, "Nurse"), Job(2, "Nurse")]
        assert one.problems == []


async def test_newer_data_is_not_replaced_by_what_was_stored(
    shop: Shop, storage: Memory
) -> None:
    await visit(shop, storage)
    shop.server.title = "Nurse"
    async with life(shop.api, storage, now_ms=LATER, hydrates=False) as one:
        jobs = await one.client.fetch(shop.jobs("Bonn", 1))
        one.persistor.hydrate()
        assert one.queries[shop.jobs("Bonn", 1).key].data is jobs
        assert one.queries[shop.count().key].data == 4
        assert one.problems == []


async def test_a_mirror_asks_nobody_by_itself(shop: Shop, storage: Memory) -> None:
    await visit(shop, storage)
    shop.server.asked.clear()
    async with life(shop.api, storage, now_ms=LATER) as one:
        await one.turn(100_000)
        one.persistor.refresh()
        one.persistor.flush()
        await one.turn(100_000)
    assert shop.server.asked == []


async def test_nothing_changes_and_nothing_is_written_when_nothing_is_stored(
    shop: Shop, storage: Memory
) -> None:
    async with life(shop.api, storage) as one:
        assert one.queries == {}
        assert one.problems == []


async def test_a_storage_may_be_read_in_another_thread(
    shop: Shop, storage: Memory
) -> None:
    await visit(shop, storage)
    mirror, timers = mirror_of(shop.api), ManualTimers()
    store = Store(persist(mirror.slice, **mirror.settings))
    shown: list[tuple[object, threading.Thread]] = []
    with Persistor(store, storage) as persistor:
        async with QueryClient(store, shop.api, timers=timers) as client:
            shop.server.gate.clear()
            _ = client.subscribe(
                shop.jobs("Bonn", 1),
                on_change=lambda result: shown.append(
                    (result.data, threading.current_thread())
                ),
            )
            await asyncio.to_thread(persistor.hydrate)
            await timers.advance(0)
            assert shown[-1] == ([Job(1), Job(2)], threading.current_thread())
            assert client.result(shop.count()).data == 4


def test_the_action_is_the_one_that_persistence_sends() -> None:
    assert OURS == REHYDRATE


@pytest.mark.parametrize(
    ("only", "told"),
    [
        ("jobs", "only= takes several endpoints; found 'jobs'"),
        ([3], "only= names 3, which is no endpoint"),
    ],
)
def test_what_names_no_endpoints_is_refused(only: list[str], told: str) -> None:
    with pytest.raises(InvalidQuery, match=told):
        mirror_of(QueryApi("api"), only=only)


def test_an_endpoint_of_another_api_is_refused(shop: Shop) -> None:
    with pytest.raises(InvalidQuery, match="no endpoint of data of 'other'"):
        mirror_of(QueryApi("other"), only=[shop.jobs])


@pytest.mark.parametrize("max_age", [0, -1.0, float("nan")])
def test_an_age_that_is_none_is_refused(max_age: float) -> None:
    with pytest.raises(InvalidQuery, match="seconds above 0"):
        mirror_of(QueryApi("api"), max_age=max_age)


def test_another_key_may_be_chosen(shop: Shop) -> None:
    assert mirror_of(shop.api, key="other").settings["key"] == "other"
    assert mirror_of(shop.api).settings["key"] == "api"
