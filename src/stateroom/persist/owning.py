"""Changes whose slices of scope ``user`` are kept: signing in, and out."""

from __future__ import annotations

from stateroom.flows import Flow
from stateroom.persist.actions import purged
from stateroom.persist.engine import Engine
from stateroom.persist.tracking import Tracked

__all__ = ("become",)


def become(engine: Engine, owner: str) -> Flow[None]:
    """Keep the slices of another owner, or of nobody.

    Whoever signs in takes along what they did before, which is merged into what is
    stored of theirs. Whoever signs out leaves nothing in the state.
    """
    with engine.store.settled(), engine.store.batch():
        is_leaving = bool(engine.owner)
        engine.owner = owner
        for tracked in engine.slices.values():
            if tracked.part.settings.scope == "user":
                _move(engine, tracked, is_leaving=is_leaving)
    yield from ()


def _move(engine: Engine, tracked: Tracked, *, is_leaving: bool) -> None:
    since, actions = tracked.since, tracked.actions
    tracked.begin(tracked.base, record=engine.record_of(tracked.part))
    tracked.texts.clear()
    if not is_leaving:
        tracked.since, tracked.actions = since, actions
        return
    engine.store.dispatch(purged(tracked.key, reset=True))
    tracked.begin(engine.state_of(tracked), record=tracked.record)
