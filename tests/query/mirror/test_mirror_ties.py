"""Two tabs that differ, and of which neither is newer, leave the storage in peace."""

from __future__ import annotations

from contextlib import suppress

import pytest

from stateroom.errors import QueryFailed
from stateroom.persist import Memory
from stateroom.query.state import FULFILLED, REJECTED
from tests.query.mirror.lives import Life, life
from tests.query.mirror.shops import Shop, open_shop

ROUNDS = 6


@pytest.fixture
def shop() -> Shop:
    return open_shop()


async def rounds(one: Life, other: Life) -> int:
    """Let both read and write in turns; return the revision that they end with."""
    for _ in range(ROUNDS):
        for each in (one, other):
            each.persistor.refresh()
            await each.turn(2_000)
            each.persistor.tick()
    return one.persistor.status().slices["api"].revision


async def test_two_answers_of_one_moment_are_not_written_in_turns(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage) as one, life(shop.api, storage) as other:
        await one.client.fetch(shop.count())
        shop.server.title = "Nurse"
        await other.client.fetch(shop.count())
        first = await rounds(one, other)
        assert await rounds(one, other) == first
        assert one.queries[shop.count().key].data == 4
        assert other.queries[shop.count().key].data == 5


async def test_an_error_beside_shared_data_is_not_written_in_turns(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage) as one, life(shop.api, storage) as other:
        await one.client.fetch(shop.count())
        await rounds(one, other)
        shop.server.is_down = True
        with suppress(QueryFailed):
            await one.client.fetch(shop.count(), force=True)
        first = await rounds(one, other)
        assert await rounds(one, other) == first
        found = [each.queries[shop.count().key].status for each in (one, other)]
        assert found == [REJECTED, FULFILLED]


async def test_a_newer_answer_ends_the_tie(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage) as one, life(shop.api, storage) as other:
        await one.client.fetch(shop.count())
        shop.server.title = "Nurse"
        await other.client.fetch(shop.count())
        await rounds(one, other)
        await one.turn(1_000)
        shop.server.title = "Waiter"
        await one.client.fetch(shop.count(), force=True)
        await rounds(one, other)
        assert other.queries[shop.count().key].data == 6
