"""Many ask for one entry: one loads, the others wait, and nobody wears Redis out."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from stateroom.cache.performing import LONGEST_WAIT_S
from tests.faults.conftest import OpensBlocking, OpensCache
from tests.faults.herds import herd
from tests.faults.jobs import Gate, Jobs, Plain
from tests.faults.sources import Source
from tests.faults.watching import commands, engine_of, is_hearing, until_async
from tests.fixtures_servers import MakesRedis
from tests.servers.processes import RedisProcess

RIGHTS = {"told": "", "told by processes": "-client|tracking", "deaf": "-subscribe"}
"""What a user may do: the fewer, the less it hears of changes."""
MOST_PER_SECOND = 60
"""Twenty looks when nothing is told, each of two scripts; some for the tracker."""
OF_LOCKS = ("eval", "evalsha", "set", "del", "incr", "pexpire", "pttl", "expire")


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("server", "face"), [("redis_7", "async"), ("redis_62", "blocking")]
)
def test_eight_processes_that_ask_for_a_cold_entry_load_it_once(
    server: str,
    face: str,
    namespace: str,
    source: Source,
    request: pytest.FixtureRequest,
) -> None:
    running = request.getfixturevalue(server)
    assert isinstance(running, RedisProcess)
    values = herd(running.url, namespace, source, count=8, face=face)
    assert values == ["a: first"] * 8
    assert source.loads("a") == 1


async def test_a_thousand_tasks_that_ask_for_a_cold_entry_load_it_once(
    redis_server: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    jobs = [Jobs(open_cache(redis_server.url), source, gate) for _ in range(2)]
    gate.close()
    asked = [jobs[n % 2].static("a") for n in range(1000)]
    everyone = asyncio.gather(*asked)
    await gate.arrival()
    gate.open()
    assert await everyone == ["a: first"] * 1000
    assert source.loads("a") == 1


async def test_a_thousand_cold_entries_are_each_loaded_once(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    jobs = [Jobs(open_cache(redis_7.url), source, Gate()) for _ in range(2)]
    names = [f"n{n}" for n in range(500)]
    values = await asyncio.gather(*(each.static(n) for n in names for each in jobs))
    assert values == [f"{n}: first" for n in names for _ in jobs]
    assert [source.loads(each) for each in names] == [1] * 500


def test_threads_that_ask_for_a_cold_entry_load_it_once(
    redis_7: RedisProcess, source: Source, open_blocking: OpensBlocking
) -> None:
    caches = [open_blocking(redis_7.url) for _ in range(2)]
    with ThreadPoolExecutor(16) as threads:

        def slow(_: str) -> None:
            assert caches  # a loader may do anything; this one lets others come

        jobs = [Plain(each, source, slow) for each in caches]
        asked = [threads.submit(jobs[n % 2].static, "a") for n in range(64)]
        values = {each.result() for each in asked}
    assert values == {"a: first"}
    assert source.loads("a") == 1


@pytest.mark.parametrize("local", [False, True])
async def test_a_hot_entry_is_read_without_any_command_of_a_lock(
    redis_server: RedisProcess, source: Source, open_cache: OpensCache, *, local: bool
) -> None:
    jobs = Jobs(open_cache(redis_server.url, local=local), source, Gate())
    for name in ("a", "b"):
        await jobs.static(name)
    with commands(redis_server) as counted:
        for _ in range(20):
            await jobs.static("a")
            await asyncio.gather(*(jobs.static(n) for n in ("a", "b") * 10))
    assert counted.of(OF_LOCKS) == 0
    assert counted.of(("mget", "get")) <= 20 * 4
    assert local or counted.of(("mget",)) >= 20


@pytest.mark.parametrize("rights", RIGHTS.values(), ids=RIGHTS)
async def test_who_waits_asks_redis_only_so_often(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache, rights: str
) -> None:
    server = own_redis(config=(f"user default on nopass ~* &* +@all {rights}",))
    gate = Gate()
    gate.close()
    here, there = (Jobs(open_cache(server.url), source, gate) for _ in range(2))
    if "subscribe" not in rights:
        engine_of(there.cache).hearing.start()
        await until_async(lambda: is_hearing(there.cache), "the tracker")
    loading = asyncio.ensure_future(here.static("a"))
    await gate.arrival()
    waiting = asyncio.ensure_future(there.static("a"))
    with commands(server) as counted:
        await asyncio.sleep(1.0)
    gate.open()

    async with asyncio.timeout(LONGEST_WAIT_S + 0.5):
        assert await waiting == await loading == "a: first"
    assert 0 < counted.of(("evalsha", "eval", "mget", "ping")) < MOST_PER_SECOND


async def test_who_waits_gets_the_value_soon_after_it_is_published(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    gate.close()
    here, there = (Jobs(open_cache(redis_7.url), source, gate) for _ in range(2))
    engine_of(there.cache).hearing.start()
    await until_async(lambda: is_hearing(there.cache), "the tracker")
    loading = asyncio.ensure_future(here.static("a"))
    await gate.arrival()
    waiting = asyncio.ensure_future(there.static("a"))
    await asyncio.sleep(0.3)  # it looks again in 1 s if nothing wakes it
    gate.open()

    await loading
    async with asyncio.timeout(0.5):
        assert await waiting == "a: first"
