"""How a call to a storage fails in the tests, and what must hold afterwards."""

from __future__ import annotations

import errno
from asyncio import CancelledError

from stateroom.errors import (
    PersistError,
    StorageFull,
    StorageUnavailable,
    WriteConflict,
)
from tests.crash.turns import Turn, everywhere
from tests.crash.worlds import AsyncWorld, Marks, States, World, stored

__all__ = ("ERRORS", "OUTCOMES", "judge", "judge_end")

ERRORS = {
    "unavailable": StorageUnavailable("it does not answer"),
    "full": StorageFull("there is no room"),
    "conflict": WriteConflict("somebody was there"),
    "os": OSError(errno.EIO, "the disk reports a fault"),
    "other": LookupError("a mistake in the storage"),
}
OUTCOMES = [
    *((name, "not done") for name in ERRORS),
    # As when the answer is lost.
    ("unavailable", "done"),
    ("os", "done"),
]


NOTHING: Marks = {}


def has_all(found: States, wanted: States) -> bool:
    return all(
        found.get(name, {}).get(who, 0) >= times
        for name, marks in wanted.items()
        for who, times in marks.items()
    )


def judge(turn: Turn, world: World | AsyncWorld, error: BaseException | None) -> None:
    """See that nothing was lost, and that what is not stored is told."""
    found, status = stored(world.memory), world.persistor.status()
    assert has_all(world.states, everywhere(turn.own))
    assert has_all(found, everywhere(turn.before))
    assert isinstance(error, PersistError | CancelledError | None)
    is_stored = has_all(found, everywhere(turn.own))
    assert is_stored or status.is_dirty or not status.is_ready
    assert is_stored or error is not None or not turn.acknowledges


def judge_end(turn: Turn, world: World | AsyncWorld, also: Marks = NOTHING) -> None:
    """See that all is well, as the fault is gone."""
    wanted = everywhere(turn.end | also)
    status = world.persistor.status()
    assert (world.states, stored(world.memory)) == (wanted, wanted)
    assert (status.is_ready, status.is_dirty) == (True, False)
