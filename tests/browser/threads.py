"""A loop in a thread of its own, so that it is in no test's way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Final, TypeVar

__all__ = ("PATIENCE", "LoopThread")

T = TypeVar("T")

PATIENCE: Final = 60.0
"""Seconds for any one thing on a machine that is busy; Pyodide starts in 2 to 6."""


class LoopThread:
    """Runs coroutines for callers that block, or that do something else meanwhile."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="browser")
        self._thread.start()

    def start(self, coroutine: Coroutine[object, object, T]) -> Future[T]:
        """Begin something; the future has its result."""
        return asyncio.run_coroutine_threadsafe(
            asyncio.wait_for(coroutine, PATIENCE), self._loop
        )

    def run(self, coroutine: Coroutine[object, object, T]) -> T:
        """Return the result of something."""
        return self.start(coroutine).result()

    def stop(self) -> None:
        """End the loop and the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
