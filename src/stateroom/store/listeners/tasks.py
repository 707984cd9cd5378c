"""What a listener's effect, and each task that it forks, can do while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from stateroom.store.aborting import AbortSignal
from stateroom.store.loops import resolve

__all__ = ("Handle", "TaskApi", "Timer")

T = TypeVar("T")


class Handle(Protocol):
    """A call that was asked for and can be taken back."""

    def cancel(self) -> object:
        """Do not make the call."""
        ...


class Timer(Protocol):
    """Where time is from: an event loop, or a test's own."""

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Handle:
        """Call ``callback`` once, ``delay`` seconds from now."""
        ...


# What a task waits for without owning it has to be held by somebody.
_PAUSED_FOR: set[object] = set()


class TaskApi:
    """One task, as its function sees it.

    Attributes:
        signal: says whether the task was cancelled, and why.
    """

    def __init__(self, signal: AbortSignal, timer: Timer | None) -> None:
        self.signal: AbortSignal = signal
        self._timer = timer

    def throw_if_cancelled(self) -> None:
        """Do nothing unless the task was cancelled; a loop that never waits asks this.

        Raises:
            Aborted: the task was cancelled. An effect may let it pass.
        """
        self.signal.throw_if_aborted()

    async def delay(self, seconds: float) -> None:
        """Wait so long, or until the task is cancelled."""
        self.signal.throw_if_aborted()
        passed = asyncio.get_running_loop().create_future()
        handle = self._call_later(seconds, lambda: resolve(passed, None))
        try:
            await passed
        finally:
            handle.cancel()

    async def pause(self, awaitable: Awaitable[T]) -> T:
        """Wait for something that goes on also when the task is cancelled."""
        self.signal.throw_if_aborted()
        future = asyncio.ensure_future(awaitable)
        _PAUSED_FOR.add(future)
        future.add_done_callback(_PAUSED_FOR.discard)
        return await asyncio.shield(future)

    def _call_later(self, seconds: float, call: Callable[[], object]) -> Handle:
        if self._timer is None:
            return asyncio.get_running_loop().call_later(seconds, call)
        return self._timer.call_later(seconds, call)
