"""Stores what changed of one slice: whole, in order, and over nothing unseen.

encode ── no plain form ───────────► told; tried again when the state changes
  │
judge ── over its budget ──────────► told; on_full may shrink the state, once
  │
write ── others wrote first ───────► read theirs, merge, from the beginning
  │ ╲── no room ───────────────────► on_full may shrink the state, once; later again
  │  ╲─ no answer ─────────────────► later again
  ╰─────────────────────────────────► stored
"""

from __future__ import annotations

import logging
from contextlib import nullcontext
from typing import Final

from stateroom import signals
from stateroom.errors import (
    NotDurable,
    NotPlain,
    OverBudget,
    PersistError,
    StateroomError,
    StorageFull,
    WriteConflict,
)
from stateroom.flows import Flow
from stateroom.persist import effects
from stateroom.persist.budgets import judge
from stateroom.persist.coding import state_text
from stateroom.persist.engine import Engine
from stateroom.persist.hydrating import is_current
from stateroom.persist.reading import LARGEST
from stateroom.persist.records import Record, compose
from stateroom.persist.refreshing import merge_theirs
from stateroom.persist.status import Phase
from stateroom.persist.storages.port import stamp_of
from stateroom.persist.tracking import Snapshot, Tracked

__all__ = ("MOST_TRIES", "write_slice")

_log: Final = logging.getLogger("stateroom.persist")
MOST_TRIES: Final = 64
"""Writers that may come first one after another, before a write waits for its turn."""


def write_slice(
    engine: Engine, tracked: Tracked, *, durable: bool | None = None
) -> Flow[None]:
    """Store what changed of a slice. Raises nothing: what failed is in the status.

    Args:
        engine: whose slice it is.
        tracked: the slice.
        durable: whether it must survive a loss of power; None for what the slice says.
    """
    error = yield from _attempt(engine, tracked, durable=durable)
    has_no_room = isinstance(error, StorageFull | OverBudget)
    if has_no_room and error is not None and engine.make_room(tracked.key, error):
        error = yield from _attempt(engine, tracked, durable=durable)
    if error is not None:
        _note(engine, tracked, error)


def _attempt(
    engine: Engine, tracked: Tracked, *, durable: bool | None
) -> Flow[StateroomError | None]:
    """Write once, and return what failed."""
    try:
        yield from _write(engine, tracked, durable=durable)
    except StateroomError as error:
        return error
    except Exception as error:  # a transform of the application's
        told = f"{tracked.key}: it could not be stored: {error!r:.300}"
        _log.exception("%s", told)
        return PersistError(told, key=tracked.key)
    except BaseException:  # cancelled: nobody knows whether it was stored
        engine.note_dirty(tracked)
        raise
    return None


def _note(engine: Engine, tracked: Tracked, error: StateroomError) -> None:
    is_over = isinstance(error, OverBudget)  # by how much, does not matter
    is_same = tracked.error == error.code and (is_over or tracked.reason == str(error))
    # What only another state can mend is tried again when there is one.
    is_final = isinstance(error, OverBudget | NotPlain)
    at = float("inf") if is_final else engine.backoff(tracked)
    tracked.note_failure(error, code=error.code, retry_at=at)
    if not is_final:
        engine.note_dirty(tracked)
    if not is_same:
        engine.report(tracked.key, code=error.code, message=_told(error))


def _told(error: StateroomError) -> str:
    return f"{error}; {error.hint}" if error.hint else str(error)


def _write(engine: Engine, tracked: Tracked, *, durable: bool | None) -> Flow[None]:
    settings = tracked.part.settings
    wants = settings.durability != "relaxed" if durable is None else durable
    for _ in range(MOST_TRIES):
        if not is_current(engine, tracked) or not tracked.phase.is_written:
            return
        began, since = engine.options.clock.monotonic(), tracked.since
        changed = _changed(engine, tracked, syncs=wants)
        if changed is None:
            return
        if (yield from _is_mended(tracked)):
            yield from merge_theirs(engine, tracked)
            continue
        syncs = wants or tracked.is_foreign
        snapshot = yield from _store(engine, tracked, *changed, syncs=syncs)
        if snapshot is not None:
            # Who stored beside this, as a page was left, may have met it already.
            if snapshot.stamp in tracked.attempts:
                _commit(tracked, snapshot, syncs=syncs)
            _tell(engine, tracked, snapshot, began=began, since=since)
            return
        yield from merge_theirs(engine, tracked)
    raise WriteConflict(
        f"{tracked.key}: others wrote first, {MOST_TRIES} times in a row",
        key=tracked.key,
        hint="it is tried again",
    )


def _changed(
    engine: Engine, tracked: Tracked, *, syncs: bool
) -> tuple[object, int] | None:
    """Return the state to store, with the actions in it; None if there is nothing."""
    # Only a list of actions, or a state of the past, can be at odds with the state that
    # is read: whoever dispatches without a pause hardly ever lets go of the lock.
    must_settle = tracked.replays or engine.store.has_devtools
    with engine.store.settled() if must_settle else nullcontext():
        if engine.store.is_time_travelling:
            _postpone(engine, tracked)
            return None
        # Before the state is read: a change after that is one that is not stored.
        tracked.since = None
        state = engine.state_of(tracked)
        actions = len(tracked.actions) + tracked.missed
        is_changed = tracked.differs(state)
        if not is_changed and tracked.missed:
            tracked.forget_actions()  # all that they did is stored
    if is_changed or (syncs and tracked.is_relaxed):
        return state, actions
    tracked.note_well()
    return None


def _is_mended(tracked: Tracked) -> Flow[bool]:
    """Say whether others wrote where damaged bytes were, and are again.

    A record is told from any other by its first bytes. What is left of a damaged one
    may be what was left of another, too: where a file was cut off, that is nothing.
    """
    if tracked.phase is not Phase.QUARANTINED or not tracked.must_write:
        return False
    stored = yield from effects.read(tracked.storage, tracked.record, limit=LARGEST)
    return stamp_of(stored.previous) != tracked.before


def _store(
    engine: Engine, tracked: Tracked, state: object, actions: int, *, syncs: bool
) -> Flow[Snapshot | None]:
    """Store a state; return None when others wrote first.

    Raises:
        NotPlain: a value has no plain form.
        OverBudget: it would be larger than it may be.
        PersistError: the storage did not do it.
    """
    at = engine.options.clock.now_ms()
    data = _encoded(engine, tracked, state, at=at)
    _check_budgets(engine, tracked, len(data))
    demotes = tracked.demotes and (syncs or not tracked.is_relaxed)
    before = tracked.stamp if demotes else tracked.before
    snapshot = Snapshot(
        state=state,
        actions=actions,
        stamp=stamp_of(data),
        before=before,
        revision=tracked.revision + 1,
        size=len(data),
        at=at,
    )
    # From now on it may be there: it must not be taken for another's write then.
    is_first = tracked.note_attempt(snapshot)
    try:
        yield from effects.write(
            tracked.storage,
            tracked.record,
            data=data,
            replaces=tracked.stamp,
            demotes=demotes,
            durable=syncs,
        )
    except (StorageFull, WriteConflict) as error:
        if is_first:  # or what is met may be the same bytes, of an earlier attempt
            tracked.forget_attempt(snapshot)
        if isinstance(error, StorageFull):
            raise
        return None
    return snapshot


def _postpone(engine: Engine, tracked: Tracked) -> None:
    """Wait until the devtools show the newest state again: the past is not stored."""
    if tracked.since is None:
        return  # what there was before is stored
    tracked.reason = f"{tracked.key}: the devtools show the past, which is not stored"
    tracked.error = NotDurable.code
    tracked.retry_at = engine.backoff(tracked)
    engine.note_dirty(tracked)


def _encoded(engine: Engine, tracked: Tracked, state: object, *, at: int) -> bytes:
    part = tracked.part
    settings = part.settings
    fields = part.kept(state)
    text = state_text(part, fields, unknown=tracked.unknown, texts=tracked.texts)
    keep_ms = None if settings.retention is None else round(settings.retention * 1000)
    record = Record(
        key=tracked.record,
        version=settings.version,
        revision=tracked.revision + 1,
        writer=engine.writer,
        at=at,
        owner=engine.owner_of(tracked),
        until=None if keep_ms is None else at + keep_ms,
        buster=settings.buster,
        is_whole=part.shape.is_whole,
        # Or a start would bring back what it begins with, and what was deleted.
        gone=tuple(sorted(part.kept(tracked.base).keys() - fields.keys())),
    )
    return compose(record, text)


def _check_budgets(engine: Engine, tracked: Tracked, size: int) -> None:
    others = sum(each.size for each in engine.slices.values()) - tracked.size
    limits = [
        (size, tracked.part.settings.budget, "the slice"),
        (others + size, engine.options.budget, "all slices together"),
    ]
    quota = tracked.storage.quota
    if quota is not None:
        # Each record has a generation before it in the same storage.
        limits.append(
            (2 * (others + size), quota, f"the quota of {tracked.storage.name}")
        )
    for bytes_, budget, whose in limits:
        judgement = judge(bytes_, budget=budget)
        told = f"{tracked.key}: {bytes_:,} of {budget:,} bytes of {whose}"
        if judgement == "over":
            raise OverBudget(
                f"{told}; nothing is written",
                size=bytes_,
                budget=budget,
                key=tracked.key,
                hint="keep less, or raise the budget",
            )
        key = tracked.key if whose == "the slice" else ""
        engine.note_near(key, whose, told=told if judgement == "near" else "")


def _commit(tracked: Tracked, snapshot: Snapshot, *, syncs: bool) -> None:
    tracked.stored_version = tracked.part.version
    tracked.size = snapshot.size
    tracked.demotes = True
    tracked.is_relaxed, tracked.is_foreign = not syncs, False
    tracked.written_at = snapshot.at
    tracked.note_made(snapshot)
    tracked.note_stored(snapshot.state)


def _tell(
    engine: Engine,
    tracked: Tracked,
    snapshot: Snapshot,
    *,
    began: float,
    since: float | None,
) -> None:
    now = engine.options.clock.monotonic()
    if signals.recorder is not None:
        event = signals.PersistWritten(
            key=tracked.key,
            storage=tracked.storage.name,
            revision=tracked.revision,
            bytes=snapshot.size,
            seconds=now - began,
            delay=0.0 if since is None else now - since,
        )
        signals.recorder(event)
