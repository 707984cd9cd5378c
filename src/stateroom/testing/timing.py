"""A clock that a test moves by hand, and that calls back what has become due."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable

from stateroom.flows.clocks import ManualClock as StandingClock

__all__ = ("ManualClock", "ManualTimer")

TURNS = 50
"""Turns of the loop at each moment: a task that was woken may wake others in turn."""


class ManualTimer:
    """A call that was asked for.

    Attributes:
        due_ms: when it is to be made, by the clock's ``now_ms``.
        is_cancelled: whether it was taken back.
    """

    def __init__(self, due_ms: int, callback: Callable[[], object]) -> None:
        self.due_ms: int = due_ms
        self.is_cancelled: bool = False
        self._callback = callback

    def cancel(self) -> None:
        """Do not make the call; no-op when it was made."""
        self.is_cancelled = True

    def call(self) -> None:
        """Make the call now, unless it was taken back."""
        if not self.is_cancelled:
            self._callback()


class ManualClock(StandingClock):
    """A clock that stands still until a test moves it, with timers.

    It does what that of ``stateroom.cache`` does, so that one clock moves the cache and
    the listeners of a store. It needs no event loop, and never waits.

    Example::

        clock = ManualClock()
        listeners = create_listeners(timer=clock)
        store = Store(search, middleware=(listeners.middleware,))
        store.dispatch(typed("nu"))
        await clock.elapse(0.3)
    """

    def __init__(self, now_ms: int = 1_800_000_000_000) -> None:
        super().__init__(now_ms)
        # The count keeps those that are due at once in the order they were asked for.
        self._timers: list[tuple[int, int, ManualTimer]] = []
        self._count = itertools.count()

    @property
    def pending(self) -> tuple[float, ...]:
        """Seconds until each call that is waiting, the next one first."""
        now = self.now_ms()
        due = sorted(due for due, _, each in self._timers if not each.is_cancelled)
        return tuple((each - now) / 1000 for each in due)

    def call_later(self, delay: float, callback: Callable[[], object]) -> ManualTimer:
        """Call ``callback`` once, when so many seconds have passed by this clock.

        Raises:
            ValueError: ``delay`` is below zero.
        """
        if delay < 0:
            raise ValueError(f"a call is made now or later, not {delay} s ago")
        timer = ManualTimer(self.now_ms() + round(delay * 1000), callback)
        heapq.heappush(self._timers, (timer.due_ms, next(self._count), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Let so much time pass, and make the calls that become due meanwhile.

        Each is made at its own moment, in the order of these; so are those that a call
        asks for. What a task does when it is woken comes later: see ``elapse``.

        Raises:
            ValueError: ``seconds`` is below zero.
        """
        end = self.now_ms() + round(seconds * 1000)
        while self._step(end):
            pass
        super().advance((end - self.now_ms()) / 1000)

    async def elapse(self, seconds: float) -> None:
        """Let so much time pass, and tasks do what they were waiting to do.

        After each call the loop has a number of turns, so that a task which waits again
        and again is woken each time.

        Raises:
            ValueError: ``seconds`` is below zero.
        """
        end = self.now_ms() + round(seconds * 1000)
        await _settle()
        while self._step(end):
            await _settle()
        super().advance((end - self.now_ms()) / 1000)

    def _step(self, end_ms: int) -> bool:
        """Move to the next call that is due by then and make it; say if there was one.

        A call that raises has been made: the next step goes on with the others.
        """
        if not self._timers or self._timers[0][0] > end_ms:
            return False
        due, _, timer = heapq.heappop(self._timers)
        super().advance(max(0, due - self.now_ms()) / 1000)
        timer.call()
        return True


async def _settle() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)
