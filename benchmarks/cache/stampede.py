"""A stampede: many callers in many processes want one cold key at the same moment.

As a program it is one of those processes.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median, quantiles

import msgspec

from benchmarks.cache.servers import Server
from benchmarks.cache.workers import Worker, ask_all, moment, serve, started
from benchmarks.cache.workload import TTL, Job, Sizes, job_of
from benchmarks.figures import Measures, Side
from stateroom.cache import Cache

__all__ = ("Order", "Report", "measures_of", "prepared", "run")

DATABASE = 3
HEAD_START = 0.4
"""Seconds in which every process connects, before all of them start."""
ATTEMPTS = 5
"""A process that comes late, on a busy machine, is given more time."""
PERCENT = 99


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a process is to do. Times in seconds.

    Attributes:
        url: of the server.
        key: that nobody has loaded yet.
        callers: how many of them ask for it.
        load_s: how long its load takes.
        start: the moment at which they ask.
    """

    url: str
    key: int
    callers: int
    load_s: float
    start: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a process has seen. Times in seconds.

    Attributes:
        waits: from the question to the answer, of each caller.
        loads: how long each load in this process took.
        late: how long after the start the process was able to start.
    """

    waits: list[float]
    loads: list[float]
    late: float


@contextmanager
def prepared(server: Server, sizes: Sizes) -> Iterator[Side]:
    """Start the processes, and yield what lets them ask for the next cold key."""
    cold = itertools.count(1)
    with started(__name__, sizes.processes) as workers:
        yield lambda: measures_of(_stampede(workers, cold, server, sizes))


def measures_of(reports: Sequence[Report]) -> Measures:
    """Return how often was loaded, and for how long beyond that callers waited."""
    loads = [each for report in reports for each in report.loads]
    waits = [each for report in reports for each in report.waits]
    load = max(loads)
    return {
        "stampede_loads": len(loads),
        "stampede_p50": median(waits) - load,
        "stampede_p99": quantiles(waits, n=100, method="inclusive")[PERCENT - 1] - load,
    }


def run(order: Order) -> Report:
    """Be one process: connect, wait for the start, and ask with many callers."""
    return asyncio.run(_ask(order))


def _stampede(
    workers: Sequence[Worker], cold: Iterator[int], server: Server, sizes: Sizes
) -> list[Report]:
    """Return what all processes saw when each of them was there at the start."""
    for attempt in range(1, ATTEMPTS + 1):
        order = Order(
            url=server.url(DATABASE),
            key=next(cold),
            callers=sizes.callers,
            load_s=sizes.load_s,
            start=moment() + attempt * HEAD_START,
        )
        reports = ask_all(workers, [order] * len(workers), Report)
        if max(report.late for report in reports) < sizes.load_s / 2:
            return reports
    raise RuntimeError("processes come too late for a stampede: the machine is busy")


async def _ask(order: Order) -> Report:
    loads: list[float] = []
    async with Cache(order.url, namespace="stampede", local=False) as cache:

        @cache.cached(ttl=TTL, tags=["Job"])
        async def slow(key: int) -> Job:
            begin = moment()
            await asyncio.sleep(order.load_s)
            loads.append(moment() - begin)
            return job_of(key)

        @cache.cached(ttl=TTL)
        async def warm(key: int) -> Job:
            return job_of(key)

        await warm(0)
        await asyncio.sleep(max(0.0, order.start - moment()))
        late = moment() - order.start
        waits = await asyncio.gather(
            *(_waited(slow, order.key) for _ in range(order.callers))
        )
        assert await slow(order.key) == job_of(order.key)
    return Report(waits=waits, loads=loads, late=late)


async def _waited(load: Callable[[int], Awaitable[Job]], key: int) -> float:
    begin = moment()
    await load(key)
    return moment() - begin


if __name__ == "__main__":
    serve(Order, run)
