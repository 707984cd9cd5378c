"""Prints blocks on a terminal, with rich: colours, tables and trees in its width."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text
from rich.tree import Tree

from stateroom.cli.blocks import Block, Branch, Line, Table, Verbatim, Words, spans
from stateroom.cli.fitting import fitted, stacked

__all__ = ("render",)

WIDEST = 120
"""Columns; longer lines are hard to read."""
STYLES = {
    "": "",
    "heading": "bold",
    "name": "bold cyan",
    "place": "green",
    "faint": "bright_black",
    "good": "green",
    "warning": "yellow",
    "error": "bold red",
    "info": "blue",
}


def render(blocks: Iterable[Block], stream: TextIO, *, has_colour: bool) -> None:
    """Print ``blocks`` on a terminal."""
    console = Console(
        file=stream,
        force_terminal=True,
        color_system="auto" if has_colour else None,
        no_color=not has_colour,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.width = min(console.width, WIDEST)
    for block in blocks:
        _print(block, console, stream)


def _print(block: Block, console: Console, stream: TextIO) -> None:
    match block:
        case Verbatim(text):
            # Straight to the file: rich would fold it.
            stream.write(text.removesuffix("\n") + "\n")
        case Line(words, _, True):
            console.print(_text(words), soft_wrap=True)
        case Line(words, indent):
            console.print(Padding(_text(words), (0, 0, 0, indent)))
        case Branch():
            console.print(_tree(block))
        case Table():
            widths = fitted(block, console.width)
            if widths is not None:
                console.print(_table(block, widths))
                return
            for line in stacked(block):
                _print(line, console, stream)


def _table(table: Table, widths: list[int]) -> RichTable:
    shown = RichTable(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold underline"
    )
    for column, width in zip(table.columns, widths, strict=True):
        shown.add_column(column.title, overflow="fold", width=width)
    for row in table.rows:
        shown.add_row(*map(_text, row))
    return shown


def _tree(branch: Branch) -> Tree:
    tree = Tree(_text(branch.words), guide_style=STYLES["faint"])
    tree.children = [_tree(child) for child in branch.children]
    return tree


def _text(words: Words) -> Text:
    text = Text(overflow="fold")
    for span in spans(words):
        text.append(span.text, style=STYLES[span.style])
    return text
