"""Fits a table into a width: columns that fold between words, or blocks per row.

Words stay whole, names of items above all: a name cut in two is found by no search.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from stateroom.cli.blocks import Line, Span, Table, Words, text_of

__all__ = ("GAP", "fitted", "stacked", "width_of")

GAP = "  "
LEAST = 8
"""Columns that a table's column keeps when others need room."""


def fitted(table: Table, width: int) -> list[int] | None:
    """Return a width for each column; None where some word would have to be cut.

    The widest columns give way first; those that keep their width, last.
    """
    columns = [
        (column.title, *(text_of(row[i]) for row in table.rows))
        for i, column in enumerate(table.columns)
    ]
    widths = [_widest(cells, "\n") for cells in columns]
    least = [
        max(_widest(cells, None), min(full, LEAST))
        for cells, full in zip(columns, widths, strict=True)
    ]
    room = width - len(GAP) * (len(widths) - 1)
    _narrow(widths, least, room, [not column.keeps for column in table.columns])
    _narrow(widths, least, room, [True] * len(widths))
    return widths if sum(widths) <= room else None


def stacked(table: Table) -> Iterator[Line]:
    """Yield the rows below one another, each as its first cell and the rest below."""
    for first, *rest in table.rows:
        yield Line(first, is_whole=True)
        for column, cell in zip(table.columns[1:], rest, strict=True):
            if text_of(cell):
                yield Line((Span(f"{column.title}: ", "faint"), *_flat(cell)), indent=2)


def _widest(cells: tuple[str, ...], between: str | None) -> int:
    """Return the width of the widest line of some cells; of the widest word: None."""
    parts = (part for cell in cells for part in cell.split(between))
    return max(map(width_of, parts), default=0)


def _narrow(widths: list[int], least: list[int], room: int, may: list[bool]) -> None:
    while sum(widths) > room:
        giving = [i for i, each in enumerate(widths) if may[i] and each > least[i]]
        if not giving:
            return
        widths[max(giving, key=widths.__getitem__)] -= 1


def _flat(words: Words) -> Iterator[str | Span]:
    """Yield the runs of a cell, its lines in one."""
    for part in words if isinstance(words, tuple) else (words,):
        if isinstance(part, str):
            yield part.replace("\n", ", ")
        else:
            yield Span(part.text.replace("\n", ", "), part.style)


def width_of(text: str) -> int:
    """Return how many columns ``text`` takes."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
