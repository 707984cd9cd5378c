"""How the entries of a persistent map are gone through, and the views that do it.

A removed key leaves its row behind, with ``GONE`` for a value. Going through a map
passes over such rows without looking any key up, at about the speed of a dict.
"""

from __future__ import annotations

import enum
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from itertools import compress, repeat
from operator import is_not
from typing import Final, Literal, TypeAlias, TypeVar, cast

from stateroom.store.persistent.rows import Rows

__all__ = ("GONE", "Gone", "Items", "Keys", "Values", "each", "each_back")

K = TypeVar("K")
T = TypeVar("T")
V = TypeVar("V")


class _Word(enum.Enum):
    GONE = "gone"


Gone: TypeAlias = Literal[_Word.GONE]
"""The type of ``GONE``."""

GONE: Final = _Word.GONE
"""Stands among the values where a key was removed."""


def each(rows: Rows[T], values: Rows[V | Gone], *, size: int) -> Iterator[T]:
    """Yield those of ``rows`` beside which there is a value.

    Args:
        rows: the keys, or the values themselves.
        values: of the same length.
        size: how many there are, without those that are gone.
    """
    if size == rows.length:
        return iter(rows)
    return compress(rows, map(is_not, values, repeat(GONE)))


def each_back(rows: Rows[T], values: Rows[V | Gone]) -> Iterator[T]:
    """Yield the same from the last to the first."""
    return compress(reversed(rows), map(is_not, reversed(values), repeat(GONE)))


class Keys(KeysView[K]):
    """The keys of a persistent map, in order."""

    __slots__ = ("_rows",)

    def __init__(self, of: Mapping[K, V], rows: tuple[Rows[K], Rows[V | Gone]]) -> None:
        super().__init__(of)
        self._rows = rows

    def __iter__(self) -> Iterator[K]:
        return each(*self._rows, size=len(self))

    def __reversed__(self) -> Iterator[K]:
        return each_back(*self._rows)


class Values(ValuesView[V]):
    """The values of a persistent map, in the order of their keys."""

    __slots__ = ("_rows",)

    def __init__(self, of: Mapping[K, V], rows: Rows[V | Gone]) -> None:
        super().__init__(of)
        self._rows = rows

    def __iter__(self) -> Iterator[V]:
        found = each(self._rows, self._rows, size=len(self))
        return cast("Iterator[V]", found)

    def __reversed__(self) -> Iterator[V]:
        return cast("Iterator[V]", each_back(self._rows, self._rows))


class Items(ItemsView[K, V]):
    """The pairs of a persistent map, in order."""

    __slots__ = ("_rows",)

    def __init__(self, of: Mapping[K, V], rows: tuple[Rows[K], Rows[V | Gone]]) -> None:
        super().__init__(of)
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[K, V]]:
        keys, values = self._rows
        found = zip(
            each(keys, values, size=len(self)),
            each(values, values, size=len(self)),
            strict=True,
        )
        return cast("Iterator[tuple[K, V]]", found)

    def __reversed__(self) -> Iterator[tuple[K, V]]:
        keys, values = self._rows
        found = zip(each_back(keys, values), each_back(values, values), strict=True)
        return cast("Iterator[tuple[K, V]]", found)
