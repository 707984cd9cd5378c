"""One writer at a time: who waits for the lock, how long, and who is told."""

from __future__ import annotations

import contextlib
import itertools
import os
from pathlib import Path

import pytest

from stateroom.errors import StorageUnavailable
from stateroom.persist.storages import Files
from stateroom.persist.storages.disk import Disk
from stateroom.persist.storages.files_locking import held
from stateroom.persist.storages.files_names import temporary_name
from stateroom.persist.storages.files_reading import read_both
from stateroom.persist.storages.tokens import token
from stateroom.testing.storages import CASES, run_case
from tests.persist.storages.disks import DiedError, DyingDisk


class WaitingDisk(Disk):
    """Has a clock that only pauses move, and says how long they were."""

    def __init__(self) -> None:
        self.time = 100.0
        self.pauses: list[float] = []

    def now(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds


def test_a_writer_waits_in_growing_pauses_and_then_names_the_lock(
    tmp_path: Path,
) -> None:
    disk = WaitingDisk()
    storage = Files(tmp_path, lock_timeout=0.2, disk=disk)
    lock = tmp_path / ".lock"
    with (
        held(Disk(), str(lock), timeout=0),
        pytest.raises(StorageUnavailable, match=r"\.lock for more than 0\.2 s"),
    ):
        storage.write("key", b"one", replaces=None)
    assert disk.pauses[:5] == [0.001, 0.002, 0.004, 0.008, 0.016]
    assert sum(disk.pauses) == pytest.approx(0.2)
    assert len(disk.pauses) < 20
    assert storage.keys() == ()


def test_a_writer_that_may_not_wait_asks_once(tmp_path: Path) -> None:
    disk = WaitingDisk()
    storage = Files(tmp_path, lock_timeout=0, disk=disk)
    with (
        held(Disk(), str(tmp_path / ".lock"), timeout=0),
        pytest.raises(StorageUnavailable, match="more than 0 s"),
    ):
        storage.write("key", b"one", replaces=None)
    assert disk.pauses == []


def test_a_lock_that_becomes_free_is_taken(tmp_path: Path) -> None:
    others = contextlib.ExitStack()

    class Releasing(WaitingDisk):
        def pause(self, seconds: float) -> None:
            super().pause(seconds)
            if len(self.pauses) == 4:
                others.close()

    disk = Releasing()
    with others:
        others.enter_context(held(Disk(), str(tmp_path / ".lock"), timeout=0))
        Files(tmp_path, disk=disk).write("key", b"one", replaces=None)
    assert len(disk.pauses) == 4
    assert Files(tmp_path).peek("key") == b"one"


def test_a_lock_file_that_was_deleted_while_waiting_locks_nobody(
    tmp_path: Path,
) -> None:
    lock = tmp_path / ".lock"

    class Deleting(WaitingDisk):
        def open_lock(self, path: str) -> int:
            descriptor = super().open_lock(path)
            if not self.pauses:
                lock.unlink()
            return descriptor

    disk = Deleting()
    storage = Files(tmp_path, lock_timeout=0)
    with held(disk, str(lock), timeout=1), pytest.raises(StorageUnavailable):
        storage.write("key", b"one", replaces=None)
    assert len(disk.pauses) == 1


def test_reading_needs_no_lock(tmp_path: Path) -> None:
    storage = Files(tmp_path, lock_timeout=0)
    storage.write("key", b"one", replaces=None)
    with held(Disk(), str(tmp_path / ".lock"), timeout=0):
        assert storage.read("key", limit=9).current == b"one"
        assert storage.keys() == ("key",)
        assert storage.peek("key") == b"one"


def test_the_files_of_a_living_writer_are_left_alone(tmp_path: Path) -> None:
    Files(tmp_path).write("key", b"one", replaces=None)
    temporary = tmp_path / temporary_name(token())
    with held(Disk(), str(tmp_path / ".lock"), timeout=0):
        temporary.write_bytes(b"half")
        Files(tmp_path)
        assert temporary.read_bytes() == b"half"
    Files(tmp_path)
    assert not temporary.exists()


def test_every_look_at_what_a_dead_writer_was_changing_counts_as_a_change(
    tmp_path: Path,
) -> None:
    watching = Files(tmp_path)
    watching.write("key", b"one", replaces=None)
    disk = DyingDisk()
    dying = Files(tmp_path, disk=disk)
    for step in itertools.count():
        disk.die_at(step)
        try:
            dying.write("key", b"two", replaces=b"one")
        except DiedError:
            disk.reap()
        if "replace" in disk.calls:
            break
    pulses = [watching.pulse() for _ in range(3)]
    assert len(set(pulses)) == 3
    Files(tmp_path)  # opening it settles that
    assert watching.pulse() == watching.pulse()


def test_a_pulse_during_a_write_is_not_the_one_after_it(tmp_path: Path) -> None:
    watching = Files(tmp_path)
    watching.write("key", b"one", replaces=None)
    seen = [watching.pulse()]

    class Watched(Disk):
        def replace(self, source: str, target: str) -> None:
            seen.append(watching.pulse())
            super().replace(source, target)
            seen.append(watching.pulse())

    Files(tmp_path, disk=Watched()).write("key", b"two", replaces=b"one")
    seen.append(watching.pulse())
    assert len(set(seen)) == len(seen) == 6


class CoarseDisk(Disk):
    """Has a file system whose times tick every few hours."""

    def facts(self, path: str) -> os.stat_result:
        facts = list(super().facts(path))
        facts[7:10] = [0, 0, 0]
        return os.stat_result(facts)


@pytest.mark.parametrize("name", [each for each in CASES if "pulse" in each])
def test_a_pulse_needs_no_clock_of_the_file_system(name: str, tmp_path: Path) -> None:
    run_case(name, lambda: lambda: Files(tmp_path, disk=CoarseDisk()))


def test_both_generations_are_read_as_of_one_moment(tmp_path: Path) -> None:
    writer = Files(tmp_path)
    writer.write("key", b"0", replaces=None)
    numbers = itertools.count(1)

    class Overtaken(Disk):
        tries = 0

        def open_read(self, path: str) -> int:
            if path.endswith("previous.json") and self.tries < 5:
                self.tries += 1
                now = b"%d" % next(numbers)
                writer.write("key", now, replaces=writer.peek("key"))
            return super().open_read(path)

    found = Files(tmp_path, disk=Overtaken()).read("key", limit=9)
    assert found == (b"5", b"4")


def test_a_reader_that_is_always_overtaken_gives_up(tmp_path: Path) -> None:
    current = tmp_path / "key.json"
    current.write_bytes(b"one")

    class Overtaken(Disk):
        def facts(self, path: str) -> os.stat_result:
            return super().facts(str(tmp_path))

    with pytest.raises(StorageUnavailable, match="changed during each of"):
        read_both(Overtaken(), current=str(current), previous="/absent", size=9)
