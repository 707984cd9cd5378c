"""When tags are invalidated, and what becomes of the entries that provide them.

By default tags wait until no request runs any more: a query that runs now may provide
what is invalidated, and is not asked twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from stateroom.query.tags import Tag

__all__ = ("Invalidated", "Invalidating")


class Invalidated(Protocol):
    """What invalidation asks, and does."""

    @property
    def is_delayed(self) -> bool:
        """Whether tags wait for requests to end."""
        ...

    def invalidate_now(self, tags: tuple[Tag, ...]) -> object:
        """Refetch the entries of these tags that are wanted, and remove the others."""
        ...


class Invalidating:
    """The tags that wait, and the requests they wait for."""

    def __init__(self, invalidated: Invalidated) -> None:
        self._invalidated = invalidated
        self._tags: list[Tag] = []
        self._requests: set[str] = set()

    def begin(self, request_id: str) -> None:
        """Wait for a request."""
        self._requests.add(request_id)

    def end(self, request_id: str, tags: Iterable[Tag] = ()) -> None:
        """Wait for a request no longer, and invalidate what it made untrue."""
        self._requests.discard(request_id)
        self.add(tags)

    def add(self, tags: Iterable[Tag] = ()) -> None:
        """Invalidate tags, and those that have waited, if nothing is waited for."""
        self._tags.extend(tags)
        if not self._tags or (self._requests and self._invalidated.is_delayed):
            return
        found, self._tags = tuple(self._tags), []
        self._invalidated.invalidate_now(found)

    def clear(self) -> None:
        """Forget both."""
        self._tags = []
        self._requests.clear()
