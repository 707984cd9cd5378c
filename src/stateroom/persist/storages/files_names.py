"""The name of a key's file, and the key of a file's name.

``careers:p:device:roles`` is kept in ``careers+p+device+roles.json``. Names are in
lower case, as many file systems do not tell cases apart; which letters of the key are
capitals stands after ``=``, five of them to a character: ``Roles`` is
``roles=b.json``. So the longest key has a name of 255 bytes, which is what file systems
allow, and a key of small letters has one that can be read.
"""

from __future__ import annotations

import re
from typing import Final

from stateroom.errors import InvalidPersist

__all__ = ("LOCK_NAME", "file_names", "is_temporary", "key_of", "temporary_name")

LOCK_NAME: Final = ".lock"

_CURRENT: Final = ".json"
_PREVIOUS: Final = ".previous.json"
_KEY: Final = re.compile(r"[A-Za-z0-9:._~%-]{1,200}", re.ASCII)
_TEMPORARY: Final = re.compile(r"\.stateroom-[0-9a-f]{16}\.tmp", re.ASCII)

# No dot is left before the suffix; and Windows has no colons in names.
_TO_NAME: Final = str.maketrans(":.", "+,")
_TO_KEY: Final = str.maketrans("+,", ":.")

_DIGITS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_WIDTH: Final = 5
"""Letters of the key whose case one digit tells."""

_RESERVED: Final = frozenset(
    {"aux", "con", "nul", "prn"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
"""Windows gives these names to devices, whatever follows after a dot."""


def file_names(key: str) -> tuple[str, str]:
    """Return the names of the files for the current and the previous bytes.

    Raises:
        InvalidPersist: the key is not of the port's form, so that its name might lie
            outside of the directory.
    """
    if _KEY.fullmatch(key) is None:
        raise InvalidPersist(
            f"{key!r} is no key of a storage",
            key=key,
            hint="a key is 1 to 200 characters of A-Z a-z 0-9 : . _ ~ % -",
        )
    stem = _stem_of(key)
    return stem + _CURRENT, stem + _PREVIOUS


def key_of(name: str) -> str | None:
    """Return the key whose bytes a file of this name has; None for any other file."""
    stem = name.removesuffix(_PREVIOUS)
    stem = name.removesuffix(_CURRENT) if stem == name else stem
    plain, _, capitals = stem.partition("=")
    letters = list(plain.translate(_TO_KEY))
    for index in _set_bits(capitals):
        if index < len(letters):
            letters[index] = letters[index].upper()
    key = "".join(letters)
    if _KEY.fullmatch(key) is None or name not in file_names(key):
        return None
    return key


def temporary_name(token: str) -> str:
    """Return the name of a file that nobody reads; ``token`` is 16 hex digits."""
    return f".stateroom-{token}.tmp"


def is_temporary(name: str) -> bool:
    """Say whether ``name`` is one of ``temporary_name``."""
    return _TEMPORARY.fullmatch(name) is not None


def _stem_of(key: str) -> str:
    plain = key.lower().translate(_TO_NAME)
    capitals = "".join(
        _digit(key[start : start + _WIDTH]) for start in range(0, len(key), _WIDTH)
    ).rstrip(_DIGITS[0])
    return f"{plain}={capitals}" if capitals or plain in _RESERVED else plain


def _digit(letters: str) -> str:
    """Return the digit that says which of five letters are capitals."""
    bits = sum(1 << at for at, letter in enumerate(letters) if letter.isupper())
    return _DIGITS[bits]


def _set_bits(digits: str) -> list[int]:
    """Return the positions of capitals; characters that are no digits tell none."""
    return [
        index * _WIDTH + at
        for index, digit in enumerate(digits)
        for at in range(_WIDTH)
        if max(_DIGITS.find(digit), 0) >> at & 1
    ]
