"""Several applications on one storage: each finds what the others were answered."""

from __future__ import annotations

import pytest

from stateroom.persist import Memory
from tests.query.mirror.lives import KEY, LIMIT, START, Life, entries, life
from tests.query.mirror.shops import Job, Shop, open_shop


@pytest.fixture
def shop() -> Shop:
    return open_shop()


async def test_what_one_was_answered_another_has(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage) as one, life(shop.api, storage) as other:
        await one.client.fetch(shop.jobs("Bonn", 1))
        await share(one, other)
        assert await other.client.fetch(shop.jobs("Bonn", 1)) == [Job(1), Job(2)]
    assert shop.server.asked == ["jobs Bonn 1"]


async def test_who_watches_is_shown_the_newer_answer_of_another(shop: Shop) -> None:
    storage, shown = Memory(), list[object]()
    async with life(shop.api, storage) as one, life(shop.api, storage) as other:
        await other.client.fetch(shop.jobs("Bonn", 1))
        _ = other.client.subscribe(
            shop.jobs("Bonn", 1), on_change=lambda result: shown.append(result.data)
        )
        shop.server.title = "Nurse"
        await one.turn(1_000)
        await one.client.fetch(shop.jobs("Bonn", 1))
        await share(one, other)
        assert shown[-1] == [Job(1, "Nurse"), Job(2, "Nurse")]
        assert other.problems == []


async def test_an_equal_answer_of_another_keeps_what_is_there(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage) as one, life(shop.api, storage) as other:
        mine = await other.client.fetch(shop.jobs("Bonn", 1))
        await one.turn(1_000)
        await one.client.fetch(shop.jobs("Bonn", 1))
        await share(one, other)
        entry = other.queries[shop.jobs("Bonn", 1).key]
        assert entry.data is mine
        assert entry.fulfilled_at == START + 1_000


async def test_what_one_does_not_want_any_more_the_other_keeps(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage) as one, life(shop.api, storage) as other:
        await one.client.fetch(shop.jobs("Bonn", 1))
        await share(one, other)
        watching = other.client.subscribe(shop.jobs("Bonn", 1))
        await one.turn(60_000)
        assert one.queries == {}
        one.persistor.tick()
        assert entries(storage) == {}
        await share(one, other)
        assert watching.result.data == [Job(1), Job(2)]
        assert watching.result.is_success


async def test_a_request_that_runs_here_is_not_ended_by_what_others_store(
    shop: Shop,
) -> None:
    storage = Memory()
    async with life(shop.api, storage) as one, life(shop.api, storage) as other:
        await other.turn(500)
        shop.server.gate.clear()
        watching = other.client.subscribe(shop.job(1))
        await other.turn()
        one.client.upsert_many([(shop.count(), 9)])
        await share(one, other)
        assert other.queries[shop.job(1).key].status == "pending"
        assert other.queries[shop.count().key].data == 9
        shop.server.gate.set()
        assert await watching == Job(1)
        assert other.problems == []


async def test_both_come_to_the_same_and_then_write_no_more(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage) as one, life(shop.api, storage) as other:
        await one.client.fetch(shop.jobs("Bonn", 1))
        await other.client.fetch(shop.count())
        for _ in range(3):
            await share(one, other)
            await share(other, one)
        stored = storage.read(KEY, limit=LIMIT)
        for _ in range(3):
            await share(one, other)
            await share(other, one)
        assert storage.read(KEY, limit=LIMIT) == stored
        assert len(entries(storage)) == 2
        assert (one.problems, other.problems) == ([], [])


async def share(one: Life, other: Life) -> None:
    """Let one store what it has, when it is due, and the other look for it."""
    await one.turn(2_000)
    one.persistor.tick()
    other.persistor.refresh()
    await other.turn()
