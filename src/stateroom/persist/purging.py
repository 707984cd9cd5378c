"""Erases what is stored, such that no write under way can bring it back.

A tombstone with a higher revision takes the place of each record: whoever would write
over what was there meets it. It is written twice, so that the previous generation holds
nothing of the data either, and at no moment is there nothing to meet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from stateroom.errors import (
    CorruptRecord,
    NewerRecord,
    PersistError,
    Undecipherable,
    WriteConflict,
)
from stateroom.flows import Flow
from stateroom.persist import effects
from stateroom.persist.actions import purged
from stateroom.persist.engine import Engine
from stateroom.persist.keys import Place, Scope, place_of
from stateroom.persist.quarantine import is_aside, record_of
from stateroom.persist.reading import LARGEST
from stateroom.persist.records import Record, decode_record, encode_record
from stateroom.persist.status import Phase
from stateroom.persist.storages.port import AnyStorage, Stored, stamp_of

__all__ = ("TOMBSTONE_LIFE", "Erased", "erase", "purge", "sweep")

TOMBSTONE_LIFE: Final = 30 * 24 * 3600 * 1000
"""Milliseconds after which a tombstone goes: no write waits as long. It names an owner,
who may have asked to be forgotten."""
MOST_TRIES: Final = 16


class Erased(NamedTuple):
    """What is in the place of a record that was erased.

    Attributes:
        stamp: of the tombstone.
        before: of the one that is the generation before it.
        revision: of the tombstone.
    """

    stamp: bytes | None
    before: bytes | None
    revision: int


def purge(
    engine: Engine, *, scope: Scope | None, owner: str | None, reset: bool
) -> Flow[int]:
    """Erase records, also those of slices that this application does not have.

    Args:
        engine: whose records they are.
        scope: ``device`` or ``user``; None for both.
        owner: whose records of scope ``user``; None for those of who is signed in.
        reset: whether the states begin anew, too.

    Returns:
        How many records were erased.

    Raises:
        PersistError: a storage did not do it; those before are erased.
    """
    whose = engine.owner if owner is None else owner
    count = 0
    for storage in tuple(engine.storages()):
        for key in (yield from effects.keys(storage)):
            place = place_of(record_of(key))
            if place is None or not _is_meant(engine, place, scope, whose):
                continue
            if is_aside(key):
                yield from effects.delete(storage, key)
                continue
            erased = yield from erase(engine, storage, key)
            _forget(engine, key, erased, reset=reset)
            count += 1
    _forget_unwritten(engine, scope, whose, reset=reset)
    return count


def _is_meant(engine: Engine, place: Place, scope: Scope | None, owner: str) -> bool:
    if place.namespace != engine.options.namespace:
        return False
    if not place.owner:
        return scope in {None, "device"}
    return scope in {None, "user"} and place.owner == owner


def _forget(engine: Engine, record: str, erased: Erased, *, reset: bool) -> None:
    """Let the slice of a record begin behind its tombstone."""
    for tracked in engine.slices.values():
        if tracked.record != record:
            continue
        # The tombstone before is ours, too: where the one after it gets damaged, what
        # happens from now on must not go with this purge.
        tracked.stamp, tracked.before, tracked.revision = erased
        tracked.size, tracked.demotes = 0, True
        tracked.stored_version, tracked.unknown = None, {}
        tracked.texts.clear()
        if tracked.phase is not Phase.PENDING:
            # What could not be read, or not be replaced, is there no more.
            tracked.phase = Phase.READY
        _begin_anew(engine, tracked.key, reset=reset)


def _forget_unwritten(
    engine: Engine, scope: Scope | None, owner: str, *, reset: bool
) -> None:
    """Drop what waits to be written of slices that have no record yet."""
    for tracked in engine.slices.values():
        place = place_of(tracked.record)
        if place is None or tracked.stamp is not None:
            continue
        if _is_meant(engine, place, scope, owner):
            _begin_anew(engine, tracked.key, reset=reset)


def _begin_anew(engine: Engine, key: str, *, reset: bool) -> None:
    tracked = engine.slices[key]
    with engine.store.settled():
        engine.send(tracked, purged(key, reset=reset))
        tracked.forget()
        tracked.note_stored(engine.state_of(tracked))
        tracked.since = None
        if not reset and not tracked.replays:
            # It waits for a change, and is ours alone: what others store meanwhile
            # must not look as if they had dropped it.
            tracked.stored = tracked.base


def erase(
    engine: Engine, storage: AnyStorage, key: str, *, stamp: bytes | None = None
) -> Flow[Erased]:
    """Put a tombstone in the place of a record, in both generations.

    Args:
        engine: who erases.
        storage: where the record is.
        key: of the record.
        stamp: of what is there, if that is all that may be erased.

    Returns:
        What is there instead.

    Raises:
        WriteConflict: other bytes than those of ``stamp`` are there.
        PersistError: the storage did not do it.
    """
    for _ in range(MOST_TRIES):
        stored = yield from _found(storage, key, may_delete=stamp is None)
        seen = stamp_of(stored.current)
        if stamp is not None and seen != stamp:
            raise WriteConflict(f"{key}: it changed meanwhile", key=key)
        revision = max(_revision_in(key, data) for data in stored) + 1
        tombstone = _tombstone(engine, key, revision=revision)
        try:
            yield from _bury(storage, key, tombstone, seen=seen)
        except WriteConflict:
            continue
        last = replace(tombstone, revision=tombstone.revision + 1)
        before, stamp = map(stamp_of, map(encode_record, (tombstone, last)))
        return Erased(stamp, before, last.revision)
    raise WriteConflict(f"{key}: others keep writing to it", key=key)


def _found(storage: AnyStorage, key: str, *, may_delete: bool) -> Flow[Stored]:
    """Return what is there.

    What no key here opens is deleted first: nobody could name it, to write over it. Who
    has its key and writes between that and the tombstone is met, and erased, too.

    Raises:
        PersistError: the storage does not say, or what is there must not be deleted.
    """
    try:
        return (yield from effects.read(storage, key, limit=LARGEST))
    except Undecipherable:
        if not may_delete:
            raise
    yield from effects.delete(storage, key)
    return Stored(None, _UNKNOWN)


_UNKNOWN: Final = b""
"""What stands for a record of which nobody knows the revision."""


def _bury(
    storage: AnyStorage, key: str, tombstone: Record, *, seen: bytes | None
) -> Flow[None]:
    first = encode_record(tombstone)
    second = encode_record(replace(tombstone, revision=tombstone.revision + 1))
    yield from effects.write(storage, key, data=first, replaces=seen)
    yield from effects.write(storage, key, data=second, replaces=stamp_of(first))


def _tombstone(engine: Engine, key: str, *, revision: int) -> Record:
    place = place_of(key)
    return Record(
        key=key,
        version=1,
        revision=revision,
        writer=engine.writer,
        at=engine.options.clock.now_ms(),
        state=None,
        owner="" if place is None else place.owner,
        is_purged=True,
    )


def _revision_in(key: str, data: bytes | None) -> int:
    if data is None:
        return 0
    try:
        return decode_record(data, key=key, limit=LARGEST).revision
    except (CorruptRecord, NewerRecord):
        # Nobody knows; a number that no record of before can have reached, but for
        # those that came after such a one.
        return 1 << 40


def sweep(engine: Engine) -> Flow[int]:
    """Erase what is past its retention, and tombstones that nobody needs any more.

    Returns:
        How many records were erased. What a storage does not let go of stays for the
        next time, and is reported.
    """
    count = 0
    now = engine.options.clock.now_ms()
    for storage in tuple(engine.storages()):
        try:
            keys = yield from effects.keys(storage)
        except PersistError as error:
            engine.report("", code=error.code, message=str(error))
            continue
        for key in keys:
            count += yield from _tried(engine, storage, key, now=now)
    return count


def _tried(engine: Engine, storage: AnyStorage, key: str, *, now: int) -> Flow[int]:
    """Sweep one record; that it fails keeps no other from being swept."""
    try:
        return (yield from _swept(engine, storage, key, now=now))
    except Undecipherable:
        return 0  # as below: whoever has its key will look at it
    except PersistError as error:
        engine.report("", code=error.code, message=str(error))
        return 0


def _swept(engine: Engine, storage: AnyStorage, key: str, *, now: int) -> Flow[int]:
    place = place_of(key)
    is_ours = place is not None and place.namespace == engine.options.namespace
    if not is_ours or any(each.record == key for each in engine.slices.values()):
        return 0
    stored = yield from effects.read(storage, key, limit=LARGEST)
    if stored.current is None:
        return 0
    try:
        record = decode_record(stored.current, key=key, limit=LARGEST)
    except (CorruptRecord, NewerRecord):
        return 0  # whoever has the slice will look at it
    if record.is_purged and now - record.at > TOMBSTONE_LIFE:
        yield from effects.delete(storage, key)
        return 1
    is_over = record.until is not None and record.until <= now
    if is_over or (record.is_purged and _is_data(stored.previous, key)):
        yield from erase(engine, storage, key, stamp=stamp_of(stored.current))
        return 1
    return 0


def _is_data(data: bytes | None, key: str) -> bool:
    """Say whether the generation before a tombstone is none, as after a crash."""
    if data is None:
        return False
    try:
        return not decode_record(data, key=key, limit=LARGEST).is_purged
    except (CorruptRecord, NewerRecord):
        return True
