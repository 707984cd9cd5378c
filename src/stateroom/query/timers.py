"""What a client of queries asks the time, and asks to be called back later.

Everything that a client does later it does through one of these: polling, forgetting
what nobody uses, mirroring its subscriptions. So a test moves the time by hand; see
``stateroom.testing.ManualTimers``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

__all__ = ("LoopTimers", "Timer", "Timers")


class Timer(Protocol):
    """A call that was asked for and can be taken back."""

    def cancel(self) -> object:
        """Do not make the call; no-op when it was made."""
        ...


class Timers(Protocol):
    """Where time is from: an event loop, or a test's own."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch."""
        ...

    def call_later(self, seconds: float, call: Callable[[], object], /) -> Timer:
        """Make ``call`` once, so many seconds from now, >= 0; never before returning.

        Calls that are due at the same time are made in the order they were asked for.
        """
        ...

    async def sleep(self, seconds: float, /) -> None:
        """Wait for so many seconds."""
        ...


class LoopTimers:
    """The clock of this machine, and the timers of the loop that runs here."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch."""
        return time.time_ns() // 1_000_000

    def call_later(self, seconds: float, call: Callable[[], object], /) -> Timer:
        """Make ``call`` once, so many seconds from now."""
        return asyncio.get_running_loop().call_later(seconds, call)

    async def sleep(self, seconds: float, /) -> None:
        """Wait for so many seconds."""
        await asyncio.sleep(seconds)
