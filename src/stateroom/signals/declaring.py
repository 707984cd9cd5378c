"""Events of the catalogue and of the lock."""

from __future__ import annotations

from dataclasses import dataclass

from stateroom.signals.event import Event

__all__ = (
    "CatalogueLoaded",
    "LockWritten",
)


@dataclass(frozen=True, slots=True)
class CatalogueLoaded(Event):
    """A catalogue was read without a problem.

    Attributes:
        path: the file, as the caller named it.
        items: how many items it declares.
        digest: hash of the declared facts, as the lock records it.
    """

    path: str
    items: int
    digest: str


@dataclass(frozen=True, slots=True)
class LockWritten(Event):
    """Decisions were pinned.

    Attributes:
        path: the lock file.
        items: how many items are pinned in it.
        moved: names of the items whose originals got a new home.
    """

    path: str
    items: int
    moved: tuple[str, ...]
