"""A cache on a cluster: entries, tags and leases stand on nodes of their own."""

from __future__ import annotations

import asyncio
import time

import pytest

from stateroom.cache import Cache
from stateroom.link.slots import slot_of
from tests.link.caching import Titles, is_hearing, until_async, voided
from tests.link.conftest import OpensCache
from tests.servers.cluster import ClusterOf
from tests.servers.processes import RedisProcess

COUNT = 60
HEARD_S = 1.0
"""For a change to reach another process; a millisecond is usual."""


def keys_of(cluster: ClusterOf, pattern: str) -> list[str]:
    return [
        key for node in cluster.primaries for key in node.cli("KEYS", pattern).split()
    ]


def owner_of(cluster: ClusterOf, titles: Titles, number: int) -> RedisProcess:
    return cluster.primary_of(slot_of(titles.title.key(number).encode()))


async def pair(opens_cache: OpensCache, url: str) -> tuple[Titles, Titles]:
    """Return two that play two processes, with local copies that are served."""
    caches = [opens_cache(url, local=True, timeout=0.5) for _ in range(2)]
    await until_async(lambda: all(map(is_hearing, caches)), "the trackers")
    table: dict[int, str] = {}
    here, there = (Titles(each, table) for each in caches)
    return here, there


async def serves(titles: Titles, number: int, wanted: str) -> None:
    """Look until a title is as wanted, for as long as news may take."""
    end = time.monotonic() + HEARD_S
    while (found := await titles.title(number)) != wanted:
        assert time.monotonic() < end, f"{found!r} is served, not {wanted!r}"
        await asyncio.sleep(0.005)


# ------------------------------------------------------------------- in good order


async def test_entries_and_their_tags_are_on_all_nodes_and_are_hits(
    cluster: ClusterOf, opens_cache: OpensCache, prefix: str
) -> None:
    titles = Titles(opens_cache(cluster.url), {})
    wanted = [f"{n} first" for n in range(COUNT)]
    for _ in range(2):
        found = await asyncio.gather(*(titles.title(n) for n in range(COUNT)))
        assert found == wanted
    assert await titles.title.get_many(range(COUNT)) == wanted
    assert titles.loads == dict.fromkeys(range(COUNT), 1)
    for kind in ("v", "t"):
        on = [
            each for each in cluster.primaries if each.cli("KEYS", f"{prefix}:{kind}:*")
        ]
        assert len(on) == 3


async def test_what_is_invalidated_is_loaded_anew_and_nothing_else(
    cluster: ClusterOf, opens_cache: OpensCache
) -> None:
    titles = Titles(opens_cache(cluster.url), {})
    for n in range(COUNT):
        await titles.title(n)
    assert await titles.title.invalidate(1) == 1
    assert await titles.cache.invalidate_tags("Job:2", "Job:3") == 2
    for n in range(COUNT):
        await titles.title(n)
    assert {n for n, loads in titles.loads.items() if loads == 2} == {1, 2, 3}
    await titles.cache.invalidate_tags("Job")
    for n in range(COUNT):
        await titles.title(n)
    assert min(titles.loads.values()) == 2
    await titles.cache.clear()
    await titles.title(0)
    assert titles.loads[0] == 3


async def test_a_pattern_is_erased_on_every_primary(
    cluster: ClusterOf, opens_cache: OpensCache, prefix: str
) -> None:
    titles = Titles(opens_cache(cluster.url), {})
    for n in range(COUNT):
        await titles.title(n)
    assert len(keys_of(cluster, f"{prefix}:v:*")) == COUNT
    some = await titles.cache.delete_pattern("pub:title:*", most=1)
    rest = await titles.cache.delete_pattern("pub:title:*", resume=some.resume)
    assert (some.count + rest.count, rest.resume) == (COUNT, "")
    assert keys_of(cluster, f"{prefix}:v:*") == []


def test_blocking_code_has_the_same_cache(cluster: ClusterOf, prefix: str) -> None:
    with Cache(
        cluster.url, namespace=prefix, timeout=3.0, connect_timeout=3.0
    ) as cache:
        loads = []

        @cache.cached(300, tags=["Job"], early=0)
        def title(number: int) -> str:
            loads.append(number)
            return f"{number}"

        for _ in range(2):
            assert [title(n) for n in range(COUNT)] == [f"{n}" for n in range(COUNT)]
        assert len(loads) == COUNT
        assert title.invalidate(1) == 1
        assert cache.blocking.invalidate_tags("Job") == 1
        assert cache.blocking.delete_pattern("*").count == COUNT - 1


async def test_local_copies_hear_of_changes_on_every_node(
    cluster: ClusterOf, opens_cache: OpensCache
) -> None:
    here, there = await pair(opens_cache, cluster.url)
    for n in range(COUNT):
        await here.title(n)
        await there.title(n)
    assert sum(there.loads.values()) == 0
    for n in range(COUNT):
        here.table[n] = "second"
        await here.title.invalidate(n)
        await serves(there, n, f"{n} second")
    await here.cache.invalidate_tags(*(f"Job:{n}" for n in range(COUNT)))
    here.table.update(dict.fromkeys(range(COUNT), "third"))
    await here.cache.invalidate_tags("Job")
    for n in range(COUNT):
        await serves(there, n, f"{n} third")


# ------------------------------------------------------------------- while it changes


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_local_copies_stay_true_while_a_slot_moves(
    cluster: ClusterOf, opens_cache: OpensCache
) -> None:
    here, there = await pair(opens_cache, cluster.url)
    number = 7
    slot = slot_of(here.title.key(number).encode())
    owner = owner_of(cluster, here, number)
    to = next(each for each in cluster.primaries if each is not owner)
    await here.title(number)
    await there.title(number)
    try:
        await asyncio.to_thread(cluster.begin_move, slot, to)
        for step in ("moving", "moved", "back"):
            if step == "moved":
                await asyncio.to_thread(cluster.finish_move, slot, to)
            if step == "back":
                await asyncio.to_thread(cluster.move_slot, slot, owner)
            for changer, other in ((here, there), (there, here)):
                here.table[number] = f"{step} {changer is here}"
                await changer.title.invalidate(number)
                await serves(other, number, f"{number} {here.table[number]}")
                await serves(changer, number, f"{number} {here.table[number]}")
    finally:
        if cluster.primary_of(slot) is not owner:
            await asyncio.to_thread(cluster.move_slot, slot, owner)


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_no_local_copy_is_wrong_after_a_primary_was_replaced(
    breakable_cluster: ClusterOf, opens_cache: OpensCache, how: str
) -> None:
    cluster = breakable_cluster
    here, there = await pair(opens_cache, cluster.url)
    for n in range(COUNT):
        await here.title(n)
        await there.title(n)
    gone = owner_of(cluster, here, 0)
    gone.kill() if how == "kill" else gone.pause()

    # It answers meanwhile, from the source where it must.
    assert await there.title(0) == "0 first"
    await asyncio.to_thread(cluster.wait_until_ok)
    here.table.update(dict.fromkeys(range(COUNT), "second"))
    await voided(lambda: here.cache.invalidate_tags("Job"), within=5.0)

    for n in range(COUNT):
        await serves(there, n, f"{n} second")
    await until_async(lambda: is_hearing(there.cache), "the new tracker", within=5.0)
    for n in range(COUNT):
        await there.title(n)
        await there.title(n)
    for n in range(COUNT):
        here.table[n] = "third"
        await here.title.invalidate(n)
        await serves(there, n, f"{n} third")
    if how == "pause":
        gone.resume()  # it still takes itself for the primary, for a moment
        here.table.update(dict.fromkeys(range(COUNT), "fourth"))
        await voided(lambda: here.cache.invalidate_tags("Job"), within=5.0)
        for n in range(COUNT):
            await serves(there, n, f"{n} fourth")
