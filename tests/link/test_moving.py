"""A cluster whose slots move, by both kinds of links."""

from __future__ import annotations

import asyncio
import time

import pytest

from stateroom.errors import Unavailable
from stateroom.link import Budgets, Call, Script, read_url
from stateroom.link.breaker import FAILURES, Breaker, Circuit
from stateroom.link.guarding import AsyncGuarded, Guarded
from stateroom.link.opening import open_async_link, open_link
from tests.link.conftest import Opens
from tests.link.moves import moving
from tests.link.talkers import fill, spread
from tests.servers.cluster import ClusterOf

TAKE = Script("take", "return redis.call('GETDEL', KEYS[1])")
PAIR = Script("pair", "return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])}")
COUNT_BOTH = Script(
    "count", "return {redis.call('INCR', KEYS[1]), redis.call('INCR', KEYS[2])}"
)
SHORT_S = 0.2
LONG_S = 10.0
"""For one exchange: longer than a move takes on a busy machine."""


async def test_a_slot_that_has_moved_is_followed(
    cluster: ClusterOf, opens: Opens, prefix: str
) -> None:
    link = opens(cluster.url)
    keys = [*spread(prefix), *(f"{{{prefix}}}:{n}".encode() for n in range(50))]
    await fill(link, keys)
    async with moving(cluster, f"{{{prefix}}}") as to:
        slot = cluster.slot_of(f"{{{prefix}}}")
        await asyncio.to_thread(cluster.finish_move, slot, to)
        assert await link.get_many(keys) == keys
        takes = [Call(TAKE, (key,), ()) for key in keys]
        assert await link.run(takes) == keys
        assert await link.get_many(keys) == [None] * len(keys)
    await fill(link, keys)
    assert await link.get_many(keys) == keys


async def test_a_slot_that_is_moving_is_served_by_both_of_its_nodes(
    cluster: ClusterOf, opens: Opens, prefix: str
) -> None:
    link = opens(cluster.url)
    here = [f"{{{prefix}}}:here:{n}".encode() for n in range(20)]
    there = [f"{{{prefix}}}:there:{n}".encode() for n in range(20)]
    await fill(link, here)
    # Several connections: the word that lets a node answer is for one of them alone.
    await asyncio.gather(*(link.get_many(spread(prefix)) for _ in range(8)))
    async with moving(cluster, f"{{{prefix}}}") as to:
        await fill(link, there)
        assert len(to.cli("KEYS", f"{{{prefix}}}:there:*").split()) == len(there)
        for _ in range(3):
            found = await asyncio.gather(
                *(link.get_many([*there, b"other", *here]) for _ in range(8))
            )
            assert found == [[*there, None, *here]] * 8
        takes = [Call(TAKE, (key,), ()) for key in (there[0], here[0])]
        assert await link.run(takes) == [there[0], here[0]]
    assert await link.get_many([*here[1:], *there[1:]]) == [*here[1:], *there[1:]]


# ------------------------------------------------------------------- keys that are torn


async def test_a_script_whose_keys_are_torn_is_run_once_they_are_together(
    cluster: ClusterOf, opens: Opens, prefix: str
) -> None:
    link = opens(cluster.url, operation_s=LONG_S)
    here, there = (f"{{{prefix}}}:{name}".encode() for name in ("here", "there"))
    await link.run([("SET", here, 5, "EX", 300)])
    async with moving(cluster, f"{{{prefix}}}") as to:
        await link.run([("SET", there, 7, "EX", 300)])
        counting = asyncio.ensure_future(
            link.run([("INCR", here), Call(COUNT_BOTH, (here, there), ())])
        )
        await asyncio.wait([counting], timeout=SHORT_S)
        assert not counting.done()
        slot = cluster.slot_of(f"{{{prefix}}}")
        await asyncio.to_thread(cluster.finish_move, slot, to)
        assert await counting == [6, [7, 8]]


async def test_a_script_whose_keys_stay_torn_is_weather_within_its_budget(
    cluster: ClusterOf, opens: Opens, prefix: str
) -> None:
    link = opens(cluster.url, operation_s=SHORT_S)
    here, there = (f"{{{prefix}}}:{name}".encode() for name in ("here", "there"))
    await fill(link, [here])
    pair = Call(PAIR, (here, there), ())
    async with moving(cluster, f"{{{prefix}}}") as to:
        await fill(link, [there])
        start = time.monotonic()
        with pytest.raises(Unavailable, match="EVALSHA: the slot of its keys is being"):
            await link.run([pair])
        assert SHORT_S <= time.monotonic() - start < SHORT_S + 2.0
        slot = cluster.slot_of(f"{{{prefix}}}")
        await asyncio.to_thread(cluster.finish_move, slot, to)
        assert await link.run([pair]) == [[here, there]]


async def test_who_waits_for_keys_to_be_together_may_be_cancelled(
    cluster: ClusterOf, prefix: str
) -> None:
    budgets = Budgets(connect_s=LONG_S, operation_s=LONG_S)
    link = open_async_link(read_url(cluster.url), budgets)
    keys = tuple(f"{{{prefix}}}:{name}".encode() for name in ("here", "there"))
    async with moving(cluster, f"{{{prefix}}}"):
        asking = asyncio.ensure_future(link.run([Call(PAIR, keys, ())]))
        await asyncio.wait([asking], timeout=SHORT_S)
        start = time.monotonic()
        asking.cancel()
        await asyncio.wait([asking])
        assert asking.cancelled()
        assert time.monotonic() - start < LONG_S / 2
        assert await link.get_many(list(keys)) == [None, None]
    await link.aclose()


async def test_keys_that_are_torn_do_not_open_the_circuit(
    cluster: ClusterOf, prefix: str
) -> None:
    budgets = Budgets(connect_s=LONG_S, operation_s=0.5)
    breaker = Breaker(lambda: 0.0)
    target = read_url(cluster.url)
    link = AsyncGuarded(open_async_link(target, budgets), breaker)
    blocking = Guarded(open_link(target, budgets), breaker)
    pair = Call(PAIR, (f"{{{prefix}}}:1".encode(), f"{{{prefix}}}:2".encode()), ())
    async with moving(cluster, f"{{{prefix}}}"):
        for _ in range(FAILURES):
            with pytest.raises(Unavailable, match="is being moved"):
                await asyncio.gather(
                    link.run([pair]), asyncio.to_thread(blocking.run, [pair])
                )
    assert (breaker.circuit, breaker.opened) == (Circuit.CLOSED, 0)
    await link.aclose()
    blocking.close()
