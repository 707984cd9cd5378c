"""What the tests of encrypted storages share: keys, a record, a hand on the bytes."""

from __future__ import annotations

from typing import Final

from stateroom.persist.encrypted import Encrypted
from stateroom.persist.records import Record, encode_record
from stateroom.persist.storages import Storage, Stored, stamp_of
from stateroom.persist.storages.memory import Memory

__all__ = (
    "KEY",
    "LIMIT",
    "MARKER",
    "NEWER",
    "OLDER",
    "Callback",
    "encrypted",
    "exchange",
    "plain_record",
    "raw",
)

OLDER: Final = bytes(range(32))
NEWER: Final = bytes(range(100, 132))
KEY: Final = "careers:p:device:roles"
MARKER: Final = "Lighthouse keeper"
"""Stands in every record, and nowhere else."""
LIMIT: Final = 1 << 18
"""Bytes, where the limit is not the subject."""


class Callback:
    """The application's keys, by name; counts what it is asked.

    Attributes:
        asked: the names, in order.
        fails: what it raises instead of an answer.
    """

    def __init__(self, **keys: bytes) -> None:
        self.keys: dict[str, bytes] = keys
        self.asked: list[str] = []
        self.fails: BaseException | None = None

    def __call__(self, key_id: str) -> bytes | None:
        self.asked.append(key_id)
        if self.fails is not None:
            raise self.fails
        return self.keys[key_id]


def encrypted(
    beneath: Storage,
    key: Callback | None = None,
    *,
    key_id: str = "a",
    accept_plain: bool = False,
) -> Encrypted:
    """Return one more storage of the application; key ``a`` is there."""
    return Encrypted(
        beneath,
        key or Callback(a=OLDER),
        key_id=key_id,
        accept_plain=accept_plain,
    )


def plain_record(revision: int = 1, *, key: str = KEY) -> bytes:
    """Return a record as it is before it is sealed."""
    record = Record(
        key=key,
        version=1,
        revision=revision,
        writer="a1b2c3d4e5f6",
        at=1_764_123_456_789,
        state={"selected": [MARKER]},
    )
    return encode_record(record)


def raw(beneath: Storage, key: str = KEY) -> Stored:
    """Return the bytes as they are stored."""
    return beneath.read(key, limit=1 << 30)


def exchange(beneath: Memory, data: bytes, *, key: str = KEY) -> None:
    """Put other bytes in the place of the current ones, as whoever can write there."""
    found = raw(beneath, key).current
    beneath.write(key, data, replaces=stamp_of(found), demotes=False)
