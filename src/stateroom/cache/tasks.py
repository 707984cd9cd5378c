"""Tasks that nobody awaits, and who is being cancelled."""

from __future__ import annotations

import asyncio
from typing import TypeVar, cast

from stateroom.cache.engine import Here

__all__ = ("is_cancelled", "keep_task")

T = TypeVar("T")


def keep_task(here: Here, task: asyncio.Future[T]) -> None:
    """Hold on to a task until it is done, and take its error if nobody does."""
    kept = cast("asyncio.Future[object]", task)
    here.tasks.add(kept)
    kept.add_done_callback(here.tasks.discard)
    kept.add_done_callback(_retrieved)


def _retrieved(task: asyncio.Future[object]) -> None:
    if not task.cancelled():
        task.exception()


def is_cancelled() -> bool:
    """Say whether the running task is being cancelled itself."""
    task = asyncio.current_task()
    return task is not None and bool(task.cancelling())
