"""An event loop that runs in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ("Elsewhere", "elsewhere")

T = TypeVar("T")


class Elsewhere:
    """A loop that others have something done in."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def run(self, work: Coroutine[object, object, T]) -> T:
        """Run something there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Run a loop beside the block; it ends in good order after it."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield Elsewhere(loop)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
