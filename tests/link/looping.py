"""A process that runs one event loop after the other, and closes nothing itself.

``python -m tests.link.looping URL FACE WAY TIMES`` says "ready" when all of them have
ended, and ends when a line comes in. Whatever else it says is a fault.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine

from stateroom.cache import Cache
from stateroom.live import Live

__all__ = ("FACES", "WAYS")

PATIENT_S = 5.0
"""For one exchange: the machine may be busy."""

Work = Callable[[int], Coroutine[object, object, None]]


def of_cache(url: str) -> Work:
    """Return what reads, one after the other and several at once."""
    cache = Cache(url, namespace="a", timeout=PATIENT_S, connect_timeout=PATIENT_S)

    @cache.cached(60, name="double", early=0)
    async def double(number: int) -> int:
        return 2 * number

    async def work(number: int) -> None:
        found = await asyncio.gather(*(double(number * 10 + n) for n in range(5)))
        assert found == [2 * (number * 10 + n) for n in range(5)]
        assert await double(number * 10) == 20 * number

    return work


def of_live(url: str) -> Work:
    """Return what counts, and waits for a mutex that somebody has."""
    live = Live(url, namespace="a", timeout=PATIENT_S, connect_timeout=PATIENT_S)
    visits, mutex = live.counter("visits"), live.mutex("ledger", lease=3)

    async def hold() -> None:
        async with mutex.hold():
            await visits.add()

    async def work(number: int) -> None:
        assert await visits.get() == 3 * number
        async with mutex.hold():
            waiting = [asyncio.ensure_future(hold()) for _ in range(2)]
            await visits.add()
        await asyncio.gather(*waiting)

    return work


def ended(work: Work, times: int) -> None:
    """Run loops as ``asyncio.run`` does."""
    for number in range(times):
        asyncio.run(work(number))


def closed(work: Work, times: int) -> None:
    """Close loops without a word to those who have something there."""
    for number in range(times):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(work(number))
        loop.close()


def forked(work: Work, times: int) -> None:
    """Let children end the loop of their parent, which goes on with it."""

    async def parent() -> int:
        for number in range(times):
            await work(number)
            child = os.fork()
            if not child:
                return 0
            assert has_ended_well(child)
        return 1

    if not asyncio.run(parent()):
        os._exit(0)


def has_ended_well(child: int) -> bool:
    # Not in another thread: the next child would wait for one that it has not.
    return os.waitpid(child, 0)[1] == 0


FACES: dict[str, Callable[[str], Work]] = {"cache": of_cache, "live": of_live}
WAYS: dict[str, Callable[[Work, int], None]] = {
    "ended": ended,
    "closed": closed,
    "forked": forked,
}


def main() -> None:
    url, face, way, times = sys.argv[1:]
    WAYS[way](FACES[face](url), int(times))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main()
