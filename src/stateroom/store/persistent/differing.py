"""What two persistent maps do not share: the candidates for any difference.

Two versions of one map share most lists of their trees, by identity. Only where they do
not can anything differ; so comparing a map of 100,000 entries with its successor
looks at a few hundred rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Generic, NamedTuple, TypeVar

from stateroom.store.persistent.rows import BITS, Level, Rows

__all__ = ("Difference", "unshared")

K = TypeVar("K")
T = TypeVar("T")
V = TypeVar("V")


class Difference(NamedTuple, Generic[K, V]):
    """How one map differs from an older one. Values are compared by identity.

    Attributes:
        added: keys that only the newer map has, with their values.
        changed: keys that both have, with their values in the newer map.
        removed: keys that only the older map has, with their values.
    """

    added: dict[K, V]
    changed: dict[K, V]
    removed: dict[K, V]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def unshared(old: Rows[T], new: Rows[T]) -> Iterator[int]:
    """Yield the numbers of rows that are not one object in both, ascending."""
    top = max(old.top, new.top)
    return _unshared(_raised(old, top), _raised(new, top), shift=top, begin=0)


def _raised(rows: Rows[T], top: int) -> Level:
    """Return the tree with as many levels as the other one has."""
    root = rows.root
    for _ in range(rows.top, top, BITS):
        root = [root]
    return root


def _unshared(old: Level, new: Level, *, shift: int, begin: int) -> Iterator[int]:
    if old is new:
        return
    for slot, (before, after) in enumerate(zip_longest(old, new)):
        first = begin + (slot << shift)
        if before is after:
            continue
        if shift:
            below = shift - BITS
            yield from _unshared(before or [], after or [], shift=below, begin=first)
        else:
            yield first
