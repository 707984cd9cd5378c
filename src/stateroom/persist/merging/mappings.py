"""Merges mappings key by key; a key that is not there counts as a value, too.

Most keys have the same value on both sides. So these are passed over quickly, and only
the others are looked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from stateroom.persist.merging.conflicts import ABSENT
from stateroom.persist.merging.families import as_dict, frozen
from stateroom.persist.merging.sameness import Token, token
from stateroom.persist.merging.walking import (
    BOTH,
    NEITHER,
    Place,
    Sides,
    Step,
    Walk,
    picked,
    recognised,
)
from stateroom.store.drafts.tables import EXACT

__all__ = ("Steps", "agreed", "merge_mappings", "settle_mapping", "steps_of_mapping")

Steps = dict[object, Step]
"""What became of parts, by their keys. Parts that are missing agree with both sides."""


class _View(NamedTuple):
    """A mapping by what stands for its keys, as equal ones need not be the same.

    Attributes:
        content: the values.
        keys: the keys themselves; empty when they stand for themselves.
    """

    content: dict[Token, object]
    keys: dict[Token, object]

    def key(self, each: Token) -> object:
        return self.keys.get(each, each)


def _views(sides: Sides) -> list[_View]:
    contents = [{} if each is ABSENT else as_dict(each) for each in sides]
    kinds = set(chain.from_iterable(map(type, each) for each in contents))
    if kinds <= {str} or (len(kinds) == 1 and kinds <= EXACT):
        return [_View(each, {}) for each in contents]
    return [_by_token(each) for each in contents]


def _by_token(content: dict[object, object]) -> _View:
    keys = {token(key): key for key in content}
    return _View({each: content[key] for each, key in keys.items()}, keys)


def merge_mappings(sides: Sides, place: Place, walk: Walk) -> Step:
    """Merge mappings; the keys stand in the stored order, then those that are ours."""
    return settle_mapping(sides, steps_of_mapping(sides, place, walk), place, walk)


def steps_of_mapping(
    sides: Sides, place: Place, walk: Walk, *, later: str | None = None
) -> Steps:
    """Merge what is under each key that differs, but not yet under ``later``."""
    base, stored, current = views = _views(sides)
    steps: Steps = {}
    for key, theirs, ours in _differing(stored.content, current.content):
        if key != later:
            side = current if theirs is ABSENT else stored
            below = Place(place, side.key(key))
            three = Sides(base.content.get(key, ABSENT), theirs, ours)
            steps[key] = walk.merge(three, below)
    for name in walk.counted(place) - steps.keys():
        if name in stored.content and name != later:
            three = Sides(*(each.content.get(name, ABSENT) for each in views))
            steps[name] = walk.merge(three, Place(place, name))
    return steps


def _differing(
    stored: dict[Token, object], current: dict[Token, object]
) -> Iterator[tuple[Token, object, object]]:
    """Yield the keys under which the two may differ, each with both values."""
    for key, theirs in stored.items():
        ours = current.get(key, ABSENT)
        if theirs is ours:
            continue
        kind = type(theirs)
        if kind is not type(ours) or kind not in EXACT or theirs != ours:
            yield key, theirs, ours
    for key, ours in current.items():
        if key not in stored:
            yield key, ABSENT, ours


def agreed(steps: Steps) -> int:
    """Return with which sides all parts agree."""
    agree = BOTH
    for _, each in steps.values():
        agree &= each
    return agree


def settle_mapping(sides: Sides, steps: Steps, place: Place, walk: Walk) -> Step:
    """Return the mapping that the parts make."""
    step = picked(sides, agreed(steps))
    if step is not None:
        return step
    _, stored, current = _views(sides)
    content = stored.content | current.content
    for each, (value, _) in steps.items():
        if value is ABSENT:
            del content[each]
        else:
            content[each] = value
    keys = stored.keys | current.keys
    if keys:
        content = _spelled(content, keys, place, walk)
    made = frozen(content, like=sides.current, other=sides.stored)
    # Of equal keys one is left, and so the outcome may be that of one side after all.
    return recognised(made, sides) if keys else (made, NEITHER)


def _spelled(
    content: dict[Token, object], keys: dict[Token, object], place: Place, walk: Walk
) -> dict[object, object]:
    """Return the content by its keys; of equal ones the last, which is ours."""
    found: dict[object, object] = {}
    for each, value in content.items():
        key = keys[each]
        if key in found:
            lost = found.pop(key)
            walk.report(Place(place, key), kept=value, lost=lost, kind="changed")
        found[key] = value
    return found
