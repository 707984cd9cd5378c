"""Whatever happens, and whenever it is stored: a mirror holds nothing that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hypothesis import given
from hypothesis import strategies as st

from stateroom.persist import Memory
from stateroom.query import Query
from tests.query.mirror.lives import START, Life, entries, life
from tests.query.mirror.shops import Shop, open_shop

Step = Callable[[Life, Shop, int], Awaitable[None]]

KEPT = {"endpoint", "arg", "status", "fulfilled_at", "data", "error", "tags"}


def chosen(shop: Shop, number: int) -> Query[object]:
    queries = (shop.jobs("Bonn", 1), shop.jobs("Köln", 2), shop.job(1), shop.count())
    return (*queries, shop.secret())[number]


async def subscribe(one: Life, shop: Shop, number: int) -> None:
    _ = one.client.subscribe(chosen(shop, number), force=True)


async def leave(one: Life, shop: Shop, number: int) -> None:
    with one.client.subscribe(chosen(shop, number)):
        await one.turn()


async def prefetch(one: Life, shop: Shop, number: int) -> None:
    one.client.prefetch(chosen(shop, number), force=True)


async def upsert(one: Life, shop: Shop, number: int) -> None:
    one.client.upsert_many([(shop.count(), number)])


async def update(one: Life, shop: Shop, number: int) -> None:
    made = one.client.update(shop.count(), lambda count: count + number)
    if number % 2:
        made.undo()


async def invalidate(one: Life, shop: Shop, number: int) -> None:
    one.client.invalidate("Job" if number % 2 else "Secret")


async def gate(one: Life, shop: Shop, number: int) -> None:
    if number % 2:
        shop.server.gate.set()
    else:
        shop.server.gate.clear()


async def break_down(one: Life, shop: Shop, number: int) -> None:
    shop.server.is_down = bool(number % 2)
    shop.server.title = f"Cook {number}"


async def wait(one: Life, shop: Shop, number: int) -> None:
    await one.turn((0, 100, 5_000, 60_000, 1)[number])


async def reset(one: Life, shop: Shop, number: int) -> None:
    one.client.reset()


async def store(one: Life, shop: Shop, number: int) -> None:
    one.persistor.flush()


STEPS = (
    subscribe, leave, prefetch, upsert, update, invalidate, gate, break_down, wait,
    reset, store,
)  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 4)), max_size=25),
    st.booleans(),
)
def test_what_is_stored_has_ended_and_comes_back_as_it_was(
    steps: list[tuple[Step, int]],
    must_wait: bool,  # noqa: FBT001 - drawn
) -> None:
    asyncio.run(lived(steps, must_wait=must_wait))


async def lived(
    steps: list[tuple[Step, int]],
    *,
    must_wait: bool,
) -> None:
    shop, storage = open_shop(), Memory()
    async with life(shop.api, storage) as one:
        for step, number in steps:
            await step(one, shop, number)
            if must_wait:
                await one.turn()
            one.persistor.flush()
            check_rest(storage)
            check_state(one, storage)
        shop.server.gate.set()
        left = dict(one.queries)
        one.persistor.flush()
        now = one.timers.now_ms()
    shop.server.asked.clear()
    async with life(shop.api, storage, now_ms=now) as two:
        assert two.problems == []
        assert two.queries.keys() == {*entries(storage)}
        for key, entry in two.queries.items():
            assert entry.data == left[key].data
            assert entry.status in {"fulfilled", "rejected"}
        await two.turn(200_000)
    assert shop.server.asked == []


def check_rest(storage: Memory) -> None:
    """See that nothing in a record runs, or is not to be there."""
    for copy in entries(storage).values():
        assert copy.keys() <= KEPT
        assert copy["status"] == ("rejected" if "error" in copy else "fulfilled")
        assert copy["endpoint"] != "secret"
        at = copy["fulfilled_at"]
        assert isinstance(at, int)
        assert at >= START


def check_state(one: Life, storage: Memory) -> None:
    """See that all that may be stored is."""
    wanted = {
        key
        for key, entry in one.queries.items()
        if entry.fulfilled_at and entry.endpoint != "secret"
    }
    assert {*entries(storage)} == wanted
