"""Finds every single answer that would change the decision.

For a choice, each other value is looked up. For a number, the answer just across each
bound where the table is cut is worked out, and then tried: a flip is only told when
the decision really is another one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

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

__all__ = ("find_flips",)

KIB = 1024
LOADS = {"costly": float(COSTLY_MS), "cheap": COSTLY_MS / 2, "free": FREE_MS / 2}
"""For an item whose cost is measured: a load time of each cost, in ms."""
_ALSO = {"authority": ("writer",), "load_ms": ("cost",)}
"""Columns that follow an answer which is not given themselves."""
_RATES = ("reads_per_hour", "writes_per_hour", "staleness", "licence_ttl")


def find_flips(
    item: Item, known: Item, cell: CellKey, outcome: Outcome, table: Table
) -> tuple[Flip, ...]:
    """Return every single other answer that changes home or copies.

    Args:
        item: as declared; answers it leaves open are shown as unknown.
        known: the same item with every unknown answer filled in as assumed.
        cell: the cell of ``known``, completed.
        outcome: what the table says of ``cell``.
        table: the rules.
    """
    finder = _Finder(known, cell, outcome, table)
    flips = []
    for name, value in finder.candidates():
        other = finder.outcome_with(name, value)
        if other is None or other.placement == outcome.placement:
            continue
        flips.append(
            Flip(
                input=name,
                from_=text_of(item, name),
                to=written(name, value),
                tiers=other.tiers,
                home=str(other.home or "none"),
            )
        )
    return tuple(flips)


class _Finder:
    """Tries other answers for one item."""

    def __init__(
        self, item: Item, cell: CellKey, outcome: Outcome, table: Table
    ) -> None:
        self.item = item
        self.cell = cell
        self.outcome = outcome
        self.table = table
        self.index = {column.name: i for i, column in enumerate(table.columns)}

    def candidates(self) -> Iterator[tuple[str, Value]]:
        for column in self.table.columns:
            if column.name == "cost" and "load_ms" in self.item.given:
                yield from self._loads()
            elif column.name == "staleness":
                yield from self._staleness()
            elif column.name in CHOICES:
                yield from self._others(column)
            elif column.name == "hit_ratio":
                yield from self._rates(column)
            else:
                yield from self._sizes(column)

    def outcome_with(self, name: str, value: Value) -> Outcome | None:
        """Return what the table says with one answer changed; None when impossible."""
        cell = self._cell_with(name, value)
        if cell == self.cell:
            return self.outcome
        return self.table.outcome(cell) if self.table.is_possible(cell) else None

    def _cell_with(self, name: str, value: Value) -> CellKey:
        changed = _answered(self.item, name, value)
        cell = list(self.cell)
        for each in (name, *_ALSO.get(name, ()), "hit_ratio"):
            if each not in self.index:
                continue
            index = self.index[each]
            piece = piece_of(changed, self.table.columns[index])
            # What is unknown even now keeps the piece that was assumed.
            cell[index] = cell[index] if piece is None else piece
        return tuple(cell)

    def _others(self, column: Column) -> Iterator[tuple[str, Value]]:
        now = self.cell[self.index[column.name]]
        is_flag = column.pieces == ("false", "true")
        for piece, value in enumerate(column.pieces):
            if piece != now:
                yield column.name, value == "true" if is_flag else value

    def _loads(self) -> Iterator[tuple[str, Value]]:
        for cost, load_ms in LOADS.items():
            if cost != self.item.cost:
                yield "load_ms", load_ms

    def _staleness(self) -> Iterator[tuple[str, Value]]:
        if self.item.staleness != "exact":
            yield "staleness", "exact"
            return
        # From exact, a copy of an hour is the plain case; where reads are too rare for
        # it, the shortest copy that pays is told instead.
        hour = self.outcome_with("staleness", DEFAULT_TTL)
        if hour is not None and hour.placement != self.outcome.placement:
            yield "staleness", DEFAULT_TTL
        elif "hit_ratio" in self.index:
            column = self.table.columns[self.index["hit_ratio"]]
            bounded = _answered(self.item, "staleness", DEFAULT_TTL)
            yield from _rate_candidates(bounded, column, ("staleness",))

    def _rates(self, column: Column) -> Iterator[tuple[str, Value]]:
        """Yield rates and lives on the other side of each hit ratio of the table."""
        index = self.index["hit_ratio"]
        for piece in range(len(column.pieces)):
            cell = (*self.cell[:index], piece, *self.cell[index + 1 :])
            if self.table.outcome(cell).placement != self.outcome.placement:
                yield from _rate_candidates(self.item, column, _RATES)
                return

    def _sizes(self, column: Column) -> Iterator[tuple[str, Value]]:
        now = self.cell[self.index[column.name]]
        for piece in range(len(column.pieces)):
            if piece > now:
                yield column.name, _above(column.bounds[piece - 1])
            elif piece < now:
                yield column.name, _below(column.bounds[piece])


def _answered(item: Item, name: str, value: Value) -> Item:
    """Return the item with one other answer and what follows from it.

    The cheap form of ``Item.replace``: it runs some twenty times per decision.
    """
    changes: dict[str, Value] = {name: value}
    if name == "authority" and "writer" not in item.given:
        changes["writer"] = "app" if value == "original" else "elsewhere"
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


def _above(bound: Bound) -> int:
    """Return a round size just above a bound, e.g. 257 KiB for ``<= 256 KiB``."""
    size = int(bound[0])
    step = max(unit for unit in (1, 1000, KIB, 1000**2, KIB**2) if size % unit == 0)
    return size + step if bound[1] else size


def _below(bound: Bound) -> int:
    return int(bound[0]) - 1 + bound[1]
