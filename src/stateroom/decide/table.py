"""Runs a ruleset on cells.

A cell is one piece per column. Every alternative of every row is one bit, in the order
in which rows are tried; every piece of every column knows the bits that accept it. The
rules that match a cell are then the AND of one number per column, and the lowest bit
of it is the rule that fires. Impossible combinations stand before the rows, overlays
behind them.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
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

__all__ = (
    "CellKey",
    "Outcome",
    "Partial",
    "Table",
    "compile_table",
)

CellKey: TypeAlias = tuple[int, ...]
"""The index of a piece for every column of the ruleset, in its order."""
Partial: TypeAlias = tuple[int | None, ...]
"""A cell some of whose pieces are not known."""


class Outcome(msgspec.Struct, frozen=True, dict=True):
    """What a table says of a cell.

    Attributes:
        row: the row that fired, or None where no row does.
        home: the home that it gives, or None.
        copies: what is kept besides, with the row or overlay that asks for each.
    """

    row: Row | None
    home: Home | None
    copies: tuple[tuple[Slot, str], ...]

    @cached_property
    def tiers(self) -> tuple[str, ...]:
        """The tiers used, sorted."""
        used = {slot.tier for slot, _ in self.copies}
        if self.home is not None:
            used.add(self.home.place)  # type: ignore[arg-type]  # other places drop out
        return tuple(tier for tier in TIERS if tier in used)

    @cached_property
    def placement(self) -> tuple[str, ...]:
        """What is placed where, without the reason; equal means the same answer."""
        return (str(self.home), *sorted(str(slot) for slot, _ in self.copies))

    @cached_property
    def home_name(self) -> str:
        """The home in one word, e.g. ``redis/live``; ``none`` where no row decides."""
        return str(self.home or "none")


class Table:
    """A compiled ruleset. Use ``compile_table``, which keeps one per ruleset.

    Attributes:
        masks: for each column and piece the bits that accept it. The lowest bits are
            the impossible combinations, then come the alternatives of the rows in the
            order tried, then those of the overlays.
        all_bits, impossible_bits, row_bits: which of them are which.
        likely: for each column the pieces that an unknown answer is taken to be.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.columns: tuple[Column, ...] = ruleset.columns
        self._rows = _owners(ruleset.rows)
        self._overlays = _owners(ruleset.overlays)
        impossible = list(_impossible(self.columns))
        added = [when for _, when in self._overlays]
        tried = [*impossible, *(when for _, when in self._rows)]
        self.masks: list[list[int]] = _masks(self.columns, [*tried, *added])
        bits = len(tried) + len(added)
        self.all_bits: int = (1 << bits) - 1 if self.columns else 0
        self.impossible_bits: int = (1 << len(impossible)) - 1
        self._first_row = len(impossible)
        self.row_bits: int = ((1 << len(self._rows)) - 1) << len(impossible)
        self._first_overlay = len(tried)
        self._homes = _home_masks(ruleset, added)
        self.likely: tuple[tuple[int, ...], ...] = tuple(
            _likely(ruleset, column) for column in self.columns
        )
        self._known: dict[CellKey, Outcome] = {}
        self._outcomes: dict[int, Outcome] = {}

    def outcome(self, cell: CellKey) -> Outcome:
        """Return what the rules say of a cell, which must be possible."""
        found = self._known.get(cell)
        if found is None:
            found = self._known[cell] = self.outcome_of(self._matching(cell))
        return found

    def outcomes_along(self, cell: CellKey, column: int) -> list[Outcome | None]:
        """Return what the rules say of a cell with each other piece of one column.

        In the order of the pieces; None for a piece that is impossible there.
        """
        accepting = list(map(operator.getitem, self.masks, cell))
        accepting[column] = self.all_bits
        others = reduce(operator.and_, accepting)
        return [
            None
            if others & bits & self.impossible_bits
            else self.outcome_of(others & bits)
            for bits in self.masks[column]
        ]

    def is_possible(self, cell: CellKey) -> bool:
        """Say whether the answers of a cell can all be true."""
        return not self._matching(cell) & self.impossible_bits

    @cached_property
    def unguarded(self) -> frozenset[str]:
        """Inputs with impossible answers that these columns cannot tell."""
        names = {column.name for column in self.columns}
        unseen = [row.when for row in IMPOSSIBLE if row.when.keys() - names]
        # What never changes is not written at any rate, and rates are rarely columns.
        return frozenset({"immutable"}.union(*unseen))

    def alternatives(self) -> Sequence[tuple[Row, Conditions]]:
        """Every alternative of every row, in the order tried, then the overlays."""
        return [*self._rows, *self._overlays]

    def _matching(self, cell: CellKey) -> int:
        """Return the bits of everything that matches a cell."""
        return reduce(
            operator.and_, map(operator.getitem, self.masks, cell), self.all_bits
        )

    def _fired(self, matching: int) -> Row | None:
        first = _lowest(matching >> self._first_row)
        return self._rows[first][0] if 0 <= first < len(self._rows) else None

    def outcome_of(self, matching: int) -> Outcome:
        """Return the outcome where just these bits match; see ``masks``."""
        found = self._outcomes.get(matching)
        if found is None:
            found = self._outcomes[matching] = self._decide(matching)
        return found

    def _decide(self, matching: int) -> Outcome:
        row = self._fired(matching)
        if row is None or row.home is None:
            return Outcome(None, None, ())
        copies = dict.fromkeys(row.copies, row.id)
        bits = (matching >> self._first_overlay) & self._homes[str(row.home)]
        for overlay in dict.fromkeys(self._overlays[bit][0].id for bit in _bits(bits)):
            for slot in self.ruleset.row(overlay).copies:
                # A copy that is there already is not made twice.
                copies.setdefault(slot, overlay)
        return Outcome(row, row.home, tuple(copies.items()))


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


def _likely(ruleset: Ruleset, column: Column) -> tuple[int, ...]:
    cell = ruleset.assume.get(column.name)
    return column.pieces_in(cell) if cell else tuple(range(len(column.pieces)))


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


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _bits(bits: int) -> Iterator[int]:
    while bits:
        yield _lowest(bits)
        bits &= bits - 1
