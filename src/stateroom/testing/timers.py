"""Timers that a test moves by hand; the tasks that wait go on between."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from typing import Final

__all__ = ("ManualTimers", "drained")

MOST_TURNS: Final = 10_000
"""Turns after which a loop that always has something to do is given up."""
TURNS: Final = 60
"""Turns of a loop that does not tell whether it has something to do."""


class _Timer:
    def __init__(self, call: Callable[[], object]) -> None:
        self.call: Callable[[], object] | None = call

    def cancel(self) -> None:
        """Do not make the call."""
        self.call = None


class ManualTimers:
    """The time of a client of queries, which stands still until a test moves it.

    Example::

        timers = ManualTimers()
        client = QueryClient(store, api, timers=timers)
        watching = client.subscribe(jobs_in("Berlin"), polling=30)
        await timers.advance(30_000)
    """

    def __init__(self, now_ms: int = 1_800_000_000_000) -> None:
        """Begin at a moment, in ms since the epoch."""
        self._now_ms = float(now_ms)
        # The count keeps those that are due at once in the order they were asked for.
        self._waiting: list[tuple[float, int, _Timer]] = []
        self._count = itertools.count()

    @property
    def pending(self) -> tuple[float, ...]:
        """Milliseconds until each call that is waiting, the next one first."""
        waiting = [due for due, _, each in self._waiting if each.call is not None]
        return tuple(due - self._now_ms for due in sorted(waiting))

    def now_ms(self) -> int:
        """Return milliseconds since the epoch."""
        return int(self._now_ms)

    def call_later(self, seconds: float, call: Callable[[], object], /) -> _Timer:
        """Make ``call`` once, when so many seconds have passed by this clock.

        Raises:
            ValueError: ``seconds`` is below zero.
        """
        if not seconds >= 0:
            raise ValueError(f"a call is made now or later, not {-seconds} s ago")
        timer = _Timer(call)
        # To the microsecond: 0.1 s and 0.2 s are due when 0.3 s are.
        due = round(self._now_ms + seconds * 1000, 3)
        heapq.heappush(self._waiting, (due, next(self._count), timer))
        return timer

    async def sleep(self, seconds: float, /) -> None:
        """Wait until so many seconds have passed by this clock."""
        woken = asyncio.Event()
        timer = self.call_later(seconds, woken.set)
        try:
            await woken.wait()
        finally:
            timer.cancel()

    async def advance(self, ms: float) -> None:
        """Let so many milliseconds pass, and everything happen that happens meanwhile.

        Calls are made at their own moment, in the order of these; the tasks of the loop
        go on, before the first and after each, until they wait for something else.

        Raises:
            ValueError: ``ms`` is below zero.
            RuntimeError: the loop always has something to do.
        """
        if not ms >= 0:
            raise ValueError(f"time does not go back: {ms}")
        end = round(self._now_ms + ms, 3)
        await drained()
        while self._waiting and self._waiting[0][0] <= end:
            due, _, timer = heapq.heappop(self._waiting)
            call, timer.call = timer.call, None
            if call is None:
                continue
            self._now_ms = max(self._now_ms, due)
            call()
            await drained()
        self._now_ms = end


async def drained() -> None:
    """Let the tasks of the loop go on until all of them wait.

    Raises:
        RuntimeError: they never do.
    """
    ready: object = getattr(asyncio.get_running_loop(), "_ready", None)
    if ready is None:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        return
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)
        if not ready:
            return
    raise RuntimeError("the loop always has something to do")
