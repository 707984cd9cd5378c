"""What the children of the crash tests do until they end, or are killed.

Every life gets a voice, the kind of storage, its directory, and a word of its own.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import TypeAlias

from stateroom.errors import NotDurable
from stateroom.persist import Files, Persistor, SQLite
from stateroom.persist.storages import Storage
from stateroom.store import Store
from tests.crash.sharing import mark, marks
from tests.crash.tallies import NAMES, Tally, advance, fault_in, moved_tallies, tallies
from tests.crash.voices import Voice

__all__ = ("LIVES", "Life", "storage_in")

Life: TypeAlias = Callable[[Voice, str, str, str], None]

_TURN_S = 0.0001
"""How long a thread keeps the others from running: so they get in each other's way."""


def storage_in(kind: str, place: str) -> Storage:
    """Return a storage of that kind in a directory."""
    if kind == "files":
        return Files(Path(place) / "files")
    return SQLite(Path(place) / "records.sqlite")


def counting(voice: Voice, kind: str, place: str, seed: str) -> None:
    """Count without end in two threads, and say what was found, done and acknowledged.

    ``found NAME COUNT REVISION VERSION PHASE FAULT``, for each slice, then ``ready``;
    ``did NAME`` before each dispatch; ``acked NAME COUNT`` after a flush.
    """
    sys.setswitchinterval(_TURN_S)
    store = Store(*tallies())
    persistor = _hydrated(voice, store, kind, place)
    for names in (NAMES[:2], NAMES[2:]):
        dice = Random(f"{seed}{names}")
        threading.Thread(
            target=count_on, args=(voice, store, persistor, names, dice)
        ).start()


def advance_durably(persistor: Persistor, name: str) -> None:
    """Count one, and wait for the disk; unless another process erased it meanwhile."""
    try:
        persistor.dispatch_durable(advance(name))
    except NotDurable as error:
        if "purged elsewhere" not in str(error):
            raise


def count_on(
    voice: Voice, store: Store, persistor: Persistor, names: Sequence[str], dice: Random
) -> None:
    """Count in some slices, which nobody else does."""
    while True:
        name = dice.choice(names)
        voice.say("did", name)
        chance = dice.random()
        if chance < 0.15:
            advance_durably(persistor, name)
        else:
            store.dispatch(advance(name))
        if 0.15 <= chance < 0.4:
            persistor.flush()
        if chance < 0.4:
            for each in names:
                voice.say("acked", each, state_of(store, each).count)


def seeding(voice: Voice, kind: str, place: str, count: str) -> None:
    """Store what others begin with, and go in peace."""
    store = Store(*tallies())
    with Persistor(store, storage_in(kind, place)) as persistor:
        persistor.hydrate()
        persistor.pause()  # so that there are these generations, and no others
        for times in (1, int(count) - 1):
            for name in NAMES * times:
                store.dispatch(advance(name))
            persistor.flush()
    voice.say("seeded")


def looking(voice: Voice, kind: str, place: str, _: str) -> None:
    """Say what is there, and wait for the end."""
    _hydrated(voice, Store(*tallies()), kind, place)
    signal.pause()


def moving(voice: Voice, kind: str, place: str, _: str) -> None:
    """Say what is there after its migration, and when that is stored."""
    store = Store(*moved_tallies())
    persistor = _hydrated(voice, store, kind, place)
    persistor.flush()
    tell(voice, store, persistor)
    voice.say("stored")
    signal.pause()


def purging(voice: Voice, kind: str, place: str, _: str) -> None:
    """Erase everything, and say so."""
    store = Store(*tallies())
    persistor = _hydrated(voice, store, kind, place)
    persistor.purge()
    voice.say("gone")
    signal.pause()


def sharing(voice: Voice, kind: str, place: str, me: str) -> None:
    """Count beside others in one slice, each under its own name.

    ``held NAME COUNT`` for each name that is found, then ``ready``; ``did ME``;
    ``acked ME COUNT``.
    """
    sys.setswitchinterval(_TURN_S)
    dice = Random(me)
    store = Store(marks())
    persistor = Persistor(store, storage_in(kind, place), poll=0.005)
    persistor.hydrate()
    state: dict[str, dict[str, int]] = store.state  # type: ignore[assignment] # ours
    for name, number in state["marks"].items():
        voice.say("held", name, number)
    voice.say("ready", persistor.status().phase)
    while True:
        voice.say("did", me)
        store.dispatch(mark(me))
        if dice.random() < 0.3:
            state = store.state  # type: ignore[assignment] # ours
            number = state["marks"][me]
            if is_flushed(persistor):
                voice.say("acked", me, number)


def is_flushed(persistor: Persistor) -> bool:
    """Flush, and say whether it could be done: others may write first all the time."""
    try:
        persistor.flush()
    except NotDurable as error:
        if "others wrote first" not in str(error):
            raise
        return False
    return True


def state_of(store: Store, name: str) -> Tally:
    state: dict[str, Tally] = store.state  # type: ignore[assignment] # by our slices
    return state[name]


def tell(voice: Voice, store: Store, persistor: Persistor) -> None:
    """Say how every slice is."""
    status = persistor.status().slices
    for name in NAMES:
        state, kept = state_of(store, name), status[name]
        fault = fault_in(name, state) or "whole"
        version = kept.stored_version or 0
        voice.say("found", name, state.count, kept.revision, version, kept.phase, fault)


def _hydrated(voice: Voice, store: Store, kind: str, place: str) -> Persistor:
    persistor = Persistor(store, storage_in(kind, place), poll=0.02)
    persistor.hydrate()
    tell(voice, store, persistor)
    voice.say("ready")
    return persistor


LIVES: dict[str, Life] = {
    each.__name__: each
    for each in (counting, seeding, looking, moving, purging, sharing)
}
