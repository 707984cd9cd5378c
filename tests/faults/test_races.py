"""A write and an invalidation during a load: the old value is never served afterwards.

Two caches play two processes; that processes behave alike is in ``test_processes``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.faults.conftest import OpensCache
from tests.faults.jobs import Gate, Job, Jobs
from tests.faults.sources import Source
from tests.faults.taps import tap
from tests.faults.watching import (
    engine_of,
    eventually,
    is_hearing,
    scripts_run,
    until_async,
)
from tests.servers.processes import RedisProcess

Voids = Callable[[Jobs, str], Awaitable[object]]
Reads = Callable[[Jobs, str], Awaitable[str]]


async def _static(jobs: Jobs, name: str) -> str:
    return await jobs.static(name)


async def _tagged(jobs: Jobs, name: str) -> str:
    return (await jobs.tagged(name)).text


VOIDS: list[tuple[str, Reads, Voids]] = [
    ("the entry", _static, lambda jobs, name: jobs.static.invalidate(name)),
    ("its tag", _static, lambda jobs, _: jobs.cache.invalidate_tags("Static")),
    ("the function", _static, lambda jobs, _: jobs.static.invalidate_all()),
    ("the item", _static, lambda jobs, _: jobs.cache.invalidate_item("static")),
    ("everything", _static, lambda jobs, _: jobs.cache.clear()),
    ("a tagged entry", _tagged, lambda jobs, name: jobs.tagged.invalidate(name)),
    ("computed tag", _tagged, lambda jobs, _: jobs.cache.invalidate_tags("Job:1")),
    ("its family", _tagged, lambda jobs, _: jobs.cache.invalidate_tags("Job")),
    ("two", _tagged, lambda jobs, _: jobs.cache.invalidate_tags("Team:9", "Job:1")),
]


@pytest.fixture(params=VOIDS, ids=[name for name, _, _ in VOIDS])
def voiding(request: pytest.FixtureRequest) -> tuple[Reads, Voids]:
    _, reads, voids = request.param
    return reads, voids


async def pair(
    open_cache: OpensCache, url: str, source: Source, gate: Gate
) -> tuple[Jobs, Jobs]:
    """Return two that play two processes, with local copies that are served."""
    caches = [open_cache(url, local=True) for _ in range(2)]
    await until_async(lambda: all(map(is_hearing, caches)), "the trackers")
    here, there = (Jobs(each, source, gate) for each in caches)
    return here, there


@pytest.mark.parametrize("is_known", [True, False], ids=["known tags", "new tags"])
async def test_a_value_loaded_before_an_invalidation_is_not_served_after_it(
    redis_7: RedisProcess,
    source: Source,
    open_cache: OpensCache,
    voiding: tuple[Reads, Voids],
    *,
    is_known: bool,
) -> None:
    reads, voids = voiding
    gate = Gate()
    loads, other = await pair(open_cache, redis_7.url, source, gate)
    if is_known:  # an earlier load has shown which tags there are
        source.write("earlier", "Job:1 Team:2")
        await reads(loads, "earlier")
    for name, voider in (("mine", loads), ("theirs", other)):
        source.write(name, "Job:1 old")
        gate.close()
        loading = asyncio.ensure_future(reads(loads, name))
        await gate.arrival(gate.reached + 1)
        source.write(name, "Job:1 new")
        await voids(voider, name)
        gate.open()

        assert await loading == "Job:1 old"  # who asked before may have it
        for each in (loads, other, loads, other):
            assert await reads(each, name) == "Job:1 new", name


async def test_who_asks_after_an_invalidation_does_not_join_a_load_from_before(
    redis_62: RedisProcess,
    source: Source,
    open_cache: OpensCache,
    voiding: tuple[Reads, Voids],
) -> None:
    reads, voids = voiding
    gate = Gate()
    loads, other = await pair(open_cache, redis_62.url, source, gate)
    for name, voider in (("mine", loads), ("theirs", other)):
        gate.close()
        source.write(name, "Job:1 old")
        early = asyncio.ensure_future(reads(loads, name))
        await gate.arrival(gate.reached + 1)
        source.write(name, "Job:1 new")
        await voids(voider, name)
        late = [asyncio.ensure_future(reads(each, name)) for each in (loads, other)]
        await asyncio.sleep(0.05)  # until they wait, wherever they do
        gate.open()

        assert await early == "Job:1 old"
        assert await asyncio.gather(*late) == ["Job:1 new"] * 2, name


async def test_who_joined_a_load_that_is_not_kept_gets_no_value_from_before(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    loads, other = await pair(open_cache, redis_7.url, source, gate)
    gate.close()
    source.write("a", "none")
    early = asyncio.ensure_future(loads.wordless("a"))
    await gate.arrival()
    source.write("a", "there now")
    await other.wordless.invalidate("a")
    late = asyncio.ensure_future(loads.wordless("a"))
    await asyncio.sleep(0.05)
    gate.open()

    assert await early == "none"
    assert await late == "there now"


async def test_a_value_that_was_set_during_a_load_stays(
    redis_server: RedisProcess, open_cache: OpensCache
) -> None:
    here, there = (open_cache(redis_server.url) for _ in range(2))
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def load() -> str:
        begun.set()
        await go_on.wait()
        return "loaded"

    loading = asyncio.ensure_future(here.get_or_load("k", load, of=str, ttl=60))
    await begun.wait()
    assert await there.set("k", "set", of=str, ttl=60)
    go_on.set()

    assert await loading == "loaded"
    assert [await each.get("k", of=str) for each in (here, there)] == ["set", "set"]


async def test_a_refresh_by_force_that_was_overtaken_does_not_win(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    loads, other = await pair(open_cache, redis_7.url, source, gate)
    source.write("a", "old")
    await loads.static("a")
    gate.close()
    refreshing = asyncio.ensure_future(loads.static.refresh("a"))
    await gate.arrival(2)
    source.write("a", "new")
    await other.static.invalidate("a")
    gate.open()

    assert await refreshing == "old"
    assert await other.static("a") == "new"
    await eventually(lambda: loads.static("a"), "new")  # told of it a moment later
    assert source.loads("a") == 3


async def test_a_refresh_does_not_join_a_load_that_began_before_it(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    gate.close()
    jobs = Jobs(open_cache(redis_7.url), source, gate)
    source.write("a", "old")
    early = asyncio.ensure_future(jobs.static("a"))
    await gate.arrival()
    source.write("a", "new")
    refreshing = asyncio.ensure_future(jobs.static.refresh("a"))
    await asyncio.sleep(0.02)  # until it waits, wherever it does
    gate.open()

    assert await early == "old"
    assert await refreshing == "new"
    assert await jobs.static("a") == "new"


async def test_who_waits_for_another_process_asks_again_after_an_invalidation(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    loads, other = await pair(open_cache, redis_7.url, source, gate)
    gate.close()
    source.write("a", "old")
    early = asyncio.ensure_future(loads.static("a"))
    await gate.arrival()
    before = scripts_run(redis_7)
    waiting = asyncio.ensure_future(other.static("a"))
    await until_async(lambda: scripts_run(redis_7) > before, "its first try")
    source.write("a", "new")
    await loads.static.invalidate("a")
    gate.open()

    assert await early == "old"
    assert await waiting == "new"


async def test_who_joins_a_wait_after_an_invalidation_does_not_get_what_was_waited_for(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    gate = Gate()
    gate.close()
    cache = open_cache(redis_7.url)
    tapped = tap(cache)
    here, there = (
        Jobs(each, source, gate) for each in (cache, open_cache(redis_7.url))
    )
    engine_of(cache).hearing.start()
    await until_async(lambda: is_hearing(cache), "the tracker")
    source.write("a", "old")
    loading = asyncio.ensure_future(there.static("a"))
    await gate.arrival()
    waiting = asyncio.ensure_future(here.static("a"))
    await asyncio.sleep(0.1)  # until it waits to be told
    go_on = tapped.hold_next("acquire")  # which finds what is published now
    tries = tapped.seen.count("acquire")
    gate.open()
    assert await loading == "old"
    await until_async(lambda: tapped.seen.count("acquire") > tries, "its next try")
    await asyncio.sleep(0.05)  # the reply is there, and nobody has seen it
    source.write("a", "new")
    await there.static.invalidate("a")
    late = asyncio.ensure_future(here.static("a"))
    await asyncio.sleep(0.05)
    go_on.set()

    assert await waiting in {"old", "new"}  # it asked before
    assert await late == "new"


async def test_a_reply_that_is_older_than_what_the_tags_are_now_is_a_miss(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    cache = open_cache(redis_7.url)
    tapped = tap(cache)
    here, there = (
        Jobs(each, source, Gate()) for each in (cache, open_cache(redis_7.url))
    )
    source.write("a", "Job:1 old")
    await here.tagged("a")
    go_on = tapped.hold_next("MGET")
    late = asyncio.ensure_future(here.tagged("a"))  # asks for the tags as they were
    await asyncio.sleep(0)
    source.write("a", "Job:2 new")
    await there.tagged.invalidate("a")
    await there.tagged("a")
    assert (await here.tagged("a")).text == "Job:2 new"  # learns the tags as they are
    go_on.set()

    assert (await late).text in {"Job:1 old", "Job:2 new"}


async def test_an_entry_whose_tags_change_at_each_load_is_read_without_an_error(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    both = await pair(open_cache, redis_7.url, source, Gate())

    async def write(count: int) -> None:
        for n in range(count):
            source.write("a", f"Job:{n % 7} {n}")
            await both[n % 2].tagged.invalidate("a")

    async def read(jobs: Jobs) -> None:
        newest = -1
        while newest < 199:
            found = await jobs.tagged("a")
            assert isinstance(found, Job)
            number = int(found.text.split()[1])
            assert number >= newest - 1  # a load that was under way may still end
            newest = max(newest, number)

    source.write("a", "Job:0 0")
    async with asyncio.timeout(15):
        await asyncio.gather(write(200), *(read(both[n % 2]) for n in range(12)))
