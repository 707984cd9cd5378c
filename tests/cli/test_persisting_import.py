"""`stateroom persist import`: everything or nothing, and over nothing unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateroom.persist.quarantine import is_aside
from stateroom.persist.records import Record, encode_record
from stateroom.persist.sealed import Sealed, pack
from tests.cli.persisting import (
    DRAFTS,
    PLACES,
    ROLES,
    SAVED,
    document,
    each_place,
    fill,
    newest,
    opened,
    persist,
    record,
    rows,
    saved,
    scribble,
    stored,
)

SEALED = pack(Sealed(key_id="k", check="0" * 16, nonce=b"n" * 12, data=b"d" * 32))


def backup(*records: Record) -> str:
    texts = {each.key: encode_record(each).decode() for each in records}
    return saved({"stateroom-backup": 1, "records": texts})


# ----------------------------------------------------------------------- backup


@each_place
def test_what_was_exported_comes_back_to_the_byte(place: str) -> None:
    fill(place, record(version=2, revision=7), record(DRAFTS, {"ä": 1.5}, owner="7"))
    persist("export", place, "-o", SAVED)
    new = {PLACES[0]: "new", PLACES[1]: "new.db"}[place]
    done = persist("import", new, SAVED, "--create")
    assert (done.status, done.out.splitlines()[-1]) == (0, f"{new}: 2 records written.")
    persist("export", new, "-o", "again.json")
    assert Path("again.json").read_bytes() == Path(SAVED).read_bytes()
    assert persist("verify", new).status == 0


@each_place
def test_importing_it_again_changes_nothing(place: str) -> None:
    fill(place, record())
    persist("export", place, "-o", SAVED)
    before = stored(place, ROLES)
    done = persist("import", place, SAVED)
    assert (done.status, "nothing: it is there" in done.out) == (0, True)
    assert f"{place}: 0 records written." in done.out
    assert stored(place, ROLES) == before


@each_place
def test_nothing_is_overwritten_unless_that_is_said(place: str) -> None:
    fill(place, record(revision=5))
    old = backup(record(state={"selected": []}), record(DRAFTS, owner="7"))
    done = persist("import", place, old)
    assert (done.status, done.out) == (2, "")
    assert f"there already: {ROLES}; nothing is written" in done.err
    assert stored(place, DRAFTS).current is None
    assert newest(place).revision == 5


@each_place
def test_what_is_replaced_stays_as_the_previous_generation(place: str) -> None:
    fill(place, record(revision=5))
    old = backup(record(state={"selected": []}, revision=2))
    done = persist("import", place, old, "--replace")
    assert (done.status, "revision 5" in done.out) == (0, True)
    current, previous = stored(place, ROLES)
    assert previous == encode_record(record(revision=5))
    assert current == encode_record(record(state={"selected": []}, revision=6))


@each_place
def test_a_newer_backup_keeps_its_revision(place: str) -> None:
    fill(place, record(revision=5))
    persist("import", place, backup(record(state={"a": 1}, revision=9)), "--replace")
    assert newest(place).revision == 9


@each_place
def test_damaged_bytes_are_put_aside_and_the_good_ones_stay(place: str) -> None:
    before = encode_record(record(revision=4))
    scribble(place, (ROLES, before), (ROLES, before[:-1]))
    persist("import", place, backup(record(state={"a": 1})), "--replace")
    assert (newest(place).state, newest(place).revision) == ({"a": 1}, 5)
    assert stored(place, ROLES).previous == before
    with opened(place) as storage:
        (aside,) = filter(is_aside, storage.keys())
        data = storage.read(aside, limit=1 << 20).current
    assert data is not None
    assert data.endswith(b"\n" + before[:-1])


@each_place
def test_a_tombstone_gives_way_only_when_that_is_said(place: str) -> None:
    fill(place, record())
    persist("export", place, "-o", SAVED)
    persist("purge", place, "--all", "--yes")
    assert persist("import", place, SAVED).status == 2
    assert persist("import", place, SAVED, "--replace").status == 0
    assert (newest(place).is_purged, newest(place).revision) == (False, 4)


@each_place
@pytest.mark.parametrize("data", [b'{"stateroom":2,"x":1}', SEALED])
def test_what_a_newer_release_or_a_key_has_written_is_never_replaced(
    place: str, data: bytes
) -> None:
    scribble(place, (ROLES, data))
    done = persist("import", place, backup(record()), "--replace")
    assert (done.status, "nothing takes its place" in done.err) == (2, True)
    assert stored(place, ROLES).current == data


@each_place
def test_one_damaged_record_in_a_backup_stops_all(place: str) -> None:
    fill(place, record("careers:p:device:ui"))
    texts = {DRAFTS: encode_record(record(DRAFTS, owner="7")).decode()}
    texts[ROLES] = encode_record(record()).decode().replace("Cook", "Crook")
    words = (place, saved({"stateroom-backup": 1, "records": texts}))
    done = persist("import", *words)
    assert done.status == 2
    assert f"{SAVED}: {ROLES}: the record is damaged" in done.err
    assert stored(place, DRAFTS).current is None


# ------------------------------------------------------- dry runs, and new places


@each_place
def test_a_check_says_what_would_be_done_and_does_nothing(place: str) -> None:
    fill(place, record(revision=5))
    old = backup(record(state={"a": 1}), record(DRAFTS, owner="7"))
    told = document("import", place, old, "--replace", "--check")
    assert told["written"] is False
    assert [(row["key"], row["revision"], row["replaces"]) for row in rows(told)] == [
        (ROLES, 6, 5),
        (DRAFTS, 1, None),
    ]
    assert newest(place).revision == 5
    assert stored(place, DRAFTS).current is None


@pytest.mark.parametrize("new", ["new", "new.db"])
def test_a_place_is_made_only_when_that_is_said(new: str) -> None:
    old = backup(record())
    done = persist("import", new, old)
    assert (done.status, "hint: --create makes it" in done.err) == (2, True)
    done = persist("import", new, old, "--create", "--check")
    assert (done.status, "1 record would be written" in done.out) == (0, True)
    assert not Path(new).exists()
    assert persist("import", new, old, "--create").status == 0
    assert Path(new).is_dir() == (new == "new")
