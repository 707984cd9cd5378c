"""Merges tuples: position by position, or as lists when their length changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import cast

from stateroom.persist.merging.conflicts import ABSENT
from stateroom.persist.merging.families import FAMILIES
from stateroom.persist.merging.lists import merge_lists
from stateroom.persist.merging.mappings import Steps, agreed
from stateroom.persist.merging.walking import NEITHER, Place, Sides, Step, Walk, picked
from stateroom.store.drafts import freeze
from stateroom.store.drafts.nodes import Name

__all__ = ("like_tuple", "merge_tuples")


def merge_tuples(sides: Sides, place: Place, walk: Walk) -> Step:
    """Merge tuples of one class."""
    lengths = {
        len(cast("tuple[object, ...]", each)) for each in sides if each is not ABSENT
    }
    kind, names = type(sides.current), FAMILIES[type(sides.current)].names
    if len(lengths) > 1:
        return merge_lists(sides, place, walk, make=partial(like_tuple, kind))
    steps: Steps = {}
    for index in range(lengths.pop()):
        step = Name(names[index]) if names else index
        three = Sides(*(_at(each, index) for each in sides))
        steps[index] = walk.merge(three, Place(place, step))
    made = like_tuple(kind, (value for value, _ in steps.values()))
    return picked(sides, agreed(steps)) or (made, NEITHER)


def _at(side: object, index: int) -> object:
    return ABSENT if side is ABSENT else cast("tuple[object, ...]", side)[index]


def like_tuple(kind: type, values: Iterable[object]) -> object:
    """Return a tuple of class ``kind`` with the values, frozen."""
    # Without calling what a user may have defined.
    made: object = tuple.__new__(kind, map(freeze, values))
    return made
