"""What is done again and again: writing what is due, looking for others' writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stateroom.errors import NotDurable, PersistError
from stateroom.flows import Flow
from stateroom.persist import effects
from stateroom.persist.engine import Engine
from stateroom.persist.hydrating import hydrate
from stateroom.persist.planning import Plan
from stateroom.persist.refreshing import refresh
from stateroom.persist.status import Phase
from stateroom.persist.tracking import Tracked
from stateroom.persist.writing import write_slice

__all__ = ("flush", "losses", "reasons", "waiting", "work", "write_changed")

_AWAY: Final = object()
"""The pulse of a storage that gave none; it differs from any other."""
RECENT = 0.25
"""The weight of the newest round in the time that rounds take lately."""


def work(engine: Engine, plan: Plan) -> Flow[None]:
    """Do what a plan says. Raises nothing of the storages."""
    began = engine.options.clock.monotonic()
    if plan.writes:
        engine.began = began
    try:
        for tracked in plan.writes:
            yield from write_slice(engine, tracked)
    finally:
        engine.began = None
    if plan.writes:
        took = engine.options.clock.monotonic() - began
        # One that took longer may be followed by others like it.
        is_longer = took > engine.lead
        engine.lead += (1.0 if is_longer else RECENT) * (took - engine.lead)
    if plan.reads:
        yield from hydrate(engine)
    if plan.polls:
        yield from _look(engine)


def _look(engine: Engine) -> Flow[None]:
    """Take in what others wrote, where a storage says that there may be something."""
    is_changed = False
    for storage in tuple(engine.storages()):
        try:
            pulse = yield from effects.pulse(storage)
        except PersistError as error:
            if engine.pulses.get(id(storage)) is not _AWAY:
                engine.report("", code=error.code, message=str(error))
            engine.pulses[id(storage)] = _AWAY
            continue
        if engine.pulses.get(id(storage)) != pulse:
            engine.pulses[id(storage)] = pulse
            is_changed = True
    if is_changed:
        yield from refresh(engine)
    engine.note_polled()


def write_changed(engine: Engine) -> Flow[None]:
    """Write what changed, due or not. Raises nothing of the storages."""
    for tracked in tuple(engine.slices.values()):
        if tracked.since is not None and not engine.is_paused:
            yield from write_slice(engine, tracked)


def flush(engine: Engine) -> Flow[None]:
    """Store all that was dispatched before, such that it survives a loss of power.

    Raises:
        NotDurable: something could not be stored; it names each slice with the reason.
    """
    for tracked in tuple(engine.slices.values()):
        if tracked.phase.is_written:
            yield from write_slice(engine, tracked, durable=True)
    found = reasons(engine)
    if found:
        listed = "; ".join(found.values())
        raise NotDurable(
            f"not all is stored: {listed}",
            reasons=found,
            hint="what is not stored is still in the state; see persistor.status()",
        )


def losses(engine: Engine) -> Mapping[str, str]:
    """Return what purges elsewhere took along, once: key -> what happened."""
    found = {each.key: each.lost for each in engine.slices.values() if each.lost}
    for key in found:
        engine.slices[key].lost = ""
    return found


def waiting(engine: Engine) -> Mapping[str, str]:
    """Return what a storage is still at work on: key -> that."""
    return {
        each.key: f"{each.key}: {each.storage.name} is still at work"
        for each in engine.slices.values()
        if each.record and each.is_changed(engine.state_of(each))
    }


def reasons(engine: Engine) -> Mapping[str, str]:
    """Return why slices that changed are not stored: key -> reason."""
    return {
        tracked.key: _reason(tracked)
        for tracked in engine.slices.values()
        if tracked.record and _is_open(engine, tracked)
    }


def _is_open(engine: Engine, tracked: Tracked) -> bool:
    state = engine.state_of(tracked)
    if not tracked.phase.is_written:
        return tracked.is_changed(state)
    if not tracked.reason or not tracked.error:
        return False
    # While the devtools show the past, that is not what was to be stored.
    return engine.store.is_time_travelling or tracked.differs(state)


def _reason(tracked: Tracked) -> str:
    if tracked.phase is Phase.PENDING:
        return f"{tracked.key}: what is stored was not read yet; hydrate() first"
    return tracked.reason or f"{tracked.key}: {tracked.phase}"
