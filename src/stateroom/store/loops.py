"""The event loop that runs here, if one does, and how to reach it from elsewhere."""

from __future__ import annotations

import asyncio
from typing import TypeVar

__all__ = ("resolve", "running_loop")

T = TypeVar("T")


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop that runs in this thread; None when there is none."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def resolve(future: asyncio.Future[T], value: T) -> None:
    """Give a future its result, from any thread; only the first one counts."""
    loop = future.get_loop()
    if running_loop() is loop:
        _set(future, value)
    elif not loop.is_closed():
        loop.call_soon_threadsafe(_set, future, value)


def _set(future: asyncio.Future[T], value: T) -> None:
    if not future.done():
        future.set_result(value)
