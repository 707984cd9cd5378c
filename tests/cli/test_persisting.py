"""`stateroom persist`: what it may be pointed at, and how its commands end."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from stateroom.persist.records import compose, encode_record
from stateroom.persist.storages import SQLite
from tests.cli.persisting import (
    DIRECTORY,
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
from tests.cli.running import PATIENCE, command, environment, on_terminal, uncoloured

EVIL = "\x1b]0;owned\x07 \u202e \x9b2J"
READING = ("inspect", "verify", "export")


@pytest.mark.parametrize("verb", READING)
def test_nothing_is_made_of_a_path_that_is_not_there(verb: str, folder: Path) -> None:
    done = persist(verb, "nowhere")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error STR-100: nowhere: there is nothing\nhint: ")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("verb", READING)
def test_a_file_of_another_kind_is_refused_and_stays(verb: str, folder: Path) -> None:
    (folder / "notes.txt").write_text("SQLite format 3, but not really")
    done = persist(verb, "notes.txt")
    assert (done.status, done.out) == (2, "")
    assert "neither a directory nor a SQLite file" in done.err
    assert [each.name for each in folder.iterdir()] == ["notes.txt"]


def test_a_pipe_is_refused_and_not_waited_for() -> None:
    os.mkfifo("pipe")
    assert "neither a directory nor a SQLite file" in persist("verify", "pipe").err


@pytest.mark.parametrize("verb", READING)
def test_a_database_of_another_program_stays_as_it_is(verb: str, folder: Path) -> None:
    with closing(sqlite3.connect("other.db")) as link:
        link.execute("CREATE TABLE bookmarks (url TEXT)")
    before = Path("other.db").read_bytes()
    done = persist(verb, "other.db")
    assert done.status == 2
    assert "other.db: has no table 'stateroom_records'" in done.err
    assert "--table, one of: bookmarks" in done.err
    assert Path("other.db").read_bytes() == before
    assert [each.name for each in folder.iterdir()] == ["other.db"]


def test_a_table_of_another_name_is_found_by_it() -> None:
    storage = SQLite(FILE, table="kept")
    storage.write(ROLES, encode_record(record()), replaces=None)
    storage.close()
    assert persist("inspect", FILE).status == 2
    assert rows(document("inspect", FILE, "--table", "kept"))[0]["item"] == "roles"


def test_a_table_of_a_directory_is_a_mistake() -> None:
    fill(DIRECTORY, record())
    assert (
        "is a directory, and has no tables"
        in persist("inspect", DIRECTORY, "--table", "kept").err
    )


@pytest.mark.parametrize("verb", READING)
@each_place
def test_a_name_that_is_not_there_is_told_with_the_nearest(
    verb: str, place: str
) -> None:
    fill(place, record(), record(DRAFTS, owner="7"))
    done = persist(verb, place, "--item", "rolles")
    assert (done.status, "did you mean roles?" in done.err) == (2, True)
    away = persist(verb, place, "--item", "roles", "--owner", "7")
    assert "there is nothing of roles for 7" in away.err


def test_an_empty_directory_holds_nothing(folder: Path) -> None:
    (folder / DIRECTORY).mkdir()
    assert persist("inspect", DIRECTORY).out.startswith("data: 0 records, 0 B (0% ")
    assert persist("verify", DIRECTORY).out == "data: no problems in 0 records.\n"
    assert list((folder / DIRECTORY).iterdir()) == []


@pytest.mark.parametrize("verb", READING)
@each_place
def test_looking_changes_no_byte(verb: str, place: str, folder: Path) -> None:
    fill(place, record(), record(revision=2))
    put_aside(place, ROLES, b"junk")

    def contents() -> dict[str, bytes]:
        files = sorted(each for each in folder.rglob("*") if each.is_file())
        return {str(each): each.read_bytes() for each in files}

    before = contents()
    persist(verb, place)
    assert contents() == before


# ------------------------------------------------------- whatever the bytes are


@each_place
@pytest.mark.parametrize("verb", ["inspect", "verify"])
def test_text_that_would_steer_a_terminal_is_spelled_out(verb: str, place: str) -> None:
    evil = record(state={EVIL: EVIL})
    scribble(place, (ROLES, encode_record(evil)), (DRAFTS, EVIL.encode()))
    put_aside(place, ROLES, EVIL.encode(), reason=EVIL)
    words = [verb, place, *(["--state"] if verb == "inspect" else [])]
    for form in ("text", "json"):
        done = persist(*words, "--format", form)
        assert [each for each in "\x1b\x07\u202e\x9b" if each in done.out] == []
        assert "\\u202e" in done.out


@pytest.mark.parametrize(
    "text",
    ['"\\ud800"', "1e400", "123456789012345678901234567890", "[" * 900 + "]" * 900],
    ids=["half a character", "too large", "long", "deep"],
)
def test_a_state_that_few_programs_can_hold_is_shown(text: str) -> None:
    scribble(FILE, (ROLES, compose(record(), f'{{"a":{text}}}')))
    assert persist("inspect", FILE, "--state").status == 0
    assert rows(document("inspect", FILE, "--state"))[0]["state"] is not None


def test_a_moment_that_no_calendar_has_is_told_as_a_number() -> None:
    far = replace(record(), at=2**53, until=-(2**53))
    fill(FILE, far)
    assert "9,007,199,254,740,992 ms" in flat(persist("inspect", FILE).out)


# ------------------------------------------------------- terminals and processes


def test_a_terminal_gets_colours_and_no_line_is_wider(folder: Path) -> None:
    fill(DIRECTORY, record(), record(revision=2), record(DRAFTS, owner="7"))
    put_aside(DIRECTORY, ROLES, b"junk")
    for verb in ("inspect", "verify"):
        done = on_terminal("persist", verb, DIRECTORY)
        lines = uncoloured(done.out).splitlines()
        assert "\x1b[" in done.out
        assert [line for line in lines if len(line.rstrip()) > 80] == []


def test_a_reader_that_has_left_is_no_error() -> None:
    fill(DIRECTORY, record())
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command("persist", "inspect", DIRECTORY),
            env=environment(),
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
            timeout=PATIENCE,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_an_interrupted_run_ends_with_one_line() -> None:
    fill(DIRECTORY, record())
    code = (
        "import sys\nfrom stateroom.cli import main, persisting_choosing\n"
        "def interrupted(*words, **options):\n    raise KeyboardInterrupt\n"
        "persisting_choosing.survey = interrupted\n"
        "sys.argv = ['stateroom', *sys.argv[1:]]\nmain()"
    )
    done = subprocess.run(
        (sys.executable, "-c", code, "persist", "verify", DIRECTORY),
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


@pytest.mark.parametrize("verb", ["inspect", "verify"])
def test_a_document_has_a_schema_version_and_text_fits_80_columns(verb: str) -> None:
    fill(DIRECTORY, record(), record(DRAFTS, owner="7"))
    done = persist(verb, DIRECTORY)
    assert (
        json.loads(persist(verb, DIRECTORY, "--format", "json").out)["schema_version"]
        == "1.0"
    )
    assert [line for line in done.out.splitlines() if len(line) > 80] == []
