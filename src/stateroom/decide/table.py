"""Runs a ruleset on cells.

A cell is one piece per column. Every alternative of every row is one bit, in the order
in which rows are tried; every piece of every column knows the bits that accept it. The
rules that match a cell are then the AND of one number per column, and the lowest bit
of it is the rule that fires.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

from stateroom.catalogue.impossible import IMPOSSIBLE
from stateroom.decide.columns import Column
from stateroom.decide.ruleset import (
    HOME_COLUMN,
    TIERS,
    Conditions,
    Home,
    Row,
    Ruleset,
    Slot,
)

__all__ = ("CellKey", "Outcome", "Partial", "Table", "compile_table")

CellKey: TypeAlias = tuple[int, ...]
"""The index of a piece for every column of the ruleset, in its order."""
Partial: TypeAlias = tuple[int | None, ...]
"""A cell some of whose pieces are not known."""


class Outcome(msgspec.Struct, frozen=True):
    """What a table says of a cell.

    Attributes:
        row: the row that fired, or None where no row does.
        home: the home that it gives, or None.
        copies: what is kept besides, with the row or overlay that asks for each.
    """

    row: Row | None
    home: Home | None
    copies: tuple[tuple[Slot, str], ...]

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers used, sorted."""
        used = {slot.tier for slot, _ in self.copies}
        if self.home is not None:
            used.add(self.home.place)  # type: ignore[arg-type]  # other places drop out
        return tuple(tier for tier in TIERS if tier in used)

    @property
    def placement(self) -> tuple[str, ...]:
        """What is placed where, without the reason; equal means the same answer."""
        return (str(self.home), *sorted(str(slot) for slot, _ in self.copies))


class Table:
    """A compiled ruleset. Use ``compile_table``, which keeps one per ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.columns = ruleset.columns
        self._rows = _owners(ruleset.rows)
        self._accepts = _masks(self.columns, [when for _, when in self._rows])
        self._overlays = _owners(ruleset.overlays)
        overlay_conditions = [when for _, when in self._overlays]
        self._adds = _masks(self.columns, overlay_conditions)
        self._homes = _home_masks(ruleset, overlay_conditions)
        self._forbids = _masks(self.columns, list(_impossible(self.columns)))
        self._known: dict[CellKey, Outcome] = {}

    def outcome(self, cell: CellKey) -> Outcome:
        """Return what the rules say of a cell, which must be possible."""
        found = self._known.get(cell)
        if found is None:
            found = self._known[cell] = self._decide(cell)
        return found

    def is_possible(self, cell: CellKey) -> bool:
        """Say whether the answers of a cell can all be true."""
        return not _matching(self._forbids, cell)

    def first_match(self, cell: CellKey) -> Row | None:
        """Return the row that fires for a cell, or None."""
        bits = _matching(self._accepts, cell)
        return self._rows[_lowest(bits)][0] if bits else None

    def alternatives(self) -> Sequence[tuple[Row, Conditions]]:
        """Every alternative of every row, in the order tried, then the overlays."""
        return [*self._rows, *self._overlays]

    def _decide(self, cell: CellKey) -> Outcome:
        row = self.first_match(cell)
        if row is None or row.home is None:
            return Outcome(None, None, ())
        copies = [(slot, row.id) for slot in row.copies]
        bits = _matching(self._adds, cell) & self._homes[str(row.home)]
        for overlay in dict.fromkeys(self._overlays[bit][0].id for bit in _bits(bits)):
            copies += [(slot, overlay) for slot in self.ruleset.row(overlay).copies]
        return Outcome(row, row.home, tuple(copies))


_COMPILED: dict[tuple[str, str, str], Table] = {}
MOST_COMPILED = 64
"""Tables kept; a process uses one or two, a test of many planted faults more."""


def compile_table(ruleset: Ruleset) -> Table:
    """Return the table of a ruleset; equal rulesets share one."""
    key = (ruleset.name, ruleset.path, ruleset.hash)
    table = _COMPILED.get(key)
    if table is None:
        if len(_COMPILED) >= MOST_COMPILED:
            _COMPILED.clear()
        table = _COMPILED[key] = Table(ruleset)
    return table


def _owners(rows: Sequence[Row]) -> list[tuple[Row, Conditions]]:
    return [(row, conditions) for row in rows for conditions in row.when]


def _masks(
    columns: tuple[Column, ...], conditions: Sequence[Conditions]
) -> list[list[int]]:
    """For each column and piece, the bits of the conditions that accept the piece."""
    masks = []
    for column in columns:
        accepting = [0] * len(column.pieces)
        for bit, each in enumerate(conditions):
            cell = each.get(column.name)
            pieces = (
                range(len(column.pieces)) if cell is None else column.pieces_in(cell)
            )
            for piece in pieces:
                accepting[piece] |= 1 << bit
        masks.append(accepting)
    return masks


def _home_masks(ruleset: Ruleset, conditions: list[Conditions]) -> dict[str, int]:
    """For each home that rows give, the bits of the overlays that accept it."""
    homes = {str(row.home) for row in ruleset.rows}
    masks = dict.fromkeys(homes, 0)
    for bit, each in enumerate(conditions):
        allowed = each.get(HOME_COLUMN, tuple(homes))
        for home in homes:
            if isinstance(allowed, tuple) and home in allowed:
                masks[home] |= 1 << bit
    return masks


def _impossible(columns: tuple[Column, ...]) -> Iterator[Conditions]:
    """Yield the impossible combinations that can be said in these columns alone."""
    names = {column.name for column in columns}
    for row in IMPOSSIBLE:
        if set(row.when) <= names:
            yield dict(row.when)


def _matching(masks: list[list[int]], cell: CellKey) -> int:
    bits = -1
    for accepting, piece in zip(masks, cell, strict=True):
        bits &= accepting[piece]
    return bits if masks else 0


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _bits(bits: int) -> Iterator[int]:
    while bits:
        yield _lowest(bits)
        bits &= bits - 1
