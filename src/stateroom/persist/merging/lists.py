"""Merges lists: selections, logs, and tuples that grow like them.

Elements are compared as wholes; whether two of them are versions of one thing is not
guessed. Without duplicates a list is merged as an ordered set. With duplicates it is
taken for a log, when both sides only put something at one of its ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Final, TypeAlias, cast

from stateroom.persist.merging.conflicts import ABSENT
from stateroom.persist.merging.families import FAMILIES, Shape
from stateroom.persist.merging.ordering import weave
from stateroom.persist.merging.sameness import Token, is_hashable, same, token
from stateroom.persist.merging.versions import Versions, versions
from stateroom.persist.merging.walking import (
    CURRENT,
    NEITHER,
    STORED,
    Place,
    Sides,
    Step,
    Walk,
    one_sided,
    picked,
    recognised,
)
from stateroom.store.drafts import freeze

__all__ = ("merge_lists",)

Elements: TypeAlias = "list[object]"
Make: TypeAlias = "Callable[[Elements], object]"

_MADE_OF_PARTS: Final = {Shape.LIST, Shape.MAPPING, Shape.RECORD, Shape.SET}
"""Shapes of elements that may be another version of an element."""


def merge_lists(sides: Sides, place: Place, walk: Walk, *, make: Make = freeze) -> Step:
    """Merge lists.

    Args:
        sides: what is merged.
        place: where it is.
        walk: the merge that it belongs to.
        make: makes the result from a list of its elements.
    """
    step = one_sided(sides)
    if step is not None:
        return step
    three = tuple(map(_elements, sides))
    if _are_found_quickly(three):
        found, keys = _numbered(three)
        if all(len(set(each)) == len(each) for each in keys):
            merged = _Unique(found, place, walk).merge(*keys)
            agree = STORED if merged == keys[1] else NEITHER
            agree |= CURRENT if merged == keys[2] else NEITHER
            made = [found[key] for key in merged]
            return picked(sides, agree) or (make(made), NEITHER)
    log = _log(*three)
    if log is not None:
        # Without a base, one side may have put in nothing.
        return recognised(make(log), sides)
    walk.report(place, kept=sides.current, lost=sides.stored, kind="changed")
    return sides.current, CURRENT


def _are_found_quickly(three: Iterable[Elements]) -> bool:
    """Say whether each element is found among the others without comparing all."""
    kinds = set(map(type, chain(*three)))
    if all(FAMILIES[each].shape is not Shape.OTHER for each in kinds):
        return True
    return all(map(is_hashable, chain(*three)))


def _numbered(
    three: Iterable[Elements],
) -> tuple[dict[Token, object], list[list[Token]]]:
    """Return elements by their numbers, and lists of numbers: the same, one number.

    Numbers, as the tokens of large elements would be hashed again and again.
    """
    numbers: dict[Token, int] = {}
    found: dict[Token, object] = {}
    keys: list[list[Token]] = []
    for side in three:
        own = [numbers.setdefault(token(each), len(numbers)) for each in side]
        found.update(zip(own, side, strict=True))
        keys.append([*own])
    return found, keys


def _elements(value: object) -> Elements:
    return [] if value is ABSENT else list(cast("Iterable[object]", value))


class _Unique:
    """Merges lists without duplicates, given by what stands for their elements."""

    def __init__(self, found: dict[Token, object], place: Place, walk: Walk) -> None:
        self._found = found
        self._place = place
        self._walk = walk

    def merge(
        self, base: Sequence[Token], stored: Sequence[Token], current: Sequence[Token]
    ) -> list[Token]:
        new = self._versions(base, stored, current)
        theirs = _renamed(stored, new.stored)
        ours = _renamed(current, new.current)
        left = set(theirs).intersection(ours).union(new.stored, new.current)
        out = set(base) - left
        woven = weave(
            base,
            [key for key in theirs if key not in out],
            [key for key in ours if key not in out],
        )
        merged = [new.of(key) for key in woven.keys]
        self._report(new, woven.keys)
        if woven.is_order_lost:
            kept, lost = self._all(merged), self._all(stored)
            self._walk.report(self._place, kept=kept, lost=lost, kind="order")
        return merged

    def _all(self, keys: Iterable[Token]) -> Elements:
        return [self._found[key] for key in keys]

    def _versions(
        self, base: Sequence[Token], stored: Sequence[Token], current: Sequence[Token]
    ) -> Versions:
        shapes = {FAMILIES[type(each)].shape for each in self._found.values()}
        if shapes.isdisjoint(_MADE_OF_PARTS):
            return Versions({}, {})
        return versions(base, stored, current)

    def _report(self, new: Versions, keys: Sequence[Token]) -> None:
        clashes = new.clashes()
        places = {key: index for index, key in enumerate(keys)} if clashes else {}
        for key in clashes:
            kept, lost = self._found[new.current[key]], self._found[new.stored[key]]
            place = Place(self._place, places[key])
            self._walk.report(place, kept=kept, lost=lost, kind="changed")


def _renamed(side: Sequence[Token], new: dict[Token, Token]) -> Sequence[Token]:
    """Return a list in which versions are known by what they are versions of."""
    known = {version: key for key, version in new.items()}
    return [known.get(key, key) for key in side] if known else side


def _log(base: Elements, stored: Elements, current: Elements) -> Elements | None:
    """Return a log with what both put at its ends; None when it is no log."""
    theirs, ours = _added(base, stored), _added(base, current)
    if theirs is None or ours is None:
        return None
    return [*ours[0], *theirs[0], *base, *theirs[1], *ours[1]]


def _added(base: Elements, side: Elements) -> tuple[Elements, Elements] | None:
    """Return what was put in front of ``base`` and behind it."""
    more = len(side) - len(base)
    if more < 0:
        return None
    if same(side[: len(base)], base):
        return [], side[len(base) :]
    return (side[:more], []) if same(side[more:], base) else None
