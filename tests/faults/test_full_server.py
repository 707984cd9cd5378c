"""A server without memory: reads and loads go on, and invalidations still arrive."""

from __future__ import annotations

import asyncio
import itertools
import secrets

import pytest

from tests.faults.conftest import OpensCache
from tests.faults.jobs import Gate, Jobs
from tests.faults.sources import Source
from tests.faults.watching import engine_of, keys_of
from tests.fixtures_servers import MakesRedis
from tests.servers.processes import RedisProcess
from tests.servers.talking import ReplyError

FULL = ("maxmemory 8mb", "maxmemory-policy noeviction")
SIZES = (65_536, 4_096, 64)


@pytest.fixture(params=["6.2", "7"])
def server(own_redis: MakesRedis, request: pytest.FixtureRequest) -> RedisProcess:
    return own_redis(str(request.param), config=FULL)


def fill(server: RedisProcess) -> None:
    """Write until not even a small value finds room, whatever is freed for a moment."""
    for size in SIZES:
        with pytest.raises(ReplyError, match="OOM command not allowed"):
            _write(server, size)
    # What connections take comes and goes; so take away more than they ever give back.
    server.cli("CONFIG", "SET", "maxmemory", "4mb")


def _write(server: RedisProcess, size: int) -> None:
    for number in itertools.count():
        server.cli("SET", f"fill:{size}:{number}", "x" * size)


async def test_reads_loads_and_invalidations_work_on_a_full_server(
    server: RedisProcess, source: Source, open_cache: OpensCache, namespace: str
) -> None:
    here, there = (Jobs(open_cache(server.url), source, Gate()) for _ in range(2))
    for name in ("kept", "entry", "tagged"):
        source.write(name, f"Job:{name} old")
        await here.static(name)
        await here.tagged(name)
    fill(server)

    assert await there.static("kept") == "Job:kept old"
    assert source.loads("kept") == 2  # once for each function
    cold = [f"n{n}" for n in range(20)]
    for each in (here, there):
        values = await asyncio.gather(*map(each.static, cold))
        assert values == [f"{name}: first" for name in cold]
        assert engine_of(each.cache).breaker.opened == 0  # it does answer

    for name in ("entry", "tagged"):
        source.write(name, f"Job:{name} new")
    assert await here.static.invalidate("entry") == 1
    assert await here.tagged.invalidate("entry") == 1
    assert await here.cache.invalidate_tags("Job:tagged") == 1
    for each in (here, there, here):
        assert await each.static("entry") == "Job:entry new"
        assert (await each.tagged("entry")).text == "Job:entry new"
        assert (await each.tagged("tagged")).text == "Job:tagged new"
    assert not engine_of(here.cache).recovery.pending

    await here.cache.clear()
    source.write("kept", "new")
    assert [await each.static("kept") for each in (here, there)] == ["new", "new"]

    server.cli("CONFIG", "SET", "maxmemory", "0")
    assert await here.static("kept") == "new"
    loads = source.loads("kept")
    assert [await each.static("kept") for each in (here, there)] == ["new", "new"]
    assert source.loads("kept") == loads  # stored again
    assert keys_of(server, f"{namespace}:l:*") == []


async def test_a_value_that_is_set_on_a_full_server_replaces_the_old_one(
    server: RedisProcess, open_cache: OpensCache
) -> None:
    here, there = (open_cache(server.url) for _ in range(2))
    await here.set("k", "old", of=str, ttl=60)
    fill(server)
    is_stored = await here.set("k", "new", of=str, ttl=60)
    held = [await each.get("k", of=str) for each in (here, there)]
    assert (is_stored, held) in (
        (True, ["new", "new"]),
        (False, [None, None]),
        (False, ["old", "old"]),  # it is said: it was not set
    )
    assert await here.delete("k") == (held[0] is not None)
    assert await there.get("k", of=str) is None


@pytest.mark.slow
@pytest.mark.timeout(120)  # a lease whose fence was evicted runs out by itself
async def test_a_server_that_evicts_serves_nothing_old(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache
) -> None:
    server = own_redis(config=("maxmemory 2mb", "maxmemory-policy allkeys-lru"))
    here, there = (Jobs(open_cache(server.url), source, Gate()) for _ in range(2))
    for turn in range(36):
        name = f"n{turn % 12}"
        text = f"Job:{turn % 5} {turn} {secrets.token_hex(60_000)}"
        source.write(name, text)
        await asyncio.gather(
            here.static.invalidate(name), here.cache.invalidate_tags(f"Job:{turn % 5}")
        )
        await there.tagged.invalidate(name)
        for each in (here, there):
            assert await each.static(name) == text
            assert (await each.tagged(name)).text == text
    assert int(server.info("evicted_keys")) > 10
