"""Writes Markdown: tables, code and lists whose text may hold anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ("bullets", "code", "fenced", "joined", "table")


def code(text: object) -> str:
    """Return ``text`` as code, also where it holds backticks."""
    plain = str(text)
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


def joined(parts: Iterable[object]) -> str:
    """Return parts as code, with commas between them."""
    return ", ".join(map(code, parts))


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; a cell's line breaks become ``<br>``, its bars are escaped."""
    lines = [_row(titles), _row(["---"] * len(titles)), *map(_row, rows)]
    return "\n".join(lines) + "\n"


def bullets(items: Iterable[str], indent: int = 0) -> str:
    """Return a list."""
    return "".join(f"{' ' * indent}- {item}\n" for item in items)


def fenced(text: str, language: str = "text", title: str = "") -> str:
    """Return a code block."""
    head = f'{language} title="{title}"' if title else language
    return f"```{head}\n{text.rstrip()}\n```\n"


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(value: object) -> str:
    return str(value).strip().replace("|", "\\|").replace("\n", "<br>")
