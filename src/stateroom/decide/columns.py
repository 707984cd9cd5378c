"""The columns of a decision table: their domains, and how an item is read into them.

A column has finitely many pieces. Choices and flags are their values; a numeric column
is cut at the bounds that occur in the table's cells, so that the space of all cells
stays finite whatever numbers a table uses, and every proof over it is exact.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.units import parse_size, spell_size
from stateroom.catalogue.values import LARGEST_NUMBER
from stateroom.errors import InvalidValue

__all__ = (
    "NUMERIC",
    "SETS",
    "WHOLE",
    "Bound",
    "Column",
    "Interval",
    "Unit",
    "parse_interval",
)

Bound: TypeAlias = tuple[float, int]
"""A cut in the number line: ``(v, 0)`` lies just below ``v``, ``(v, 1)`` just above."""
Unit: TypeAlias = Literal["bytes", "ratio", "count"]

FLAG = ("false", "true")
"""The pieces of a column that is a flag, in their order."""
SETS: dict[str, tuple[str, ...]] = {**CHOICES, "staleness": ("exact", "bounded")}
"""Columns whose cells are sets, with their values in order."""
NUMERIC: dict[str, Unit] = {
    "hit_ratio": "ratio",
    "size": "bytes",
    "reads_per_hour": "count",
    "writes_per_hour": "count",
    "cardinality": "count",
}
"""Columns whose cells are intervals, with the unit of their numbers."""

WHOLE = frozenset({"size", "cardinality"})
"""Numeric columns whose numbers are whole."""

LOWEST: Bound = (0.0, 0)
"""Where every number line begins: no size, rate or share is below zero."""
HIGHEST: Bound = (math.inf, 1)
_ONE_SIDED = re.compile(r"(<=|>=|<|>)\s*(.+)")
_TWO_SIDED = re.compile(r"([\[(])\s*([^,]+?)\s*,\s*([^,]+?)\s*([\])])")


class Interval(msgspec.Struct, frozen=True):
    """All numbers between two cuts, e.g. ``<= 256 KiB``."""

    low: Bound
    high: Bound


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: its name and its pieces, in order.

    Attributes:
        name: an input, or ``hit_ratio``.
        pieces: a label per piece: the value of a choice, or the interval as text.
        bounds: for a numeric column the inner cuts, one fewer than pieces; else empty.
    """

    name: str
    pieces: tuple[str, ...]
    bounds: tuple[Bound, ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Whether its cells are intervals."""
        return self.name in NUMERIC

    @property
    def edges(self) -> tuple[Bound, ...]:
        """The cuts of a numeric column with both ends, one more than pieces."""
        return (LOWEST, *self.bounds, HIGHEST)

    def piece_of(self, number: float) -> int:
        """Return the index of the piece that holds ``number``."""
        # (number, 0.5) sorts after a cut just below the number and before one above.
        return bisect_right(self.bounds, (number, 0.5))

    @property
    def is_flag(self) -> bool:
        """Whether its cells are yes or no."""
        return self.pieces == FLAG

    def choice(self, piece: int) -> str | bool:
        """Return a piece of a choice or flag as an item holds it."""
        return bool(piece) if self.is_flag else self.pieces[piece]

    def pieces_in(self, cell: Interval | tuple[str, ...]) -> tuple[int, ...]:
        """Return the indices of the pieces that a cell of a row accepts."""
        if isinstance(cell, tuple):
            return tuple(self.pieces.index(value) for value in cell)
        low, high = _key(self.name, cell.low), _key(self.name, cell.high)
        edges = [_key(self.name, edge) for edge in self.edges]
        return tuple(
            index
            for index in range(len(self.pieces))
            if low <= edges[index] and edges[index + 1] <= high
        )


def set_column(name: str, values: tuple[str, ...] | None = None) -> Column:
    """Return the column of a choice; ``values`` where the domain is not an input's."""
    return Column(name=name, pieces=values or SETS[name])


def numeric_column(name: str, cells: Iterable[Interval]) -> Column:
    """Return the numeric column, cut at every bound of ``cells``."""
    cuts = {bound for cell in cells for bound in (cell.low, cell.high)}
    apart = {_key(name, bound): bound for bound in sorted(cuts - {LOWEST, HIGHEST})}
    bounds = tuple(apart.values())
    edges = (LOWEST, *bounds, HIGHEST)
    labels = tuple(
        label(name, Interval(edges[index], edges[index + 1]))
        for index in range(len(bounds) + 1)
    )
    return Column(name=name, pieces=labels, bounds=bounds)


def parse_interval(name: str, text: str) -> Interval:
    """Read a cell such as ``"<= 256 KiB"``, ``">= 0.5"`` or ``"(1 KiB, 256 KiB]"``.

    Raises:
        InvalidValue: it is none of these.
    """
    if match := _ONE_SIDED.fullmatch(text.strip()):
        number = _number(name, match[2])
        match match[1]:
            case "<=":
                return _interval(name, LOWEST, (number, 1))
            case "<":
                return _interval(name, LOWEST, (number, 0))
            case ">=":
                return _interval(name, (number, 0), HIGHEST)
            case _:
                return _interval(name, (number, 1), HIGHEST)
    if match := _TWO_SIDED.fullmatch(text.strip()):
        low = (_number(name, match[2]), int(match[1] == "("))
        high = (_number(name, match[3]), int(match[4] == "]"))
        return _interval(name, low, high)
    raise InvalidValue(
        "not an interval", found=f'"{text}"', allowed='such as "<= 2", "> 2", "(1, 2]"'
    )


def label(name: str, cell: Interval) -> str:
    """Print an interval so that ``parse_interval`` reads the same one back."""
    low, high = _text(name, cell.low[0]), _text(name, cell.high[0])
    if cell.low == LOWEST and cell.high == HIGHEST:
        return "any"
    if cell.low == LOWEST:
        return f"{'<=' if cell.high[1] else '<'} {high}"
    if cell.high == HIGHEST:
        return f"{'>' if cell.low[1] else '>='} {low}"
    return f"{'(' if cell.low[1] else '['}{low}, {high}{']' if cell.high[1] else ')'}"


def in_words(name: str, cell: Interval) -> str:
    """Print an interval for people, e.g. ``over 1 KiB, at most 256 KiB``."""
    low = f"{'over' if cell.low[1] else 'at least'} {_text(name, cell.low[0])}"
    high = f"{'at most' if cell.high[1] else 'under'} {_text(name, cell.high[0])}"
    words = [low] if cell.low != LOWEST else []
    words += [high] if cell.high != HIGHEST else []
    return ", ".join(words) or "any"


def _interval(name: str, low: Bound, high: Bound) -> Interval:
    # A share is at most 1: a cut above it would make a piece that holds no share.
    end = (1.0, 1) if NUMERIC[name] == "ratio" else HIGHEST
    high = HIGHEST if high >= end else high
    if _key(name, low) >= _key(name, min(high, end)):
        raise InvalidValue("no number is in this interval", allowed="a wider interval")
    return Interval(low, high)


def _key(name: str, bound: Bound) -> Bound:
    """Return the cut itself, or for whole numbers the one number just above it.

    ``<= 1023 B`` and ``< 1 KiB`` are one cut: nothing lies between them.
    """
    if name not in WHOLE or math.isinf(bound[0]):
        return bound
    number, is_above = bound
    return (math.floor(number) + 1 if is_above else math.ceil(number), 0)


def _number(name: str, text: str) -> float:
    if NUMERIC[name] == "bytes":
        return float(parse_size(text))
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    largest = 1.0 if NUMERIC[name] == "ratio" else LARGEST_NUMBER
    if not 0 <= number <= largest:
        raise InvalidValue(
            "not a number of this column",
            found=f'"{text}"',
            allowed=f"a number from 0 to {largest:g}",
        )
    return number


def _text(name: str, number: float) -> str:
    if math.isinf(number):
        return "inf"
    if NUMERIC[name] == "bytes":
        return spell_size(number)
    return str(int(number)) if number == int(number) else repr(number)
