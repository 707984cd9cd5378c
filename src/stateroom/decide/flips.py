"""Finds every single answer that would change the decision.

For a choice, each other value is looked up. For a number, the answer just across each
bound where the table is cut is worked out, and then tried: a flip is only told when
the decision really is another one.

Most other answers lead to the same place whatever an item's own numbers are. Those are
worked out once per cell, and only the rest is tried for each item.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.item import COSTLY_MS, FREE_MS, Item
from stateroom.catalogue.values import Value
from stateroom.decide.answers import text_of, written
from stateroom.decide.columns import Bound, Column
from stateroom.decide.decision import Flip
from stateroom.decide.heat import DEFAULT_TTL, HOUR, life_of
from stateroom.decide.reading import piece_of
from stateroom.decide.table import CellKey, Outcome, Table

__all__ = ("FlipFinder", "across", "answered")

KIB = 1024
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
        to: the other answer as a catalogue writes it.
        outcomes: where it leads: for each piece of ``hit_ratio`` one outcome, or a
            single one where that does not matter.
    """

    name: str
    value: Value | None = None
    to: str = ""
    outcomes: tuple[Outcome, ...] = ()


class FlipFinder:
    """Finds the flips of items that one table decides."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._index = {column.name: i for i, column in enumerate(table.columns)}
        self._leads: dict[tuple[CellKey, bool, bool], tuple[_Lead, ...]] = {}

    def find(self, item: Item, known: Item, cell: CellKey) -> tuple[Flip, ...]:
        """Return every single other answer that changes home or copies.

        Args:
            item: as declared; answers it leaves open are shown as unknown.
            known: the same item with every unknown answer filled in as assumed.
            cell: the cell of ``known``, completed.
        """
        flips = [
            Flip(
                input=name,
                from_=text_of(item, name),
                to=to,
                tiers=other.tiers,
                home=other.home_name,
            )
            for name, to, other in self._changes(known, cell)
        ]
        return tuple(flips)

    def _changes(self, item: Item, cell: CellKey) -> Iterator[tuple[str, str, Outcome]]:
        # These two decide what follows from another answer.
        key = (cell, "writer" in item.given, _is_measured(item))
        leads = self._leads.get(key)
        if leads is None:
            leads = self._leads[key] = tuple(self._leads_from(cell, item))
        now = self._table.outcome(cell).placement
        hits = None
        for lead in leads:
            if lead.value is None:
                yield from self._searched(lead.name, item, cell)
                continue
            piece = 0
            if len(lead.outcomes) > 1 and lead.name in _MOVES_HITS:
                piece = self._hits(answered(item, lead.name, lead.value), cell)
            elif len(lead.outcomes) > 1:
                piece = hits = self._hits(item, cell) if hits is None else hits
            if lead.outcomes[piece].placement != now:
                yield lead.name, lead.to, lead.outcomes[piece]

    def _leads_from(self, cell: CellKey, item: Item) -> Iterator[_Lead]:
        now = self._table.outcome(cell).placement
        for name, value, target in self._others(cell, item):
            reached = self._reached(target)
            placements = {outcome.placement for outcome in reached}
            if placements <= {now}:
                continue
            if value is None:
                yield _Lead(name)
            else:
                outcomes = reached if len(placements) > 1 else reached[:1]
                yield _Lead(name, value, written(name, value), tuple(outcomes))

    def _reached(self, cell: CellKey) -> list[Outcome]:
        """Return all that a cell can lead to, as the hit ratio turns out."""
        if "hit_ratio" in self._index:
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
                for piece in range(len(column.pieces)):
                    if piece != now:
                        target = _moved(cell, index, piece)
                        yield column.name, across(column, now, piece), target

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

    def _searched(
        self, column: str, item: Item, cell: CellKey
    ) -> Iterator[tuple[str, str, Outcome]]:
        """Try the answers that an item's own numbers suggest."""
        if column == "staleness":
            candidates = self._relaxed(item, cell)
        else:
            hits = self._table.columns[self._index["hit_ratio"]]
            candidates = _rate_candidates(item, hits, _RATES)
        for name, value in candidates:
            other = self._tried(item, cell, name, value)
            if other is not None:
                yield name, written(name, value), other

    def _relaxed(self, item: Item, cell: CellKey) -> Iterator[tuple[str, Value]]:
        # From exact, a copy of an hour is the plain case; where reads are too rare for
        # it, the shortest copy that pays is told instead.
        if self._tried(item, cell, "staleness", DEFAULT_TTL) is not None:
            yield "staleness", DEFAULT_TTL
        elif "hit_ratio" in self._index:
            column = self._table.columns[self._index["hit_ratio"]]
            bounded = answered(item, "staleness", DEFAULT_TTL)
            yield from _rate_candidates(bounded, column, ("staleness",))

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


def _rate_candidates(
    item: Item, column: Column, names: tuple[str, ...]
) -> Iterator[tuple[str, Value]]:
    """Yield the answers just across each bound, for every input that could cross it."""
    life = life_of(item)
    reads = item.reads_per_hour
    for ratio, _ in column.bounds:
        # l reads per hour and a life of T hours give the ratio where lT = r / (1 - r).
        needed = ratio / (1 - ratio) * HOUR
        if "reads_per_hour" in names and life:
            yield from _around("reads_per_hour", needed / life)
        if not reads:
            continue
        wanted = needed / reads
        for name in ("staleness", "licence_ttl"):
            if name in names and (name == "staleness" or item.licence_ttl):
                yield from _lives(name, wanted)
        if "writes_per_hour" in names and item.writes_per_hour is not None:
            yield from _around("writes_per_hour", HOUR / wanted)


def _around(name: str, rate: float) -> Iterator[tuple[str, Value]]:
    """Yield a round rate just above and one just below."""
    step = 10.0 ** (math.floor(math.log10(rate)) - 1)
    yield name, float(f"{math.floor(rate / step + 1) * step:.6g}")
    below = float(f"{math.ceil(rate / step - 1) * step:.6g}")
    if below > 0:
        yield name, below


def _lives(name: str, seconds: float) -> Iterator[tuple[str, Value]]:
    """Yield a round duration just above and one just below."""
    unit = next((u for u in (86_400, 3600, 60) if seconds >= 2 * u), 1)
    yield name, math.ceil(seconds / unit) * unit
    below = math.ceil(seconds / unit - 1) * unit
    if below > 0:
        yield name, below


def across(column: Column, now: int | None, piece: int) -> int:
    """Return a number in another piece of a column, just across its nearer bound."""
    if piece > (-1 if now is None else now) and piece > 0:
        return _above(column.bounds[piece - 1])
    return _below(column.bounds[piece])


def _above(bound: Bound) -> int:
    """Return a round size just above a bound, e.g. 257 KiB for ``<= 256 KiB``."""
    size = int(bound[0])
    step = max(unit for unit in (1, 1000, KIB, 1000**2, KIB**2) if size % unit == 0)
    return size + step if bound[1] else size


def _below(bound: Bound) -> int:
    return int(bound[0]) - 1 + bound[1]
