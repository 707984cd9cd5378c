"""How bytes are kept where a browser keeps text only.

Records are text, and stay text that can be read. Other bytes are a mark and one
character for each, U+0000 to U+00FF: no byte takes more than one of the units that a
browser counts.
"""

from __future__ import annotations

from stateroom.persist.storages.port import LONGEST_STAMP

__all__ = ("MARK", "bytes_of", "stamp_in", "text_of")

MARK = "\x00"
"""Begins what is no text; text that begins so is kept as bytes, too."""


def text_of(data: bytes) -> str:
    """Return the text to keep for these bytes: their own, where they are UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = MARK
    return MARK + data.decode("latin-1") if text.startswith(MARK) else text


def bytes_of(text: str) -> bytes:
    """Return the bytes that are kept as this text; any text stands for some.

    Half of a pair of surrogates, which JavaScript may have stored, gives bytes that
    are no UTF-8.
    """
    if text.startswith(MARK):
        try:
            return text[len(MARK) :].encode("latin-1")
        except UnicodeEncodeError:  # somebody else's
            pass
    return text.encode("utf-8", "surrogatepass")


def stamp_in(text: str) -> bytes:
    """Return the stamp of what is kept as this text, without looking at all of it."""
    # No character stands for less than a byte, but for the mark.
    return bytes_of(text[: LONGEST_STAMP + len(MARK)])[:LONGEST_STAMP]
