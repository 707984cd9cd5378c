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

from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.item import COSTLY_MS, FREE_MS, Item
from stateroom.catalogue.values import Value
from stateroom.decide.answers import text_of, written
from stateroom.decide.crossing import across, across_ratio
from stateroom.decide.decision import Flip
from stateroom.decide.heat import DEFAULT_TTL
from stateroom.decide.reading import piece_of
from stateroom.decide.table import CellKey, Outcome, Table

__all__ = ("FlipFinder", "answered")

FLAG = ("false", "true")
WRITERS = {"original": "app", "derived": "elsewhere"}
"""Who writes data of each authority, when nobody says."""
LOADS = {"costly": float(COSTLY_MS), "cheap": COSTLY_MS / 2, "free": FREE_MS / 2}
"""For an item whose cost is measured: a load time of each cost, in ms."""
_RATES = ("reads_per_hour", "writes_per_hour", "staleness", "licence_ttl")
_MOVES_HITS = {"authority", "writer", "immutable", *_RATES}
"""Answers on which the hit ratio depends, in themselves or by what follows."""


_Other: TypeAlias = tuple[str, Value | None, CellKey]
"""Another answer, and its cell; None where the answer depends on the item's numbers."""


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
            if flip is not None:
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
        for name, value, target in self._others(cell, item):
            moves_hits = value is None or name in _MOVES_HITS
            reached = self._reached(target, along_hits=moves_hits)
            placements = {outcome.placement for outcome in reached}
            if placements <= {now}:
                continue
            if value is None:
                yield _Lead(name)
                continue
            told = None
            if name in CHOICES:
                index = self._index[name]
                told = self._table.columns[index].pieces[cell[index]]
            flips = [
                None if each.placement == now else _flip(name, told, value, each)
                for each in (reached if len(placements) > 1 else reached[:1])
            ]
            yield _Lead(name, value, tuple(flips))

    def _reached(self, cell: CellKey, *, along_hits: bool) -> list[Outcome]:
        """Return what is said of a possible cell, for any hit ratio or for its own."""
        if along_hits and "hit_ratio" in self._index:
            along = self._table.outcomes_along(cell, self._index["hit_ratio"])
            return [outcome for outcome in along if outcome is not None]
        return [self._table.outcome(cell)] if self._table.is_possible(cell) else []

    def _others(self, cell: CellKey, item: Item) -> Iterator[_Other]:
        """Yield every other answer that is one of a few, or across a column's bound."""
        for index, column in enumerate(self._table.columns):
            now = cell[index]
            if column.name == "hit_ratio":
                yield column.name, None, cell
            elif column.name == "staleness":
                other = 1 if now == 0 else 0
                value = "exact" if other == 0 else None
                yield column.name, value, _moved(cell, index, other)
            elif column.name == "cost" and _is_measured(item):
                yield from self._loads(cell, index)
            elif column.name in CHOICES:
                yield from self._choices(cell, index, item)
            else:
                yield from self._sizes(cell, index)

    def _sizes(self, cell: CellKey, index: int) -> Iterator[_Other]:
        column = self._table.columns[index]
        for piece in range(len(column.pieces)):
            if piece != cell[index]:
                value = across(column, cell[index], piece)
                yield column.name, value, _moved(cell, index, piece)

    def _loads(self, cell: CellKey, index: int) -> Iterator[_Other]:
        for cost, load_ms in LOADS.items():
            piece = self._table.columns[index].pieces.index(cost)
            if piece != cell[index]:
                yield "load_ms", load_ms, _moved(cell, index, piece)

    def _choices(self, cell: CellKey, index: int, item: Item) -> Iterator[_Other]:
        column = self._table.columns[index]
        writer = self._index.get("writer")
        follows = column.name == "authority" and "writer" not in item.given
        for piece, label in enumerate(column.pieces):
            if piece == cell[index]:
                continue
            target = _moved(cell, index, piece)
            if follows and writer is not None:
                seen = self._table.columns[writer].pieces.index(WRITERS[label])
                target = _moved(target, writer, seen)
            yield (
                column.name,
                label == "true" if column.pieces == FLAG else label,
                target,
            )

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
                yield _flip(name, text_of(item, name), value, other)

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
        if not self._table.is_possible(target):
            return None
        other = self._table.outcome(target)
        now = self._table.outcome(cell)
        return None if other.placement == now.placement else other


def _is_measured(item: Item) -> bool:
    """Say whether the cost follows from a load time, so that this is what to change."""
    follows = "load_ms" in item.given and "cost" not in item.given
    return follows and not item.cost_per_call


def _flip(name: str, now: str | None, value: Value, other: Outcome) -> Flip:
    return Flip(
        input=name,
        from_=now,
        to=written(name, value),
        tiers=other.tiers,
        home=other.home_name,
    )


def _moved(cell: CellKey, index: int, piece: int) -> CellKey:
    return (*cell[:index], piece, *cell[index + 1 :])


def answered(item: Item, name: str, value: Value) -> Item:
    """Return the item with one other answer and what follows from it.

    The cheap form of ``Item.replace``: it runs some twenty times per decision.
    """
    changes: dict[str, Value] = {name: value}
    if name == "authority" and "writer" not in item.given:
        changes["writer"] = WRITERS[str(value)]
    if name == "load_ms":
        changes["cost"] = next(cost for cost, ms in LOADS.items() if ms == value)
    return msgspec.structs.replace(item, **changes)
