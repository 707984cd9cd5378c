"""Says the conditions of rules in words, what several share said once.

Rows of a block often ask the same first questions, and alternatives of a row differ in
one or two. Whatever prints rules for people takes the shared conditions out of them:
a block's rows then read as what sets each apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from stateroom.decide.columns import Interval, label
from stateroom.decide.ruleset import HOME_COLUMN, Block, Cell, Conditions, Ruleset

__all__ = (
    "Worded",
    "asked_by_all",
    "cell_text",
    "phrase",
    "phrases",
    "shared",
    "worded",
)


class Worded(msgspec.Struct, frozen=True, kw_only=True):
    """The conditions of one row in words.

    Attributes:
        all_of: what every alternative of the row asks.
        any_of: for each alternative what it asks besides; empty when there is only one.
    """

    all_of: tuple[str, ...]
    any_of: tuple[tuple[str, ...], ...] = ()


def shared(alternatives: Iterable[Conditions]) -> Conditions:
    """Return the conditions that all alternatives have, cell for cell."""
    listed = list(alternatives)
    if not listed:
        return {}
    return {
        name: cell
        for name, cell in listed[0].items()
        if all(other.get(name) == cell for other in listed)
    }


def asked_by_all(block: Block) -> Conditions:
    """Return what every row of a block asks; nothing when it has one row only."""
    if len(block.rows) == 1:
        return {}
    return shared(when for row in block.rows for when in row.when)


def worded(
    when: Sequence[Conditions], ruleset: Ruleset, *, without: Conditions | None = None
) -> Worded:
    """Say the alternatives of a row, leaving out what is said already.

    Args:
        when: the row's alternatives.
        ruleset: gives the domains of the columns.
        without: conditions that stand elsewhere, e.g. those of the block.
    """
    common = shared(when)
    said = {name: cell for name, cell in common.items() if name not in (without or {})}
    rest = [
        {name: cell for name, cell in each.items() if name not in common}
        for each in when
    ]
    return Worded(
        all_of=phrases(said, ruleset),
        any_of=tuple(phrases(each, ruleset) for each in rest) if len(rest) > 1 else (),
    )


def phrases(conditions: Conditions, ruleset: Ruleset) -> tuple[str, ...]:
    """Say each condition, e.g. ``("audience is user or group", "not offline")``."""
    said = (phrase(name, cell, ruleset) for name, cell in conditions.items())
    return tuple(text for text in said if text)


def phrase(name: str, cell: Cell, ruleset: Ruleset) -> str:
    """Say one condition; empty when it excludes nothing."""
    if isinstance(cell, Interval):
        text = label(name, cell)
        return "" if text == "any" else f"{name} {text}"
    if name == HOME_COLUMN:
        return f"home is {_either(cell)}"
    column = ruleset.column(name)
    left_out = [piece for piece in column.pieces if piece not in cell]
    if not left_out:
        return ""
    if column.is_flag:
        return name if cell == ("true",) else f"not {name}"
    if len(left_out) == 1 and len(cell) > 1:
        return f"{name} is not {left_out[0]}"
    return f"{name} is {_either(cell)}"


def cell_text(name: str, cell: Cell | None) -> str:
    """Print a cell for a table: ``"user, group"``, ``"<= 2"``, or ``"any"``."""
    if cell is None:
        return "any"
    return label(name, cell) if isinstance(cell, Interval) else ", ".join(cell)


def _either(values: Sequence[str]) -> str:
    *first, last = values
    return f"{', '.join(first)} or {last}" if first else last
