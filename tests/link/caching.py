"""A cache over a table in memory: what the tests of servers that break ask for."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from stateroom.cache import Cache
from stateroom.errors import NotInvalidated

__all__ = ("Titles", "is_hearing", "until_async", "voided")


class Titles:
    """Titles by number, read through a cache.

    Attributes:
        table: the source; a number without a title is called by its number.
        loads: how often each was read from the source.
        title: the cached function; tagged with ``Job`` and ``Job:NUMBER``.
    """

    def __init__(self, cache: Cache, table: dict[int, str]) -> None:
        self.cache = cache
        self.table = table
        self.loads: Counter[int] = Counter()

        @cache.cached(
            300, name="title", tags=lambda title: [f"Job:{title.partition(' ')[0]}"],
            early=0, jitter=0,
        )  # fmt: skip
        async def title(number: int) -> str:
            self.loads[number] += 1
            return f"{number} {self.table.get(number, 'first')}"

        self.title = title


def is_hearing(cache: Cache) -> bool:
    """Say whether a cache hears of changes, so that its local copies are served."""
    return time.monotonic() < cache.engine.hearing.trusted_until


async def until_async(
    is_true: Callable[[], bool], what: str, *, within: float = 10.0
) -> None:
    """Wait in the running loop until something is true.

    Raises:
        TimeoutError: it did not become true.
    """
    end = time.monotonic() + within
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {within:g} s for {what}")
        await asyncio.sleep(0.01)


async def voided(call: Callable[[], Awaitable[object]], *, within: float) -> None:
    """Invalidate, again and again until it is acknowledged.

    Raises:
        NotInvalidated: it was not in time.
    """
    end = time.monotonic() + within
    while True:
        try:
            await call()
        except NotInvalidated:
            if time.monotonic() > end:
                raise
            await asyncio.sleep(0.05)
        else:
            return
