"""Merges numbers that are added to: what both sides added counts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, cast

from stateroom.persist.merging.conflicts import counting
from stateroom.persist.merging.deciding import three_way

__all__ = ("add_numbers",)

_NUMBERS: Final = (int, float, Decimal, Fraction, timedelta)


@counting
def add_numbers(base: object, stored: object, current: object) -> object:
    """Count what both sides added: ``stored + current - base``.

    For counters and durations. A base that is no number counts as nothing; when either
    side is none, the rules decide as for any other field.
    """
    if not _add_up(stored, current):
        return three_way(base, stored, current)
    # Whatever they are, their class can add and subtract.
    one, other = cast("int", stored), cast("int", current)
    if not _add_up(base, current):
        return one + other
    return one + (other - cast("int", base))


def _add_up(one: object, other: object) -> bool:
    """Say whether two values are numbers that can be added to each other."""
    kinds = {type(one), type(other)}
    return kinds <= {int, float} or (len(kinds) == 1 and type(one) in _NUMBERS)
