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
from datetime import timedelta

from stateroom.live import Live

__all__ = ("KINDS", "LIMIT", "Stats")

LIMIT = 300
"""Calls that all of them together may make."""
PATIENT_S = 10.0


@dataclass(frozen=True)
class Visits:
    """What a login session holds."""

    count: int = 0


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


async def take(live: Live, number: int, times: int) -> list[int]:
    """Return the place of each call that was allowed: each is one process's."""
    calls = live.quota("calls", limit=LIMIT, per="year")
    grants = [await calls.take() for _ in range(times)]
    return [each.used for each in grants if each.is_allowed]


async def take_rate(live: Live, number: int, times: int) -> list[int]:
    """Return as ``take``; nothing becomes free while it runs."""
    calls = live.quota("rate", limit=1, per=timedelta(days=30), burst=LIMIT)
    grants = [await calls.take() for _ in range(times)]
    return [each.used for each in grants if each.is_allowed]


async def take_and_give(live: Live, number: int, times: int) -> list[int]:
    """Give every other call back, twice; return how many were, and how many kept."""
    calls = live.quota("calls", limit=LIMIT, per="year")
    given = kept = 0
    for at in range(times):
        grant = await calls.take()
        if at % 2 and grant.is_allowed:
            given += await calls.give_back(grant) + await calls.give_back(grant)
        else:
            kept += grant.is_allowed
    return [given, kept]


async def log_out(live: Live, number: int, times: int) -> list[int]:
    """Tell how often somebody was in before all were logged out, and after."""
    sessions = live.login_sessions(data=Visits)
    gone, token = live.counter("gone"), (await sessions.start(7, Visits())).token
    before = after = 0
    for turn in range(times):
        is_gone = await gone.get() > 0
        if turn == times // 2 and number == 0:
            await sessions.end_all(7)
            await gone.add()
        found = await sessions.load(token)
        if turn % 3 == 1:
            found = await sessions.update(token, lambda each: Visits(each.count + 1))
        if turn % 3 == 2:
            found = await sessions.rotate(token)
            token = token if found is None else found.token
        before += not is_gone and found is not None
        after += is_gone and found is not None
    while not await gone.get():  # noqa: ASYNC110 - another process does it
        await asyncio.sleep(0.01)
    return [before, after + (await sessions.load(token) is not None)]


async def hold(live: Live, number: int, times: int) -> list[int]:
    """Count as no counter does, under a mutex; return each fence and its count."""
    mutex, stats = live.mutex("ledger", wait=60), live.record("held", Stats)
    told = []
    for _ in range(times):
        async with mutex.hold() as held:
            found = await stats.get() or Stats()
            await stats.put(replace(found, points=found.points + 1))
            told += [held.fence, found.points + 1]
    return told


def hold_blocking(live: Live, times: int) -> list[int]:
    """``hold``, in a thread."""
    mutex = live.mutex("ledger", wait=60).blocking
    stats = live.record("held", Stats).blocking
    told = []
    for _ in range(times):
        with mutex.hold() as held:
            found = stats.get() or Stats()
            stats.put(replace(found, points=found.points + 1))
            told += [held.fence, found.points + 1]
    return told


async def hold_both(live: Live, number: int, times: int) -> list[int]:
    """Hold it in the loop, in a thread, or in both."""
    halves = [asyncio.to_thread(hold_blocking, live, times // 2)]
    if number % 2:
        halves.append(hold(live, number, times // 2))
    return [each for half in await asyncio.gather(*halves) for each in half]


KINDS: dict[str, Callable[[Live, int, int], Awaitable[list[int]]]] = {
    "count": count,
    "hold": hold,
    "hold-both": hold_both,
    "join": join,
    "remember": remember,
    "change": change,
    "log_out": log_out,
    "take": take,
    "take-rate": take_rate,
    "take-and-give": take_and_give,
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
