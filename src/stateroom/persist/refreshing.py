"""Takes in what others wrote: another process, another tab, the command line.

What they changed and what is changed here since the last time both agreed is merged,
by the slice's own policy. What cannot be kept of both sides is reported.
"""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.errors import PersistError, WriteConflict
from stateroom.flows import Flow
from stateroom.persist import effects
from stateroom.persist.actions import purged
from stateroom.persist.engine import Engine
from stateroom.persist.hydrating import bring, is_current, settle
from stateroom.persist.judging import Reading
from stateroom.persist.reading import read_slice
from stateroom.persist.tracking import Tracked
from stateroom.store.undefined import UNDEFINED

__all__ = ("merge_theirs", "refresh")


def refresh(engine: Engine) -> Flow[None]:
    """Take in what others wrote to any slice, if they did.

    Raises nothing of the storages: what could not be read is in the status.
    """
    changed: list[Tracked] = []
    for tracked in tuple(engine.slices.values()):
        if not tracked.record or not tracked.phase.is_written:
            continue
        try:
            stamp = yield from effects.peek(tracked.storage, tracked.record)
        except PersistError as error:
            # It is tried again soon; a write would tell it, too.
            engine.report(tracked.key, code=error.code, message=str(error))
            continue
        if stamp != tracked.stamp:
            changed.append(tracked)
    for tracked in changed:
        yield from merge_theirs(engine, tracked)


def merge_theirs(engine: Engine, tracked: Tracked) -> Flow[None]:
    """Read what others wrote to a slice, and bring it into the state."""
    reading = yield from read_slice(
        tracked.part,
        tracked.storage,
        record=tracked.record,
        owner=engine.owner_of(tracked),
        now_ms=engine.options.clock.now_ms(),
    )
    if not is_current(engine, tracked):
        return
    with engine.store.batch():
        _take_in(engine, tracked, reading)


def _take_in(engine: Engine, tracked: Tracked, reading: Reading) -> None:
    before = tracked.stored
    if reading.is_purged:
        _forget(engine, tracked, reading)
        return
    engine.take(tracked, reading)
    if reading.fields is None:
        # Nothing is there any more, or nothing that can be used: ours is written.
        tracked.must_write = tracked.phase.is_written
        settle(engine, tracked)
        return
    base = tracked.base if before is UNDEFINED else before
    removed = _removed(tracked, before, reading)
    bring(engine, tracked, reading.fields, base=base, removed=removed)
    shape = tracked.part.shape
    theirs = shape.without(base, frozenset(removed))
    tracked.stored = shape.write(theirs, reading.fields)
    settle(engine, tracked)


def _removed(tracked: Tracked, before: object, reading: Reading) -> Sequence[str]:
    """Return the fields that were stored when we last looked, and are not any more."""
    if before is UNDEFINED or reading.fields is None:
        return ()
    return sorted(tracked.part.kept(before).keys() - reading.fields.keys())


def _forget(engine: Engine, tracked: Tracked, reading: Reading) -> None:
    """Begin anew, as what is stored was purged: a change of before must not undo it."""
    state = engine.state_of(tracked)
    was_dirty = tracked.stored is not UNDEFINED and tracked.differs(state)
    engine.take(tracked, reading)
    tracked.actions.clear()
    engine.store.dispatch(purged(tracked.key, reset=True))
    tracked.note_stored(engine.state_of(tracked))
    tracked.since = None
    if was_dirty:
        engine.report(
            tracked.key,
            code=WriteConflict.code,
            message=f"{tracked.key}: it was purged elsewhere; what was changed here "
            "since the last write went with it",
        )
