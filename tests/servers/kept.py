"""Keeps servers that work together for many tests, though each may break them.

with Kept(ClusterOf) as kept:
    kept.whole()    # a cluster; the same again as long as it can be mended
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

__all__ = ("Kept", "Mendable")

log = logging.getLogger(__name__)


class Mendable(Protocol):
    """Servers that work together."""

    def is_well(self) -> bool:
        """Say whether nothing is missing."""
        ...

    def heal(self) -> None:
        """Bring back what was stopped.

        Raises:
            OSError: one does not answer, or they do not find together in time.
            RuntimeError: one of them does not start.
        """
        ...

    def stop(self) -> None:
        """End all for good."""
        ...


M = TypeVar("M", bound=Mendable)


class Kept(Generic[M]):
    """Made on first use, mended before each one, and made anew if that fails."""

    def __init__(self, make: Callable[[], M]) -> None:
        self._make = make
        self._made: M | None = None

    def whole(self) -> M:
        """Return them with nothing missing."""
        if self._made is None or not (self._made.is_well() or self._is_healed()):
            self.stop()
            self._made = self._make()
        return self._made

    def stop(self) -> None:
        """End them. Again does nothing."""
        made, self._made = self._made, None
        if made is not None:
            made.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _is_healed(self) -> bool:
        assert self._made is not None
        try:
            self._made.heal()
        except (OSError, RuntimeError):  # a timeout is an OSError
            log.exception("servers that could not be mended are replaced")
            return False
        return True
