"""Prints blocks as plain text of a fixed width: for pipes, files and tests.

The standard library only, because most runs of a program are not on a terminal and
need not pay for loading rich.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from stateroom.cli.blocks import Block, Branch, Line, Table, Verbatim, text_of

__all__ = ("WIDTH", "fold", "render", "width_of")

WIDTH = 80
"""Columns; fixed, so that the same run prints the same text everywhere."""
GAP = "  "
LEAST = 8
"""Columns that a table's column keeps when others need room."""


def render(blocks: Iterable[Block], width: int = WIDTH) -> str:
    """Return the blocks as lines, each ended by a newline."""
    return "".join(f"{line}\n" for block in blocks for line in _lines(block, width))


def _lines(block: Block, width: int) -> Iterator[str]:
    match block:
        case Line(words, indent):
            for number, line in enumerate(fold(text_of(words), width - indent - 2)):
                yield (" " * (indent + 2 * bool(number)) + line).rstrip()
        case Verbatim(text):
            yield from text.removesuffix("\n").split("\n")
        case Table():
            yield from _table(block, width)
        case Branch():
            yield from _tree(block, width)


def _table(table: Table, width: int) -> Iterator[str]:
    titles = tuple(column.title for column in table.columns)
    rows = [tuple(text_of(cell) for cell in row) for row in table.rows]
    natural = [
        max(width_of(part) for row in (titles, *rows) for part in row[i].split("\n"))
        for i in range(len(titles))
    ]
    widths = _fitted(natural, [column.keeps for column in table.columns], width)
    yield from _row(titles, widths)
    yield GAP.join("-" * each for each in widths)
    for row in rows:
        yield from _row(row, widths)


def _fitted(widths: list[int], keeps: list[bool], width: int) -> list[int]:
    """Narrow the widest columns until all fit; those that keep their width, last."""
    widths = list(widths)
    room = width - len(GAP) * (len(widths) - 1)
    for may_give in ([not each for each in keeps], [True] * len(keeps)):
        while sum(widths) > room:
            widest = max(range(len(widths)), key=lambda i: may_give[i] * widths[i])
            if not may_give[widest] or widths[widest] <= LEAST:
                break
            widths[widest] -= 1
    return widths


def _row(cells: tuple[str, ...], widths: list[int]) -> Iterator[str]:
    folded = [fold(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, folded))):
        parts = [lines[number] if number < len(lines) else "" for lines in folded]
        padded = [
            part + " " * (width - width_of(part))
            for part, width in zip(parts, widths, strict=True)
        ]
        yield GAP.join(padded).rstrip()


def _tree(root: Branch, width: int) -> Iterator[str]:
    yield from fold(text_of(root.words), width)
    yield from _children(root, "", width)


def _children(branch: Branch, lead: str, width: int) -> Iterator[str]:
    for child in branch.children:
        is_last = child is branch.children[-1]
        under = lead + ("   " if is_last else "|  ")
        stem = under + ("|  " if child.children else "  ")
        for number, line in enumerate(fold(text_of(child.words), width - len(stem))):
            head = lead + ("`- " if is_last else "|- ") if not number else stem
            yield (head + line).rstrip()
        yield from _children(child, under, width)


def fold(text: str, width: int) -> list[str]:
    """Cut text into lines of at most ``width`` columns, at spaces if there are any."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            joined = f"{line} {word}" if line else word
            if width_of(joined) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            *full, line = _chopped(word, width)
            lines += full
        lines.append(line)
    return lines


def _chopped(word: str, width: int) -> list[str]:
    """Cut a word that is longer than a line."""
    parts = [""]
    for char in word:
        if parts[-1] and width_of(parts[-1] + char) > width:
            parts.append("")
        parts[-1] += char
    return parts


def width_of(text: str) -> int:
    """Return how many columns ``text`` takes."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
