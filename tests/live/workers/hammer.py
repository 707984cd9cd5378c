"""One of many processes that do the same to one piece of live data at once.

``python -m tests.live.workers.hammer URL NAMESPACE KIND NUMBER TIMES`` prints what it
saw, as JSON. It begins when a line comes in.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from stateroom.live import Live

__all__ = ("KINDS", "Stats")

PATIENT_S = 10.0


@dataclass(frozen=True)
class Stats:
    """A record that is changed."""

    points: int = 0


async def count(live: Live, number: int, times: int) -> list[int]:
    views = live.counter("views")
    return [await views.add() for _ in range(times)]


async def join(live: Live, number: int, times: int) -> list[int]:
    ids = live.membership("ids", int)
    return [await ids.add(n) for n in range(times)]


async def remember(live: Live, number: int, times: int) -> list[int]:
    seen = live.recent("seen", int, most=10, unique=True)
    return [await seen.add(number * times + n) for n in range(times)]


async def change(live: Live, number: int, times: int) -> list[int]:
    stats = live.record("stats", Stats)

    def one_more(found: Stats) -> Stats:
        return replace(found, points=found.points + 1)

    told = [await stats.change(one_more) for _ in range(times)]
    return [each.points for each in told if each is not None]


KINDS: dict[str, Callable[[Live, int, int], Awaitable[list[int]]]] = {
    "count": count,
    "join": join,
    "remember": remember,
    "change": change,
}


async def main(url: str, namespace: str, kind: str, number: str, times: str) -> None:
    async with Live(
        url, namespace=namespace, timeout=PATIENT_S, connect_timeout=PATIENT_S
    ) as live:
        await live.counter("warm").get()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(json.dumps(await KINDS[kind](live, int(number), int(times))))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
