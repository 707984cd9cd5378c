"""Where damaged bytes are kept, with the reason, for whoever may mend them.

They stand in the same storage, under a key of their own that names the record and the
moment. A line of JSON says what they are; the bytes follow, as they were found.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, cast

from stateroom.errors import CorruptRecord
from stateroom.persist.records import text_of
from stateroom.store.nesting import refuse_deep

__all__ = (
    "MARK",
    "Aside",
    "aside_key",
    "decode_aside",
    "encode_aside",
    "is_aside",
    "record_of",
)

MARK: Final = "~corrupt."
"""Stands between a record's key and the moment, in milliseconds since 1970."""
_HEAD: Final = b'{"stateroom-quarantine":1,'
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Aside:
    """Bytes that were put aside.

    Attributes:
        key: of the record that they were.
        at: when they were put aside, in milliseconds since 1970.
        reason: why.
        data: the bytes, as they were found.
    """

    key: str
    at: int
    reason: str
    data: bytes


def aside_key(key: str, at: int) -> str:
    """Return where damaged bytes of a record are kept."""
    return f"{key}{MARK}{at}"


def is_aside(key: str) -> bool:
    """Say whether a key is one of bytes that were put aside."""
    # Of the end alone: an owner's id may have the mark in it, a slice's key has not.
    return MARK in key.rpartition(":")[2]


def record_of(key: str) -> str:
    """Return the key of the record, also for that of bytes that were put aside."""
    return key.rpartition(MARK)[0] if is_aside(key) else key


def encode_aside(aside: Aside) -> bytes:
    """Return the bytes to store."""
    header = text_of(
        {"key": aside.key, "at": aside.at, "reason": aside.reason[:LONGEST_REASON]}
    )
    return b"".join((_HEAD, header[1:].encode(), b"\n", aside.data))


def decode_aside(data: bytes) -> Aside:
    """Return what was put aside.

    Raises:
        CorruptRecord: the bytes are something else.
    """
    header, _, rest = data.partition(b"\n")
    if not header.startswith(_HEAD):
        raise CorruptRecord("no bytes that were put aside: they do not begin so")
    try:
        refuse_deep(header)
        found = cast("dict[str, object]", json.loads(header))
    except (ValueError, RecursionError) as error:
        raise CorruptRecord(f"no bytes that were put aside: {error}") from error
    key, at, reason = found.get("key"), found.get("at"), found.get("reason")
    if isinstance(key, str) and isinstance(reason, str) and type(at) is int:
        return Aside(key, at, reason, rest)
    raise CorruptRecord(
        "no bytes that were put aside: their first line says too little"
    )
