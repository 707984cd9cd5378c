"""Finds every single answer that would change the decision.

For a choice, each other value is looked up. For a number, the answer just across each
bound where the table is cut is worked out, and then tried: a flip is only told when
the decision really is another one.

Most other answers lead to the same place whatever an item's own numbers are. Those are
worked out once per cell, and only the rest is tried for each item.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from stateroom.catalogue.impossible import contradictions
from stateroom.catalogue.inputs import CHOICES, WRITER_OF
from stateroom.catalogue.item import COSTLY_MS, FREE_MS, Item
from stateroom.catalogue.values import Value
from stateroom.decide.answers import text_of, written
from stateroom.decide.columns import Column
from stateroom.decide.crossing import across, across_ratio
from stateroom.decide.decision import Flip
from stateroom.decide.heat import DEFAULT_TTL
from stateroom.decide.reading import piece_of
from stateroom.decide.table import CellKey, Outcome, Table

__all__ = ("MOVES_HITS", "FlipFinder", "answered", "flip_to", "is_refused")

LOADS = {"costly": float(COSTLY_MS), "cheap": COSTLY_MS / 2, "free": FREE_MS / 2}
"""For an item whose cost is measured: a load time of each cost, in ms."""
_RATES = ("reads_per_hour", "writes_per_hour", "staleness", "licence_ttl")
MOVES_HITS = {"authority", "writer", "immutable", *_RATES}
"""Answers on which the hit ratio depends, in themselves or by what follows."""


_Other: TypeAlias = tuple[str, Value | None, list[Outcome | None]]
"""Another answer, and where it leads for each hit ratio that may then hold. None stands
for an answer that depends on the item's numbers, and for what is impossible.
"""


class _Lead(msgspec.Struct, frozen=True):
    """Another answer that changes the decisions of a cell, or of some items in it.

    Attributes:
        name: the input, or the column when the answer depends on the item's numbers.
        value: the other answer, or None when it does.
        flips: for each piece of ``hit_ratio`` that may then hold, or a single one where
            that does not matter, the flip; None where the answer changes nothing. The
            answer now is left out where it is the item's own number.
    """

    name: str
    value: Value | None = None
    flips: tuple[Flip | None, ...] = ()


class FlipFinder:
    """Finds the flips of items whose answers are all known, by one table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._index = {column.name: i for i, column in enumerate(table.columns)}
        self._leads: dict[tuple[CellKey, bool, bool], tuple[_Lead, ...]] = {}

    def find(self, item: Item, cell: CellKey) -> tuple[Flip, ...]:
        """Return every single other answer that changes home or copies."""
        flips: list[Flip] = []
        for lead in self._leads_from(cell, item):
            if lead.value is None:
                flips += self._searched(lead.name, item, cell)
                continue
            piece = 0
            if len(lead.flips) > 1:
                piece = self._hits(answered(item, lead.name, lead.value), cell)
            flip = lead.flips[piece]
            if flip is not None and flip.from_ is None:
                now = text_of(item, flip.input)
                flip = msgspec.structs.replace(flip, from_=now)
            if flip and not is_refused(item, lead.name, lead.value, self._table):
                flips.append(flip)
        return tuple(flips)

    def _leads_from(self, cell: CellKey, item: Item) -> tuple[_Lead, ...]:
        # These two decide what follows from another answer.
        key = (cell, "writer" in item.given, _is_measured(item))
        found = self._leads.get(key)
        if found is None:
            found = self._leads[key] = tuple(self._worked_out(cell, item))
        return found

    def _worked_out(self, cell: CellKey, item: Item) -> Iterator[_Lead]:
        now = self._table.outcome(cell).placement
        for name, value, outcomes in self._others(cell, item):
            placements = {outcome.placement for outcome in outcomes if outcome}
            if placements <= {now}:
                continue
            if value is None:
                yield _Lead(name)
                continue
            index = self._index[name] if name in CHOICES else None
            told = None if index is None else self._label(cell, index)
            flips = [
                None
                if outcome is None or outcome.placement == now
                else flip_to(name, told, value, outcome)
                for outcome in (outcomes if len(placements) > 1 else outcomes[:1])
            ]
            yield _Lead(name, value, tuple(flips))

    def _others(self, cell: CellKey, item: Item) -> Iterator[_Other]:
        """Yield every other answer that is one of a few, or across a column's bound."""
        is_measured = _is_measured(item)
        for index, column in enumerate(self._table.columns):
            along = self._table.outcomes_along(cell, index)
            if column.name == "hit_ratio":
                yield column.name, None, along
                continue
            for name, value, piece in _answers(
                column, cell[index], is_measured=is_measured
            ):
                if name in MOVES_HITS:
                    target = self._followed(cell, index, piece, item)
                    yield name, value, self._along_hits(target)
                else:
                    yield name, value, along[piece : piece + 1]

    def _followed(self, cell: CellKey, index: int, piece: int, item: Item) -> CellKey:
        """Return a cell with another piece, and with what follows from it."""
        column = self._table.columns[index]
        target = _moved(cell, index, piece)
        follows = column.name == "authority" and "writer" not in item.given
        if not follows or "writer" not in self._index:
            return target
        writer = self._index["writer"]
        seen = self._table.columns[writer].pieces.index(WRITER_OF[column.pieces[piece]])
        return _moved(target, writer, seen)

    def _along_hits(self, cell: CellKey) -> list[Outcome | None]:
        """Return what is said of a cell for each hit ratio, where that is a column."""
        if "hit_ratio" in self._index:
            return self._table.outcomes_along(cell, self._index["hit_ratio"])
        return [self._table.outcome(cell) if self._table.is_possible(cell) else None]

    def _label(self, cell: CellKey, index: int) -> str:
        return self._table.columns[index].pieces[cell[index]]

    def _hits(self, item: Item, cell: CellKey) -> int:
        """Return the piece of an item's hit ratio; where unknown, the one assumed."""
        index = self._index["hit_ratio"]
        piece = piece_of(item, self._table.columns[index])
        return cell[index] if piece is None else piece

    def _searched(self, column: str, item: Item, cell: CellKey) -> Iterator[Flip]:
        """Try the answers that an item's own numbers suggest."""
        if column == "staleness":
            candidates = self._relaxed(item, cell)
        else:
            hits = self._table.columns[self._index["hit_ratio"]]
            candidates = across_ratio(item, hits, _RATES)
        for name, value in candidates:
            other = self._tried(item, cell, name, value)
            if other is not None:
                yield flip_to(name, text_of(item, name), value, other)

    def _relaxed(self, item: Item, cell: CellKey) -> Iterator[tuple[str, Value]]:
        # From exact, a copy of an hour is the plain case; where reads are too rare for
        # it, the shortest copy that pays is told instead.
        if self._tried(item, cell, "staleness", DEFAULT_TTL) is not None:
            yield "staleness", DEFAULT_TTL
        elif "hit_ratio" in self._index:
            column = self._table.columns[self._index["hit_ratio"]]
            bounded = answered(item, "staleness", DEFAULT_TTL)
            yield from across_ratio(bounded, column, ("staleness",))

    def _tried(
        self, item: Item, cell: CellKey, name: str, value: Value
    ) -> Outcome | None:
        """Return where a number leads; None when impossible, or where it is now."""
        changed = answered(item, name, value)
        target = cell
        if name in self._index:
            index = self._index[name]
            piece = piece_of(changed, self._table.columns[index])
            target = cell if piece is None else _moved(cell, index, piece)
        if "hit_ratio" in self._index:
            hits = self._hits(changed, cell)
            target = _moved(target, self._index["hit_ratio"], hits)
        other = self._table.outcome(target)
        is_other = other.placement != self._table.outcome(cell).placement
        return other if is_other and self._table.is_possible(target) else None


def _is_measured(item: Item) -> bool:
    """Say whether the cost follows from a load time, so that this is what to change."""
    follows = "load_ms" in item.given and "cost" not in item.given
    return follows and not item.cost_per_call


def flip_to(name: str, now: str | None, value: Value, other: Outcome) -> Flip:
    """Return the flip from the answer ``now`` to one that leads to ``other``."""
    return Flip(
        input=name,
        from_=now,
        to=written(name, value),
        tiers=other.tiers,
        home=other.home_name,
    )


def _answers(
    column: Column, now: int, *, is_measured: bool
) -> Iterator[tuple[str, Value | None, int]]:
    """Yield every other answer to a column, with its piece."""
    if column.name == "cost" and is_measured:
        for cost, load_ms in LOADS.items():
            if cost != column.pieces[now]:
                yield "load_ms", load_ms, column.pieces.index(cost)
        return
    for piece in range(len(column.pieces)):
        if piece != now:
            yield column.name, _value(column, now, piece), piece


def _value(column: Column, now: int, piece: int) -> Value | None:
    if column.is_numeric:
        return across(column, now, piece)
    label = column.pieces[piece]
    if column.name == "staleness" and label != "exact":
        return None
    return column.choice(piece)


def _moved(cell: CellKey, index: int, piece: int) -> CellKey:
    return (*cell[:index], piece, *cell[index + 1 :])


def is_refused(item: Item, name: str, value: Value, table: Table) -> bool:
    """Say whether a catalogue would refuse an item with that answer.

    Args:
        item: as declared.
        name: the input that is answered.
        value: the other answer.
        table: what it does not see to itself is tried; see ``Table.unguarded``.
    """
    return name in table.unguarded and any(contradictions(answered(item, name, value)))


def answered(item: Item, name: str, value: Value) -> Item:
    """Return the item with one other answer and what follows from it.

    The cheap form of ``Item.replace``: it runs some twenty times per decision.
    """
    changes: dict[str, Value] = {name: value}
    if name == "authority" and "writer" not in item.given:
        changes["writer"] = WRITER_OF[str(value)]
    if name == "load_ms":
        changes["cost"] = next(cost for cost, ms in LOADS.items() if ms == value)
    return msgspec.structs.replace(item, **changes)
