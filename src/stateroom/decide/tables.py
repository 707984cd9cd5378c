"""Writes tables as CSV and Markdown so that no cell can become something else.

A spreadsheet runs a cell that begins like a formula; Markdown reads bars, stars and
angle brackets. Cells come from catalogues and rules, which anybody may have written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

__all__ = ("defused", "markdown_text", "original", "to_csv", "to_markdown")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that make spreadsheets run a cell. Source: OWASP, CSV injection."""
_MARKUP = re.compile(r"[\\`*\[\]<>|~&#!$]|(?<![^\W_])_|_(?![^\W_])")


def to_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV document with one header line; cells are made safe to open."""
    safe = [[defused(cell) for cell in row] for row in rows]
    # The writer does not quote a lone carriage return, which would end the line.
    is_plain = not any("\r" in cell for row in safe for cell in row)
    target = io.StringIO()
    writer = csv.writer(
        target,
        lineterminator="\n",
        quoting=csv.QUOTE_MINIMAL if is_plain else csv.QUOTE_ALL,
    )
    writer.writerow(header)
    writer.writerows(safe)
    return target.getvalue()


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet runs: an apostrophe before what could be one.

    A cell that begins with apostrophes gets one more where a formula follows them, so
    that ``original`` always finds the way back.
    """
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def original(cell: str) -> str:
    """Return what ``defused`` was given."""
    is_defused = cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA)
    return cell[1:] if is_defused else cell


def to_markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; its cells show exactly the text they were given."""
    lines = [header, ["---"] * len(header)]
    body = [[markdown_text(cell) for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in [*lines, *body])


def markdown_text(text: str) -> str:
    """Return text that Markdown shows as it is; line breaks become ``<br>``."""
    lines = [_MARKUP.sub(_escaped, line.strip()) for line in text.splitlines()]
    return "<br>".join(lines)


def _escaped(found: re.Match[str]) -> str:
    # Entities where a backslash is not enough in every Markdown: HTML, and bars.
    named = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;"}
    return named.get(found[0], f"\\{found[0]}")
