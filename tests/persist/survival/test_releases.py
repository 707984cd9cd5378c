"""What a letter is after an update of its program, and after going back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.persist.survival.machine import end, started

pytestmark = pytest.mark.timeout(90)

LINES = ["Dear Ms Gray", "I can cook."]


def store_as(release: str, place: Path) -> None:
    with started(place, release=release) as program:
        for line in LINES:
            program.ask("write", line)
        assert program.ask("flush") == "stored"
        end(program, "end")


def test_an_update_migrates_what_is_stored(tmp_path: Path) -> None:
    store_as("first", tmp_path)
    with started(tmp_path, release="second") as program:
        assert program.ask("phase") == "ready"
        assert program.ask("lines") == LINES
        program.ask("write", "I bake, too.")
        end(program, "kill" if program.ask("until_stored") else "end")
    with started(tmp_path, release="second") as program:
        assert program.ask("lines") == [*LINES, "I bake, too."]


def test_an_update_that_cannot_migrate_leaves_what_is_stored(tmp_path: Path) -> None:
    store_as("first", tmp_path)
    with started(tmp_path, release="broken") as program:
        assert program.ask("phase") == "read_only"
        assert program.ask("lines") == []
        program.ask("write", "over it")
        assert "fail failed: KeyError('line')" in str(program.ask("flush"))
        end(program, "end")
    with started(tmp_path, release="second") as program:
        assert program.ask("lines") == LINES


def test_an_older_release_leaves_what_a_newer_one_has_stored(tmp_path: Path) -> None:
    store_as("second", tmp_path)
    with started(tmp_path, release="first") as program:
        assert program.ask("phase") == "read_only"
        program.ask("write", "over it")
        assert "a newer release stored it as version 2" in str(program.ask("flush"))
        end(program, "end")
    with started(tmp_path, release="second") as program:
        assert program.ask("phase") == "ready"
        assert program.ask("lines") == LINES


def test_an_older_release_that_was_prepared_goes_on(tmp_path: Path) -> None:
    store_as("second", tmp_path)
    with started(tmp_path, release="prepared") as program:
        assert program.ask("phase") == "ready"
        assert program.ask("lines") == LINES
        program.ask("write", "I bake, too.")
        end(program, "close")
    with started(tmp_path, release="second") as program:
        assert program.ask("lines") == [*LINES, "I bake, too."]
