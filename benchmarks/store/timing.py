"""How an operation is timed: the same way for every side, nothing is subtracted.

The time of a program is the median of many small batches. So it leaves out, on all
sides alike, those in which the machine did something else, and the few in which a
collector of garbage ran; both collectors are on, as they are in programs. Node does the
same in ``js/programs.mjs``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import TypeAlias

__all__ = ("Run", "seconds_of")

Run: TypeAlias = Callable[[int], None]
"""Does so many operations of a program, one after another."""


def seconds_of(run: Run, count: int, *, span: float) -> float:
    """Return the seconds that one operation takes: the median of the batches.

    Args:
        run: the program.
        count: operations of a batch.
        span: seconds until no more batches are begun; there is one at least.
    """
    clock = time.perf_counter_ns
    batches: list[int] = []
    before = clock()
    until = before + round(span * 1e9)
    while not batches or before < until:
        run(count)
        now = clock()
        batches.append(now - before)
        before = now
    return median(batches) / count / 1e9
