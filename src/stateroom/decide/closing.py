"""Answers which rows would close the gaps of a table.

A proposed row is a box, one set or interval per column, that lies inside the gap and
is widened as far as it goes. The boxes share no possible cell, so that they may stand
in one ``unique`` block. Its home is that of the cells around it, as far as that breaks
nothing; a person should look whether it is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from stateroom.decide.columns import Column, Interval, label
from stateroom.decide.layout import Layout
from stateroom.decide.ruleset import Cell, Conditions, Home, Row
from stateroom.decide.space import Mask, Space
from stateroom.decide.table import CellKey

__all__ = ("MOST_PROPOSED", "close_gaps", "row_toml")

MOST_PROPOSED = 50
"""Rows proposed at a time. A table that needs more is not mended row by row."""

_Box: TypeAlias = dict[str, tuple[int, ...]]
"""Pieces per column; a column that is not named may be anything."""


def close_gaps(
    layout: Layout, breaks: Callable[[Row], int] = lambda _row: 0
) -> tuple[Row, ...]:
    """Return rows that together decide exactly the silent cells, at most 50 of them.

    Args:
        layout: the ruleset, laid out over its space.
        breaks: how many promises a row breaks, when it is added at the end; a home
            that breaks none is proposed, and where there is none the row says so.
    """
    space = layout.space
    rows: list[Row] = []
    left = layout.silent
    while left and len(rows) < MOST_PROPOSED:
        seed = next(space.cells(left, 1))
        box, cells = _widened(space, seed, left | (space.all ^ space.possible))
        count = (cells & space.possible).bit_count()
        row = Row(
            id=_free_id(layout, len(rows) + 1),
            when=(_conditions(space, box),),
            home=Home("nowhere"),
            because=f"proposed: closes a gap of {_plural(count)}",
        )
        rows.append(
            _with_home(row, _homes_around(layout, cells & space.possible), breaks)
        )
        left &= ~cells
    return tuple(rows)


def _with_home(
    row: Row, homes: list[tuple[Home, str]], breaks: Callable[[Row], int]
) -> Row:
    """Return the row with the first home that breaks nothing, or the least."""
    least: tuple[int, Row] | None = None
    for home, nearest in homes:
        like = f", like {nearest} beside it" if nearest else ""
        found = msgspec.structs.replace(row, home=home, because=row.because + like)
        broken = breaks(found)
        if not broken:
            return found
        if least is None or broken < least[0]:
            warned = (
                f"{found.because}; it breaks {broken} properties, so split it first"
            )
            least = broken, msgspec.structs.replace(found, because=warned)
    return least[1] if least else row


MOST_TRIED = 5
"""Homes that are tried for one proposed row: each is judged over the whole space."""


def row_toml(row: Row) -> str:
    """Return a row as it can be pasted into a file of rules."""
    conditions = [
        f"{name} = {_cell_toml(name, cell)}" for name, cell in row.when[0].items()
    ]
    return "\n".join(
        [
            "[[blocks.rows]]",
            f'id = "{row.id}"',
            f"when = {{ {', '.join(conditions)} }}" if conditions else "when = {}",
            f'home = "{row.home}"',
            f'because = "{row.because}"',
        ]
    )


def _widened(space: Space, seed: CellKey, allowed: Mask) -> tuple[_Box, Mask]:
    """Return the box that grows from a cell, always along the column that gives most.

    It takes cells of ``allowed`` only; there, impossible ones cost nothing.
    """
    pieces = zip(space.columns, seed, strict=True)
    box: _Box = {column.name: (piece,) for column, piece in pieces}
    cells = space.bit(seed)
    growing = dict.fromkeys(box)
    while growing:
        found = {name: _pieces(space, name, box, cells, allowed) for name in growing}
        best = max(growing, key=lambda name: _growth(space.column(name), found[name]))
        cells = _stretched(space, cells, best, box[best][0], found[best])
        box[best] = found[best]
        del growing[best]
    return _without_free(space, box), cells


def _pieces(
    space: Space, name: str, box: _Box, cells: Mask, allowed: Mask
) -> tuple[int, ...]:
    """Return the pieces of a column that the box can take without leaving."""
    column = space.column(name)
    here = box[name][0]
    fits = [
        not space.shift(cells, name, here, piece) & ~allowed
        for piece in range(len(column.pieces))
    ]
    if not column.is_numeric:
        return tuple(piece for piece, ok in enumerate(fits) if ok)
    low = here
    while low > 0 and fits[low - 1]:
        low -= 1
    high = here
    while high + 1 < len(fits) and fits[high + 1]:
        high += 1
    return tuple(range(low, high + 1))


def _growth(column: Column, pieces: tuple[int, ...]) -> tuple[bool, int]:
    """Rank a way to widen: a column that no longer matters first, then by factor."""
    return len(pieces) == len(column.pieces), len(pieces)


def _stretched(
    space: Space, cells: Mask, name: str, here: int, pieces: tuple[int, ...]
) -> Mask:
    stretched = 0
    for piece in pieces:
        stretched |= space.shift(cells, name, here, piece)
    return stretched


def _without_free(space: Space, box: _Box) -> _Box:
    return {
        name: pieces
        for name, pieces in box.items()
        if len(pieces) < len(space.column(name).pieces)
    }


def _conditions(space: Space, box: _Box) -> Conditions:
    return {name: _cell(space.column(name), pieces) for name, pieces in box.items()}


def _cell(column: Column, pieces: tuple[int, ...]) -> Cell:
    if column.is_numeric:
        return Interval(column.edges[pieces[0]], column.edges[pieces[-1] + 1])
    return tuple(column.pieces[piece] for piece in pieces)


def _homes_around(layout: Layout, cells: Mask) -> list[tuple[Home, str]]:
    """Return the homes one column away, the most common first, each with its row.

    The source and the database come last: they are asked each time, and hold no copy.
    """
    rows: Counter[str] = Counter()
    for column in layout.space.columns:
        around = layout.space.spread(cells, column.name) & ~cells
        for row in layout.ruleset.rows:
            rows[row.id] += (around & layout.decides[row.id]).bit_count()
    homes: Counter[Home] = Counter()
    for row in layout.ruleset.rows:
        if row.home is not None:
            homes[row.home] += rows[row.id]
    found = [
        (home, max(_giving(layout, home), key=lambda each: rows[each]))
        for home, number in homes.most_common(MOST_TRIED)
        if number
    ]
    return [*found, (Home("source"), ""), (Home("database"), "")]


def _giving(layout: Layout, home: Home) -> list[str]:
    return [row.id for row in layout.ruleset.rows if row.home == home]


def _free_id(layout: Layout, number: int) -> str:
    taken = layout.matches
    return next(name for name in _names(number) if name not in taken)


def _names(number: int) -> Iterator[str]:
    name = f"N{number:02}"
    while True:
        yield name
        name = f"N{name}"


def _cell_toml(name: str, cell: Cell) -> str:
    if isinstance(cell, Interval):
        return f'"{label(name, cell)}"'
    values = ", ".join(f'"{value}"' for value in cell)
    return f"[{values}]"


def _plural(count: int) -> str:
    return f"{count:,} cell" if count == 1 else f"{count:,} cells"
