"""The names under which records stand in a storage.

    record = namespace ":p:" ( "device" | "u." id ) ":" item

They are spelt as the catalogue's grammar spells them, so that a decision names the very
record; it is written here again because the catalogue needs more than the standard
library. A test holds the two together.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, TypeAlias

from stateroom.errors import InvalidPersist

__all__ = ("Place", "Scope", "check_item", "check_namespace", "place_of", "record_key")

Scope: TypeAlias = Literal["device", "user"]
"""``device`` stays when the user signs out; ``user`` is kept apart for each user."""

_NAMESPACE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_ITEM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RECORD: Final = re.compile(
    r"([a-z0-9][a-z0-9-]{0,31}):p:"
    r"(?:device|u\.((?:[A-Za-z0-9_~.-]|%[0-9A-F]{2})+)):"
    r"([A-Za-z0-9][A-Za-z0-9._-]{0,63})"
)
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9_~.-]")
_ESCAPE: Final = re.compile(rb"%([0-9A-F]{2})")
LONGEST_OWNER: Final = 96
"""Characters of an escaped owner, so that a key has 200 at most."""


class Place(NamedTuple):
    """What a record's key says.

    Attributes:
        namespace: of the application.
        owner: whose it is; empty for the device's.
        item: what is kept there: the key of a slice.
    """

    namespace: str
    owner: str
    item: str


def record_key(namespace: str, item: str, *, owner: str = "") -> str:
    """Return the key of a record.

    Args:
        namespace: of the application.
        item: the key of the slice.
        owner: the user; empty for the device.

    Raises:
        InvalidPersist: the owner's id is too long, or has half of a character.
    """
    if not owner:
        return f"{namespace}:p:device:{item}"
    try:
        escaped = _escaped(owner)
    except UnicodeEncodeError as error:
        raise InvalidPersist(
            f"an owner's id is text that UTF-8 can hold; found {owner!r:.100}"
        ) from error
    if len(escaped) > LONGEST_OWNER:
        raise InvalidPersist(
            f"an owner of {len(escaped)} characters is too long for a key",
            hint=f"use an id of {LONGEST_OWNER} characters at most, such as a number",
        )
    return f"{namespace}:p:u.{escaped}:{item}"


def place_of(key: str) -> Place | None:
    """Return what a record's key says; None when it is none of ours."""
    found = _RECORD.fullmatch(key)
    if found is None:
        return None
    namespace, escaped, item = found.groups()
    owner = _ESCAPE.sub(lambda hit: bytes((int(hit[1], 16),)), (escaped or "").encode())
    return Place(namespace, owner.decode("utf-8", "replace"), item)


def check_namespace(given: object) -> str:
    """Return a namespace that can stand in a key.

    Raises:
        InvalidPersist: it cannot.
    """
    if isinstance(given, str) and _NAMESPACE.fullmatch(given):
        return given
    raise InvalidPersist(
        f"namespace: {given!r:.100} cannot stand in the key of a record",
        hint="1 to 32 of a-z, 0-9 and -, not starting with -",
    )


def check_item(given: object) -> str:
    """Return the key of a slice that can stand in the key of a record.

    Raises:
        InvalidPersist: it cannot.
    """
    if isinstance(given, str) and _ITEM.fullmatch(given):
        return given
    raise InvalidPersist(
        f"{given!r:.100} cannot be the key under which a slice is kept",
        key=given if isinstance(given, str) else "",
        hint="1 to 64 of A-Z, a-z, 0-9, . _ and -, starting with a letter or digit; "
        "persist(..., key=...) gives another one than the name of the slice",
    )


def _escaped(owner: str) -> str:
    if _PLAIN_ID.sub("", owner) == "":
        return owner
    return "".join(
        char
        if _PLAIN_ID.fullmatch(char)
        else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in owner
    )
