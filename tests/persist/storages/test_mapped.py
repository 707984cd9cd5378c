"""Any mapping keeps records: what stands in it, and what it may do in the midst."""

from __future__ import annotations

import dbm.dumb
import errno
import json
import shelve
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import StorageFull, StorageUnavailable, WriteConflict
from stateroom.persist.storages import Mapped, Stored
from stateroom.persist.storages.mapped_entries import (
    as_bytes,
    as_text,
    number_of,
    unpacked,
)

LIMIT = 1000
GENERATIONS = st.builds(Stored, st.binary(min_size=1), st.none() | st.binary())


class FailingMapping(dict[str, bytes]):
    """Stores, or forgets, and then fails; or fails to sync."""

    def __init__(self, error: Exception, *, at: str) -> None:
        super().__init__()
        self.error = error
        self.at = at
        self.is_failing = False

    def _fail(self, call: str) -> None:
        if self.is_failing and self.at == call:
            self.is_failing = False
            raise self.error

    def __setitem__(self, key: str, value: bytes) -> None:
        super().__setitem__(key, value)
        self._fail("set")

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._fail("delete")

    def __getitem__(self, key: str) -> bytes:
        self._fail("get")
        return super().__getitem__(key)

    def sync(self) -> None:
        self._fail("sync")


@given(stored=GENERATIONS)
def test_an_entry_has_both_generations_whatever_their_bytes(stored: Stored) -> None:
    assert unpacked(as_bytes(stored)) == stored
    assert unpacked(as_text(stored)) == stored


@given(stored=GENERATIONS)
def test_an_entry_of_text_survives_json_and_utf8(stored: Stored) -> None:
    text = as_text(stored)
    assert unpacked(json.loads(json.dumps(text))) == stored
    assert unpacked(text.encode().decode()) == stored


@given(entry=st.binary() | st.text(st.characters(codec=None)))
def test_what_is_no_entry_of_ours_is_read_whole(entry: bytes | str) -> None:
    raw = entry if isinstance(entry, bytes) else entry.encode("utf-8", "surrogatepass")
    assert unpacked(entry) == Stored(raw)


@given(stored=GENERATIONS, cut=st.integers(0, 400), is_text=st.booleans())
def test_an_entry_that_was_cut_off_is_read_without_an_error(
    stored: Stored, cut: int, *, is_text: bool
) -> None:
    entry = as_text(stored) if is_text else as_bytes(stored)
    assert unpacked(entry[:cut]).current is not None


def test_no_two_entries_have_one_number() -> None:
    numbers = {number_of(as_bytes(Stored(b"same"))) for _ in range(100)}
    assert None not in numbers
    assert len(numbers) == 100


def test_text_can_be_read_in_a_mapping_of_text() -> None:
    session: dict[str, str] = {}
    storage = Mapped(session, text=True)
    storage.write("key", b'{"a": "\xc3\xa9"}', replaces=None)
    storage.write("key", b"\xff", replaces=storage.peek("key"))
    assert session["key"].endswith(' 5 11\nb/w==u{"a": "é"}')


def test_entries_of_others_are_neither_listed_nor_read_nor_replaced() -> None:
    session: dict[str, object] = {"user": 7, "name": "ann", 3: "three"}  # type: ignore[dict-item]
    storage = Mapped(session, text=True)
    storage.write("key", b"one", replaces=None)
    assert storage.keys() == ("key",)
    with pytest.raises(StorageUnavailable, match="'user' in a mapping of type dict"):
        storage.read("user", limit=LIMIT)
    with pytest.raises(StorageUnavailable, match="is a int"):
        storage.write("user", b"one", replaces=None)
    with pytest.raises(WriteConflict):
        storage.write("name", b"one", replaces=None)
    assert (session["user"], session["name"]) == (7, "ann")


@pytest.mark.parametrize("at", ["set", "sync"])
@pytest.mark.parametrize("before", [Stored(None), Stored(b"one"), Stored(b"2", b"1")])
def test_a_write_that_fails_half_way_is_taken_back(at: str, before: Stored) -> None:
    mapping = FailingMapping(OSError(errno.ENOSPC, "No space left"), at=at)
    if before.current is not None:
        mapping["key"] = as_bytes(before)
    storage = Mapped(mapping)
    mapping.is_failing = True
    with pytest.raises(StorageFull, match="cannot write 'key' in a mapping"):
        storage.write("key", b"new", replaces=before.current)
    assert storage.read("key", limit=LIMIT) == before
    storage.write("key", b"new", replaces=before.current)


@pytest.mark.parametrize("at", ["delete", "sync"])
def test_a_deletion_that_fails_half_way_is_taken_back(at: str) -> None:
    mapping = FailingMapping(ValueError("closed"), at=at)
    storage = Mapped(mapping)
    storage.write("key", b"one", replaces=None)
    mapping.is_failing = True
    with pytest.raises(StorageUnavailable, match="cannot delete 'key' in a mapping"):
        storage.delete("key")
    assert storage.read("key", limit=LIMIT) == Stored(b"one")


@pytest.mark.parametrize("error", [RuntimeError("no"), OSError("no"), ValueError("no")])
def test_whatever_a_mapping_raises_is_an_error_of_the_port(error: Exception) -> None:
    mapping = FailingMapping(error, at="get")
    storage = Mapped(mapping)
    storage.write("key", b"one", replaces=None)
    for use in (storage.peek, storage.delete, lambda _: storage.keys()):
        mapping.is_failing = True
        with pytest.raises(StorageUnavailable, match="no") as caught:
            use("key")
        assert caught.value.__cause__ is error


def test_a_relaxed_write_does_not_wait_for_a_sync() -> None:
    mapping = FailingMapping(OSError(errno.EIO, "fault"), at="sync")
    mapping.is_failing = True
    Mapped(mapping).write("key", b"one", replaces=None, durable=False)
    assert mapping.is_failing


def test_a_shelf_that_is_closed_is_unavailable(tmp_path: Path) -> None:
    with shelve.open(str(tmp_path / "shelf")) as shelf:  # noqa: S301 - a shelf of ours
        storage = Mapped(shelf)
        storage.write("key", b"one", replaces=None)
    with pytest.raises(StorageUnavailable, match="closed shelf"):
        storage.read("key", limit=LIMIT)


def test_records_in_a_file_of_dbm_are_there_again(tmp_path: Path) -> None:
    with dbm.dumb.open(str(tmp_path / "dumb"), "c") as database:
        Mapped(database).write("app:Key", b"\x00\xff", replaces=None)
    with dbm.dumb.open(str(tmp_path / "dumb"), "c") as database:
        storage = Mapped(database)
        assert storage.keys() == ("app:Key",)
        assert storage.read("app:Key", limit=LIMIT) == Stored(b"\x00\xff")
