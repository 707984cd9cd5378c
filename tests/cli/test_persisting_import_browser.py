"""`stateroom persist import` of what redux-persist has stored in a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stateroom.persist.interchange.documents import dump_document
from tests.cli.persisting import (
    FILE,
    ROLES,
    SAVED,
    each_place,
    fill,
    flat,
    newest,
    opened,
    persist,
    record,
    saved,
    stored,
)

ROOT = {"roles": {"selected": ["Cook"]}, "count": 5}


@each_place
def test_all_of_a_browser_is_read_and_what_is_not_ours_left_alone(place: str) -> None:
    fill(place, record("careers:p:device:ui"))
    browser = {
        "persist:roles": dump_document({"selected": ["Cook"]}, version=3),
        "theme": "dark",
    }
    words = ("--namespace", "careers", "--owner", "7")
    assert persist("import", place, saved(browser), *words).status == 0
    found = newest(place, "careers:p:u.7:roles")
    assert (found.state, found.version) == ({"selected": ["Cook"]}, 3)
    assert (found.owner, found.revision, found.is_whole) == ("7", 1, False)


@each_place
def test_the_fields_of_a_root_are_slices(place: str) -> None:
    fill(place, record("app:p:device:ui"))
    browser = {"persist:root": dump_document(ROOT)}
    assert persist("import", place, saved(browser), "--root", "root").status == 0
    roles, count = newest(place, "app:p:device:roles"), "app:p:device:count"
    assert (roles.state, roles.version) == ({"selected": ["Cook"]}, 1)
    assert (newest(place, count).state, newest(place, count).is_whole) == (5, True)


def test_one_document_without_a_name_is_what_it_is_said_to_be() -> None:
    fill(FILE, record())
    alone = saved(dump_document(ROOT))
    assert "does not say of what" in persist("import", FILE, alone).err
    assert persist("import", FILE, alone, "--root", "root").status == 0
    assert newest(FILE, "app:p:device:count").state == 5
    assert persist("import", FILE, alone, "--item", "all").status == 0
    assert newest(FILE, "app:p:device:all").state == ROOT


def test_nobody_guesses_what_a_document_called_root_is() -> None:
    fill(FILE, record())
    browser = saved({"persist:root": dump_document(ROOT)})
    done = persist("import", FILE, browser)
    assert (done.status, "--root root if its fields are slices" in done.err) == (
        2,
        True,
    )
    assert persist("import", FILE, browser, "--item", "root").status == 0
    assert newest(FILE, "app:p:device:root").state == ROOT


def test_the_mark_of_a_nested_redux_persist_is_left_away() -> None:
    fill(FILE, record())
    inner = {"token": 1, "_persist": {"version": -1, "rehydrated": True}}
    browser = saved({"persist:root": dump_document({"auth": inner})})
    persist("import", FILE, browser, "--root", "root")
    assert newest(FILE, "app:p:device:auth").state == {"token": 1}


def test_items_version_and_buster_can_be_said() -> None:
    fill(FILE, record())
    browser = saved({"persist:root": dump_document(ROOT, version=9)})
    words = ("--root", "root", "--item", "roles", "--version", "2", "--buster", "b1")
    assert persist("import", FILE, browser, *words).status == 0
    found = newest(FILE, "app:p:device:roles")
    assert (found.version, found.buster) == (2, "b1")
    assert stored(FILE, "app:p:device:count").current is None


def test_a_document_may_come_from_a_pipe() -> None:
    fill(FILE, record())
    text = json.dumps({"persist:ui": dump_document({"a": 1})})
    done = persist("import", FILE, "-", answers=text)
    assert (done.status, newest(FILE, "app:p:device:ui").state) == (0, {"a": 1})


def test_a_slice_that_is_too_large_is_told() -> None:
    fill(FILE, record())
    browser = saved({"persist:ui": dump_document({"a": "x" * 300_000})})
    done = persist("import", FILE, browser)
    assert (done.status, "293.1 KiB, more than a slice may" in done.err) == (0, True)


BAD = [
    ("", (), "line 1, column 1"),
    ("[]", (), "this is no JSON object"),
    ('{"a": 1}', (), "does not say of what"),
    ('{"persist:a": "{"}', (), "persist:a: "),
    ('{"persist:a b": "{}"}', (), "cannot be the key under which a slice is kept"),
    ('{"persist:a": "{\\"x\\":\\"1e999\\"}"}', (), "has a number that is infinite"),
    ('{"persist:a": "{}"}', ("--root", "b"), "there is no persist:b"),
    ('{"persist:a": "{}"}', ("--item", "b"), "nothing of b in these documents"),
    ('{"persist:a": "{}"}', ("--version", "0"), "no whole number from 1 on"),
    ('{"persist:a": "{}"}', ("--as", "stateroom"), "it is no backup"),
    ('{"stateroom-backup": 2, "records": {}}', (), "form 2 is not known"),
    ('{"stateroom-backup": 1, "records": []}', (), "is not known"),
    ('{"stateroom-backup": 1, "records": {"x": "y"}}', (), "no key of a record"),
    ('{"stateroom-backup": 1, "records": {"a:p:device:b": 1}}', (), "has no text"),
    ('{"stateroom-backup": 1, "records": {}}', ("--owner", "7"), "says that itself"),
    ("[" * 5000, (), "levels"),
    ("\udcff", (), "no text in UTF-8"),
]


@pytest.mark.parametrize(
    ("text", "words", "told"), BAD, ids=lambda each: str(each)[:30]
)
def test_a_file_that_is_no_document_changes_nothing(
    text: str, words: tuple[str, ...], told: str
) -> None:
    fill(FILE, record())
    Path(SAVED).write_bytes(text.encode("utf-8", "surrogateescape"))
    done = persist("import", FILE, SAVED, *words)
    assert (done.status, done.out, "Traceback" in done.err) == (2, "", False)
    assert told in flat(done.err)
    with opened(FILE) as storage:
        assert storage.keys() == (ROLES,)


def test_a_file_that_is_not_there_is_told() -> None:
    fill(FILE, record())
    assert "No such file" in persist("import", FILE, "nowhere.json").err
    assert "is no regular file" in persist("import", FILE, ".").err
