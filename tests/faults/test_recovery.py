"""An invalidation that does not arrive is told, queued, and made good.

Until then this process reads past the cache what it may concern: of an entry that very
entry, of a tag every entry, as any may carry it. Other processes cannot know; so the
call that failed says it.
"""

from __future__ import annotations

import asyncio
import logging

import pytest

from stateroom.errors import NotInvalidated
from stateroom.testing import FaultProxy
from tests.faults.conftest import OpensBlocking, OpensCache
from tests.faults.jobs import Gate, Jobs, Plain
from tests.faults.sources import Source
from tests.faults.test_local_copies import holding
from tests.faults.watching import engine_of, keys_of, until_async
from tests.fixtures_servers import MakesRedis
from tests.servers.binaries import HOST
from tests.servers.processes import RedisProcess, until

BUDGET_S = 0.15


class ReadOnly:
    """Makes a server take no writes for the moment: so the old value stays readable."""

    def __init__(self, server: RedisProcess) -> None:
        self._server = server

    def __enter__(self) -> None:
        self._server.cli("CONFIG", "SET", "min-replicas-to-write", "1")

    def __exit__(self, *_: object) -> None:
        self._server.cli("CONFIG", "SET", "min-replicas-to-write", "0")


async def replayed(jobs: Jobs) -> None:
    """Wait until nothing is queued."""
    recovery = engine_of(jobs.cache).recovery
    await until_async(lambda: not recovery.pending, "the replay")


@pytest.mark.parametrize("local", [False, True], ids=["no copies", "copies"])
async def test_an_entry_whose_invalidation_is_queued_is_read_past_the_cache(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache, *, local: bool
) -> None:
    server = own_redis()
    here = Jobs(open_cache(server.url, local=local), source, Gate())
    there = Jobs(open_cache(server.url), source, Gate())
    for name in ("a", "b"):
        await here.static(name)
    if local:
        await holding(here, "a")
    with ReadOnly(server):
        source.write("a", "new")
        with pytest.raises(NotInvalidated) as raised:
            await here.static.invalidate("a")
        assert raised.value.keys == (here.static.key("a"),)
        assert here.static.key("a") in keys_of(server, "*")  # the old one is there

        assert [await here.static("a") for _ in range(3)] == ["new"] * 3
        assert (await here.static.entry("a")).value == "new"
        assert await here.static.fresh("a") == "new"
        assert await here.static.get_many(["a", "b"]) == ["new", "b: first"]
        assert source.loads("b") == 1  # another entry goes by the cache
    await replayed(here)
    assert [await each.static("a") for each in (here, there)] == ["new", "new"]
    loads = source.loads("a")
    assert await here.static("a") == "new"
    assert source.loads("a") == loads  # cached again


async def test_while_a_tag_is_queued_every_entry_is_read_past_the_cache(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache
) -> None:
    server = own_redis()
    here, there = (Jobs(open_cache(server.url), source, Gate()) for _ in range(2))
    source.write("a", "Job:1 old")
    await there.tagged("a")  # here nobody knows what tags it has
    await here.static("b")
    with ReadOnly(server):
        source.write("a", "Job:1 new")
        with pytest.raises(NotInvalidated):
            await here.cache.invalidate_tags("Job:1")
        assert (await here.tagged("a")).text == "Job:1 new"
        loads = source.loads("b")
        assert await here.static("b") == "b: first"
        assert source.loads("b") == loads + 1
    await replayed(here)
    assert (await here.tagged("a")).text == "Job:1 new"
    assert (await there.tagged("a")).text == "Job:1 new"


async def test_after_an_outage_the_old_value_is_served_by_nobody(
    own_redis: MakesRedis,
    source: Source,
    open_cache: OpensCache,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = own_redis()
    with FaultProxy(HOST, server.port) as proxy:
        url = proxy.url()
        here = Jobs(open_cache(url, timeout=BUDGET_S), source, Gate())
        there = Jobs(open_cache(server.url), source, Gate())
        source.write("a", "Job:1 old")
        await here.tagged("a")
        caplog.set_level(logging.INFO, "stateroom")
        proxy.refuse()
        proxy.reset()
        source.write("a", "Job:1 new")
        for _ in range(2):
            with pytest.raises(NotInvalidated):
                await here.tagged.invalidate("a")
            with pytest.raises(NotInvalidated):
                await here.cache.invalidate_tags("Job:1")
        assert (await here.tagged("a")).text == "Job:1 new"
        proxy.pass_through()
        async with asyncio.timeout(10):
            while engine_of(here.cache).recovery.pending:
                assert (await here.tagged("a")).text == "Job:1 new"
                await asyncio.sleep(0.005)
        assert [(await each.tagged("a")).text for each in (there, here)] == [
            "Job:1 new"
        ] * 2
    queued = [each for each in caplog.messages if "invalidation" in each]
    assert len(queued) == 2  # one when it began, one when it was over


async def test_a_load_from_before_an_outage_does_not_outlive_the_replay(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache
) -> None:
    server = own_redis()
    gate = Gate()
    with FaultProxy(HOST, server.port) as proxy:
        url = proxy.url()
        here = Jobs(open_cache(url, timeout=BUDGET_S), source, gate)
        there = Jobs(open_cache(server.url), source, Gate())
        source.write("a", "old")
        gate.close()
        loading = asyncio.ensure_future(here.static("a"))
        await gate.arrival()
        proxy.refuse()
        proxy.reset()
        source.write("a", "new")
        with pytest.raises(NotInvalidated):
            await here.static.invalidate("a")
        proxy.pass_through()
        gate.open()  # its fence still stands: it is published, and then deleted

        assert await loading == "old"
        assert await here.static("a") == "new"
        await replayed(here)
        assert [await each.static("a") for each in (here, there)] == ["new", "new"]


def test_a_blocking_invalidation_is_queued_too(
    own_redis: MakesRedis, source: Source, open_blocking: OpensBlocking
) -> None:
    server = own_redis()
    here = Plain(open_blocking(server.url), source, lambda _: None)
    here.static("a")
    with ReadOnly(server):
        source.write("a", "new")
        with pytest.raises(NotInvalidated):
            here.static.invalidate("a")
        with pytest.raises(NotInvalidated):
            here.cache.blocking.invalidate_tags("Static")
        assert here.static("a") == "new"
        assert here.static.entry("a").value == "new"
    until(lambda: not engine_of(here.cache).recovery.pending, "the replay")
    assert here.static("a") == "new"


async def test_direct_calls_do_not_see_what_should_have_been_deleted(
    own_redis: MakesRedis, open_cache: OpensCache
) -> None:
    server = own_redis()
    cache = open_cache(server.url)
    await cache.set("k", "old", of=str, ttl=60)

    async def load() -> str:
        return "new"

    async def load_all(keys: list[str]) -> dict[str, str]:
        return dict.fromkeys(keys, "new")

    with ReadOnly(server):
        with pytest.raises(NotInvalidated):
            await cache.delete("k")
        assert await cache.get("k", of=str) is None
        assert await cache.get_or_load("k", load, of=str, ttl=60) == "new"
        many = await cache.get_many_or_load(["k"], load_all, of=str, ttl=60)
        assert many == {"k": "new"}
