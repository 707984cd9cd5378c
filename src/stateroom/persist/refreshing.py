"""Takes in what others wrote: another process, another tab, the command line.

What they changed and what is changed here since the last time both agreed is merged,
by the slice's own policy. What cannot be kept of both sides is reported.
"""

from __future__ import annotations

from stateroom.errors import PersistError
from stateroom.flows import Flow
from stateroom.persist import effects
from stateroom.persist.engine import Engine
from stateroom.persist.hydrating import is_current, take_in
from stateroom.persist.reading import read_slice
from stateroom.persist.tracking import Tracked

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
        try:
            yield from merge_theirs(engine, tracked)
        except PersistError as error:
            engine.report(tracked.key, code=error.code, message=str(error))


def merge_theirs(engine: Engine, tracked: Tracked) -> Flow[None]:
    """Read what others wrote to a slice, and bring it into the state.

    Raises:
        PersistError: the application could not merge it. All is as it was.
    """
    seen = tracked.stamp
    reading = yield from read_slice(
        tracked.part,
        tracked.storage,
        record=tracked.record,
        owner=engine.owner_of(tracked),
        now_ms=engine.options.clock.now_ms(),
    )
    if not is_current(engine, tracked) or tracked.stamp != seen:
        return  # or ours was stored beside this, as a page was left: it is read anew
    with engine.store.batch():
        take_in(engine, tracked, reading)
