"""Prints blocks on a terminal, with rich: colours, tables and trees in its width."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text
from rich.tree import Tree

from stateroom.cli.blocks import Block, Branch, Line, Table, Verbatim, Words, spans

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
        if isinstance(block, Verbatim):
            # Straight to the file: rich would fold it.
            stream.write(block.text.removesuffix("\n") + "\n")
        else:
            console.print(_renderable(block))


def _renderable(block: Line | Table | Branch) -> RenderableType:
    match block:
        case Line(words, indent):
            return Padding(_text(words), (0, 0, 0, indent))
        case Table():
            return _table(block)
        case Branch():
            return _tree(block)


def _table(table: Table) -> RichTable:
    shown = RichTable(box=None, padding=(0, 2, 0, 0), header_style="bold underline")
    for column in table.columns:
        shown.add_column(column.title, overflow="fold", no_wrap=column.keeps)
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
