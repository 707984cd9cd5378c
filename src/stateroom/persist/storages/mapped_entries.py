"""One entry of a mapping for both generations of a key, as bytes or as text.

It begins with a line of its own: a mark, a random number that is new with every write,
and the lengths of the two generations, ``-`` for none; then these follow, the current
one first. In text, each is ``u`` and the text itself where the bytes are UTF-8, as
records are, and ``b`` and base64 where they are not.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from stateroom.persist.storages.port import Stored
from stateroom.persist.storages.tokens import token

__all__ = ("as_bytes", "as_text", "number_of", "unpacked")

_MARK: Final = "stateroom-entry:1"
_HEAD: Final = re.compile(
    rf"{_MARK} (?P<number>[0-9a-f]{{16}}) (?P<current>\d{{1,12}}) "
    r"(?P<previous>\d{1,12}|-)\n",
    re.ASCII,
)
_LONGEST_HEAD: Final = len(_MARK) + 48
"""Characters: three blanks, a line's end, the number, and two lengths of 12 digits."""


def as_bytes(stored: Stored) -> bytes:
    """Return the entry for a mapping of bytes."""
    current, previous = stored
    head = _head(len(current or b""), None if previous is None else len(previous))
    return head.encode() + (current or b"") + (previous or b"")


def as_text(stored: Stored) -> str:
    """Return the entry for a mapping of text."""
    current, previous = (None if each is None else _text_of(each) for each in stored)
    head = _head(len(current or ""), None if previous is None else len(previous))
    return head + (current or "") + (previous or "")


def number_of(entry: object) -> str | None:
    """Return the number of an entry of ours; None for what anybody else put there."""
    head = _head_of(entry)
    return None if head is None else head["number"]


def unpacked(entry: bytes | str) -> Stored:
    """Return both generations; what is no entry of ours is the current one, whole.

    So bytes that were damaged, or never ours, come to whoever judges records.
    """
    head = _head_of(entry)
    if head is None:
        return Stored(entry if isinstance(entry, bytes) else _raw(entry))
    middle = head.end() + int(head["current"])
    current = _bytes_of(entry[head.end() : middle])
    if head["previous"] == "-":
        return Stored(current)
    return Stored(current, _bytes_of(entry[middle : middle + int(head["previous"])]))


def _head(current: int, previous: int | None) -> str:
    return f"{_MARK} {token()} {current} {'-' if previous is None else previous}\n"


def _head_of(entry: object) -> re.Match[str] | None:
    if isinstance(entry, bytes):
        return _HEAD.match(entry[:_LONGEST_HEAD].decode("latin-1"))
    return _HEAD.match(entry) if isinstance(entry, str) else None


def _text_of(data: bytes) -> str:
    try:
        return "u" + data.decode()
    except UnicodeDecodeError:
        return "b" + base64.b64encode(data).decode()


def _bytes_of(piece: bytes | str) -> bytes:
    if isinstance(piece, bytes):
        return piece
    if not piece.startswith("b"):
        return _raw(piece.removeprefix("u"))
    try:
        return base64.b64decode(piece[1:], validate=True)
    except (binascii.Error, ValueError):
        return _raw(piece)


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
