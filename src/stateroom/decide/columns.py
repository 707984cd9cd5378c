"""The columns of a decision table: their domains, and how an item is read into them.

A column has finitely many pieces. Choices and flags are their values; a numeric column
is cut at the bounds that occur in the table's cells, so that the space of all cells
stays finite whatever numbers a table uses, and every proof over it is exact.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.units import parse_size, spell_size
from stateroom.errors import InvalidValue

__all__ = ("NUMERIC", "SETS", "Bound", "Column", "Interval", "Unit", "parse_interval")

Bound: TypeAlias = tuple[float, int]
"""A cut in the number line: ``(v, 0)`` lies just below ``v``, ``(v, 1)`` just above."""
Unit: TypeAlias = Literal["bytes", "ratio", "count"]

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

LOWEST: Bound = (-1.0, 1)
HIGHEST: Bound = (float("inf"), 1)
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

    def piece_of(self, number: float) -> int:
        """Return the index of the piece that holds ``number``."""
        # (number, 0.5) sorts after a cut just below the number and before one above.
        return bisect_right(self.bounds, (number, 0.5))

    def pieces_in(self, cell: Interval | tuple[str, ...]) -> tuple[int, ...]:
        """Return the indices of the pieces that a cell of a row accepts."""
        if isinstance(cell, tuple):
            return tuple(self.pieces.index(value) for value in cell)
        edges = (LOWEST, *self.bounds, HIGHEST)
        return tuple(
            index
            for index in range(len(self.pieces))
            if cell.low <= edges[index] and edges[index + 1] <= cell.high
        )


def set_column(name: str, values: tuple[str, ...] | None = None) -> Column:
    """Return the column of a choice; ``values`` where the domain is not an input's."""
    return Column(name=name, pieces=values or SETS[name])


def numeric_column(name: str, cells: Iterable[Interval]) -> Column:
    """Return the numeric column, cut at every bound of ``cells``."""
    cuts = {bound for cell in cells for bound in (cell.low, cell.high)}
    bounds = tuple(sorted(cuts - {LOWEST, HIGHEST}))
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
                return Interval(LOWEST, (number, 1))
            case "<":
                return Interval(LOWEST, (number, 0))
            case ">=":
                return Interval((number, 0), HIGHEST)
            case _:
                return Interval((number, 1), HIGHEST)
    if match := _TWO_SIDED.fullmatch(text.strip()):
        low = (_number(name, match[2]), int(match[1] == "("))
        high = (_number(name, match[3]), int(match[4] == "]"))
        if low < high:
            return Interval(low, high)
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


def _number(name: str, text: str) -> float:
    if NUMERIC[name] == "bytes":
        return float(parse_size(text))
    try:
        return float(text)
    except ValueError:
        raise InvalidValue(
            "not a number", found=f'"{text}"', allowed="a number"
        ) from None


def _text(name: str, number: float) -> str:
    if NUMERIC[name] != "bytes" or not 0 <= number < float("inf"):
        return f"{number:g}"
    return spell_size(number)
