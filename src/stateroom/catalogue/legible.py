"""Makes names of files printable that are no text.

Python keeps a byte that is no UTF-8 as half a surrogate pair, which opens the file
again but which no document can hold.
"""

from __future__ import annotations

__all__ = ("legible", "legible_parts")


def legible(text: str) -> str:
    """Return text with a mark for each byte of a file's name that is no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def legible_parts(value: object) -> object:
    """Return a document of plain values with every text in it ``legible``."""
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, list | tuple):
        return [legible_parts(each) for each in value]
    if isinstance(value, dict):
        return {legible_parts(k): legible_parts(v) for k, v in value.items()}
    return value
