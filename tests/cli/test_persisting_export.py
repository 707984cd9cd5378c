"""`stateroom persist export`: a backup to the byte, and documents for a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from stateroom.persist.interchange.documents import parse_document
from stateroom.persist.records import encode_record
from tests.cli.persisting import (
    DRAFTS,
    FILE,
    ROLES,
    each_place,
    fill,
    persist,
    record,
    scribble,
    stored,
)

COUNT = "careers:p:device:count"
REDUX = ("--as", "redux-persist")


def exported(*words: str, status: int = 0) -> dict[str, str]:
    """Return what an export wrote: the records of a backup, or key -> text."""
    done = persist("export", *words)
    assert (done.status, "Traceback" in done.err) == (status, False)
    found = json.loads(done.out)
    return cast("dict[str, str]", found.get("records", found))


# ----------------------------------------------------------------------- backup


@each_place
def test_a_backup_has_every_record_to_the_byte(place: str) -> None:
    fill(place, record(state={"selected": ["Bäcker 😀"]}), record(DRAFTS, owner="7"))
    saved = exported(place)
    assert list(saved) == [ROLES, DRAFTS]
    for key, text in saved.items():
        assert text.encode() == stored(place, key).current


def test_a_file_is_replaced_in_one_step_and_nobody_else_may_read_it() -> None:
    fill(FILE, record())
    Path("out.json").write_text("before")
    Path("out.json").chmod(0o644)
    done = persist("export", FILE, "-o", "out.json")
    size = Path("out.json").stat().st_size
    told = f"out.json written: 1 record, {size} B.\n"
    assert (done.status, done.out) == (0, told)
    assert list(json.loads(Path("out.json").read_text("utf-8"))["records"]) == [ROLES]
    assert Path("out.json").stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in Path().iterdir()) == [FILE, "out.json"]


def test_what_is_no_file_is_not_written_to() -> None:
    fill(FILE, record())
    Path("folder").mkdir()
    assert "is no regular file" in persist("export", FILE, "-o", "folder").err
    done = persist("export", FILE, "-o", "nowhere/out.json")
    assert (done.status, "nowhere: there is no such folder" in done.err) == (2, True)


@each_place
def test_a_damaged_record_is_replaced_by_the_one_before_and_told(place: str) -> None:
    before = encode_record(record())
    scribble(place, (ROLES, before), (ROLES, before[:-1]))
    done = persist("export", place)
    assert done.status == 1
    assert f"{ROLES}: revision 1 is there instead: the record is damaged" in done.err
    assert json.loads(done.out)["records"] == {ROLES: before.decode()}


@each_place
@pytest.mark.parametrize("data", [b"junk", b'{"stateroom":2,"x":1}'])
def test_what_cannot_be_read_is_left_out_and_told(place: str, data: bytes) -> None:
    fill(place, record(DRAFTS, owner="7"))
    scribble(place, (ROLES, data))
    done = persist("export", place)
    assert done.status == 1
    assert f"{ROLES}: left out: the record " in done.err
    assert list(json.loads(done.out)["records"]) == [DRAFTS]


def test_nothing_that_is_exported_steers_a_terminal() -> None:
    fill(FILE, record(state={"a": "\x1b]0;owned\x07\x9b2J\u202e"}))
    for words in ((), REDUX):
        assert persist("export", FILE, *words).out.replace("\n", "").isprintable()
        assert persist("export", FILE, *words).out.isascii()


# ---------------------------------------------------------------- redux-persist


@each_place
def test_each_slice_is_a_document_with_its_version(place: str) -> None:
    fill(place, record(version=3), record(DRAFTS, {"title": "x"}, owner="7"))
    assert exported(place, *REDUX) == {
        "persist:roles": '{"selected":"[\\"Cook\\"]","_persist":'
        '"{\\"version\\":3,\\"rehydrated\\":true}"}',
        "persist:drafts": '{"title":"\\"x\\"","_persist":'
        '"{\\"version\\":1,\\"rehydrated\\":true}"}',
    }


@each_place
def test_all_slices_are_the_fields_of_one_document_where_that_is_asked(
    place: str,
) -> None:
    fill(place, record(), record(COUNT, 5, is_whole=True))
    saved = exported(place, *REDUX, "--root", "root")
    assert list(saved) == ["persist:root"]
    found = parse_document(saved["persist:root"])
    assert found.fields == {"count": 5, "roles": {"selected": ["Cook"]}}
    assert found.version == 1


@pytest.mark.parametrize("number", [-1, 0, 12])
def test_the_version_of_the_documents_can_be_said(number: int) -> None:
    fill(FILE, record(version=2), record(DRAFTS, owner="7"))
    words = (*REDUX, "--version", str(number))
    for more in ((), ("--root", "root")):
        documents = map(parse_document, exported(FILE, *words, *more).values())
        assert {each.version for each in documents} == {number}


def test_records_of_several_versions_are_not_put_into_one_document_blindly() -> None:
    fill(FILE, record(version=2), record(DRAFTS, owner="7"))
    done = persist("export", FILE, *REDUX, "--root", "root")
    assert (done.status, done.out) == (2, "")
    assert f"the records have several: {ROLES} has 2, {DRAFTS} has 1" in done.err


def test_a_state_without_fields_needs_a_document_of_all() -> None:
    fill(FILE, record(COUNT, 5, is_whole=True))
    done = persist("export", FILE, *REDUX)
    assert (done.status, done.out) == (2, "")
    assert f"{COUNT}: its state is no object" in done.err


def test_two_records_of_one_slice_are_never_mixed_up() -> None:
    fill(FILE, record(), record("careers:p:u.7:roles", {"a": 1}, owner="7"))
    done = persist("export", FILE, *REDUX)
    assert (done.status, done.out) == (2, "")
    assert f"roles is there more than once: {ROLES}, careers:p:u.7:roles" in done.err
    mine = exported(FILE, *REDUX, "--owner", "7")
    assert parse_document(mine["persist:roles"]).fields == {"a": 1}
    theirs = exported(FILE, *REDUX, "--owner", "")
    assert parse_document(theirs["persist:roles"]).fields == {"selected": ["Cook"]}


def test_what_is_purged_is_not_handed_out() -> None:
    fill(FILE, record(), record(DRAFTS, {"title": "secret"}, owner="7"))
    persist("purge", FILE, "--owner", "7", "--yes")
    assert list(exported(FILE, *REDUX)) == ["persist:roles"]
    assert "secret" not in str(exported(FILE))


def test_what_javascript_cannot_hold_is_refused_with_its_place() -> None:
    fill(FILE, record(state={"id": 2**53 + 1}))
    done = persist("export", FILE, *REDUX)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error STR-911: {ROLES}: ")
    assert "at id: " in done.err


MISTAKES = [
    (("--as", "redux"), "did you mean redux-persist?"),
    (("--root", "root"), "--as redux-persist"),
    (("--version", "2"), "--as redux-persist"),
    ((*REDUX, "--version", "two"), "--version: 'two' is no whole number from -1 on"),
    ((*REDUX, "--version", "-2"), "--version: '-2' is no whole number from -1 on"),
    ((*REDUX, "--version", "9" * 20), "is no whole number"),
    (("--item", "a b"), "cannot be the key under which a slice is kept"),
    (("--namespace", "Careers"), "cannot stand in the key of a record"),
]


@pytest.mark.parametrize(("words", "told"), MISTAKES, ids=str)
def test_a_mistake_is_told_in_a_line_and_a_hint(
    words: tuple[str, ...], told: str
) -> None:
    fill(FILE, record())
    done = persist("export", FILE, *words)
    assert (done.status, done.out, told in done.err) == (2, "", True)
    assert len(done.err.splitlines()) <= 2
