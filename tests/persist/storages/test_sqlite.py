"""A database of records: what may be wrong with it, and that nothing is ever mended."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from stateroom.errors import (
    InvalidPersist,
    StorageFull,
    StorageUnavailable,
    WriteConflict,
)
from stateroom.persist.storages import SQLite, Stored
from stateroom.persist.storages.disk import Disk

LIMIT = 1000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


@contextmanager
def storage_at(path: Path, *, table: str = "stateroom_records") -> Iterator[SQLite]:
    with closing(SQLite(path, table=table, timeout=0)) as storage:
        yield storage


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def levels(storage: SQLite, *, durable: bool) -> list[str]:
    """Return what a write sets ``synchronous`` to, as SQLite is asked."""
    asked: list[str] = []
    storage.peek("key")  # opens it
    opened = storage._opened  # noqa: SLF001 - no public way to watch a connection
    assert opened is not None
    opened.connection.set_trace_callback(asked.append)
    storage.write("key", b"x", replaces=storage.peek("key"), durable=durable)
    return [each for each in asked if "synchronous" in each]


def test_a_database_has_a_log_our_mark_and_the_version_of_its_tables(
    path: Path,
) -> None:
    with storage_at(path) as storage:
        storage.write("key", b"one", replaces=None)
        with raw(path) as connection:
            for asked, expected in (
                ("PRAGMA journal_mode", "wal"),
                ("PRAGMA application_id", 0x5354524D),
                ("PRAGMA user_version", 1),
                ("SELECT current FROM stateroom_records", b"one"),
            ):
                assert connection.execute(asked).fetchone() == (expected,)


def test_a_durable_write_syncs_the_log_and_a_relaxed_one_does_not(path: Path) -> None:
    with storage_at(path) as storage:
        storage.write("key", b"one", replaces=None)
        assert levels(storage, durable=True) == ["PRAGMA synchronous=FULL"]
        assert levels(storage, durable=False) == ["PRAGMA synchronous=NORMAL"]


def test_without_a_log_a_relaxed_write_is_as_durable_as_any(path: Path) -> None:
    with storage_at(path) as storage:
        storage.write("key", b"one", replaces=None)
    with raw(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    with storage_at(path) as storage:
        assert levels(storage, durable=False) == ["PRAGMA synchronous=FULL"]


def test_what_is_made_is_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "made" / "records.db"
    with storage_at(path) as storage:
        storage.write("key", b"one", replaces=None)
        modes = {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_reading_makes_no_file(path: Path) -> None:
    with storage_at(path) as storage:
        assert storage.read("key", limit=LIMIT) == Stored(None)
        assert storage.peek("key") is None
        assert storage.keys() == ()
        assert storage.pulse() == storage.pulse()
        storage.delete("key")
    assert not path.exists()


def test_two_tables_of_one_file_are_two_places(path: Path) -> None:
    with storage_at(path) as one, storage_at(path, table="others") as other:
        one.write("key", b"one", replaces=None)
        other.write("key", b"other", replaces=None)
        assert (one.peek("key"), other.peek("key")) == (b"one", b"other")
        other.delete("key")
        assert (one.keys(), other.keys()) == (("key",), ())


@pytest.mark.parametrize(
    "table", ["", "a b", "sqlite_x", "x; DROP", "é", "1a", "x" * 64]
)
def test_a_table_is_named_by_a_word(table: str, path: Path) -> None:
    with pytest.raises(InvalidPersist, match="no name of a table"):
        SQLite(path, table=table)


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_wait_that_is_no_time_is_refused(seconds: float, path: Path) -> None:
    with pytest.raises(InvalidPersist, match="timeout"):
        SQLite(path, timeout=seconds)


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(InvalidPersist, match="keeps nothing") as caught:
        SQLite(":memory:")
    assert "Memory()" in caught.value.hint


def test_a_file_that_is_no_database_is_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"a letter to a friend, longer than a header. " * 100)
    before = path.read_bytes()
    with storage_at(path) as storage:
        with pytest.raises(StorageUnavailable, match="no database of SQLite") as caught:
            storage.read("key", limit=LIMIT)
        assert str(path) in str(caught.value)
        assert "move it away" in caught.value.hint
        with pytest.raises(StorageUnavailable):
            storage.write("key", b"one", replaces=None)
    assert path.read_bytes() == before


def test_a_damaged_database_is_left_as_it_is_and_named(path: Path) -> None:
    with storage_at(path) as storage:
        storage.write("key", b"one" * 5000, replaces=None)
    damaged = path.read_bytes()[:4096] + b"\xa5" * 20_000
    path.write_bytes(damaged)
    with storage_at(path) as storage:
        with pytest.raises(StorageUnavailable, match="damaged") as caught:
            storage.read("key", limit=LIMIT)
        assert str(path) in str(caught.value)
    assert path.read_bytes() == damaged


def test_a_database_of_a_newer_release_is_refused_and_left_as_it_is(
    path: Path,
) -> None:
    with storage_at(path) as storage:
        storage.write("key", b"one", replaces=None)
    with raw(path) as connection:
        connection.execute("PRAGMA user_version=2")
    before = path.read_bytes()
    with storage_at(path) as storage:
        with pytest.raises(StorageUnavailable, match="version 2") as caught:
            storage.read("key", limit=LIMIT)
        assert "newer" in caught.value.hint
        with pytest.raises(StorageUnavailable, match="version 2"):
            storage.write("key", b"two", replaces=b"one")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "made",
    ["CREATE TABLE theirs (a)", "PRAGMA user_version=7", "PRAGMA application_id=42"],
)
def test_the_database_of_another_application_is_refused(made: str, path: Path) -> None:
    with raw(path) as connection:
        connection.execute(made)
    before = path.read_bytes()
    refused = pytest.raises(StorageUnavailable, match="another application")
    with storage_at(path) as storage, refused:
        storage.write("key", b"one", replaces=None)
    assert path.read_bytes() == before


def test_a_directory_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    refused = pytest.raises(StorageUnavailable, match=f"{tmp_path} is no file")
    with storage_at(tmp_path) as storage, refused:
        storage.write("key", b"one", replaces=None)


def test_a_file_in_the_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with storage_at(tmp_path / "file" / "records.db") as storage:
        with pytest.raises(StorageUnavailable) as caught:
            storage.write("key", b"one", replaces=None)
        assert "a file is in the place of a directory" in caught.value.hint


def test_a_database_that_another_has_locked_is_refused_in_time(path: Path) -> None:
    with storage_at(path) as storage, raw(path) as other:
        storage.write("key", b"one", replaces=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable, match="another process") as caught:
            storage.write("key", b"two", replaces=b"one")
        assert str(path) in str(caught.value)
        assert storage.read("key", limit=LIMIT) == Stored(b"one")
        other.execute("ROLLBACK")
        storage.write("key", b"two", replaces=b"one")


def test_a_database_that_is_being_made_by_another_is_waited_for(path: Path) -> None:
    with raw(path) as other:
        other.execute("BEGIN EXCLUSIVE")

        class Releasing(Disk):
            def pause(self, seconds: float) -> None:
                other.execute("ROLLBACK")

            def now(self) -> float:
                return 0.0

        with closing(SQLite(path, timeout=0.001, disk=Releasing())) as storage:
            storage.write("key", b"one", replaces=None)
            assert storage.peek("key") == b"one"


def test_a_full_database_keeps_what_it_has(path: Path) -> None:
    with storage_at(path) as storage:
        storage.write("key", b"one", replaces=None)
        opened = storage._opened  # noqa: SLF001 - a limit is set on a connection
        assert opened is not None
        opened.connection.execute("PRAGMA max_page_count=8")
        with pytest.raises(StorageFull, match="full") as caught:
            storage.write("key", b"x" * 100_000, replaces=b"one")
        assert caught.value.key == "key"
        assert storage.read("key", limit=LIMIT) == Stored(b"one")
        storage.write("key", b"two", replaces=b"one")
        assert storage.read("key", limit=LIMIT) == Stored(b"two", b"one")


def test_a_conflict_leaves_no_transaction_open(path: Path) -> None:
    with storage_at(path) as one, storage_at(path) as other:
        one.write("key", b"one", replaces=None)
        with pytest.raises(WriteConflict):
            one.write("key", b"two", replaces=b"none")
        other.write("key", b"two", replaces=b"one")


def interrupted(storage: SQLite) -> None:
    """Write, and be interrupted before the end."""
    writing = storage._writing("write", key="key", is_durable=True)  # noqa: SLF001
    with writing as connection:
        connection.execute("UPDATE stateroom_records SET current = x'00'")
        raise KeyboardInterrupt


def test_an_interrupt_in_a_write_takes_it_back(path: Path) -> None:
    with storage_at(path) as storage, storage_at(path) as other:
        storage.write("key", b"one", replaces=None)
        with pytest.raises(KeyboardInterrupt):
            interrupted(storage)
        assert other.read("key", limit=LIMIT) == Stored(b"one")
        other.write("key", b"two", replaces=b"one")


def test_a_file_that_vanishes_is_made_again_and_noticed(path: Path) -> None:
    with storage_at(path) as storage:
        storage.write("key", b"one", replaces=None)
        before = storage.pulse()
        path.rename(path.with_name("gone.db"))
        assert storage.read("key", limit=LIMIT) == Stored(None)
        assert storage.pulse() != before
        storage.write("key", b"two", replaces=None)
        assert storage.pulse() != before
        with storage_at(path) as other:
            assert other.read("key", limit=LIMIT) == Stored(b"two")


def test_rows_made_by_hand_are_read_as_bytes(path: Path) -> None:
    with storage_at(path) as storage:
        storage.write("key", b"one", replaces=None)
        with raw(path) as connection:
            connection.execute(
                "UPDATE stateroom_records SET current='text', previous=7"
            )
        assert storage.read("key", limit=LIMIT) == Stored(b"text", b"7")
        assert storage.peek("key") == b"text"


def test_a_path_with_the_marks_of_an_address_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=memory#%41 ü.db"
    with storage_at(path) as storage:
        storage.write("key", b"one", replaces=None)
    assert path.exists()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
