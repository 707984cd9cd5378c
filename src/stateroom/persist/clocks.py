"""Where the time is from; tests put their own in its place."""

from __future__ import annotations

import time
from typing import Protocol

__all__ = ("Clock", "SystemClock")


class Clock(Protocol):
    """Two clocks: one for dates, one for lengths of time."""

    def now_ms(self) -> int:
        """Return milliseconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Return seconds since any moment; never goes back."""
        ...


class SystemClock:
    """The clocks of the machine."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    # It is asked at most dispatches: no call of ours in between.
    monotonic: staticmethod[[], float] = staticmethod(time.monotonic)
