"""Data of one user: it goes when that user signs out, and comes back to nobody else."""

from __future__ import annotations

import pytest

from stateroom.persist import Memory
from tests.query.mirror.lives import LIMIT, life
from tests.query.mirror.shops import Job, Shop, open_shop


@pytest.fixture
def shop() -> Shop:
    made = open_shop()
    made.server.title = "the own of Ann"
    return made


def kept(storage: Memory) -> str:
    """Return all that a storage has, as text."""
    names = storage.keys()
    found = [storage.read(name, limit=LIMIT) for name in names]
    return " ".join(str(each) for each in found)


async def test_data_of_a_user_is_erased_when_they_sign_out(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage, scope="user") as one:
        one.persistor.sign_in("ann")
        await one.client.fetch(shop.jobs("Bonn", 1))
        one.persistor.flush()
        assert "the own of Ann" in kept(storage)
        one.persistor.sign_out()
        await one.turn()
        assert one.queries == {}
        assert one.state.provided.keys == {}
    assert "the own of Ann" not in kept(storage)


async def test_the_next_user_finds_nothing_of_the_one_before(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage, scope="user") as one:
        one.persistor.sign_in("ann")
        await one.client.fetch(shop.jobs("Bonn", 1))
        one.persistor.sign_out(purge=False)
        shop.server.title = "the own of Bob"
        one.persistor.sign_in("bob")
        await one.turn()
        jobs = await one.client.fetch(shop.jobs("Bonn", 1))
        assert jobs == [Job(1, "the own of Bob"), Job(2, "the own of Bob")]


async def test_a_user_who_comes_back_finds_their_own(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage, scope="user") as one:
        one.persistor.sign_in("ann")
        await one.client.fetch(shop.jobs("Bonn", 1))
        one.persistor.sign_out(purge=False)
        one.persistor.sign_in("bob")
        one.persistor.sign_out()
        one.persistor.sign_in("ann")
        await one.turn()
        assert one.queries[shop.jobs("Bonn", 1).key].data == [
            Job(1, "the own of Ann"),
            Job(2, "the own of Ann"),
        ]


async def test_nobodys_data_is_stored_while_nobody_is_signed_in(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage, scope="user") as one:
        await one.client.fetch(shop.jobs("Bonn", 1))
        one.persistor.flush()
    assert "the own of Ann" not in kept(storage)


async def test_an_answer_that_comes_after_a_user_left_is_nobodys(shop: Shop) -> None:
    storage = Memory()
    async with life(shop.api, storage, scope="user") as one:
        one.persistor.sign_in("ann")
        shop.server.gate.clear()
        one.client.prefetch(shop.jobs("Bonn", 1))
        await one.turn()
        one.persistor.sign_out()
        one.persistor.sign_in("bob")
        shop.server.gate.set()
        await one.turn()
        assert one.queries == {}
        one.persistor.flush()
    assert "the own of Ann" not in kept(storage)
