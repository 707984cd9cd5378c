"""What the parts of a merge tell each other while they go down three values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol, TypeAlias

from stateroom.persist.merging.conflicts import ConflictKind
from stateroom.persist.merging.sameness import same
from stateroom.store.drafts.nodes import printed

__all__ = (
    "BOTH",
    "CURRENT",
    "NEITHER",
    "ROOT",
    "STORED",
    "Merger",
    "Place",
    "Sides",
    "Step",
    "Walk",
    "one_sided",
    "path_of",
    "picked",
    "recognised",
)

NEITHER: Final = 0
STORED: Final = 1
CURRENT: Final = 2
BOTH: Final = STORED | CURRENT
"""With which sides a merged value agrees: bits, so that those of parts combine."""

Step: TypeAlias = tuple[object, int]
"""A merged value, and with which sides it agrees.

It is the very object of the current side where it agrees with that, else that of the
stored side where it agrees with that.
"""


class Sides(NamedTuple):
    """Three values of one place; any of them may be ``ABSENT``.

    Where a container is merged, ``base`` is of the same family as the other two, or
    ``ABSENT``; the other two are never.
    """

    base: object
    stored: object
    current: object


class Place(NamedTuple):
    """Where in the whole value something stands: a step below another place."""

    above: Place | None
    step: object


ROOT: Final = Place(None, None)
"""The whole value."""


def path_of(place: Place) -> str:
    """Print where a place is; empty for the whole value."""
    steps: list[object] = []
    while place.above is not None:
        steps.append(place.step)
        place = place.above
    return printed(tuple(reversed(steps)))


class Walk(Protocol):
    """One merge that is under way."""

    def merge(self, sides: Sides, place: Place) -> Step:
        """Merge what is in one place."""
        ...

    def has_merge(self, place: Place) -> bool:
        """Say whether the user has a merge for this place."""
        ...

    def counted(self, place: Place) -> frozenset[str]:
        """Return the fields of this place in which both sides the same is no one."""
        ...

    def report(
        self, place: Place, *, kept: object, lost: object, kind: ConflictKind
    ) -> None:
        """Note that something is lost."""
        ...


Merger: TypeAlias = Callable[[Sides, Place, Walk], Step]
"""Merges containers of one shape."""


def one_sided(sides: Sides) -> Step | None:
    """Return what to take when not both sides changed something; None when both did."""
    base, stored, current = sides
    if same(stored, current):
        return current, BOTH
    if same(current, base):
        return stored, STORED
    return (current, CURRENT) if same(stored, base) else None


def recognised(value: object, sides: Sides) -> Step:
    """Return a value, or the side that is the same."""
    if same(value, sides.current):
        return sides.current, CURRENT
    if same(value, sides.stored):
        return sides.stored, STORED
    return value, NEITHER


def picked(sides: Sides, agree: int) -> Step | None:
    """Return the side that a merge agrees with; None when it agrees with neither."""
    if agree & CURRENT:
        return sides.current, agree
    return (sides.stored, agree) if agree & STORED else None
