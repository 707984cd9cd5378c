"""A loss of power at any moment leaves the last durable state of a slice, or a newer.

What was purged is gone by then. Every program of a few steps, at every moment, with
every outcome that a disk may have: see ``tests.persist.storages.power``. Each is
hydrated as after a restart.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Literal, get_args

import pytest

from stateroom.persist import Files, Memory, Persistor, Phase
from stateroom.persist.storages import Stored, stamp_of
from stateroom.persist.storages.files_names import file_names
from stateroom.store import Store
from stateroom.testing import ManualClock
from tests.crash.tallies import Tally, advance, fault_in, kept_tally
from tests.persist.storages.power import Left, PowerDisk

DIRECTORY = "/home/ann/careers"
Step = Literal["write", "flush", "restart", "purge"]
STEPS: tuple[Step, ...] = get_args(Step)
Seen = tuple[int, int, Left]
"""The least counter that must be there, the greatest that may be, and what is there."""


def paths_of(name: str) -> tuple[str, ...]:
    return tuple(f"{DIRECTORY}/{each}" for each in file_names(f"app:p:device:{name}"))


@dataclass
class Machine:
    """An application, and what a loss of power leaves at each moment of it."""

    name: str
    disk: PowerDisk
    floor: int = 0
    count: int = 0
    seen: set[Seen] = field(default_factory=set)

    def run(self, program: tuple[Step, ...]) -> set[Seen]:
        self.disk.watch = self._look
        self._start()
        for step in program:
            self._do(step)
            self._look()
        return self.seen

    def _start(self) -> None:
        self._clock = ManualClock()
        self._store = Store(kept_tally(self.name))
        storage = Files(DIRECTORY, disk=self.disk)
        self._persistor = Persistor(
            self._store, storage, background=False, clock=self._clock
        )
        self._persistor.hydrate()

    def _do(self, step: Step) -> None:
        if step == "restart":
            self._start()
            return
        if step == "purge":
            self.floor = 0
            self._persistor.purge()
            self.count = 0
            return
        self._store.dispatch(advance(self.name))
        self.count += 1
        if step == "flush":
            self._persistor.flush()
        else:
            self._clock.advance(1)
            self._persistor.tick()
        if step == "flush" or self.name != "relaxed":
            self.floor = self.count

    def _look(self) -> None:
        outcomes = self.disk.outcomes(*paths_of(self.name))
        self.seen |= {(self.floor, self.count, left) for left in outcomes}


class Remains(Memory):
    """A storage with what is left of one record."""

    def __init__(self, left: Left) -> None:
        super().__init__()
        self._left = Stored(*left)

    def read(self, key: str, *, limit: int) -> Stored:
        return Stored(None) if "~" in key else self._left

    def peek(self, key: str) -> bytes | None:
        return None if "~" in key else stamp_of(self._left.current)


def hydrated(name: str, left: Left) -> tuple[int, str, Phase]:
    """Return the counter that is found, what is wrong with it, and the phase."""
    store = Store(kept_tally(name))
    persistor = Persistor(store, Remains(left), background=False)
    phase = persistor.hydrate().phase
    state: dict[str, Tally] = store.state  # type: ignore[assignment] # by our slices
    return state[name].count, fault_in(name, state[name]), phase


def losses(name: str, seen: set[Seen]) -> list[tuple[int, int, int, str, Phase]]:
    """Return what was found where something was lost, damaged or made up."""
    cache = {left: hydrated(name, left) for _, _, left in seen}
    found = [(least, most, *cache[left]) for least, most, left in seen]
    # What was relaxed may be torn; then the generation before it is used.
    fine = {Phase.READY, *([Phase.QUARANTINED] if name == "relaxed" else [])}
    return [
        each
        for each in found
        if not each[0] <= each[2] <= each[1] or each[3] or each[4] not in fine
    ]


PROGRAMS = (
    *itertools.product(STEPS[:3], repeat=4),
    *itertools.product(STEPS, repeat=3),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "order"),
    [("throttled", "ordered"), ("throttled", "unordered"), ("fsync", "unordered")],
)
def test_a_slice_that_is_synced_survives_in_its_last_state_or_a_newer(
    name: str, order: str
) -> None:
    seen: set[Seen] = set()
    for program in PROGRAMS:
        seen |= Machine(name, PowerDisk(is_ordered=order == "ordered")).run(program)
    assert losses(name, seen) == []


@pytest.mark.slow
def test_a_relaxed_slice_survives_in_its_last_flushed_state_or_a_newer() -> None:
    seen: set[Seen] = set()
    for program in PROGRAMS:
        seen |= Machine("relaxed", PowerDisk(is_ordered=True)).run(program)
    assert losses("relaxed", seen) == []


@pytest.mark.parametrize("call", ["sync", "sync_directory"])
def test_without_each_kind_of_sync_a_flushed_state_can_be_lost(call: str) -> None:
    disk = PowerDisk(ignores=frozenset({call}))
    seen = Machine("throttled", disk).run(("flush", "flush"))
    assert losses("throttled", seen) != []
