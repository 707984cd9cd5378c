"""What is to be said about a deviation."""

from __future__ import annotations

from typing import NamedTuple

from tests.oracle.real import Json

__all__ = ("Deviation", "row_of")


class Deviation(NamedTuple):
    """One row.

    Attributes:
        name: of the row, and of what shows it.
        there: what the real package does, in words.
        here: what we do.
        why: the reason.
        shown_there: what the real package gives in the program that shows it.
        shown_here: what ours gives.
    """

    name: str
    there: str
    here: str
    why: str
    shown_there: Json
    shown_here: Json


def row_of(each: Deviation) -> str:
    """The row of the page."""
    return f"| `{each.name}` | {each.there} | {each.here} | {each.why} |"
