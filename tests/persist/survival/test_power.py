"""What a letter is after a loss of power, at any moment, in every legal case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from stateroom.persist import Files, Memory, Persistor, Phase, Stored, persist
from stateroom.persist.settings import Durability
from stateroom.persist.storages.files_names import file_names
from stateroom.store import Slice, Store
from stateroom.testing import ManualClock
from tests.persist.storages.power import Left, PowerDisk

DIRECTORY = "/home/ann/careers"
KEY = "app:p:device:letter"
PATHS = tuple(f"{DIRECTORY}/{name}" for name in file_names(KEY))
LINES = 4
Lines = dict[str, list[int]]


class Wreck(Memory):
    """A storage that holds what a loss of power has left."""

    def __init__(self, left: Left) -> None:
        super().__init__()
        self._shelf.records[KEY] = Stored(*left)


letter: Slice[Lines] = Slice("letter", lambda: {"lines": []})


@letter.reducer
def write(state: Lines, line: int) -> None:
    state["lines"].append(line)


def found_in(left: Left) -> tuple[int, Phase]:
    """Return how many lines of the letter a program finds, and how it stands."""
    kept = persist(letter)
    store = Store(kept)
    with Persistor(store, Wreck(left), background=False) as persistor:
        phase = persistor.hydrate().phase
    lines = store[kept]["lines"]
    assert lines == list(range(len(lines)))  # never in parts, never others
    return len(lines), phase


@dataclass
class Machine:
    """Writes a letter, and loses power at each moment.

    Attributes:
        floor: how many lines must survive.
        seen: how many must, and what a loss of power may leave; each once.
    """

    disk: PowerDisk
    floor: int = 0
    seen: set[tuple[int, Left]] = field(default_factory=set)

    def run(self, durability: Durability, *, flushes: int) -> None:
        """Write line after line, the first ones with a flush."""
        self.disk.watch = self.look
        clock, store = ManualClock(), Store(persist(letter, durability=durability))
        storage = Files(DIRECTORY, disk=self.disk)
        persistor = Persistor(store, storage, background=False, clock=clock, poll=None)
        persistor.hydrate()
        for line in range(LINES):
            store.dispatch(write(line))
            clock.advance(1)
            persistor.tick()
            if line < flushes:
                persistor.flush()  # also what was written in a relaxed way
            if line < flushes or durability != "relaxed":
                self.floor = line + 1
            self.look()
        self.disk.watch = lambda: None
        persistor.close()

    def look(self) -> None:
        self.seen |= {(self.floor, left) for left in self.disk.outcomes(*PATHS)}

    def found(self) -> Iterator[tuple[int, int, Phase]]:
        """Tell how many lines had to survive, how many did, and how it stands."""
        for floor, left in self.seen:
            yield floor, *found_in(left)


@pytest.mark.parametrize("is_ordered", [True, False])
@pytest.mark.parametrize("durability", ["throttled", "fsync"])
def test_what_is_written_survives_every_loss_of_power(
    durability: Durability, *, is_ordered: bool
) -> None:
    machine = Machine(PowerDisk(is_ordered=is_ordered))
    machine.run(durability, flushes=0)
    found = list(machine.found())
    assert len(found) > LINES
    assert [each for each in found if each[1] < each[0]] == []
    assert {phase for _, _, phase in found} == {Phase.READY}


def test_a_flush_of_what_is_relaxed_survives_every_loss_of_power() -> None:
    machine = Machine(PowerDisk(is_ordered=True))
    machine.run("relaxed", flushes=LINES)
    assert [each for each in machine.found() if each[1] < each[0]] == []


def test_what_is_relaxed_can_be_lost_and_never_costs_what_was_flushed() -> None:
    machine = Machine(PowerDisk(is_ordered=True))
    machine.run("relaxed", flushes=1)
    found = list(machine.found())
    assert [each for each in found if each[1] < each[0]] == []
    # It was torn, put aside, and what was flushed is used.
    assert (1, 1, Phase.QUARANTINED) in found


def test_without_syncs_what_is_written_can_be_lost() -> None:
    machine = Machine(PowerDisk(ignores=frozenset({"sync", "sync_directory"})))
    machine.run("throttled", flushes=0)
    assert [each for each in machine.found() if each[1] < each[0]] != []
