"""Local copies go when the entry does, or when nobody can tell any more that it did."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest

from stateroom.cache.local import ANNOUNCED_AGE_S, Copy, Local
from stateroom.testing import FaultProxy
from tests.faults.conftest import OpensCache, OpensStation
from tests.faults.jobs import Gate, Jobs
from tests.faults.sources import Source
from tests.faults.taps import tap
from tests.faults.watching import engine_of, eventually, is_hearing, until_async
from tests.fixtures_servers import MakesRedis
from tests.servers.binaries import HOST
from tests.servers.processes import RedisProcess

UNTRACKED = "user default on nopass ~* &* +@all -client|tracking"
RACE_S = 1.5


def copies_of(jobs: Jobs) -> Local:
    """Return the local copies of a cache."""
    local = engine_of(jobs.cache).local
    assert local is not None
    return local


def both_ways(jobs: Jobs) -> list[Callable[[], Awaitable[int]]]:
    """Return what invalidates the entry ``a``: itself, and its tag."""
    return [
        lambda: jobs.static.invalidate("a"),
        lambda: jobs.cache.invalidate_tags("Static"),
    ]


async def heard(jobs: Jobs) -> Jobs:
    """Wait until its copies are served."""
    await until_async(lambda: is_hearing(jobs.cache), "the tracker")
    return jobs


async def holding(jobs: Jobs, name: str) -> None:
    """Have a local copy of an entry, and see that it is served."""
    await heard(jobs)
    hits = jobs.static.serving.tally.local
    while jobs.static.serving.tally.local == hits:
        await jobs.static(name)


async def test_a_copy_goes_when_another_process_invalidates_its_entry_or_a_tag(
    redis_server: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    here = Jobs(open_cache(redis_server.url, local=True), source, Gate())
    there = Jobs(open_cache(redis_server.url), source, Gate())
    for turn, invalidate in enumerate(both_ways(there)):
        await holding(here, "a")
        source.write("a", f"new {turn}")
        await invalidate()
        await eventually(lambda: here.static("a"), f"new {turn}")


async def test_copies_go_when_the_tracking_connection_is_killed(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    with FaultProxy(HOST, redis_7.port) as proxy:
        here = Jobs(open_cache(proxy.url(), local=True), source, Gate())
        there = Jobs(open_cache(redis_7.url), source, Gate())
        await holding(here, "a")
        drops = copies_of(here).drops
        proxy.refuse()  # nobody tells what happens from now on
        redis_7.cli("CLIENT", "KILL", "TYPE", "pubsub")
        source.write("a", "new")
        await there.static.invalidate("a")
        await until_async(lambda: copies_of(here).drops > drops, "the end to be read")

        hits = here.static.serving.tally.local
        assert await here.static("a") == "new"
        assert here.static.serving.tally.local == hits

        proxy.pass_through()
        await holding(here, "a")  # and is as it was


async def test_a_silent_tracking_connection_is_not_trusted_for_long(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    doubt_s = 0.5
    with FaultProxy(HOST, redis_7.port) as proxy:
        url = proxy.url()
        here = Jobs(
            open_cache(url, local=True, local_doubt=doubt_s, timeout=0.1),
            source,
            Gate(),
        )
        there = Jobs(open_cache(redis_7.url), source, Gate())
        await holding(here, "a")
        proxy.black_hole()
        silent_since = time.monotonic()
        source.write("a", "new")
        await there.static.invalidate("a")

        await until_async(
            lambda: time.monotonic() > silent_since + doubt_s, "the end of the doubt"
        )
        for _ in range(5):  # from the source: Redis does not answer
            assert await here.static("a") == "new"
        proxy.pass_through()
        await holding(here, "a")


@pytest.mark.parametrize("is_tag", [False, True], ids=["entry", "tag"])
async def test_a_reply_older_than_an_invalidation_is_not_kept_as_a_copy(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache, *, is_tag: bool
) -> None:
    cache = open_cache(redis_7.url, local=True)
    tapped = tap(cache)
    here = Jobs(cache, source, Gate())
    there = Jobs(open_cache(redis_7.url), source, Gate())
    source.write("a", "old")
    assert await there.static("a") == "old"
    await heard(here)
    go_on = tapped.hold_next("MGET")
    reading = asyncio.ensure_future(here.static("a"))
    await until_async(lambda: "MGET" in tapped.seen, "the question")
    await asyncio.sleep(0.05)  # the reply is there, and says "old"
    mark = copies_of(here).mark
    source.write("a", "new")
    if is_tag:  # the bytes of the entry stay as they are
        await there.cache.invalidate_tags("Static")
    else:
        await there.static.invalidate("a")
    await until_async(lambda: copies_of(here).mark > mark, "the change to be told")
    await asyncio.sleep(0.05)  # all of it
    go_on.set()

    assert await reading in {"old", "new"}  # it asked before
    assert [await here.static("a") for _ in range(2)] == ["new", "new"]


async def test_a_load_older_than_an_invalidation_is_not_kept_as_a_copy(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    cache = open_cache(redis_7.url, local=True)
    tapped = tap(cache)
    here = await heard(Jobs(cache, source, Gate()))
    there = Jobs(open_cache(redis_7.url), source, Gate())
    go_on = tapped.hold_next("publish")
    source.write("a", "old")
    loading = asyncio.ensure_future(here.static("a"))
    await until_async(lambda: "publish" in tapped.seen, "the publishing")
    await asyncio.sleep(0.05)  # it stands in Redis, and we do not know it yet
    source.write("a", "new")
    await there.static.invalidate("a")
    assert await there.static("a") == "new"
    await asyncio.sleep(0.05)  # until all of it is told
    go_on.set()

    assert await loading == "old"
    assert [await here.static("a") for _ in range(2)] == ["new", "new"]


class Interrupted(list[bytes]):
    """Keys of a change, amid which something else happens in another thread."""

    def __init__(self, keys: list[bytes], meanwhile: Callable[[], object]) -> None:
        super().__init__(keys)
        self._meanwhile = meanwhile

    def __iter__(self) -> Iterator[bytes]:
        self._meanwhile()
        yield from super().__iter__()


def test_a_hit_amid_the_telling_of_a_change_does_not_hide_it_from_the_next() -> None:
    local = Local(most_bytes=10_000, most_age_s=60.0)
    copy = Copy(
        "old", is_shared=True, fresh_until=60.0, created_ms=0, soft_ms=0,
        tags=(b"tag",), size=1,
    )  # fmt: skip
    local.keep(b"key", copy, mark=local.mark)
    local.changed(Interrupted([b"tag"], lambda: local.is_current(copy)))
    assert not local.is_current(copy)


async def test_a_flush_of_the_server_drops_every_copy(
    own_redis: MakesRedis, source: Source, open_cache: OpensCache
) -> None:
    server = own_redis()
    here = Jobs(open_cache(server.url, local=True), source, Gate())
    await holding(here, "a")
    source.write("a", "new")
    drops = copies_of(here).drops
    server.cli("FLUSHALL")
    await until_async(lambda: copies_of(here).drops > drops, "the flush to be told")
    assert await here.static("a") == "new"


async def test_without_tracking_copies_are_bounded_in_age_and_the_log_says_so(
    own_redis: MakesRedis,
    source: Source,
    open_cache: OpensCache,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = own_redis(config=(UNTRACKED,))
    with caplog.at_level(logging.WARNING, "stateroom"):
        here = await heard(Jobs(open_cache(server.url, local=True), source, Gate()))
    there = Jobs(open_cache(server.url), source, Gate())

    assert engine_of(here.cache).hearing.is_tracking is False
    assert [each.levelname for each in caplog.records] == ["WARNING"]
    assert "does not track" in caplog.text
    assert copies_of(here).age_s == ANNOUNCED_AGE_S

    await holding(here, "a")
    copy = copies_of(here).copies[here.static.key("a").encode()]
    assert copy.fresh_until <= time.monotonic() + ANNOUNCED_AGE_S
    for turn, invalidate in enumerate(both_ways(there)):
        await holding(here, "a")
        source.write("a", f"new {turn}")
        await invalidate()
        within = ANNOUNCED_AGE_S / 2  # by what is announced, not by age
        await eventually(lambda: here.static("a"), f"new {turn}", within=within)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_reads_that_race_writes_in_two_processes_leave_nothing_stale(
    redis_server: RedisProcess, open_station: OpensStation
) -> None:
    both = [open_station(redis_server.url, local=True) for _ in range(2)]
    for each in both:
        each.ask("hear")
    begun = [(each, each.order("race", str(RACE_S))) for each in both]
    raced = [each.answer(number) for each, number in begun]
    assert [each.text for each in raced] == ["", ""]
    reads = [int(each.value) for each in raced]
    stale = [each.ask("stale").value for each in both]
    local_hits = [int(each.ask("local-hits").value) for each in both]
    assert stale == ["[]", "[]"]
    assert min(reads) > 200
    assert min(local_hits) > 50
