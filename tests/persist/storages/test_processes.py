"""Several processes on one place: no update is lost, and a dead one holds nobody up."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from stateroom.errors import StorageUnavailable
from stateroom.persist.storages import Files, SQLite, Storage
from tests.persist.storages.processes import line_of, said, started
from tests.persist.storages.worker import INCREMENTS, open_storage

PROCESSES = 4

of_kinds = pytest.mark.parametrize("kind", ["files", "sqlite"])


def _impatient(kind: str, place: Path) -> Storage:
    if kind == "files":
        return Files(place, lock_timeout=0)
    return SQLite(place / "records.db", timeout=0)


@of_kinds
@pytest.mark.slow
@pytest.mark.timeout(120)
def test_no_increment_of_four_processes_is_lost(kind: str, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        workers = [
            stack.enter_context(started("increment", kind, tmp_path))
            for _ in range(PROCESSES)
        ]
        successes = sum(int(line_of(each)) for each in workers)
        assert [each.wait() for each in workers] == [0] * PROCESSES
    assert successes == PROCESSES * INCREMENTS
    storage = open_storage(kind, str(tmp_path))
    counter, before = storage.read("counter", limit=100)
    storage.close()
    assert (counter, before) == (b"%d" % successes, b"%d" % (successes - 1))


@of_kinds
def test_a_lock_ends_with_a_process_that_is_killed(kind: str, tmp_path: Path) -> None:
    storage = _impatient(kind, tmp_path)
    storage.write("key", b"one", replaces=None)
    with started("hold", kind, tmp_path) as worker:
        assert line_of(worker) == "held"
        with pytest.raises(StorageUnavailable, match="another process"):
            storage.write("key", b"two", replaces=b"one")
        assert storage.peek("key") == b"one"
        worker.kill()
        worker.wait()
        storage.write("key", b"two", replaces=b"one")
    assert storage.read("key", limit=9) == (b"two", b"one")
    assert not list(tmp_path.glob(".*.tmp"))
    storage.close()


@of_kinds
def test_signals_in_the_midst_of_calls_change_nothing(
    kind: str, tmp_path: Path
) -> None:
    assert said("write_amid_signals", kind, tmp_path) == ["True"]
    storage = open_storage(kind, str(tmp_path))
    assert storage.read("key", limit=30_000) == (b"099 " * 5000, b"098 " * 5000)
    storage.close()


@of_kinds
def test_a_forked_child_has_a_storage_of_its_own(kind: str, tmp_path: Path) -> None:
    assert said("fork", kind, tmp_path) == ["0 True"]
    storage = open_storage(kind, str(tmp_path))
    assert storage.read("key", limit=99) == (b"parent again", b"child")
    storage.close()
