"""`stateroom persist inspect` and `verify`: what is stored, and whether it is whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stateroom.persist.records import encode_record
from stateroom.persist.sealed import Sealed, pack
from tests.cli.persisting import (
    AT,
    DRAFTS,
    FILE,
    ROLES,
    document,
    each_place,
    fill,
    flat,
    persist,
    put_aside,
    record,
    rows,
    scribble,
)

# ---------------------------------------------------------------------- inspect


@each_place
def test_a_row_tells_all_about_a_record(place: str) -> None:
    fill(place, record(revision=16), record(revision=17, version=2))
    fill(place, record(DRAFTS, revision=3, owner="7", until=AT + 86_400_000))
    lines = persist("inspect", place).out
    assert f"{place}: 2 records, " in lines
    assert "of 2 MiB" in lines
    told = flat(lines.split("\ncareers\n")[1])
    assert "roles device 2 17" in told
    assert "previous 16" in told
    assert "by a1b2c3d4e5f6" in flat(told)
    assert "drafts 7 1 3" in told
    assert "until 2025-11-27" in told


@each_place
def test_a_program_is_told_the_same_in_numbers(place: str) -> None:
    data = [encode_record(record(revision=number)) for number in (1, 2)]
    scribble(place, *((ROLES, each) for each in data))
    told = document("inspect", place)
    assert (told["bytes"], told["current_bytes"]) == (sum(map(len, data)), len(data[1]))
    (row,) = rows(told)
    assert row["previous"] == {
        "condition": "whole",
        "revision": 1,
        "bytes": len(data[0]),
    }
    assert {name: row[name] for name in ("key", "namespace", "owner", "item")} == {
        "key": ROLES,
        "namespace": "careers",
        "owner": None,
        "item": "roles",
    }
    assert (row["revision"], row["written_ms"], row["purged"]) == (2, AT, False)
    assert "state" not in row


@each_place
def test_contents_are_shown_only_when_asked_for(place: str) -> None:
    fill(place, record(state={"selected": ["Anna's secret"]}))
    put_aside(place, ROLES, b"Anna's secret, cut")
    silent = persist("inspect", place).out + str(document("inspect", place))
    assert "Anna" not in silent
    shown = persist("inspect", place, "--state").out
    assert '    "Anna\'s secret"' in shown
    assert "Anna's secret, cut" in shown
    told = document("inspect", place, "--state")
    assert rows(told)[0]["state"] == {"selected": ["Anna's secret"]}
    assert rows(told, "put_aside")[0]["text"] == "Anna's secret, cut"


@each_place
def test_the_state_of_what_is_purged_or_unreadable_is_said_to_be_none(
    place: str,
) -> None:
    fill(place, record(), record(DRAFTS, owner="7"))
    scribble(place, (ROLES, b"x"), (ROLES, b"x"))
    persist("purge", place, "--owner", "7", "--yes")
    shown = persist("inspect", place, "--state").out
    assert f"{ROLES}: it cannot be read" in shown
    assert f"{DRAFTS} revision 3, version 1\n  purged" in shown


@each_place
def test_damaged_bytes_that_were_put_aside_have_a_table_of_their_own(
    place: str,
) -> None:
    fill(place, record())
    put_aside(place, ROLES, b"123456", reason="its checksum does not fit")
    done = persist("inspect", place)
    table = flat(done.out.split("put aside\n")[1])
    assert f"{ROLES} 2025-11-26 02:17:36 6 B its checksum does not fit" in table
    assert done.err == f"next: stateroom persist verify {place}\n"


@each_place
def test_a_damaged_record_is_marked_and_is_no_failure(place: str) -> None:
    fill(place, record())
    scribble(place, (ROLES, encode_record(record(revision=2))[:-1]))
    done = persist("inspect", place)
    assert done.status == 0
    assert "roles device - - " in flat(done.out)
    assert "damaged; previous 1" in flat(done.out)


@each_place
def test_a_record_that_is_nearly_too_large_is_marked(place: str) -> None:
    fill(place, record(state={"a": "x" * 200_000}))
    fill(place, record(DRAFTS, {"a": "x" * 300_000}, owner="7"))
    judged = {
        str(row["item"]): row["budget"] for row in rows(document("inspect", place))
    }
    assert judged == {"roles": "near", "drafts": "over"}
    assert "near its budget" in flat(persist("inspect", place).out)


@each_place
@pytest.mark.parametrize(
    ("words", "items"),
    [
        (("--item", "roles"), ["roles", "roles"]),
        (("--item", "roles", "--item", "drafts"), ["roles", "drafts", "roles"]),
        (("--owner", "7"), ["drafts"]),
        (("--owner", ""), ["roles", "roles"]),
        (("--namespace", "shop"), ["roles"]),
        (("--owner", "8"), []),
    ],
    ids=str,
)
def test_only_what_is_named_is_shown(
    place: str, words: tuple[str, ...], items: list[str]
) -> None:
    fill(place, record(), record(DRAFTS, owner="7"), record("shop:p:device:roles"))
    told = document("inspect", place, *words)
    assert [each["item"] for each in rows(told)] == items


def test_a_key_of_another_program_is_told_under_a_heading_of_its_own() -> None:
    scribble(FILE, ("settings", b"x"))
    assert "under keys that are none of ours\nitem" in persist("inspect", FILE).out


# ----------------------------------------------------------------------- verify


@each_place
def test_whole_records_are_status_0(place: str) -> None:
    fill(place, record(), record(revision=2), record(DRAFTS, owner="7"))
    done = persist("verify", place)
    assert (done.status, done.out) == (0, f"{place}: no problems in 2 records.\n")


@each_place
def test_every_problem_is_told_with_what_to_do_and_is_status_1(place: str) -> None:
    fill(place, record())
    scribble(place, (ROLES, encode_record(record(revision=2))[:-1]))
    scribble(place, (DRAFTS, b'{"stateroom":2,"x":1}'))
    there = put_aside(place, ROLES, b"junk")
    done = persist("verify", place)
    assert done.status == 1
    assert f"{ROLES}: the record is damaged: its checksum" in flat(done.out)
    assert "goes on with revision 1" in flat(done.out)
    assert f"{DRAFTS}: the record has form 2" in flat(done.out)
    assert f"{there}: 4 damaged bytes were put aside: cut off" in flat(done.out)
    assert done.out.count("fix: ") == 3
    assert done.out.endswith(f"{place}: 3 problems in 2 records.\n")


@each_place
def test_problems_are_told_to_programs(place: str) -> None:
    scribble(place, (ROLES, b"junk"))
    told = document("verify", place, status=1)
    (problem,) = rows(told, "problems")
    assert (told["records"], told["put_aside"], problem["key"]) == (1, 0, ROLES)
    assert "import it from a backup" in str(problem["fix"])


@each_place
def test_encrypted_records_are_counted_and_not_called_damaged(place: str) -> None:
    data = pack(Sealed(key_id="k1", check="0" * 16, nonce=b"n" * 12, data=b"d" * 32))
    scribble(place, (ROLES, data))
    done = persist("verify", place)
    assert done.status == 0
    assert "1 encrypted: what is inside is not verified." in done.out
    assert "sealed" in persist("inspect", place).out


def test_a_damaged_database_is_a_problem_and_no_traceback() -> None:
    fill(FILE, *(record(f"careers:p:device:i{i}", {"a": "x" * 900}) for i in range(40)))
    data = Path(FILE).read_bytes()
    Path(FILE).write_bytes(data[:4096] + b"\xff" * 8192 + data[12288:])
    done = persist("verify", FILE)
    assert done.status == 1
    assert "fix: copy what can be read with export" in done.out


def test_a_database_that_is_cut_off_is_a_problem_and_no_traceback() -> None:
    fill(FILE, *(record(f"careers:p:device:i{i}", {"a": "x" * 900}) for i in range(40)))
    os.truncate(FILE, 8192)
    done = persist("verify", FILE)
    assert (done.status, "Traceback" in done.err) == (1, False)
