"""Walks down three values at once, and decides what becomes of each place.

``stateroom.persist.merging`` has the rules in one table.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar, cast

from stateroom.persist.merging.conflicts import (
    ABSENT,
    Conflict,
    ConflictKind,
    Merge,
    Merged,
    is_counting,
    joined,
)
from stateroom.persist.merging.families import FAMILIES, Shape
from stateroom.persist.merging.lists import merge_lists
from stateroom.persist.merging.mappings import merge_mappings
from stateroom.persist.merging.records import merge_records
from stateroom.persist.merging.sameness import same
from stateroom.persist.merging.sets import merge_sets
from stateroom.persist.merging.tables import is_table, merge_tables
from stateroom.persist.merging.tuples import merge_tuples
from stateroom.persist.merging.walking import (
    BOTH,
    CURRENT,
    ROOT,
    STORED,
    Merger,
    Place,
    Sides,
    Step,
    one_sided,
    path_of,
    recognised,
)
from stateroom.store.drafts import freeze

__all__ = ("three_way",)

T = TypeVar("T")

_MERGERS: Final[dict[Shape, Merger]] = {
    Shape.LIST: merge_lists,
    Shape.MAPPING: merge_mappings,
    Shape.RECORD: merge_records,
    Shape.SET: merge_sets,
    Shape.TUPLE: merge_tuples,
}


def three_way(
    base: T,
    stored: T,
    current: T,
    *,
    merges: Mapping[str, Merge] | Merge | None = None,
    path: str = "",
) -> Merged[T]:
    """Merge what two sides made of one value.

    Nothing is changed in place, and what neither side touched keeps its identity.

    Args:
        base: what both started from: the state at initialisation, or what this program
            last knew to be stored. ``ABSENT`` when they started from nothing.
        stored: what was read.
        current: what the state is now. It wins where only one can.
        merges: decides in the place of the rules where both sides changed something,
            and not to the same: one function for the whole value, or one for each of
            some fields of it, by name. What these raise is not caught.
        path: of the whole value, to begin the paths of conflicts with.

    Returns:
        The merged value; ``current`` itself when that is the same, else ``stored``
        itself when that is. And what of either side is not in it.
    """
    walk = _Walk(merges, path)
    value, _ = walk.merge(Sides(base, stored, current), ROOT)
    return Merged(cast("T", value), tuple(walk.conflicts))


class _Walk:
    """One merge that is under way."""

    def __init__(self, merges: Mapping[str, Merge] | Merge | None, path: str) -> None:
        self.conflicts: list[Conflict] = []
        self._fields = merges if isinstance(merges, Mapping) else {}
        self._whole = None if isinstance(merges, Mapping) else merges
        self._path = path
        self._counted = frozenset(
            name for name, each in self._fields.items() if is_counting(each)
        )

    def merge(self, sides: Sides, place: Place) -> Step:
        base, stored, current = sides
        merge = self._merge_of(place)
        if merge is not None:
            return self._choose(merge, sides, place)
        if stored is current:
            return current, BOTH
        merger = _merger_of(sides)
        if merger is None:
            return self._decide(sides, place)
        if FAMILIES[type(base)] is not FAMILIES[type(current)]:
            sides = sides._replace(base=ABSENT)
        return merger(sides, place, self)

    def _decide(self, sides: Sides, place: Place) -> Step:
        """Merge what cannot be taken apart, or not together."""
        step = one_sided(sides)
        if step is not None:
            return step
        _, stored, current = sides
        if current is ABSENT:
            self.report(place, kept=stored, lost=ABSENT, kind="deleted")
            return stored, STORED
        self.report(place, kept=current, lost=stored, kind=_kind_of(sides))
        return current, CURRENT

    def report(
        self, place: Place, *, kept: object, lost: object, kind: ConflictKind
    ) -> None:
        path = joined(self._path, path_of(place))
        self.conflicts.append(Conflict(path, kept, lost, kind))

    # ---------------------------------------------------------- the user's merges

    def counted(self, place: Place) -> frozenset[str]:
        return self._counted if place is ROOT else frozenset()

    def has_merge(self, place: Place) -> bool:
        return self._merge_of(place) is not None

    def _merge_of(self, place: Place) -> Merge | None:
        if place is ROOT:
            return self._whole
        if not self._fields or place.above is not ROOT:
            return None
        return self._fields.get(cast("str", place.step))

    def _choose(self, merge: Merge, sides: Sides, place: Place) -> Step:
        """Merge as the user wants it."""
        step = one_sided(sides)
        if step is not None and not (is_counting(merge) and _made_twice(sides)):
            return step
        value = merge(*sides)
        if isinstance(value, Merged):
            self._report_below(place, value.conflicts)
            value = value.value
        return recognised(freeze(value), sides)

    def _report_below(self, place: Place, conflicts: Iterable[Conflict]) -> None:
        above = joined(self._path, path_of(place))
        for each in conflicts:
            path = joined(above, each.path)
            self.conflicts.append(Conflict(path, each.kept, each.lost, each.kind))


def _made_twice(sides: Sides) -> bool:
    """Say whether both sides made the same change."""
    base, stored, current = sides
    return same(stored, current) and not same(current, base)


def _merger_of(sides: Sides) -> Merger | None:
    """Return what takes values apart that both sides may have changed, if anything."""
    base, stored, current = sides
    family = FAMILIES[type(current)]
    # Where one side at most changed something, nothing below needs a walk.
    is_one_sided = current is base or stored is base
    if is_one_sided or family is not FAMILIES[type(stored)]:
        return None
    if is_table(stored) and is_table(current):
        return merge_tables
    return _MERGERS.get(family.shape)


def _kind_of(sides: Sides) -> ConflictKind:
    if sides.stored is ABSENT:
        return "deleted"
    kinds = {type(sides.stored), type(sides.current)}
    is_one = len({FAMILIES[each] for each in kinds}) == 1
    return "changed" if is_one or all(map(_is_scalar, kinds)) else "class"


def _is_scalar(kind: type) -> bool:
    return FAMILIES[kind].shape is Shape.LEAF or issubclass(kind, enum.Enum)
