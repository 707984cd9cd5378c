"""Words what was found, and guesses what was meant, for messages about wrong values."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping

__all__ = ("nearest", "show")

LONGEST_SHOWN = 60
LONGEST_GUESSED = 80
"""Characters; a longer word is near to no name of ours, and slow to compare."""
LONGEST_INTEGER = 128
"""Bits; a longer number is described, as Python refuses to print very long ones."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word closest to ``word``, or ``""`` when none is close."""
    known = list(known) if len(word) <= LONGEST_GUESSED else []
    folded = {each.casefold().replace("_", "-"): each for each in known}
    key = word.casefold().replace("_", "-").strip()
    if key in folded:
        return folded[key]
    # A word that is cut short is close to the beginning of the one that was meant.
    begun = {each[: len(key) + 1]: each for each in reversed(folded)}
    for guesses in (dict.fromkeys(folded), begun):
        if close := difflib.get_close_matches(key, guesses, n=1, cutoff=0.6):
            return folded[begun[close[0]] if guesses is begun else close[0]]
    return ""


def show(raw: object) -> str:
    """Print a raw value as the file wrote it: on one line, shortened if it is long."""
    match raw:
        case bool() | None:
            text = json.dumps(raw)
        case str():
            text = _quote(raw)
        case int() if raw.bit_length() > LONGEST_INTEGER:
            text = f"a number of {raw.bit_length()} bits"
        case Mapping():
            text = "a table"
        case list() | tuple():
            text = "a list"
        case _:
            text = str(raw)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def _quote(text: str) -> str:
    """Put text in quotes; what a terminal would obey, or not show, is escaped."""
    short = text[:LONGEST_SHOWN]
    return f'"{short}"' if short.isprintable() else json.dumps(short)
