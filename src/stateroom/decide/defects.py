"""Answers which rows and columns of a table are dead, doubtful or in conflict."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import msgspec

from stateroom.decide.layout import Layout, placement_text
from stateroom.decide.ruleset import HOME_COLUMN, Row, Slot
from stateroom.decide.sample import item_text
from stateroom.decide.space import Mask

__all__ = ("Defect", "column_defects", "row_defects")


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of a table: a finding, before it has its level and file.

    Attributes:
        about: the row, column or property; names the fault across runs.
    """

    code: str
    about: str
    message: str
    evidence: str = ""
    fix: str = ""


def row_defects(layout: Layout) -> Iterator[Defect]:
    """Yield what is wrong with rows and overlays; each row has one fault at most."""
    rows = layout.ruleset.rows
    faulty: set[str] = set()
    for found in (
        *_unreachable(layout, rows),
        *_unreachable(layout, layout.ruleset.overlays),
        *_equal(layout, rows),
        *_equal(layout, layout.ruleset.overlays),
        *_shadowed(layout),
        *_idle_overlays(layout),
        *_alternatives(layout),
    ):
        if found.about not in faulty:
            faulty.add(found.about)
            yield found
    yield from _overlaps(layout, faulty)


def column_defects(layout: Layout) -> Iterator[Defect]:
    """Yield the columns that no row reads, or whose answer never matters."""
    ruleset = layout.ruleset
    alternatives = [
        when for row in (*ruleset.rows, *ruleset.overlays) for when in row.when
    ]
    for column in ruleset.columns:
        if not any(column.name in when for when in alternatives):
            yield Defect(
                code="TBL009",
                about=column.name,
                message=f"column {column.name} is declared, but no row reads it",
                fix="leave it out of columns, or write the row that needs it",
            )
        elif not _matters(layout, column.name):
            yield Defect(
                code="TBL007",
                about=column.name,
                message=f"column {column.name} never changes the outcome",
                fix="leave it out of every row, and out of columns",
            )


def _matters(layout: Layout, column: str) -> bool:
    """Say whether two possible cells that differ in it alone are placed differently."""
    space = layout.space
    return any(
        space.spread(cells, column) & space.possible & ~cells
        for cells in layout.placements.values()
    )


def _unreachable(layout: Layout, rows: tuple[Row, ...]) -> Iterator[Defect]:
    for row in rows:
        if not _cells(layout, row):
            yield Defect(
                code="TBL004",
                about=row.id,
                message=f"{row.id} is unreachable: no possible data meets its "
                f"conditions{_and_home(row)}",
                fix=f"leave {row.id} out, or widen its conditions",
            )


def _cells(layout: Layout, row: Row) -> Mask:
    """Return the possible cells of a row; of an overlay, those with such a home."""
    return layout.decides[row.id] if row.home is None else layout.matches[row.id]


def _and_home(overlay: Row) -> str:
    asks = any(HOME_COLUMN in when for when in overlay.when)
    return " and has such a home" if asks else ""


def _equal(layout: Layout, rows: tuple[Row, ...]) -> Iterator[Defect]:
    """Yield the later of two rows that match the same cells."""
    first: dict[Mask, Row] = {}
    for row in rows:
        cells = _cells(layout, row)
        other = first.setdefault(cells, row)
        if other is row or not cells:
            continue
        if _gives(other) == _gives(row):
            yield Defect(
                code="TBL006",
                about=row.id,
                message=f"{row.id} repeats {other.id}: same data, same outcome",
                fix=f"leave {row.id} out",
            )
        elif row.home is not None:
            yield _conflict(layout, other, row)


def _conflict(layout: Layout, first: Row, second: Row) -> Defect:
    return Defect(
        code="TBL005",
        about=second.id,
        message=f"{second.id} contradicts {first.id}: same data, but "
        f"{_gives(first)} there and {_gives(second)} here",
        evidence=_example(layout, layout.matches[second.id]),
        fix=f"decide which is right, and leave the other out; as it is, "
        f"{first.id} wins",
    )


def _shadowed(layout: Layout) -> Iterator[Defect]:
    earlier: list[Row] = []
    for row in layout.ruleset.rows:
        cells = layout.matches[row.id]
        if cells and not layout.decides[row.id]:
            takers = [r.id for r in earlier if layout.decides[r.id] & cells]
            yield Defect(
                code="TBL003",
                about=row.id,
                message=f"{row.id} is shadowed: {_join(takers)} decide all its data",
                evidence=_example(layout, cells),
                fix=f"move {row.id} before {_join(takers)}, or leave it out",
            )
        earlier.append(row)


def _idle_overlays(layout: Layout) -> Iterator[Defect]:
    """Yield overlays whose copies are there already, by rows or earlier overlays."""
    there: dict[Slot, Mask] = {}
    for row in (*layout.ruleset.rows, *layout.ruleset.overlays):
        cells = layout.decides[row.id]
        is_idle = not any(cells & ~there.get(slot, 0) for slot in row.copies)
        if row.home is None and is_idle:
            yield Defect(
                code="TBL003",
                about=row.id,
                message=f"{row.id} is shadowed: its copies are there already",
                fix=f"leave {row.id} out",
            )
        for slot in row.copies:
            there[slot] = there.get(slot, 0) | cells


def _alternatives(layout: Layout) -> Iterator[Defect]:
    """Yield rows one of whose alternatives could be left out."""
    for row in layout.ruleset.rows:
        masks = [layout.space.mask(when) & layout.space.possible for when in row.when]
        for number, cells in enumerate(masks):
            decided = cells & layout.decides[row.id]
            for other in (*masks[:number], *masks[number + 1 :]):
                decided &= ~other
            if not decided:
                yield Defect(
                    code="TBL003" if cells else "TBL004",
                    about=row.id,
                    message=f"alternative {number + 1} of {row.id} "
                    + ("decides nothing of its own" if cells else "is unreachable"),
                    fix="leave the alternative out",
                )


def _overlaps(layout: Layout, faulty: set[str]) -> Iterator[Defect]:
    for block, reached in zip(layout.ruleset.blocks, layout.reaches, strict=True):
        if block.hit == "first":
            continue
        rows = [row for row in block.rows if row.id not in faulty]
        for first, second in itertools.combinations(rows, 2):
            both = layout.matches[first.id] & layout.matches[second.id]
            # What an earlier block takes never comes to the choice.
            if both := both & reached:
                yield _overlap(layout, first, second, both)


def _overlap(layout: Layout, first: Row, second: Row, both: Mask) -> Defect:
    count = both.bit_count()
    return Defect(
        code="TBL002",
        about=f"{first.id}+{second.id}",
        message=f"{first.id} and {second.id} both match {count:,} "
        f"{'cell' if count == 1 else 'cells'} of a unique block",
        evidence=_example(layout, both),
        fix=f'narrow {first.id} or {second.id}, or say hit = "first" for the block',
    )


def _gives(row: Row) -> str:
    copies = sorted(str(slot) for slot in row.copies)
    return placement_text((str(row.home), *copies) if row.home else tuple(copies))


def _example(layout: Layout, cells: Mask) -> str:
    cell = next(layout.space.cells(cells, 1))
    return item_text(layout.space.columns, cell, "example")


def _join(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
