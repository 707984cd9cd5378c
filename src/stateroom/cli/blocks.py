"""What a command has to say, before anybody knows how it will be shown.

Commands build these values; ``plain`` and ``coloured`` print them, so that a terminal
and a pipe show the same content.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

__all__ = (
    "Block",
    "Branch",
    "Column",
    "Line",
    "Span",
    "Style",
    "Table",
    "Verbatim",
    "Words",
    "clean",
    "joined",
    "spans",
    "text_of",
)

Style: TypeAlias = Literal[
    "", "heading", "name", "place", "faint", "good", "warning", "error", "info"
]


class Span(msgspec.Struct, frozen=True):
    """Some text in one style."""

    text: str
    style: Style = ""


Words: TypeAlias = str | Span | tuple[str | Span, ...]
"""One run of text; plain strings have no style."""


class Line(msgspec.Struct, frozen=True):
    """A paragraph, folded where it is too long, further lines hanging.

    One that ``is_whole`` is never folded: a name that somebody will search for.
    """

    words: Words = ""
    indent: int = 0
    is_whole: bool = False


class Verbatim(msgspec.Struct, frozen=True):
    """Text for another program or an editor: never folded, never styled."""

    text: str


class Column(msgspec.Struct, frozen=True):
    """A column of a table; ``keeps`` its width while others can still give way."""

    title: str
    keeps: bool = False


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under titled columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]


class Branch(msgspec.Struct, frozen=True):
    """A node of a tree."""

    words: Words
    children: tuple[Branch, ...] = ()


Block: TypeAlias = Line | Verbatim | Table | Branch


def spans(words: Words) -> tuple[Span, ...]:
    """Return the runs of ``words``, made safe to print."""
    parts = words if isinstance(words, tuple) else (words,)
    return tuple(
        Span(clean(part))
        if isinstance(part, str)
        else Span(clean(part.text), part.style)
        for part in parts
    )


def text_of(words: Words) -> str:
    """Return ``words`` without styles, made safe to print."""
    return "".join(span.text for span in spans(words))


def joined(parts: Iterable[Words], between: str = ", ") -> Words:
    """Return ``parts`` in one run, with text between them."""
    runs: list[str | Span] = []
    for part in parts:
        if runs:
            runs.append(between)
        runs += part if isinstance(part, tuple) else (part,)
    return tuple(runs)


def clean(text: str) -> str:
    """Spell control characters out: a catalogue's text must not steer a terminal."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else _spelled(char) for char in text
    )


def _spelled(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
