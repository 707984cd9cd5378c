"""The twins of what lists of the newest do."""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.live.recents import ADD
from stateroom.live.twins import command_twin, script_twin
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]


@script_twin(ADD)
def _add(table: Table, keys: Words, words: Words) -> object:
    most, unique, ms, *values = words
    found: list[bytes] = table.make(keys[0], list, list)
    for value in values:
        if unique:
            found[:] = [each for each in found if each != value]
        found.insert(0, value)
    del found[int(most) :]
    table.put(keys[0], found, int(ms or 0) or None)
    return len(found)


@command_twin("LLEN")
def _count(table: Table, words: Words) -> object:
    return len(table.get(words[0], list) or [])


@command_twin("LRANGE")
def _some(table: Table, words: Words) -> object:
    key, first, last = words
    found: list[bytes] = table.get(key, list) or []
    return found[int(first) : int(last) + 1]


@command_twin("LREM")
def _remove(table: Table, words: Words) -> object:
    key, _, value = words
    found: list[bytes] = table.get(key, list) or []
    count = found.count(value)
    found[:] = [each for each in found if each != value]
    table.settle(key)
    return count
