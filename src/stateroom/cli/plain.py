"""Prints blocks as plain text of a fixed width: for pipes, files and tests.

The standard library only, because most runs of a program are not on a terminal and
need not pay for loading rich.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stateroom.cli.blocks import Block, Branch, Line, Table, Verbatim, text_of
from stateroom.cli.fitting import GAP, fitted, stacked, width_of

__all__ = ("WIDTH", "fold", "render")

WIDTH = 80
"""Columns; fixed, so that the same run prints the same text everywhere."""


def render(blocks: Iterable[Block], width: int = WIDTH) -> str:
    """Return the blocks as lines, each ended by a newline."""
    return "".join(f"{line}\n" for block in blocks for line in _lines(block, width))


def _lines(block: Block, width: int) -> Iterator[str]:
    match block:
        case Line(words, indent, True):
            yield " " * indent + text_of(words)
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
    widths = fitted(table, width)
    if widths is None:
        for line in stacked(table):
            yield from _lines(line, width)
        return
    yield from _row(tuple(column.title for column in table.columns), widths)
    yield GAP.join("-" * each for each in widths)
    for row in table.rows:
        yield from _row(tuple(map(text_of, row)), widths)


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
