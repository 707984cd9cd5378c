"""How long a mutex takes from one process to another who waits for it.

Two processes take it in turns: each holds it until the other has begun to wait, and
notes when it gave it back, and when it got it. As a program it is one of those two.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median, quantiles

import msgspec

from benchmarks.cache.servers import Server, private_redis
from benchmarks.cache.workers import Worker, ask_all, moment, serve, started
from benchmarks.figures import Measures, Side
from stateroom.live import Live

__all__ = ("Order", "Report", "main", "measures_of", "prepared", "run")

PROCESSES = 2
TURNS = 100
"""Times that each process holds it."""
HELD_S = 0.01
"""Seconds for which it is held: meanwhile the other has come, and waits."""
APART_S = 0.002
"""Seconds until a process wants it again."""
LATE_S = 30.0
PERCENT = 99


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a process is to do.

    Attributes:
        url: of the server.
        name: of the mutex.
        turns: how often it is to hold it.
    """

    url: str
    name: str
    turns: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a process has seen, for each time it held the mutex; moments in seconds.

    Attributes:
        fences: the number it was given.
        got: when it had it.
        gave: when it began to give it back.
    """

    fences: list[int]
    got: list[float]
    gave: list[float]


@contextmanager
def prepared(server: Server, *, turns: int = TURNS) -> Iterator[Side]:
    """Start both processes, and yield what lets them take one mutex in turns."""
    names = (f"handover-{number}" for number in itertools.count())
    with started(__name__, PROCESSES) as workers:
        yield lambda: measures_of(_taken(workers, server, next(names), turns))


def measures_of(reports: Sequence[Report]) -> Measures:
    """Return the seconds that it took from the one to the other, median and 99th."""
    handovers = list(_handovers(reports))
    return {
        "mutex_handover_p50": median(handovers),
        "mutex_handover_p99": quantiles(handovers, n=100, method="inclusive")[
            PERCENT - 1
        ],
        "mutex_handovers": len(handovers),
    }


def run(order: Order) -> Report:
    """Be one process: take the mutex again and again."""
    return asyncio.run(_take(order))


def main() -> None:
    """Print what one run of two processes measured."""
    with private_redis() as server, prepared(server) as side:
        side()  # connections, scripts
        print(side())


def _taken(
    workers: Sequence[Worker], server: Server, name: str, turns: int
) -> list[Report]:
    order = Order(url=server.url(), name=name, turns=turns)
    return ask_all(workers, [order] * len(workers), Report)


def _handovers(reports: Sequence[Report]) -> Iterator[float]:
    """Yield the seconds from giving it back to having it, in another process."""
    held = sorted(
        (fence, got, gave, who)
        for who, report in enumerate(reports)
        for fence, got, gave in zip(report.fences, report.got, report.gave, strict=True)
    )
    for (_, _, gave, giver), (_, got, _, taker) in itertools.pairwise(held):
        assert gave <= got, "two held the mutex at once"
        if giver != taker:
            yield got - gave


async def _take(order: Order) -> Report:
    report = Report(fences=[], got=[], gave=[])
    async with Live(order.url, namespace="handover") as live:
        mutex = live.mutex(order.name, wait=LATE_S)
        for _ in range(order.turns):
            async with mutex.hold() as held:
                report.got.append(moment())
                report.fences.append(held.fence)
                await asyncio.sleep(HELD_S)
                report.gave.append(moment())
            await asyncio.sleep(APART_S)
    return report


if __name__ == "__main__":
    serve(Order, run)
