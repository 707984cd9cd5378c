"""Reads an item into the cell of a table that its answers name."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.catalogue.item import Item
from stateroom.decide.columns import NUMERIC, Column
from stateroom.decide.heat import hit_ratio
from stateroom.decide.table import Partial

__all__ = ("asked_for", "cell_of", "piece_of")

_NUMBERS: dict[str, Callable[[Item], float | None]] = {
    "hit_ratio": hit_ratio,
    "size": lambda item: item.size,
    "reads_per_hour": lambda item: item.reads_per_hour,
    "writes_per_hour": lambda item: item.writes_per_hour,
    "cardinality": lambda item: item.cardinality,
}


def cell_of(item: Item, columns: tuple[Column, ...]) -> Partial:
    """Return the pieces of an item's answers; None where the answer is unknown."""
    return tuple([piece_of(item, column) for column in columns])


def piece_of(item: Item, column: Column) -> int | None:
    """Return the piece of one column that the item's answer names, or None."""
    name = column.name
    if name in NUMERIC:
        number = _NUMBERS[name](item)
        return None if number is None else column.piece_of(number)
    value = getattr(item, name)
    if value is None:
        return None
    if name == "staleness":
        return 0 if value == "exact" else 1
    if isinstance(value, bool):
        return int(value)
    return column.pieces.index(value)


def asked_for(item: Item, column: str) -> str:
    """Return the input to ask for, when the piece of ``column`` is unknown."""
    if column != "hit_ratio":
        return column
    return "reads_per_hour" if item.reads_per_hour is None else "staleness"
