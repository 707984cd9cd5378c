"""An order of all values, the same in ``js/recipes.mjs``: what ``sort`` sorts by."""

from __future__ import annotations

import math

__all__ = ("rank",)


def rank(value: object) -> tuple[int, float | str]:
    """Where a value stands among values of any kind; containers are all equal."""
    match value:
        case None:
            return 0, 0
        case bool():
            return 1, int(value)
        case int() | float():
            return (5, 0) if math.isnan(value) else (2, value)
        case str():
            # By UTF-16 code units, as JavaScript compares.
            return 3, value.encode("utf-16-be").hex()
        case _:
            return 4, 0
