"""Files in a directory: what they look like, and what may be wrong with a directory."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from stateroom.errors import InvalidPersist, StorageUnavailable
from stateroom.persist.storages import Files, Stored
from stateroom.persist.storages.files_names import temporary_name
from stateroom.persist.storages.tokens import token
from tests.persist.storages.disks import FaultyDisk, SteppingDisk

LIMIT = 1000


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_both_generations_of_a_key_are_files_with_its_bytes(tmp_path: Path) -> None:
    storage = Files(tmp_path)
    storage.write("app:p:device:roles", b"one", replaces=None)
    storage.write("app:p:device:roles", b"two", replaces=b"one")
    assert {each.name for each in tmp_path.iterdir()} == {
        ".lock",
        "app+p+device+roles.json",
        "app+p+device+roles.previous.json",
    }
    assert (tmp_path / "app+p+device+roles.json").read_bytes() == b"two"
    assert (tmp_path / "app+p+device+roles.previous.json").read_bytes() == b"one"


def test_what_is_made_is_for_this_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Files(tmp_path / "a" / "b").write("key", b"one", replaces=None)
    finally:
        os.umask(before)
    made = tmp_path / "a" / "b"
    assert [_mode(each) for each in (made.parent, made)] == [0o700, 0o700]
    assert {_mode(each) for each in made.iterdir()} == {0o600}


def test_a_directory_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Files(tmp_path).write("key", b"one", replaces=None)
    assert _mode(tmp_path) == 0o755


def test_reading_makes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "absent"
    storage = Files(place)
    assert storage.read("key", limit=LIMIT) == Stored(None)
    assert storage.keys() == ()
    assert storage.pulse() == storage.pulse()
    storage.delete("key")
    assert not place.exists()


def test_the_home_of_the_user_is_meant_by_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    storage = Files("~/careers")
    storage.write("key", b"one", replaces=None)
    assert (tmp_path / "careers" / "key.json").read_bytes() == b"one"
    assert storage.name == f"files in {tmp_path}/careers"


def test_another_current_directory_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    storage = Files("here")
    monkeypatch.chdir("/")
    storage.write("key", b"one", replaces=None)
    assert (tmp_path / "here" / "key.json").exists()


@pytest.mark.parametrize("path", ["", "a\0b", "~nobody-has-this-name/x"])
def test_a_path_that_cannot_be_meant_is_refused(path: str) -> None:
    with pytest.raises(InvalidPersist):
        Files(path)


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_wait_that_is_no_time_is_refused(seconds: float, tmp_path: Path) -> None:
    with pytest.raises(InvalidPersist, match="lock_timeout"):
        Files(tmp_path, lock_timeout=seconds)


def test_a_key_that_would_lead_out_of_the_directory_is_refused(tmp_path: Path) -> None:
    storage = Files(tmp_path)
    for use in (storage.peek, storage.delete):
        with pytest.raises(InvalidPersist, match="no key of a storage"):
            use("../outside")


def test_a_directory_that_vanishes_is_made_again(tmp_path: Path) -> None:
    place = tmp_path / "place"
    storage = Files(place)
    storage.write("key", b"one", replaces=None)
    before = storage.pulse()
    place.rename(tmp_path / "gone")
    assert storage.pulse() != before
    assert storage.read("key", limit=LIMIT) == Stored(None)
    storage.write("key", b"two", replaces=None)
    assert storage.read("key", limit=LIMIT) == Stored(b"two")
    assert storage.pulse() != before


def test_a_file_in_the_place_of_the_directory_is_named(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.write_text("a file")
    storage = Files(place)
    with pytest.raises(StorageUnavailable, match=str(place)) as caught:
        storage.read("key", limit=LIMIT)
    assert "a file is in the place of a directory" in caught.value.hint
    with pytest.raises(StorageUnavailable, match=str(place)):
        storage.write("key", b"one", replaces=None)
    with pytest.raises(StorageUnavailable, match=str(place)):
        storage.keys()
    assert place.read_text() == "a file"


def test_a_directory_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    storage = Files(tmp_path / "file" / "place")
    with pytest.raises(StorageUnavailable, match="cannot write 'key' in"):
        storage.write("key", b"one", replaces=None)


@pytest.mark.parametrize("kind", ["directory", "pipe", "device"])
def test_what_is_no_file_is_neither_read_nor_replaced(
    kind: str, tmp_path: Path
) -> None:
    place = tmp_path / "key.json"
    match kind:
        case "directory":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case _:
            place.symlink_to("/dev/zero")
    storage = Files(tmp_path)
    with pytest.raises(StorageUnavailable, match="is no file"):
        storage.read("key", limit=LIMIT)
    with pytest.raises(StorageUnavailable, match="is no file"):
        storage.write("key", b"one", replaces=None)
    assert place.exists()


def test_a_symbolic_link_to_a_directory_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    Files(tmp_path / "link").write("key", b"one", replaces=None)
    assert Files(tmp_path / "real").peek("key") == b"one"


def test_a_symbolic_link_to_a_file_is_read_and_then_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"one")
    place = tmp_path / "place"
    place.mkdir()
    (place / "key.json").symlink_to("../elsewhere")
    storage = Files(place)
    storage.write("key", b"two", replaces=b"one")
    assert storage.read("key", limit=LIMIT) == Stored(b"two", b"one")
    assert (tmp_path / "elsewhere").read_bytes() == b"one"


def test_links_that_lead_in_a_circle_are_named(tmp_path: Path) -> None:
    (tmp_path / "key.json").symlink_to("key.json")
    with pytest.raises(StorageUnavailable, match=r"key\.json") as caught:
        Files(tmp_path).read("key", limit=LIMIT)
    assert "circle" in caught.value.hint


def test_files_of_others_are_neither_listed_nor_touched(tmp_path: Path) -> None:
    names = ("notes.txt", ".hidden.tmp", "Key.JSON", "key.json.bak", ".stateroom.tmp")
    for name in names:
        (tmp_path / name).write_text("others'")
    storage = Files(tmp_path)
    storage.write("key", b"one", replaces=None)
    assert storage.keys() == ("key",)
    storage.delete("key")
    assert {each.name for each in tmp_path.iterdir()} == {*names, ".lock"}


def test_what_a_dead_writer_left_is_removed_on_opening(tmp_path: Path) -> None:
    Files(tmp_path).write("key", b"one", replaces=None)
    left = tmp_path / temporary_name(token())
    left.write_bytes(b"half a rec")
    Files(tmp_path)
    assert not left.exists()


def test_opening_a_tidy_directory_changes_nothing(tmp_path: Path) -> None:
    disk = SteppingDisk()
    Files(tmp_path, disk=disk)
    assert {"open_lock", "write", "remove"}.isdisjoint(disk.calls)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_that_cannot_be_removed_are_in_nobodys_way(tmp_path: Path) -> None:
    left = tmp_path / temporary_name(token())
    left.write_bytes(b"half a rec")
    disk = FaultyDisk(errno.EIO, lasts=frozenset({"remove"}))
    disk.has_failed = True
    disk.fails_at = 0
    storage = Files(tmp_path, disk=disk)
    storage.write("key", b"one", replaces=None)
    assert storage.peek("key") == b"one"
    assert left.exists()


def test_a_pulse_tells_of_files_that_were_put_there_by_hand(tmp_path: Path) -> None:
    storage = Files(tmp_path)
    storage.write("key", b"one", replaces=None)
    before = storage.pulse()
    os.utime(tmp_path, ns=(0, 0))
    assert storage.pulse() != before


def test_the_pulse_of_a_directory_at_rest_does_not_change(tmp_path: Path) -> None:
    storage = Files(tmp_path)
    storage.write("key", b"one", replaces=None)
    assert {storage.pulse() for _ in range(5)} == {Files(tmp_path).pulse()}
