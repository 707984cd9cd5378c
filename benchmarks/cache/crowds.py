"""Many entries: what invalidating a tag of all takes, and how much memory each has."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from redis import Redis

from benchmarks.cache.servers import HOST, Server
from benchmarks.cache.workload import (
    PAYLOAD,
    TTL,
    Job,
    Sizes,
    Source,
    checked_loads,
    job_of,
)
from benchmarks.figures import Measures, Side
from stateroom.cache import Cache

__all__ = ("measure_memory", "prepared")

CROWD_DATABASE = 2
MEMORY_DATABASE = 1
BATCH = 250
"""Entries that are read, and loaded, together."""
SAMPLE = 50
"""Entries that are read before and after an invalidation, other ones each time."""


@contextmanager
def prepared(server: Server, sizes: Sizes) -> Iterator[Side]:
    """Fill a crowd when it is first asked for; yield what invalidates its tag.

    Each round finds all entries valid: what the tag was is put back afterwards.
    """
    samples = itertools.count()
    with Redis(host=HOST, port=server.port, db=CROWD_DATABASE) as plain:

        def side() -> Measures:
            if not plain.dbsize():
                asyncio.run(_fill(server, CROWD_DATABASE, sizes.entries))
            kept = {key: plain.dump(key) for key in plain.scan_iter("crowd:t:*")}
            first = next(samples) * SAMPLE % max(1, sizes.entries - SAMPLE)
            taken = asyncio.run(_invalidated(server, first))
            for key, value in kept.items():
                plain.restore(key, TTL * 1000, value, replace=True)
            return {"invalidate_tag": taken}

        yield side


def measure_memory(server: Server, sizes: Sizes) -> Measures:
    """Return the bytes that Redis takes for an entry beside its key and its payload."""
    with Redis(host=HOST, port=server.port, db=MEMORY_DATABASE) as plain:
        plain.flushdb()
        before = _used(plain)
        asyncio.run(_fill(server, MEMORY_DATABASE, sizes.filled))
        taken = (_used(plain) - before) / sizes.filled
        keys = [len(key) for key in plain.scan_iter("crowd:v:*")]
        assert len(keys) == sizes.filled
        plain.flushdb()
    return {"memory_overhead": taken - sum(keys) / len(keys) - PAYLOAD}


def _used(plain: Redis) -> int:
    return int(plain.info("memory")["used_memory"])


async def _fill(server: Server, database: int, entries: int) -> None:
    source = Source()
    async with _opened(server, database) as cache:
        for first in range(0, entries, BATCH):
            await _read(cache, range(first, min(first + BATCH, entries)), source)
    checked_loads(source, entries)


async def _invalidated(server: Server, first: int) -> float:
    """Return how long it takes; see that entries were valid before, and are not now."""
    sample = range(first, first + SAMPLE)
    source = Source()
    async with _opened(server, CROWD_DATABASE) as cache:
        await _read(cache, sample, source)
        checked_loads(source, 0)
        start = time.perf_counter()
        await cache.invalidate_tags("Job")
        taken = time.perf_counter() - start
        await _read(cache, sample, source)
        checked_loads(source, SAMPLE)
    return taken


def _opened(server: Server, database: int) -> Cache:
    return Cache(server.url(database), namespace="crowd", local=False)


async def _read(cache: Cache, keys: Sequence[int], source: Source) -> None:
    """Read entries together, and load in one call those that are not valid."""

    async def load(names: list[str]) -> dict[str, Job]:
        return {name: source.job(int(name)) for name in names}

    names = [str(key) for key in keys]
    read = await cache.get_many_or_load(names, load, of=Job, ttl=TTL, tags=("Job",))
    assert read[names[0]] == job_of(keys[0])
