"""Answers whether a ruleset keeps a safety property, on every possible cell.

A property may read columns that a ruleset does not have. The space is then extended
by them, with all their values: a table that never asks about secrets answers for
secrets all the same, and that answer is what the property is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

import msgspec

from stateroom.decide.columns import NUMERIC, Column, numeric_column, set_column
from stateroom.decide.layout import Layout, Placement, placement_text
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.sample import item_text
from stateroom.decide.space import Mask, Space, columns_of, refine
from stateroom.decide.stated import Always, Apart, Never, Only, Property, Steps
from stateroom.decide.table import CellKey

__all__ = ("Example", "Judge", "Verdict")


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that breaks a property.

    Attributes:
        item: the cell, as an item of a catalogue.
        placement: what the ruleset does with it.
        before: for a property that compares, the answer that was changed and the
            placement it had, e.g. ``sensitivity = "public": source``; else empty.
        takers: the rows and overlays that give the placement.
        columns: the columns of ``cell``.
    """

    item: str
    placement: Placement
    before: str
    takers: tuple[str, ...]
    columns: tuple[Column, ...]
    cell: CellKey


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one property holds.

    Attributes:
        examined: cells that the property speaks of; for one that compares, pairs.
        broken: how many of them break it.
        example: one of these, or None.
    """

    name: str
    statement: str
    why: str
    examined: int
    broken: int
    example: Example | None

    @property
    def held(self) -> bool:
        """Whether the property holds of every cell."""
        return not self.broken


class _Broken(msgspec.Struct, frozen=True):
    """Cells that break a property, and for a comparison what was changed."""

    cells: Mask
    column: str = ""
    source: int = 0
    target: int = 0


class Judge:
    """Judges properties of one ruleset; spaces are built once per set of columns."""

    def __init__(self, ruleset: Ruleset, layout: Layout) -> None:
        self.ruleset = ruleset
        self._layouts = {layout.space.columns: layout}

    def verdict(self, stated: Property) -> Verdict:
        """Return whether the ruleset keeps a property."""
        layout = self._layout(refine(self.ruleset.columns, _read(stated)))
        broken: list[_Broken] = []
        examined = 0
        for looked_at, found in _parts(layout, stated):
            examined += looked_at.bit_count()
            if found.cells:
                broken.append(found)
        return Verdict(
            name=stated.name,
            statement=stated.statement,
            why=stated.why,
            examined=examined,
            broken=sum(found.cells.bit_count() for found in broken),
            example=_example(layout, broken[0]) if broken else None,
        )

    def _layout(self, columns: tuple[Column, ...]) -> Layout:
        layout = self._layouts.get(columns)
        if layout is None:
            layout = self._layouts[columns] = Layout(self.ruleset, Space(columns))
        return layout


def _read(stated: Property) -> tuple[Column, ...]:
    """Return the columns that a property reads."""
    if isinstance(stated, Apart):
        return ()
    if not isinstance(stated, Steps):
        return columns_of(stated.when)
    names = dict.fromkeys(step.column for step in stated.steps)
    return tuple(
        numeric_column(name, ()) if name in NUMERIC else set_column(name)
        for name in names
    )


def _parts(layout: Layout, stated: Property) -> Iterator[tuple[Mask, _Broken]]:
    """Yield the cells that a property speaks of, with those of them that break it."""
    if isinstance(stated, Steps):
        yield from _compared(layout, stated)
        return
    examined = layout.decided
    if not isinstance(stated, Apart):
        examined &= layout.space.any_of(stated.when)
    match stated:
        case Never(homes=homes, copies=copies):
            broken = layout.home(homes) | layout.copy(copies)
        case Only(homes=homes, copies=copies):
            broken = ~layout.home(homes) | layout.copies_but(copies)
        case Always(places=places):
            broken = ~layout.held(places)
        case Apart(places=places):
            broken = 0
            for place in places:
                broken |= layout.home((place,)) & layout.copy((place,))
        case _:
            assert_never(stated)
    yield examined, _Broken(examined & broken)


def _compared(layout: Layout, stated: Steps) -> Iterator[tuple[Mask, _Broken]]:
    reached = [
        layout.held(place for places in stated.ranks[rank:] for place in places)
        for rank in range(len(stated.ranks))
    ]
    for name, source, target in _moves(layout.space, stated):
        pairs = layout.space.shift(layout.decided, name, source, target)
        pairs &= layout.decided
        broken = 0
        for cells in reached:
            moved = layout.space.shift(cells, name, source, target)
            broken |= cells & ~moved if stated.never == "rises" else moved & ~cells
        yield pairs, _Broken(pairs & broken, name, source, target)


def _moves(space: Space, stated: Steps) -> Iterator[tuple[str, int, int]]:
    for step in stated.steps:
        pieces = space.column(step.column).pieces
        if step.column in NUMERIC:
            for piece in range(len(pieces) - 1):
                yield step.column, piece, piece + 1
        else:
            yield step.column, pieces.index(step.source), pieces.index(step.target)


def _example(layout: Layout, broken: _Broken) -> Example:
    space = layout.space
    cell = next(space.cells(broken.cells, 1))
    before = ""
    if broken.column:
        other = space.shift(
            space.bit(cell), broken.column, broken.target, broken.source
        )
        answer = space.column(broken.column).pieces[broken.source]
        placed = placement_text(layout.placement(other))
        before = f"{broken.column} {answer}: {placed}"
    return Example(
        item=item_text(space.columns, cell),
        placement=layout.placement(space.bit(cell)),
        before=before,
        takers=layout.takers(space.bit(cell)),
        columns=space.columns,
        cell=cell,
    )
