"""Puts what is stored into words and documents, whatever it holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec

__all__ = ("day", "json_of", "moment", "shown")

TOO_DEEP = "(nested too deeply to be shown)"
DEEPEST = 200
"""Levels of a state that a document shows."""


def moment(ms: int) -> str:
    """Return a moment, given in milliseconds since 1970, in UTC."""
    try:
        return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return f"{ms:,} ms after 1970"


def day(ms: int) -> str:
    """Return the day of a moment, in UTC."""
    text = moment(ms)
    return text if "ms" in text else text[:10]


def shown(state: object) -> str:
    """Return a state as JSON text for people: nothing in it steers a terminal."""
    try:
        text = json.dumps(state, indent=2, ensure_ascii=False)
    except RecursionError:
        return TOO_DEEP
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1]
        for each in text
    )


def json_of(state: object) -> msgspec.Raw:
    """Return a state for a document: numbers and texts of any size, as they are.

    What JSON has not, or what is nested too deeply, is there as one text.
    """
    if _depth(state) <= DEEPEST:
        try:
            json.dumps(state, ensure_ascii=False).encode()  # no half of a character
            return msgspec.Raw(json.dumps(state, allow_nan=False).encode())
        except ValueError:
            pass
    return msgspec.Raw(json.dumps(shown(state)).encode())


def _depth(state: object) -> int:
    """Return how many levels a state has, up to one more than are shown."""
    level: list[object] = [state]
    for number in range(DEEPEST + 1):
        inner: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        if not inner:
            return number
        level = inner
    return DEEPEST + 1
