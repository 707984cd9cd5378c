"""How much work a round of the area ``live`` is, and how a call is timed."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

__all__ = ("Sizes", "seconds_each")

Call = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much work a round is.

    Attributes:
        calls: of one side within a block; blocks of the sides alternate.
        blocks: of each side.
        members: of the large leaderboard.
        turns: that each of two processes holds the mutex.
    """

    calls: int = 100
    blocks: int = 6
    members: int = 1_000_000
    turns: int = 100


async def seconds_each(sides: Sequence[Call], sizes: Sizes) -> list[float]:
    """Return what one call of each side takes; all are measured in turns.

    A side is called with a number that goes up. So what slows the machine down for a
    while slows all of them down.
    """
    taken: list[list[float]] = [[] for _ in sides]
    number = 0
    for _ in range(sizes.blocks):
        for side, times in zip(sides, taken, strict=True):
            start = time.perf_counter()
            for _ in range(sizes.calls):
                await side(number)
                number += 1
            times.append((time.perf_counter() - start) / sizes.calls)
    return [median(times) for times in taken]
