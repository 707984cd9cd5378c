"""Writes records in the place of others, as any process of the application does.

Every write names the bytes that were looked at: what somebody has written since then
stays, and is told of.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import replace

from stateroom.errors import CorruptRecord, WriteConflict
from stateroom.persist.quarantine import Aside
from stateroom.persist.records import Record, encode_record
from stateroom.persist.storages import Storage, stamp_of
from stateroom.persist.surveying import LARGEST, Generation, Holding, look

__all__ = ("bury", "next_revision", "now_ms", "put", "writer_name")

ATTEMPTS = 16
"""How often a tombstone is tried against a process that keeps writing."""
UNKNOWN = 1 << 40
"""A revision that no record can have reached, where damaged bytes hide it."""
_REVISION = re.compile(rb'"revision":([0-9]{1,15})[,}]')
_HEAD = 1024
"""Bytes at the start of a record in which its revision stands."""


def now_ms() -> int:
    """Return the time, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def writer_name() -> str:
    """Return what names this run as a writer; no other has the same."""
    return secrets.token_hex(6)


def next_revision(holding: Holding) -> int:
    """Return a revision above all that are, or were, under a key.

    A damaged record is believed what it says of its revision: too great a number does
    no harm, too small a one does.
    """
    return max(map(_revision_of, (holding.current, holding.previous))) + 1


def _revision_of(found: Generation | None) -> int:
    if found is None:
        return 0
    if found.record is not None:
        return found.record.revision
    told = _REVISION.search(found.data[:_HEAD])
    return int(told[1]) if told else UNKNOWN


def put(storage: Storage, holding: Holding, record: Record) -> None:
    """Make a record the newest under its key, in the place of what was looked at.

    A whole record becomes the previous generation. A damaged one is put aside first,
    and the previous generation stays: it is the last one that can be read.

    Raises:
        WriteConflict: something else is there by now; nothing was written.
        CorruptRecord: the damaged bytes are too many to put aside.
    """
    current = holding.current
    is_whole = current is not None and current.record is not None
    if current is not None and not is_whole:
        _put_aside(storage, holding.key, current)
    storage.write(
        holding.key,
        encode_record(record),
        replaces=None if current is None else stamp_of(current.data),
        demotes=is_whole,
    )


def _put_aside(storage: Storage, key: str, damaged: Generation) -> None:
    # Loaded on use: most writes meet no damage.
    from stateroom.flows import run  # noqa: PLC0415 - as said
    from stateroom.persist.performing import Blocking  # noqa: PLC0415
    from stateroom.persist.reading import set_aside  # noqa: PLC0415

    if damaged.size > LARGEST:
        raise CorruptRecord(
            f"{key}: more than {LARGEST:,} damaged bytes are too many to put aside",
            key=key,
            hint="copy them, and purge the record first",
        )
    aside = Aside(key=key, at=now_ms(), reason=damaged.reason, data=damaged.data)
    run(set_aside(storage, aside), Blocking())


def bury(storage: Storage, holding: Holding, *, writer: str) -> None:
    """Write a tombstone over both generations.

    It has a revision of its own, so that what a running process still has to write
    meets it as the newer one. A process that writes in between is overwritten as well.

    Raises:
        WriteConflict: a process went on writing all the time.
    """
    for _ in range(ATTEMPTS):
        first = _tombstone(holding, writer=writer)
        try:
            _replace_both(storage, holding, first)
        except WriteConflict:
            holding = look(storage, holding.key)
        else:
            return
    raise WriteConflict(
        f"{holding.key}: other processes went on writing",
        key=holding.key,
        hint="it is not purged: end them, or purge it there, and run this again",
    )


def _replace_both(storage: Storage, holding: Holding, first: Record) -> None:
    """Write twice, so that nothing is left of what was there as the previous one."""
    key, current = holding.key, holding.current
    seen = None if current is None else stamp_of(current.data)
    data = encode_record(first)
    storage.write(key, data, replaces=seen)
    second = encode_record(replace(first, revision=first.revision + 1))
    storage.write(key, second, replaces=stamp_of(data))


def _tombstone(holding: Holding, *, writer: str) -> Record:
    place = holding.place
    return Record(
        key=holding.key,
        version=1,
        revision=next_revision(holding),
        writer=writer,
        at=now_ms(),
        state=None,
        owner=place.owner if place else "",
        is_purged=True,
    )
