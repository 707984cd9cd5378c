"""Rings when something is due, with as few timers of an event loop as can be.

In a page a timer that is taken back stays until its time has come, and with it what it
would have called. So an alarm does not take back one timer for another: it rings when
the earliest of them says so, and whoever hears it sets it anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ("Alarm",)


class Alarm:
    """Calls ``ring`` at the time that was set, or before it.

    Args:
        ring: sees what is due, and sets the alarm for what is due next.
    """

    def __init__(self, ring: Callable[[], object]) -> None:
        self._ring = ring
        self._timers: dict[float, asyncio.Handle] = {}

    def set(self, delay: float | None) -> None:
        """Ring in so many seconds, at the latest; None is for nothing to wait for."""
        if delay is None:
            return
        loop = asyncio.get_event_loop()
        at = loop.time() + delay
        if all(at < each for each in self._timers):
            self._timers[at] = loop.call_later(delay, self._rings, at)

    def stop(self) -> None:
        """Ring no more, whatever was set."""
        while self._timers:
            self._timers.popitem()[1].cancel()

    def _rings(self, at: float) -> None:
        del self._timers[at]
        self._ring()
