"""Brings what is stored into the state: read all, then change the state once.

Nothing that happened before is overwritten: what the state was when it began, what is
stored and what the state is now are merged. A slice that cannot be read keeps its state
in memory, and is not written until it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from stateroom import signals
from stateroom.errors import PersistError, WriteConflict
from stateroom.flows import Flow
from stateroom.persist.actions import RehydrateMeta, rehydrated
from stateroom.persist.engine import Engine
from stateroom.persist.judging import Reading, nothing
from stateroom.persist.purging import erase
from stateroom.persist.reading import read_slice
from stateroom.persist.status import Phase
from stateroom.persist.tracking import Tracked
from stateroom.store.undefined import UNDEFINED

__all__ = ("apply", "bring", "hydrate", "is_current", "settle")


def hydrate(engine: Engine) -> Flow[None]:
    """Read every slice that was not read yet, and bring what is stored into the state.

    Raises nothing of the storages: what could not be read is in the status.
    """
    found: list[tuple[Tracked, Reading]] = []
    for tracked in tuple(engine.slices.values()):
        if not tracked.record or tracked.phase not in {Phase.PENDING, Phase.DEGRADED}:
            continue
        found.append((tracked, (yield from _read(engine, tracked))))
    apply(engine, found)


def _read(engine: Engine, tracked: Tracked) -> Flow[Reading]:
    reading = yield from read_slice(
        tracked.part,
        tracked.storage,
        record=tracked.record,
        owner=engine.owner_of(tracked),
        now_ms=engine.options.clock.now_ms(),
    )
    if not reading.is_expired:
        return reading
    try:
        stamp, revision = yield from erase(
            engine, tracked.storage, tracked.record, stamp=reading.stamp
        )
    except PersistError as error:
        return nothing(Phase.DEGRADED, reason=str(error), code=error.code)
    return Reading(phase=Phase.READY, stamp=stamp, revision=revision)


def is_current(engine: Engine, tracked: Tracked) -> bool:
    """Say whether a slice still stands where it was read.

    It may not: somebody signed in or out meanwhile.
    """
    return bool(tracked.record) and engine.record_of(tracked.part) == tracked.record


def apply(engine: Engine, found: Sequence[tuple[Tracked, Reading]]) -> None:
    """Bring what was read into the state: one action a slice, and one round of news."""
    with engine.store.batch():
        for tracked, reading in found:
            if is_current(engine, tracked):
                _apply_one(engine, tracked, reading)


def _apply_one(engine: Engine, tracked: Tracked, reading: Reading) -> None:
    base = tracked.base if tracked.stored is UNDEFINED else tracked.stored
    engine.take(tracked, reading)
    fields = reading.fields
    err = reading.reason if fields is None else ""
    bring(engine, tracked, fields, base=base, err=err)
    if fields is None:
        # Written even if it is the initial state: that may differ at the next start,
        # as one with a new id does.
        tracked.stored = UNDEFINED
    else:
        tracked.stored = tracked.part.shape.write(base, fields)
        tracked.must_write |= _is_missing(tracked, fields)
    settle(engine, tracked)
    _tell(tracked, reading)


def bring(
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
    """
    meta: RehydrateMeta = {"base": base}
    if removed:
        meta["removed"] = tuple(removed)
    actions = tracked.replayable()
    if actions is not None:
        meta["replay"] = tuple(actions)
    engine.store.dispatch(rehydrated(tracked.key, fields, meta=meta, err=err))
    tracked.conflicts = tracked.part.conflicts(fields)
    if tracked.conflicts:
        listed = "; ".join(map(str, tracked.conflicts[:MOST_TOLD]))
        engine.report(
            tracked.key,
            code=WriteConflict.code,
            message=f"{tracked.key}: changed on both sides: {listed}",
        )


MOST_TOLD: Final = 5
"""Conflicts that one problem tells; all of them are in the status."""


def settle(engine: Engine, tracked: Tracked) -> None:
    """See that what differs from the storage is written, and nothing else is."""
    tracked.since = None
    if tracked.phase.is_written and tracked.differs(engine.state_of(tracked)):
        engine.note_dirty(tracked)


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
