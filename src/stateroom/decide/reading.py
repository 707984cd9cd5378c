"""Reads an item into the cell of a table that its answers name."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.catalogue.inputs import CHOICES, INPUTS
from stateroom.catalogue.item import Item
from stateroom.decide.columns import Column
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
_CHOSEN: dict[str, dict[object, int | None]] = {
    name: {None: None, False: 0, True: 1}
    if INPUTS[name].kind == "flag"
    else {None: None, **{value: piece for piece, value in enumerate(values)}}
    for name, values in CHOICES.items()
}
"""For each choice and flag the piece of each value that an item may hold."""


def cell_of(item: Item, columns: tuple[Column, ...]) -> Partial:
    """Return the pieces of an item's answers; None where the answer is unknown."""
    return tuple([piece_of(item, column) for column in columns])


def piece_of(item: Item, column: Column) -> int | None:
    """Return the piece of one column that the item's answer names, or None."""
    name = column.name
    if name in _CHOSEN:
        return _CHOSEN[name][getattr(item, name)]
    if name == "staleness":
        value = item.staleness
        return None if value is None else int(value != "exact")
    number = _NUMBERS[name](item)
    return None if number is None else column.piece_of(number)


def asked_for(item: Item, column: str) -> str:
    """Return the input to ask for, when the piece of ``column`` is unknown."""
    if column != "hit_ratio":
        return column
    return "reads_per_hour" if item.reads_per_hour is None else "staleness"
