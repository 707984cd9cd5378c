"""Whether work was told to stop, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from stateroom.errors import Aborted

__all__ = ("AbortSignal",)


class AbortSignal:
    """Tells work that nobody wants its result any more. It does not stop the work.

    The work looks at ``aborted``, calls ``throw_if_aborted``, waits with ``wait`` or is
    called back with ``on_abort``.
    """

    def __init__(self) -> None:
        self._reason: str | None = None
        self._callbacks: dict[object, Callable[[], object]] = {}

    @property
    def aborted(self) -> bool:
        """Whether the work was told to stop."""
        return self._reason is not None

    @property
    def reason(self) -> str:
        """Why, as whoever stopped it said; empty while nobody did."""
        return self._reason or ""

    def abort(self, reason: str = "Aborted") -> None:
        """Tell the work to stop. Only the first reason counts."""
        if self._reason is not None:
            return
        self._reason = reason
        callbacks, self._callbacks = self._callbacks, {}
        for call in callbacks.values():
            call()

    def throw_if_aborted(self) -> None:
        """Do nothing while the result is wanted.

        Raises:
            Aborted: the work was told to stop.
        """
        if self._reason is not None:
            raise Aborted(self._reason)

    def on_abort(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Have ``callback`` called once, at once when it is too late to wait.

        Returns:
            What takes the callback away again.
        """
        if self._reason is not None:
            callback()
            return _nothing
        place = object()
        self._callbacks[place] = callback
        return lambda: self._forget(place)

    async def wait(self) -> str:
        """Wait until the work is told to stop, and return the reason."""
        told = asyncio.Event()
        forget = self.on_abort(told.set)
        try:
            await told.wait()
        finally:
            forget()
        return self.reason

    def _forget(self, place: object) -> None:
        self._callbacks.pop(place, None)


def _nothing() -> None:
    """Take nothing away: the callback was called already."""
