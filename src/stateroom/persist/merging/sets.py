"""Merges sets: what either side added is in, what either side removed is out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from stateroom.persist.merging.conflicts import ABSENT
from stateroom.persist.merging.sameness import Token, tokens
from stateroom.persist.merging.walking import (
    CURRENT,
    NEITHER,
    STORED,
    Place,
    Sides,
    Step,
    Walk,
    picked,
    recognised,
)
from stateroom.store.drafts import freeze

__all__ = ("merge_sets",)


def merge_sets(sides: Sides, place: Place, walk: Walk) -> Step:
    """Merge sets member by member."""
    base, stored, current = map(_members, sides)
    kept = stored | current
    for key in base.keys() - (stored.keys() & current.keys()):
        kept.pop(key, None)
    agree = STORED if kept.keys() == stored.keys() else NEITHER
    agree |= CURRENT if kept.keys() == current.keys() else NEITHER
    return picked(sides, agree) or _settled(sides, kept, place, walk)


def _members(value: object) -> dict[Token, object]:
    return {} if value is ABSENT else tokens(cast("Iterable[object]", value))


def _settled(sides: Sides, kept: dict[Token, object], place: Place, walk: Walk) -> Step:
    members: dict[object, object] = {}
    for member in kept.values():
        if member in members:  # an equal one of the other side, as 1 and True are
            lost = members.pop(member)
            walk.report(place, kept=member, lost=lost, kind="changed")
        members[member] = member
    is_frozenset = isinstance(sides.current, frozenset)
    made = frozenset(members) if is_frozenset else freeze(set(members))
    # Of equal members one is left, and so it may be the set of one side after all.
    return recognised(made, sides)
