"""The end of something that is waited for, by anybody and in any order."""

from __future__ import annotations

import asyncio
from typing import Final

__all__ = ("TURNS", "Ending")

TURNS: Final = 3
"""Turns of the loop for which functions beside a request go before who waits for it."""


class Ending:
    """Something that ends once.

    Attributes:
        is_over: whether it has ended; who waits is told a little later.
        before: something of the same kind, of which the end is waited for as well.
    """

    __slots__ = ("_is_told", "_loop", "_waiting", "before", "is_over")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._is_told = False
        self._waiting: list[asyncio.Future[None]] | None = None
        self.is_over: bool = False
        self.before: Ending | None = None

    @property
    def is_all_over(self) -> bool:
        """Whether it has ended, and those before."""
        return self.is_over and (self.before is None or self.before.is_all_over)

    @property
    def is_awaited(self) -> bool:
        """Whether anybody waits for the end now."""
        return bool(self._waiting)

    def tell_end(self, turns: int = 0) -> None:
        """Tell who waits that it has ended, so many turns of the loop later."""
        if turns:
            self._loop.call_soon(self.tell_end, turns - 1)
            return
        self._is_told = True
        waiting, self._waiting = self._waiting, None
        for each in waiting or ():
            if not each.done():
                each.set_result(None)

    async def ended(self) -> None:
        """Wait until it has ended, and the one before. Who stops waiting ends nothing.

        Functions that run beside it have heard of its end by then.
        """
        if self.before is not None:
            await self.before.ended()
            self.before = None
        if self._is_told:
            return
        end = self._loop.create_future()
        if self._waiting is None:
            self._waiting = []
        self._waiting.append(end)
        await end
