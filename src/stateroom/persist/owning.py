"""Changes whose slices of scope ``user`` are kept: signing in, and out."""

from __future__ import annotations

from stateroom.flows import Flow
from stateroom.persist.actions import purged
from stateroom.persist.engine import Engine
from stateroom.persist.purging import purge
from stateroom.persist.rounds import flush
from stateroom.persist.tracking import Tracked

__all__ = ("enter", "leave")


def enter(engine: Engine, owner: str) -> Flow[None]:
    """Keep the slices of a user.

    What was done before signing in is taken along, and merged into what is stored.
    """
    with engine.store.settled():
        engine.owner = owner
        for tracked in _users(engine):
            since, actions, missed = tracked.since, tracked.actions, tracked.missed
            tracked.begin(tracked.base, record=engine.record_of(tracked.part))
            tracked.texts.clear()
            tracked.since, tracked.actions, tracked.missed = since, actions, missed
    yield from ()


def leave(engine: Engine, *, purges: bool) -> Flow[None]:
    """Keep nobody's slices any more, and leave nothing of them in the state.

    It is one flow with the purge, or the flush, before it, so that nothing is written
    in between.

    Raises:
        NotDurable: it was to be stored and could not; nobody was signed out.
        PersistError: it was to be erased and could not; nobody was signed out.
    """
    if purges:
        yield from purge(engine, scope="user", owner=None, reset=True)
        _forget(engine)
        return
    while True:
        yield from flush(engine)
        # What another thread dispatched since is stored, too.
        with engine.store.settled():
            if not any(_is_unsaved(engine, each) for each in _users(engine)):
                _forget(engine)
                return


def _is_unsaved(engine: Engine, tracked: Tracked) -> bool:
    return tracked.phase.is_written and tracked.differs(engine.state_of(tracked))


def _users(engine: Engine) -> list[Tracked]:
    return [
        each for each in engine.slices.values() if each.part.settings.scope == "user"
    ]


def _forget(engine: Engine) -> None:
    with engine.store.settled(), engine.store.batch():
        engine.owner = ""
        for tracked in _users(engine):
            tracked.begin(tracked.base, record="")
            tracked.texts.clear()
            engine.send(tracked, purged(tracked.key, reset=True))
            tracked.begin(engine.state_of(tracked), record="")
