"""Reads that race writes, in several processes with local copies.

Each process writes some of the keys, and reads all of them. As a program it is one of
those processes. What is stale is judged in ``benchmarks.cache.watching``.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles

import msgspec
from redis.asyncio import Redis

from benchmarks.cache.servers import Server
from benchmarks.cache.watching import Report, Seen, Watch, lags_of
from benchmarks.cache.workers import Worker, ask_all, moment, serve, started
from benchmarks.cache.workload import TTL, Sizes
from benchmarks.figures import Measures, Side
from stateroom.cache import Cache

__all__ = ("Order", "measures_of", "prepared", "run")

DATABASE = 4
KEYS_EACH = 4
"""Keys that each process writes: few, so that every write meets many reads."""
READERS = 4
"""Coroutines that read in each process, at the same time."""
BREATH = 25
"""Reads after which a reader rests: else two cores would serve nobody but readers."""
REST = 0.001
"""Seconds."""
WRITES = 30
"""What each process writes: so often that the reads last as long as the writes."""
BY_TAG = 5
"""Each such write invalidates by tag. That also voids the loads of other keys, as their
tags are computed: many more of them would leave no copies to read."""
PAUSE = 0.01
"""Seconds between two writes of a process."""
HEAD_START = 0.4
"""Seconds in which every process connects, before all of them start."""
SETTLING = 0.2
"""Seconds that all pushes have, before every key is read once more."""
PATIENCE = 4
"""Seconds that the slowest process may need longer than the fastest one."""
PERCENT = 99


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a process is to do.

    Attributes:
        url: of the server.
        round: number of the round; each has keys of its own.
        index: of this process, among so many ``processes``.
        reads: how many it does.
        start: the moment at which all of them begin, in seconds.
    """

    url: str
    round: int
    index: int
    processes: int
    reads: int
    start: float

    @property
    def keys(self) -> range:
        """The keys that all processes read."""
        count = self.processes * KEYS_EACH
        return range(self.round * count, (self.round + 1) * count)

    @property
    def own(self) -> Sequence[int]:
        """The keys that this process writes."""
        return self.keys[self.index :: self.processes]


class Version(msgspec.Struct, frozen=True):
    """The cached value: which version of its key the source had."""

    key: int
    number: int


@contextmanager
def prepared(server: Server, sizes: Sizes) -> Iterator[Side]:
    """Start the processes, and yield what lets them race."""
    rounds = itertools.count()
    with started(__name__, sizes.readers) as workers:
        yield lambda: measures_of(_race(workers, next(rounds), server, sizes))


def measures_of(reports: Sequence[Report]) -> Measures:
    """Return how many reads were stale, and how late the news was."""
    lags = lags_of(reports)
    return {
        "stale_reads": sum(report.stale for report in reports),
        "raced_reads": sum(report.reads for report in reports),
        "raced_writes": sum(len(report.writes) for report in reports),
        "lag_p99": quantiles(lags, n=100, method="inclusive")[PERCENT - 1],
    }


def run(order: Order) -> Report:
    """Be one process: connect, wait for the start, read and write."""
    return asyncio.run(_raced(order))


def _race(
    workers: Sequence[Worker], number: int, server: Server, sizes: Sizes
) -> list[Report]:
    start = moment() + HEAD_START
    orders = [
        Order(
            url=server.url(DATABASE),
            round=number,
            index=index,
            processes=len(workers),
            reads=sizes.reads // len(workers),
            start=start,
        )
        for index in range(len(workers))
    ]
    return ask_all(workers, orders, Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Racer:
    """One process in the race."""

    order: Order
    cache: Cache
    source: Redis
    load: Callable[[int], Awaitable[Version]]
    forget: Callable[[int], Awaitable[object]]
    watch: Watch

    async def read(self, key: int) -> None:
        least = self.watch.least(key)
        value = await self.load(key)
        self.watch.read(Seen(key, value.number, moment()), least=least)

    async def read_all(self, reads: int) -> None:
        for number, key in zip(
            range(reads), itertools.cycle(self.order.keys), strict=False
        ):
            await self.read(key)
            if number % BREATH == 0:
                await asyncio.sleep(REST)

    async def write_all(self) -> None:
        """Write the keys by turns; invalidate most by key, and some by tag."""
        for number, key in zip(range(WRITES), itertools.cycle(self.order.own)):
            version: int = await self.source.incr(f"source:{key}")
            if number % BY_TAG:
                await self.forget(key)
            else:
                await self.cache.invalidate_tags(f"Row:{key}")
            self.watch.wrote(Seen(key, version, moment()))
            await asyncio.sleep(PAUSE)

    async def settle(self) -> None:
        """When nobody writes any more, read each key as the source has it now."""
        await _all_here(self.source, self.order)
        await asyncio.sleep(SETTLING)
        for key in self.order.keys:
            number = int(await self.source.get(f"source:{key}") or 0)
            value = await self.load(key)
            self.watch.read(Seen(key, value.number, moment()), least=number)

    async def race(self) -> None:
        """Read and write at the same time."""
        each = self.order.reads // READERS
        await asyncio.gather(
            self.write_all(), *(self.read_all(each) for _ in range(READERS))
        )


async def _all_here(source: Redis, order: Order) -> None:
    """Return when every process of the round has come so far."""
    name = f"here:{order.round}"
    if await source.incr(name) == order.processes:
        await source.rpush(f"{name}:go", *("go",) * order.processes)
    if await source.blpop([f"{name}:go"], timeout=PATIENCE) is None:
        raise RuntimeError("a process has not come to the end of the race")


async def _raced(order: Order) -> Report:
    watch = Watch()
    source = Redis.from_url(order.url)
    async with source, Cache(order.url, namespace="race", local=True) as cache:

        @cache.cached(ttl=TTL, tags=lambda value: [f"Row:{value.key}"])
        async def load(key: int) -> Version:
            return Version(key, int(await source.get(f"source:{key}") or 0))

        racer = _Racer(
            order=order,
            cache=cache,
            source=source,
            load=load,
            forget=load.invalidate,
            watch=watch,
        )
        for key in order.keys:
            await load(key)
        await asyncio.sleep(max(0.0, order.start - moment()))
        await racer.race()
        await racer.settle()
    return watch.report()


if __name__ == "__main__":
    serve(Order, run)
