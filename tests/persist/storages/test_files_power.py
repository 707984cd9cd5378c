"""A loss of power at any moment leaves the last durable bytes, or newer ones.

Every sequence of up to four writes, at every moment, with every outcome that the model
of ``power`` allows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from stateroom.persist.storages import Files
from stateroom.persist.storages.files_names import file_names
from tests.persist.storages.power import Left, PowerDisk

KEY = "key"
DIRECTORY = "/home/ann/careers"
PATHS = tuple(f"{DIRECTORY}/{name}" for name in file_names(KEY))


@dataclass(frozen=True)
class Write:
    durable: bool
    demotes: bool


DURABLE = (Write(durable=True, demotes=True), Write(durable=True, demotes=False))
RELAXED = (Write(durable=False, demotes=True), Write(durable=False, demotes=False))


def data_of(index: int) -> bytes:
    """Return the bytes of the write with this number; no part of them is whole."""
    return f"<{index} of the writes {'.' * 30}>".encode()


@dataclass
class Machine:
    """Runs writes, and collects what a loss of power may leave at each moment."""

    disk: PowerDisk
    floor: int = -1  # the number of the last durable write that has returned
    seen: set[tuple[int, Left]] = field(default_factory=set)

    def run(self, writes: tuple[Write, ...]) -> set[tuple[int, Left]]:
        """Return each outcome with the durable write that had returned before."""
        self.disk.watch = self._look
        storage = Files(DIRECTORY, disk=self.disk)
        for index, write in enumerate(writes):
            storage.write(
                KEY,
                data_of(index),
                replaces=storage.peek(KEY),
                demotes=write.demotes,
                durable=write.durable,
            )
            self.floor = index if write.durable else self.floor
            self._look()
        return self.seen

    def _look(self) -> None:
        self.seen |= {(self.floor, left) for left in self.disk.outcomes(*PATHS)}


def number_of(data: bytes | None, *, count: int) -> int:
    """Return which write these bytes are, whole; -1 for none of them."""
    numbers = {data_of(index): index for index in range(count)}
    return -1 if data is None else numbers.get(data, -1)


def recovered(left: Left, *, count: int) -> int:
    """Return the write that a reader falls back to: current if whole, or previous."""
    current, previous = (number_of(each, count=count) for each in left)
    return current if current >= 0 else previous


def sequences(kinds: tuple[Write, ...]) -> Iterator[tuple[Write, ...]]:
    for count in range(1, 5):
        yield from itertools.product(kinds, repeat=count)


def sensible(writes: tuple[Write, ...]) -> bool:
    """Say whether a relaxed write demotes durable bytes, and those alone."""
    for before, write in itertools.pairwise(writes):
        if not write.durable and write.demotes != before.durable:
            return False
    return True


def lost_in(disk: PowerDisk, writes: tuple[Write, ...]) -> list[Left]:
    """Return the outcomes in which a durable write, or all since, is lost."""
    count = len(writes)
    seen = Machine(disk).run(writes)
    return [left for floor, left in seen if recovered(left, count=count) < floor]


def test_durable_writes_survive_whatever_reaches_the_medium_first() -> None:
    for writes in sequences(DURABLE):
        count = len(writes)
        for floor, (current, previous) in Machine(PowerDisk()).run(writes):
            assert number_of(current, count=count) >= floor
            assert current is None or number_of(current, count=count) >= 0
            assert previous is None or number_of(previous, count=count) >= 0


def test_a_durable_write_survives_upon_relaxed_ones() -> None:
    for writes in sequences((*DURABLE, *RELAXED)):
        last = (*writes, DURABLE[0])
        disk = PowerDisk()
        Machine(disk).run(last)
        for current, _ in disk.outcomes(*PATHS):
            assert number_of(current, count=len(last)) == len(writes)


def test_relaxed_writes_never_cost_the_durable_one_where_names_keep_their_order() -> (
    None
):
    checked = 0
    for writes in filter(sensible, sequences((*DURABLE, *RELAXED))):
        assert lost_in(PowerDisk(is_ordered=True), writes) == []
        checked += 1
    assert checked > 100


def test_only_relaxed_bytes_can_be_torn() -> None:
    for writes in sequences((*DURABLE, *RELAXED)):
        relaxed = {data_of(at) for at, each in enumerate(writes) if not each.durable}
        for _, left in Machine(PowerDisk()).run(writes):
            for data in filter(None, left):
                is_whole = number_of(data, count=len(writes)) >= 0
                assert is_whole or any(_is_part(data, of=each) for each in relaxed)


def _is_part(data: bytes, *, of: bytes) -> bool:
    """Say whether these bytes are some of others, with nothing where the rest was."""
    return len(data) <= len(of) and of.startswith(data.rstrip(b"\0"))


@pytest.mark.parametrize("call", ["sync", "sync_directory"])
def test_without_each_kind_of_sync_a_durable_write_can_be_lost(call: str) -> None:
    for is_ordered in (True, False):
        disk = PowerDisk(is_ordered=is_ordered, ignores=frozenset({call}))
        assert lost_in(disk, DURABLE[:1]) != []


def test_a_relaxed_write_that_demotes_a_relaxed_one_can_cost_the_durable_one() -> None:
    writes = (DURABLE[0], RELAXED[0], RELAXED[0])
    assert not sensible(writes)
    assert lost_in(PowerDisk(is_ordered=True), writes) != []


def test_a_relaxed_write_can_be_lost_and_says_so_by_being_torn() -> None:
    writes = (DURABLE[0], RELAXED[0])
    seen = Machine(PowerDisk(is_ordered=True)).run(writes)
    torn = {left for _, left in seen if left[0] not in {None, data_of(0), data_of(1)}}
    assert torn
    assert {previous for _, previous in torn} == {data_of(0)}


def test_a_deletion_never_brings_back_the_older_generation() -> None:
    disk = PowerDisk(is_ordered=True)
    Machine(disk).run(DURABLE[:1] * 2)
    seen: set[Left] = set()
    disk.watch = lambda: seen.update(disk.outcomes(*PATHS))
    Files(DIRECTORY, disk=disk).delete(KEY)
    newest, older = data_of(1), data_of(0)
    assert seen == {(newest, older), (newest, None), (None, None)}
    assert disk.outcomes(*PATHS) == {(None, None)}
