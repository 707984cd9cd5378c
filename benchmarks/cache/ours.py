"""Stateroom's own hits: from Redis, from this process, awaited and blocking.

Every hit is counted in the item's tally, as always, and a Prometheus collector is
registered that reads it: so all of them are measured with metrics on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from statistics import median

import msgspec
import pydantic
from prometheus_client import CollectorRegistry, generate_latest

from benchmarks.cache.rates import (
    FILLERS,
    Rate,
    Reader,
    at_any,
    checked,
    hits_per_second,
    rates_of,
    seconds_per_hit,
    seconds_per_plain_hit,
)
from benchmarks.cache.servers import Server
from benchmarks.cache.workload import TTL, Job, Sizes, Source, checked_loads, job_of
from benchmarks.figures import Measures
from stateroom.cache import Cache
from stateroom.cache.metrics import CacheCollector
from stateroom.cache.tally import Tally

__all__ = ("Line", "Row", "measure_blocking", "measure_local", "measure_remote")

LINES = 50
"""Values in a list that callers may change, so that each needs its own."""
COUNTS = 7
"""Timings of counting, of which the median is taken: each takes a millisecond."""


class Line(msgspec.Struct):
    """A value that can be changed, unlike a ``Job``."""

    id: int
    name: str
    amount: float


class Row(pydantic.BaseModel):  # type: ignore[explicit-any] # inside Pydantic
    """The same as a ``Job``, as a model of Pydantic."""

    id: int
    title: str
    company: str
    salary: int
    text: str


def measure_remote(server: Server, sizes: Sizes) -> Measures:
    """Return our hits per second from Redis, at each concurrency."""
    return asyncio.run(rates_of("stateroom", _remote, server, sizes))


def measure_local(server: Server, sizes: Sizes) -> Measures:
    """Return what one hit in this process takes, and which part of that is counting."""
    measured = asyncio.run(_local(server, sizes))
    counted = _seconds_per_count(sizes)
    bare = measured["l1"] - counted
    return {
        **measured,
        "l1_rate": 1 / measured["l1"],
        "metrics_percent": 100 * counted / bare,
    }


def measure_blocking(server: Server, sizes: Sizes) -> Measures:
    """Return what one hit of a decorated function without ``async`` takes."""
    source = Source()
    cache = Cache(server.url(), namespace="bench-sync", local=False)

    @cache.cached(ttl=TTL, tags=["Job"])
    def load(key: int) -> Job:
        return source.job(key)

    keys = range(sizes.keys)
    registry = _observed(cache)
    seconds_per_plain_hit(load, keys, span=0)
    filled = source.loads
    assert load(0) == job_of(0)
    taken = seconds_per_plain_hit(load, keys, span=sizes.span)
    assert b'item="benchmarks' in generate_latest(registry)
    checked_loads(source, filled)
    cache.close()
    return {"sync_stateroom": taken, "sync_rate_stateroom": 1 / taken}


@asynccontextmanager
async def _remote(server: Server, sizes: Sizes) -> AsyncIterator[Rate]:
    source = Source()
    async with Cache(server.url(), namespace="bench", local=False) as cache:
        _observed(cache)

        @cache.cached(ttl=TTL, tags=["Job"])
        async def load(key: int) -> Job:
            return source.job(key)

        async with checked(load, source, sizes) as reader:
            yield at_any(reader)


async def _local(server: Server, sizes: Sizes) -> dict[str, float]:
    source = Source()
    async with Cache(server.url(), namespace="bench-local", local=True) as cache:
        _observed(cache)

        @cache.cached(ttl=TTL, tags=["Job"])
        async def load(key: int) -> Job:
            return source.job(key)

        @cache.cached(ttl=TTL, tags=["Job"])
        async def lines(key: int) -> list[Line]:
            source.loads += 1
            return [Line(key + n, f"line {n}", n / 4) for n in range(LINES)]

        @cache.cached(ttl=TTL, tags=["Job"])
        async def row(key: int) -> Row:
            return Row(**msgspec.structs.asdict(source.job(key)))

        async with checked(load, source, sizes) as reader:
            taken = await _settled(reader, sizes)
        await _refuse_shared(lines)
        return {
            "l1": taken,
            "l1_typed": await _seconds(lines, source, sizes),
            "l1_pydantic": await _seconds(row, source, sizes),
        }


async def _seconds(
    load: Callable[[int], Awaitable[object]], source: Source, sizes: Sizes
) -> float:
    """Return what a hit of a decorated function takes; see that only hits were had."""
    reader = Reader(read=load, keys=range(sizes.keys))
    await hits_per_second(reader, FILLERS, span=0)
    filled = source.loads
    taken = await _settled(reader, sizes)
    checked_loads(source, filled)
    return taken


async def _settled(reader: Reader[int], sizes: Sizes) -> float:
    """Return what a hit takes when every entry has been read once more.

    What a process has just written itself need not be among its copies yet.
    """
    await hits_per_second(reader, FILLERS, span=0)
    return await seconds_per_hit(reader, span=sizes.span)


async def _refuse_shared(load: Callable[[int], Awaitable[list[Line]]]) -> None:
    """Raise when a caller sees what another one has changed."""
    (await load(0))[0].name = "changed"
    if (await load(0))[0].name == "changed":
        raise RuntimeError("two callers were given one and the same value")


def _seconds_per_count(sizes: Sizes) -> float:
    """Return what it takes to count one hit."""
    tally = Tally()
    keys = range(10 * sizes.keys)

    def count(_: int) -> None:
        tally.local += 1

    def leave(_: int) -> None:
        pass

    counted, left = (
        median(seconds_per_plain_hit(each, keys, span=0) for _ in range(COUNTS))
        for each in (count, leave)
    )
    return max(0.0, counted - left)


def _observed(cache: Cache) -> CollectorRegistry:
    """Switch metrics on, as an application does."""
    registry = CollectorRegistry()
    registry.register(CacheCollector(cache))
    return registry
