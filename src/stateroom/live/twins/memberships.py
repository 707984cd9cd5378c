"""The twins of what memberships do."""

from __future__ import annotations

import random
from collections.abc import Sequence

from stateroom.live.membership_flows import ADD, JOIN
from stateroom.live.twins import command_twin, script_twin
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]
Ends = dict[bytes, float]


@script_twin(ADD)
def _add(table: Table, keys: Words, words: Words) -> object:
    ms, *members = words
    found: set[bytes] = table.make(keys[0], set, set)
    before = len(found)
    found.update(members)
    table.put(keys[0], found, int(ms or 0) or None)
    return len(found) - before


@script_twin(JOIN)
def _join(table: Table, keys: Words, words: Words) -> object:
    now, end, ms, *members = words
    _drop(table, keys[0], float(now))
    found: Ends = table.make(keys[0], dict, dict)
    before = len(found)
    found.update(dict.fromkeys(members, float(end)))
    table.end_in(keys[0], max(int(ms), table.left_ms(keys[0])))
    return len(found) - before


@command_twin("SREM")
def _remove(table: Table, words: Words) -> object:
    key, *members = words
    found: set[bytes] = table.get(key, set) or set()
    removed = found.intersection(members)
    found -= removed
    table.settle(key)
    return len(removed)


@command_twin("SMISMEMBER")
def _has(table: Table, words: Words) -> object:
    key, *members = words
    found: set[bytes] = table.get(key, set) or set()
    return [int(each in found) for each in members]


@command_twin("SMEMBERS")
def _members(table: Table, words: Words) -> object:
    found: set[bytes] = table.get(words[0], set) or set()
    return list(found)


@command_twin("SCARD")
def _count(table: Table, words: Words) -> object:
    found: set[bytes] = table.get(words[0], set) or set()
    return len(found)


@command_twin("SRANDMEMBER")
def _sample(table: Table, words: Words) -> object:
    found: set[bytes] = table.get(words[0], set) or set()
    return random.sample(sorted(found), min(int(words[1]), len(found)))


@command_twin("ZRANDMEMBER")
def _sample_ends(table: Table, words: Words) -> object:
    found: Ends = table.get(words[0], dict) or {}
    return random.sample(sorted(found), min(int(words[1]), len(found)))


def _drop(table: Table, key: bytes, now: float) -> int:
    """Drop members whose end has come."""
    found: Ends = table.get(key, dict) or {}
    over = [member for member, end in found.items() if end <= now]
    for each in over:
        del found[each]
    table.settle(key)
    return len(over)
