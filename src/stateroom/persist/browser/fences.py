"""Lets one tab at a time write to localStorage, and see what the last one has written.

A lock alone does not do it: the browser gives the lock on at once, and tells the next
tab what was written some milliseconds later. (Of 600 steps that two tabs counted under
``navigator.locks``, 13 to 33 were lost in Chromium 156.) So the one that has written
leaves the number of its write in IndexedDB, whose answers are never late, and the next
waits until it sees that number in localStorage.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from stateroom.persist.browser.crossing import page
from stateroom.persist.browser.databases import Connection
from stateroom.persist.browser.javascript import Request
from stateroom.persist.browser.listening import listen
from stateroom.persist.browser.locks import TabLock
from stateroom.persist.browser.transactions import Steps

__all__ = ("Fence",)

DATABASE: Final = "stateroom-fences"
TABLE: Final = "fences"
PATIENCE: Final = 2.0
"""Seconds until a write that is not seen is believed to be lost.

It arrives within milliseconds, unless the tab that wrote it was killed at that moment
or somebody has emptied localStorage by hand.
"""


class Fence:
    """Keeps writers of several tabs apart, each behind the one before it.

    Args:
        name: the same for all who write in one place.
        seen: returns the number of the newest write that this tab sees there.
        wanted: what cannot be without it, for errors.
        timeout: seconds to wait for the other tabs.

    Raises:
        InvalidPersist: there is no browser here, or the page has no locks.
    """

    def __init__(
        self, name: str, *, seen: Callable[[], int], wanted: str, timeout: float
    ) -> None:
        self._name = name
        self._seen = seen
        self._lock = TabLock(name, wanted=wanted, timeout=timeout)
        self._numbers = Connection(DATABASE, (TABLE,), wanted=wanted, timeout=timeout)
        self._page = page(wanted)

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """See, within the block, everything that others wrote; they see this after it.

        Raises:
            StorageUnavailable: another holds the lock for too long, or there is no
                IndexedDB.
        """
        async with self._lock.held():
            await self._see(await self._last())
            before = self._seen()
            yield
            after = self._seen()
            if after != before:
                await self._leave(after)

    def close(self) -> None:
        """Let go of the database; the next block opens it again."""
        self._numbers.close()

    async def _last(self) -> int:
        def ask(steps: Steps) -> Request:
            return steps.table(TABLE).get(self._name)

        found = (await self._numbers.run(ask)).result
        return found if isinstance(found, int) else 0

    async def _leave(self, number: int) -> None:
        def ask(steps: Steps) -> None:
            steps.table(TABLE).put(number, self._name)

        await self._numbers.run(ask, durability="relaxed")

    async def _see(self, number: int) -> None:
        """Wait until this tab sees the write of that number, or believe it lost."""
        if self._seen() >= number:
            return
        seen = asyncio.Event()

        def heard(_event: object) -> None:
            if self._seen() >= number:
                seen.set()

        end = listen(self._page, ("storage",), heard=heard)
        try:
            heard(None)  # it may have come in between
            await asyncio.wait_for(seen.wait(), PATIENCE)
        except TimeoutError:
            pass
        finally:
            end()
