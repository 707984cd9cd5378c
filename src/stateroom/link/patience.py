"""A deadline that does not count the time in which the event loop was busy itself."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

__all__ = ("Patience",)


class Patience:
    """Ends a block with ``TimeoutError`` when nothing was heard for ``seconds``.

    In two halves: only when the first is over does the second begin. So a loop that was
    blocked for longer, by a thousand callers that began in one tick, still reads what
    has arrived meanwhile before it gives up; an answer that was there is no silence.
    """

    __slots__ = ("_half", "_limit", "_timer")

    def __init__(self, seconds: float) -> None:
        self._half = seconds / 2
        self._limit = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    def begin_anew(self, seconds: float) -> None:
        """Wait for so long from now: something was heard, or another thing is due."""
        self._half = seconds / 2
        if self._timer is not None:
            self._timer.cancel()
        self._limit.reschedule(None)
        self._begin()

    async def __aenter__(self) -> Self:
        await self._limit.__aenter__()
        self._begin()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._half, self._second)

    def _second(self) -> None:
        loop = asyncio.get_running_loop()
        self._limit.reschedule(loop.time() + self._half)
