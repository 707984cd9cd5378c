"""How hits are counted and timed, the same way for every side.

What is read is checked once, and nothing may be loaded while hits are counted: a peer
that misses would else look fast, as its source is a function in this process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from benchmarks.cache.servers import Server
from benchmarks.cache.workload import Sizes, Source, checked_loads, job_of
from benchmarks.figures import Measures

__all__ = (
    "CONCURRENCY",
    "Opened",
    "Rate",
    "Reader",
    "at_any",
    "checked",
    "hits_per_second",
    "rates_of",
    "seconds_per_hit",
    "seconds_per_plain_hit",
)

K = TypeVar("K")

Rate: TypeAlias = Callable[[int, float], Awaitable[float]]
"""Given how many callers, and for how many seconds: their hits per second."""
Opened: TypeAlias = Callable[[Server, Sizes], AbstractAsyncContextManager[Rate]]
"""Connects, fills and checks a way to read; closes it at the end."""

CONCURRENCY = (1, 10, 100, 1000)
"""How many callers read at the same time."""
MANY = 100
"""From so many callers on, a pass that does not count opens the connections."""
FILLERS = 10
"""Callers that fill a cache together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader(Generic[K]):
    """A way to read: what is called, and with which argument for each key."""

    read: Callable[[K], Awaitable[object]]
    keys: Sequence[K]


async def hits_per_second(reader: Reader[K], callers: int, *, span: float) -> float:
    """Return how many reads a number of concurrent callers do together.

    Each caller has its own part of the keys, so that no two of them ever wait for the
    same one, and reads it over and over until the time is up. With a span of 0, each
    key is read once.
    """
    clock = time.perf_counter
    read = reader.read

    async def call(keys: Sequence[K]) -> int:
        done = 0
        while True:
            for key in keys:
                await read(key)
            done += len(keys)
            if clock() >= until:
                return done

    callers = min(callers, len(reader.keys))
    start = clock()
    until = start + span
    done = await asyncio.gather(
        *(call(reader.keys[n::callers]) for n in range(callers))
    )
    return sum(done) / (clock() - start)


async def seconds_per_hit(reader: Reader[K], *, span: float) -> float:
    """Return what one read takes, one after another in one coroutine."""
    clock = time.perf_counter
    read, keys = reader.read, reader.keys
    done = 0
    start = clock()
    until = start + span
    while not done or clock() < until:
        for key in keys:
            await read(key)
        done += len(keys)
    return (clock() - start) / done


def seconds_per_plain_hit(
    read: Callable[[K], object], keys: Sequence[K], *, span: float
) -> float:
    """Return what one blocking read takes, one after another."""
    clock = time.perf_counter
    done = 0
    start = clock()
    until = start + span
    while not done or clock() < until:
        for key in keys:
            read(key)
        done += len(keys)
    return (clock() - start) / done


async def rates_of(name: str, opened: Opened, server: Server, sizes: Sizes) -> Measures:
    """Return the rates of whatever can be opened, under its name.

    The most callers come first, and twice: so all connections are there already.
    """
    measured: dict[str, float] = {}
    async with opened(server, sizes) as rate:
        for callers in sorted(CONCURRENCY, reverse=True):
            if callers >= MANY:
                await rate(callers, 0)
            measured[f"{name}_c{callers}"] = await rate(callers, sizes.span)
    return {**measured, f"{name}_c1_s": 1 / measured[f"{name}_c1"]}


@asynccontextmanager
async def checked(
    load: Callable[[int], Awaitable[object]], source: Source, sizes: Sizes
) -> AsyncIterator[Reader[int]]:
    """Fill what a decorated function reads; at the end, see that only hits were had."""
    reader = Reader(read=load, keys=range(sizes.keys))
    await hits_per_second(reader, FILLERS, span=0)
    filled = source.loads
    assert await load(0) == job_of(0)
    yield reader
    checked_loads(source, filled)


def at_any(reader: Reader[K]) -> Rate:
    """Return the rate of a reader that is the best one at each concurrency."""
    return lambda callers, span: hits_per_second(reader, callers, span=span)
