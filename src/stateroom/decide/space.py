"""Answers which cells of the input space a condition means.

A cell takes one piece of every column; its index is the sum of piece times stride, and
a set of cells is one big integer with a bit per index. So questions about all cells at
once are a few operations on integers, and their answers are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from stateroom.catalogue.impossible import IMPOSSIBLE
from stateroom.decide.columns import (
    LOWEST,
    Column,
    Interval,
    numeric_column,
    set_column,
)
from stateroom.decide.ruleset import HOME_COLUMN, Cell
from stateroom.decide.table import CellKey

__all__ = ("Mask", "Space", "columns_of", "refine")

Mask: TypeAlias = int
"""A set of cells: bit i is set when the cell with index i is in it."""


class Space:
    """Every cell over some columns. The last column varies fastest."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns: tuple[Column, ...] = tuple(columns)
        self.count: int = 1
        self._strides: dict[str, int] = {}
        for column in reversed(self.columns):
            self._strides[column.name] = self.count
            self.count *= len(column.pieces)
        self.all: Mask = (1 << self.count) - 1
        self._column = {column.name: column for column in self.columns}
        self._pieces: dict[tuple[str, int], Mask] = {}
        self._cells: dict[tuple[str, Cell], Mask] = {}

    def column(self, name: str) -> Column:
        """Return the column of that name.

        Raises:
            KeyError: the space does not have it.
        """
        return self._column[name]

    def value_mask(self, column: str, piece: int) -> Mask:
        """Return the cells that take that piece of that column."""
        key = (column, piece)
        if key not in self._pieces:
            stride = self._strides[column]
            period = stride * len(self._column[column].pieces)
            run = ((1 << stride) - 1) << (piece * stride)
            self._pieces[key] = _repeat(run, period, self.count // period)
        return self._pieces[key]

    def cell_mask(self, column: str, cell: Cell) -> Mask:
        """Return the cells whose piece of that column is in a cell of a row."""
        key = (column, cell)
        if key not in self._cells:
            mask = 0
            for piece in self._column[column].pieces_in(cell):
                mask |= self.value_mask(column, piece)
            self._cells[key] = mask
        return self._cells[key]

    def mask(self, conditions: Mapping[str, Cell]) -> Mask:
        """Return the cells that meet all conditions, possible or not.

        What an overlay asks of the home is not of the space, and is passed over.

        Raises:
            KeyError: a condition names a column that the space does not have.
        """
        mask = self.all
        for name, cell in conditions.items():
            if name != HOME_COLUMN:
                mask &= self.cell_mask(name, cell)
        return mask

    def any_of(self, alternatives: Iterable[Mapping[str, Cell]]) -> Mask:
        """Return the cells that meet one of the alternatives."""
        mask = 0
        for conditions in alternatives:
            mask |= self.mask(conditions)
        return mask

    @cached_property
    def possible(self) -> Mask:
        """The cells whose answers can all be true, as far as these columns can tell."""
        sayable = [
            row.when for row in IMPOSSIBLE if row.when.keys() <= self._column.keys()
        ]
        return self.all ^ self.any_of(sayable)

    def shift(self, mask: Mask, column: str, source: int, target: int) -> Mask:
        """Return the cells of ``mask`` at piece ``source``, moved to ``target``.

        They differ from where they came from in that column only.
        """
        here = mask & self.value_mask(column, source)
        distance = (target - source) * self._strides[column]
        return here << distance if distance >= 0 else here >> -distance

    def spread(self, mask: Mask, column: str) -> Mask:
        """Return the cells that differ from one of ``mask`` in that column at most."""
        pieces = range(len(self._column[column].pieces))
        folded = 0
        for piece in pieces:
            folded |= self.shift(mask, column, piece, 0)
        spread = 0
        for piece in pieces:
            spread |= folded << (piece * self._strides[column])
        return spread

    def cells(self, mask: Mask, limit: int | None = None) -> Iterator[CellKey]:
        """Yield the cells of ``mask`` from the lowest index up, at most ``limit``."""
        left = mask.bit_count() if limit is None else min(limit, mask.bit_count())
        for start, byte in enumerate(mask.to_bytes(self.count // 8 + 1, "little")):
            while byte and left:
                low = byte & -byte
                yield self._decode(start * 8 + low.bit_length() - 1)
                byte ^= low  # noqa: PLW2901 - its bits are taken off one by one
                left -= 1
            if not left:
                return

    def bit(self, cell: CellKey) -> Mask:
        """Return the set that holds just one cell."""
        strides = (self._strides[column.name] for column in self.columns)
        return 1 << sum(map(int.__mul__, cell, strides))

    def _decode(self, index: int) -> CellKey:
        return tuple(
            index // self._strides[column.name] % len(column.pieces)
            for column in self.columns
        )


def columns_of(alternatives: Iterable[Mapping[str, Cell]]) -> tuple[Column, ...]:
    """Return the columns that conditions read, cut so that each can be said."""
    read: dict[str, list[Interval]] = {}
    for conditions in alternatives:
        for name, cell in conditions.items():
            cuts = read.setdefault(name, [])
            if isinstance(cell, Interval):
                cuts.append(cell)
    return tuple(
        numeric_column(name, cuts) if cuts else set_column(name)
        for name, cuts in read.items()
        if name != HOME_COLUMN
    )


def refine(ours: Iterable[Column], others: Iterable[Column]) -> tuple[Column, ...]:
    """Return the columns of both, a numeric column with the cuts of both."""
    joined = {column.name: column for column in ours}
    for other in others:
        mine = joined.get(other.name)
        if mine is None:
            joined[other.name] = other
        elif not set(other.bounds) <= set(mine.bounds):
            cuts = {*mine.bounds, *other.bounds}
            cells = [Interval(LOWEST, cut) for cut in cuts]
            joined[other.name] = numeric_column(other.name, cells)
    return tuple(joined.values())


def _repeat(run: Mask, period: int, times: int) -> Mask:
    """Return ``run`` written ``times`` times, ``period`` bits apart."""
    mask, written = run, 1
    while written < times:
        mask |= mask << (written * period)
        written *= 2
    return mask & ((1 << (period * times)) - 1)
