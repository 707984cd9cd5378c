"""Brings what is stored into the state: read all, then change the state once.

Nothing that happened before is overwritten: what the state was when it began, what is
stored and what the state is now are merged. A slice that cannot be read keeps its state
in memory, and is not written until it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from stateroom import signals
from stateroom.errors import PersistError, WriteConflict
from stateroom.flows import Flow
from stateroom.persist.actions import RehydrateMeta, purged, rehydrated
from stateroom.persist.engine import Engine
from stateroom.persist.freezing import uncollected
from stateroom.persist.judging import Reading, nothing
from stateroom.persist.merging import shared
from stateroom.persist.purging import erase
from stateroom.persist.reading import Reader
from stateroom.persist.status import Phase
from stateroom.persist.tracking import Tracked
from stateroom.store.undefined import UNDEFINED

__all__ = ("hydrate", "is_current", "take_in")


def hydrate(engine: Engine) -> Flow[None]:
    """Read every slice that was not read yet, and bring what is stored into the state.

    Raises nothing of the storages: what could not be read is in the status.
    """
    readers: list[tuple[Tracked, Reader]] = []
    for tracked in tuple(engine.slices.values()):
        if not tracked.record or tracked.phase not in {Phase.PENDING, Phase.DEGRADED}:
            continue
        reader = _reader(engine, tracked)
        yield from reader.fetch()
        readers.append((tracked, reader))
    with uncollected():
        for _, reader in readers:
            reader.judge()
    found: list[tuple[Tracked, Reading]] = []
    for tracked, reader in readers:
        reading = yield from reader.finish()
        found.append((tracked, (yield from _unexpired(engine, tracked, reading))))
    with engine.store.batch():
        for tracked, reading in found:
            if is_current(engine, tracked):
                _apply(engine, tracked, reading)


def _reader(engine: Engine, tracked: Tracked) -> Reader:
    return Reader(
        tracked.part,
        tracked.storage,
        record=tracked.record,
        owner=engine.owner_of(tracked),
        now_ms=engine.options.clock.now_ms(),
    )


def _unexpired(engine: Engine, tracked: Tracked, reading: Reading) -> Flow[Reading]:
    """Return the reading; erase the record when its time is over."""
    if not reading.is_expired:
        return reading
    try:
        stamp, before, revision = yield from erase(
            engine, tracked.storage, tracked.record, stamp=reading.stamp
        )
    except PersistError as error:
        return nothing(Phase.DEGRADED, reason=str(error), code=error.code)
    return Reading(phase=Phase.READY, stamp=stamp, before=before, revision=revision)


def is_current(engine: Engine, tracked: Tracked) -> bool:
    """Say whether a slice still stands where it was read.

    It may not: somebody signed in or out meanwhile, or it is no part of the store now.
    """
    is_kept = engine.slices.get(tracked.key) is tracked
    return is_kept and engine.record_of(tracked.part) == tracked.record != ""


def _apply(engine: Engine, tracked: Tracked, reading: Reading) -> None:
    """Bring what was read of one slice into the state; others do not suffer by it."""
    # Not so after a purge, or where it was read before its storage went away.
    is_first = tracked.stored is UNDEFINED and tracked.stamp is None
    try:
        if is_first:
            _begin(engine, tracked, reading)
        else:
            take_in(engine, tracked, reading)
    except PersistError as error:
        held = nothing(Phase.READ_ONLY, reason=str(error), code=error.code)
        engine.take(tracked, held)
    _tell(tracked, reading)


def _begin(engine: Engine, tracked: Tracked, reading: Reading) -> None:
    """Bring what was stored into the state, for the first time."""
    fields = reading.fields
    was_told = tracked.phase is reading.phase is Phase.DEGRADED
    if fields is not None or not was_told:
        err = reading.reason if fields is None else ""
        base, gone = tracked.base, reading.gone
        _bring(engine, tracked, fields, base=base, removed=gone, err=err)
    engine.take(tracked, reading)
    if fields is not None:
        tracked.stored = _stored(tracked, reading.gone, fields)
        tracked.must_write |= _is_missing(tracked, fields)
        tracked.note_trail(reading.revision)
    # Otherwise even the initial state is written: it may differ at the next start, as
    # one with a new id does.
    _settle(engine, tracked)


def take_in(engine: Engine, tracked: Tracked, reading: Reading) -> None:
    """Bring what others wrote since it was read last into the state.

    Raises:
        PersistError: the application could not merge it. All is as it was, so that it
            is not written over.
    """
    if _is_known(tracked, reading):
        _stay(engine, tracked, reading)
        return
    tracked.recognise(reading.stamp, reading.before)
    is_new = reading.stamp != tracked.stamp
    if reading.is_purged and is_new:
        _forget(engine, tracked, reading)
        return
    stored, revision = tracked.stored, tracked.revision
    if reading.fields is not None:
        tracked.note_theirs(engine.state_of(tracked))
        is_whole = is_new and not reading.is_recovered
        began = tracked.overwritten_from(reading.revision) if is_whole else UNDEFINED
        if began is not UNDEFINED:
            # Our last writes were not seen by who wrote over them: they count as not
            # stored, and are merged in again.
            tracked.stored = stored = began
            tracked.missed += 1
        base = tracked.base if stored is UNDEFINED else stored
        removed = _removed(tracked, reading)
        _bring(engine, tracked, reading.fields, base=base, removed=removed)
        stored = _stored(tracked, removed, reading.fields)
    engine.take(tracked, reading)
    tracked.stored, tracked.revision = stored, max(revision, tracked.revision)
    if reading.fields is not None:
        tracked.note_trail(reading.revision)
    else:
        # Nothing is there any more, or nothing that can be used: ours is written.
        tracked.must_write |= is_new and tracked.phase.is_written
    _settle(engine, tracked)


def _is_known(tracked: Tracked, reading: Reading) -> bool:
    """Say whether what survived damage was known before what is damaged now.

    Only then has the state all of it: others may have mended damage, too.
    """
    if not reading.is_recovered or reading.phase is Phase.READ_ONLY:
        return False
    found = reading.before
    return found is not None and found in {tracked.stamp, tracked.before}


def _stay(engine: Engine, tracked: Tracked, reading: Reading) -> None:
    """Keep the state, which has what got damaged, and store it again."""
    held = replace(reading, revision=tracked.revision, unknown=tracked.unknown)
    engine.take(tracked, held)
    _settle(engine, tracked)


def _stored(
    tracked: Tracked, removed: Sequence[str], fields: Mapping[str, object]
) -> object:
    """Return the state that a record stands for."""
    shape = tracked.part.shape
    base = tracked.base if tracked.stored is UNDEFINED else tracked.stored
    return shape.write(shape.without(base, frozenset(removed)), fields)


def _removed(tracked: Tracked, reading: Reading) -> Sequence[str]:
    """Return the fields that were there when we last looked, and are not any more."""
    if tracked.stored is UNDEFINED:
        return reading.gone
    fields = reading.fields or {}
    return sorted(tracked.part.kept(tracked.stored).keys() - fields.keys())


def _forget(engine: Engine, tracked: Tracked, reading: Reading) -> None:
    """Begin anew, as what is stored was purged: a change of before must not undo it."""
    with engine.store.settled():
        was_changed = tracked.is_changed(engine.state_of(tracked))
        engine.send(tracked, purged(tracked.key, reset=True))
        engine.take(tracked, reading)
        tracked.forget()
        tracked.note_stored(engine.state_of(tracked))
        tracked.since = None
    if was_changed:
        tracked.lost = (
            f"{tracked.key}: it was purged elsewhere, and what was changed here since "
            "the last write with it"
        )
        engine.report(
            tracked.key,
            code=WriteConflict.code,
            message=f"{tracked.key}: it was purged elsewhere; what was changed here "
            "since the last write went with it",
        )


def _bring(
    engine: Engine,
    tracked: Tracked,
    fields: Mapping[str, object] | None,
    *,
    base: object,
    removed: Sequence[str] = (),
    err: str = "",
) -> None:
    """Dispatch what was read, to be merged with what is there.

    Args:
        engine: whose slice it is.
        tracked: the slice.
        fields: what is stored; None for nothing.
        base: the state that both sides began with.
        removed: fields that are stored no more.
        err: why nothing could be read.

    Raises:
        PersistError: the application could not take it.
    """
    meta: RehydrateMeta = {"base": base}
    if removed:
        meta["removed"] = tuple(removed)
    # No action of another thread may come after those that are replayed, and before.
    with engine.store.settled():
        actions = tracked.replayable()
        if actions is not None:
            meta["replay"] = tuple(actions)
        engine.send(tracked, rehydrated(tracked.key, fields, meta=meta, err=err))
    conflicts = tracked.part.conflicts(fields)
    if conflicts:  # else the last ones stay: nobody may have seen them yet
        tracked.conflicts = conflicts
        # Not what they are: a log is read by others than whose data it is.
        listed = ", ".join(
            f"{each.path or 'the state'} ({each.kind})"
            for each in conflicts[:MOST_TOLD]
        )
        engine.report(
            tracked.key,
            code=WriteConflict.code,
            message=f"{tracked.key}: not all of both sides could be kept: {listed}; "
            "status().conflicts has the values",
        )


MOST_TOLD: Final = 5
"""Conflicts that one problem tells; all of them are in the status."""


def _settle(engine: Engine, tracked: Tracked) -> None:
    """See that what differs from the storage is written, and nothing else is."""
    tracked.since = None
    state = engine.state_of(tracked)
    if tracked.stored is not UNDEFINED:
        # What differs is told by identity, and what was decoded has one of its own: an
        # empty list that is stored is not the empty list that a state began with.
        tracked.stored = shared(tracked.stored, state)
    if tracked.phase.is_written and tracked.differs(state):
        engine.note_dirty(tracked)
    elif tracked.missed:
        with engine.store.settled():
            if not tracked.differs(engine.state_of(tracked)):
                tracked.forget_actions()  # all that they did is stored


def _is_missing(tracked: Tracked, fields: Mapping[str, object]) -> bool:
    """Say whether the state has a field that is not stored, as a new one is not."""
    if tracked.stored is fields:
        return False
    return bool(tracked.part.kept(tracked.stored).keys() - fields.keys())


def _tell(tracked: Tracked, reading: Reading) -> None:
    if signals.recorder is not None:
        event = signals.PersistHydrated(
            key=tracked.key,
            storage=tracked.storage.name,
            phase=str(tracked.phase),
            revision=reading.revision,
            bytes=reading.size,
        )
        signals.recorder(event)
