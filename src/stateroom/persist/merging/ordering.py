"""Puts the elements of two orders into one.

The side that moved nothing gives way to the other one; when neither moved anything, the
stored order leads. What only the other side has is put in beside its neighbours: at the
front when it was put at the front, at the end when it was put at the end, and else
directly before the element that follows it there. So two logs give the stored tail and
then ours, and of two lists with the newest first ours is at the top.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ("Woven", "unmoved", "weave")


class Woven(NamedTuple):
    """One order of all elements.

    Attributes:
        keys: the elements, each once.
        is_order_lost: both sides moved or placed the same ones, and not alike; it is
            the current order that was kept.
    """

    keys: list[object]
    is_order_lost: bool


def weave(
    base: Iterable[object], stored: Sequence[object], current: Sequence[object]
) -> Woven:
    """Return an order of everything that ``stored`` or ``current`` has.

    Args:
        base: what both started from; each of the three has its elements once.
        stored: the order of one side.
        current: that of the other side, which wins where both placed the same.
    """
    shared = set(stored).intersection(current)
    before = [key for key in base if key in shared]
    theirs, ours = _only(stored, before), _only(current, before)
    are_moved = theirs != before, ours != before
    is_lost = are_moved == (True, True) and theirs != ours
    # Elements that both sides added have no order that either could have left as it is.
    common = shared if are_moved == (False, False) else shared.difference(before)
    is_lost = is_lost or _only(stored, common) != _only(current, common)
    if is_lost or are_moved == (False, True):
        return Woven(_put_in(stored, into=current), is_lost)
    return Woven(_put_in(current, into=stored), is_lost)


def _only(keys: Iterable[object], some: Iterable[object]) -> list[object]:
    wanted = some if isinstance(some, set) else set(some)
    return [key for key in keys if key in wanted]


def unmoved(base: Sequence[object], side: Sequence[object]) -> bool:
    """Say whether what is left of ``base`` stands in its order."""
    return _only(side, base) == _only(base, side)


def _put_in(other: Sequence[object], *, into: Sequence[object]) -> list[object]:
    known = set(into)
    front: list[object] = []
    before: dict[object, list[object]] = {}
    run: list[object] = []
    is_front = True
    for key in other:
        if key not in known:
            run.append(key)
            continue
        if run:
            if is_front:
                front = run
            else:
                before[key] = run
            run = []
        is_front = False
    middle = [each for key in into for each in (*before.get(key, ()), key)]
    return [*front, *middle, *run]
