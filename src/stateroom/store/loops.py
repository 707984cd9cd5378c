"""The event loop that runs here, if one does, and how to reach it from elsewhere.

Nothing is imported: where nobody has imported asyncio, no loop runs, and a store that
waits for nothing is spared the time that it takes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import asyncio

__all__ = ("cancel", "resolve", "running_loop")

T = TypeVar("T")


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop that runs in this thread; None when there is none."""
    known = sys.modules.get("asyncio")
    if known is None:
        return None
    try:
        loop: asyncio.AbstractEventLoop = known.get_running_loop()
    except RuntimeError:
        return None
    return loop


def resolve(future: asyncio.Future[T], value: T) -> None:
    """Give a future its result, from any thread; only the first one counts."""
    loop = future.get_loop()
    if running_loop() is loop:
        _set(future, value)
    elif not loop.is_closed():
        loop.call_soon_threadsafe(_set, future, value)


def cancel(task: asyncio.Task[T], reason: str) -> None:
    """Cancel a task, from any thread; no-op when it has ended."""
    loop = task.get_loop()
    if running_loop() is loop:
        task.cancel(reason)
    elif not loop.is_closed():
        loop.call_soon_threadsafe(task.cancel, reason)


def _set(future: asyncio.Future[T], value: T) -> None:
    if not future.done():
        future.set_result(value)
