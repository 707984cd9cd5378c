"""Keys that Redis lost, or got back from a copy, bring no old value back."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.cache import Cache
from tests.faults.conftest import OpensCache
from tests.faults.jobs import Gate, Job, Jobs
from tests.faults.sources import Source
from tests.faults.watching import engine_of, eventually, keys_of, until_async
from tests.fixtures_servers import MakesRedis
from tests.servers.processes import RedisProcess


def raw(cache: Cache, *words: bytes | str | int) -> object:
    """Run a command whose words or reply are bytes that no text can hold."""
    return engine_of(cache).link.run([words])[0]


async def test_an_entry_that_lost_one_of_its_tags_is_not_served(
    redis_server: RedisProcess, source: Source, open_cache: OpensCache, namespace: str
) -> None:
    here, there = (Jobs(open_cache(redis_server.url), source, Gate()) for _ in range(2))
    source.write("a", "Job:1 Team:2 0")
    await here.tagged("a")
    tags = [
        each
        for each in keys_of(redis_server, f"{namespace}:t:*")
        if "@moved" not in each
    ]
    assert len(tags) >= 5  # three that every entry has, and two with their families
    for turn, tag in enumerate(tags, 1):
        source.write("a", f"Job:1 Team:2 {turn}")
        redis_server.cli("DEL", tag)
        for each in (there, here):
            assert (await each.tagged("a")).text == f"Job:1 Team:2 {turn}", tag


@pytest.mark.parametrize("lost", ["lease", "fence", "both", "tags", "everything"])
async def test_keys_lost_during_a_load_cost_a_load_and_nothing_else(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache, lost: str
) -> None:
    server = own_redis()
    gate = Gate()
    here, there = (Jobs(open_cache(server.url), source, gate) for _ in range(2))
    await here.tagged("warm")
    gate.close()
    source.write("a", "Job:1 old")
    loading = asyncio.ensure_future(here.tagged("a"))
    await gate.arrival(2)
    patterns = {
        "lease": ["*:l:lease:*"], "fence": ["*:l:fence:*"], "both": ["*:l:*"],
        "tags": ["*:t:*"], "everything": ["*"],
    }  # fmt: skip
    found = [key for each in patterns[lost] for key in keys_of(server, each)]
    assert server.ask("DEL", *found) == len(found) > 0
    source.write("a", "Job:1 new")
    await there.tagged.invalidate("a")
    gate.open()

    assert (await loading).text == "Job:1 old"
    assert (await there.tagged("a")).text == "Job:1 new"
    assert (await here.tagged("a")).text == "Job:1 new"


async def test_a_load_from_before_a_flush_is_not_stored_after_it(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache
) -> None:
    server = own_redis()
    gate = Gate()
    here, there = (Jobs(open_cache(server.url), source, gate) for _ in range(2))
    gate.close()
    source.write("a", "old")
    loading = asyncio.ensure_future(here.static("a"))
    await gate.arrival()
    server.cli("FLUSHALL")
    source.write("a", "new")
    gate.open()

    assert await loading == "old"
    assert [await each.static("a") for each in (there, here)] == ["new", "new"]


async def test_an_old_value_that_comes_back_from_a_copy_is_not_served(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    here, there = (Jobs(open_cache(redis_7.url), source, Gate()) for _ in range(2))
    key = here.static.key("a")
    source.write("a", "old")
    await here.static("a")
    dump = raw(here.cache, "DUMP", key)
    assert isinstance(dump, bytes)
    source.write("a", "new")
    await here.cache.invalidate_tags("Static")
    assert await here.static("a") == "new"
    raw(here.cache, "RESTORE", key, 60_000, dump, "REPLACE")

    assert [await each.static("a") for each in (there, here)] == ["new", "new"]


async def test_after_a_restart_without_data_everything_is_loaded_anew(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache
) -> None:
    server = own_redis()
    here = Jobs(open_cache(server.url, local=True, timeout=0.5), source, Gate())
    there = Jobs(open_cache(server.url, timeout=0.5), source, Gate())
    source.write("a", "Job:1 old")
    assert (await here.tagged("a")).text == "Job:1 old"
    local = engine_of(here.cache).local
    assert local is not None
    drops = local.drops
    server.restart()
    source.write("a", "Job:1 new")
    await until_async(lambda: local.drops > drops, "the end to be read")

    assert (await here.tagged("a")).text == "Job:1 new"
    assert (await there.tagged("a")).text == "Job:1 new"
    source.write("a", "Job:1 newer")
    assert await there.cache.invalidate_tags("Job:1") == 1
    await eventually(lambda: here.tagged("a"), Job("Job:1 newer"))
