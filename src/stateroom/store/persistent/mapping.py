"""A mapping that never changes, and whose changed copies share almost everything.

It is made of three parts:

* the rows (``Rows``): the keys, and beside them the values, in the order of insertion.
  A removed key leaves a hole among the values;
* the index, a plain dict from key to the number of its row, built once and shared by
  all versions. Hence reads cost little more than those of a dict;
* the buckets, for keys that came after the index was built.

Giving an existing key another value copies three short lists (of 64 elements, at
100,000 entries; four at a million) and nothing else. When more keys came than the
index has, or more than half of the rows are holes, everything is built anew; along one
history that costs each added or removed key a constant share, as growing a dict does.
"""

from __future__ import annotations

import copy
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Final, TypeVar, cast

from stateroom.store.persistent.buckets import Buckets, find, inserted
from stateroom.store.persistent.differing import Difference, unshared
from stateroom.store.persistent.rows import BITS, MASK, SHIFTS, WIDTH, Rows
from stateroom.store.persistent.views import (
    GONE,
    Gone,
    Items,
    Keys,
    Values,
    each,
    each_back,
)

__all__ = ("PersistentMap",)

K = TypeVar("K")
V = TypeVar("V")

THREE_LEVELS: Final = 2 * BITS
"""``Rows.top`` from 4,097 to 262,144 rows, where reading is written out."""


class PersistentMap(Mapping[K, V]):
    """An immutable mapping that iterates in insertion order, as a dict does.

    ``set``, ``remove`` and ``update`` return a new map and leave this one as it is.
    Keys compare as those of a dict do, and so do whole maps, with dicts too. It has no
    hash. ``copy.copy``, ``copy.deepcopy`` and ``pickle`` give plain dicts, as they do
    of every frozen value of a state.

    Args:
        source: a mapping, or pairs of key and value; of equal keys the last wins.
    """

    __slots__ = ("__weakref__", "_buckets", "_index", "_keys", "_size", "_values")

    _buckets: Buckets[K] | None
    _index: dict[K, int]
    _keys: Rows[K]
    _size: int
    _values: Rows[V | Gone]

    def __init__(self, source: Mapping[K, V] | Iterable[tuple[K, V]] = (), /) -> None:
        content = _dict_of(source)
        keys = list(content)
        self._buckets = None
        self._index = dict(zip(keys, range(len(keys)), strict=True))
        self._keys = Rows[K].of(keys)
        self._size = len(keys)
        self._values = Rows[V | Gone].of(list(content.values()))

    # ------------------------------------------------------------------- reading

    def __getitem__(self, key: K, /) -> V:
        number = self._index.get(key)
        if number is None:
            return self._late(key)
        rows = self._values
        level = rows.root
        if rows.top == THREE_LEVELS:  # as Rows.at, without its call and its loop
            level = level[number >> 12][number >> 6 & MASK]
        else:
            for shift in SHIFTS[rows.top]:
                level = level[number >> shift & MASK]
        value: V | Gone = level[number & MASK]  # type: ignore[assignment] # a value
        return self._late(key) if value is GONE else value

    def _late(self, key: K) -> V:
        """Read a key that came, or came back, after the index was built."""
        number = None if self._buckets is None else find(self._buckets, key)
        value = GONE if number is None else self._values.at(number)
        if value is GONE:
            raise KeyError(key)
        return value

    def _row(self, key: K) -> tuple[int, V | Gone]:
        """Return the number of the row of ``key``, and its value; ``GONE`` for none."""
        number = self._index.get(key)
        if number is not None:
            value = self._values.at(number)
            if value is not GONE:
                return number, value
        number = None if self._buckets is None else find(self._buckets, key)
        return (0, GONE) if number is None else (number, self._values.at(number))

    def __len__(self) -> int:
        return self._size

    def __contains__(self, key: object, /) -> bool:
        return self._row(cast("K", key))[1] is not GONE

    def __iter__(self) -> Iterator[K]:
        return each(self._keys, self._values, size=self._size)

    def __reversed__(self) -> Iterator[K]:
        return each_back(self._keys, self._values)

    def keys(self) -> KeysView[K]:
        """Return a view of the keys, in order."""
        return Keys(self, (self._keys, self._values))

    def values(self) -> ValuesView[V]:
        """Return a view of the values, in the order of their keys."""
        return Values(self, self._values)

    def items(self) -> ItemsView[K, V]:
        """Return a view of the pairs of key and value, in order."""
        return Items(self, (self._keys, self._values))

    # ------------------------------------------------------------------ changing

    def set(self, key: K, value: V) -> PersistentMap[K, V]:
        """Return a map in which ``key`` has ``value``; this one when it has it already.

        A key that is there keeps its place; another one comes last.
        """
        number, held = self._row(key)
        if held is value:
            return self
        if held is GONE:
            return self._with_keys({key: value}, self._values)
        return self._with(self._values.put(number, value), size=self._size)

    def update(
        self, many: Mapping[K, V] | Iterable[tuple[K, V]], /
    ) -> PersistentMap[K, V]:
        """Return a map with all of ``many`` set; this one when nothing differs."""
        put: dict[int, V | Gone] = {}
        added: dict[K, V] = {}
        for key, value in _dict_of(many).items():
            number, held = self._row(key)
            if held is GONE:
                added[key] = value
            elif held is not value:
                put[number] = value
        values = self._values.put_many(put)
        if added:
            return self._with_keys(added, values)
        return self._with(values, size=self._size) if put else self

    def remove(self, *keys: K) -> PersistentMap[K, V]:
        """Return a map without ``keys``; this one when none are given.

        Raises:
            KeyError: one of them is not in the map.
        """
        put: dict[int, V | Gone] = {}
        for key in keys:
            number, held = self._row(key)
            if held is GONE:
                raise KeyError(key)
            put[number] = GONE
        if not put:
            return self
        size = self._size - len(put)
        smaller = self._with(self._values.put_many(put), size=size)
        holes = self._keys.length - size
        return PersistentMap(smaller) if holes > max(size, WIDTH) else smaller

    def _with(
        self,
        values: Rows[V | Gone],
        *,
        size: int,
        keys: Rows[K] | None = None,
        buckets: Buckets[K] | None = None,
    ) -> PersistentMap[K, V]:
        new: PersistentMap[K, V] = object.__new__(PersistentMap)
        new._buckets = self._buckets if buckets is None else buckets
        new._index = self._index
        new._keys = self._keys if keys is None else keys
        new._size = size
        new._values = values
        return new

    def _with_keys(
        self, added: dict[K, V], values: Rows[V | Gone]
    ) -> PersistentMap[K, V]:
        """Return a map with keys that this one has not, after those that it has."""
        begin, size = values.length, self._size
        late = begin + len(added) - len(self._index)
        if late > max(len(self._index), WIDTH):
            content = dict(self._with(values, size=size).items())
            return PersistentMap(content | added)
        values = values.extended(list(added.values()))
        numbers = dict(zip(added, range(begin, values.length), strict=True))
        return self._with(
            values,
            size=size + len(added),
            keys=self._keys.extended(list(added)),
            buckets=inserted(self._buckets, numbers),
        )

    def __or__(self, other: object) -> PersistentMap[K, V]:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self.update(other)

    def __ror__(self, other: object) -> PersistentMap[K, V]:
        if not isinstance(other, Mapping):
            return NotImplemented
        return PersistentMap[K, V](other).update(self)

    # ----------------------------------------------------------------- comparing

    def diff(self, older: PersistentMap[K, V]) -> Difference[K, V]:
        """Say how this map differs from an older one, by the identity of values.

        Between versions of one map it looks only at what they do not share. The order
        of the keys is not compared.
        """
        found: Difference[K, V] = Difference({}, {}, {})
        for key in self._candidates(older):
            before, after = older.get(key, GONE), self.get(key, GONE)
            if before is after:
                continue
            if after is GONE:
                found.removed[key] = older[key]
            elif before is GONE:
                found.added[key] = after
            else:
                found.changed[key] = after
        return found

    def _candidates(self, other: PersistentMap[K, V]) -> Iterable[K]:
        """Return the keys that may have another value, or none, in ``other``."""
        numbers = {*unshared(other._keys, self._keys)}
        numbers.update(unshared(other._values, self._values))
        found: dict[K, None] = {}
        for number in sorted(numbers):
            for keys in (other._keys, self._keys):
                if number < keys.length:
                    found[keys.at(number)] = None
        return found

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        if isinstance(other, PersistentMap):
            return self._size == len(other) and not any(
                self.get(key, GONE) is not other.get(key, GONE)
                and self.get(key, GONE) != other.get(key, GONE)
                for key in self._candidates(other)
            )
        if isinstance(other, Mapping):
            return dict(self.items()) == _dict_of(other)
        return NotImplemented

    def __repr__(self) -> str:
        return f"PersistentMap({dict(self.items())!r})"

    __hash__ = None  # type: ignore[assignment] # as a dict: equal to mutable ones

    # ------------------------------------------------------------------- copying

    def __copy__(self) -> dict[K, V]:
        return dict(self.items())

    def __deepcopy__(self, memo: dict[int, object]) -> dict[K, V]:
        return copy.deepcopy(dict(self.items()), memo)

    def __reduce_ex__(self, protocol: object) -> tuple[type, tuple[dict[K, V]]]:
        return dict, (dict(self.items()),)


def _dict_of(source: Mapping[K, V] | Iterable[tuple[K, V]]) -> dict[K, V]:
    # A dict is read by dict() much faster than its pairs, any other mapping slower.
    if isinstance(source, Mapping) and not isinstance(source, dict):
        return dict(source.items())
    return dict(source)
