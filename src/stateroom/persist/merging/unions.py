"""Merges collections that only grow: what either side has is in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, cast

from stateroom.persist.merging.conflicts import ABSENT, Conflict, Merged
from stateroom.persist.merging.deciding import three_way
from stateroom.persist.merging.families import FAMILIES, Shape, as_dict
from stateroom.persist.merging.sameness import Token, tokens

__all__ = ("union",)

Members: TypeAlias = "dict[Token, object]"


def union(base: object, stored: object, current: object) -> Merged[object]:
    """Keep all that either side has, also what the other side removed.

    For mappings, sets and lists, which then have each element once. A removal that is
    undone is reported. Anything else is merged by the rules.
    """
    family = FAMILIES[type(current)]
    if family is not FAMILIES[type(stored)] or family.shape not in _MEMBERS:
        return three_way(base, stored, current)
    read = _MEMBERS[family.shape]
    started = read(base) if FAMILIES[type(base)] is family else {}
    theirs, ours = read(stored), read(current)
    # Without what either side removed, the other one seems to have added it.
    left = {key: held for key, held in started.items() if key in theirs and key in ours}
    merged = three_way(*(_of(family.kind, each) for each in (left, theirs, ours)))
    undone = [key for key in started if (key in theirs) is not (key in ours)]
    if not undone:
        return merged
    kept = [(theirs | ours)[key] for key in undone]
    lost = Conflict("", kept, ABSENT, "chosen")
    return Merged(merged.value, (*merged.conflicts, lost))


def _members(value: object) -> Members:
    return tokens(cast("Iterable[object]", value))


_MEMBERS = {Shape.LIST: _members, Shape.MAPPING: as_dict, Shape.SET: _members}
"""How the members of a collection are read, each by what stands for it."""


def _of(kind: type, members: Members) -> object:
    made: object = members if kind is dict else kind(members.values())
    return made
