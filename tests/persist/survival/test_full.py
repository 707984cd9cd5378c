"""What a letter is when there is no room for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateroom.persist.settings import Durability
from tests.persist.survival.machine import end, started

pytestmark = pytest.mark.timeout(90)

SMALL = 4_096
"""Bytes that a file may have; a record with ``LONG`` in it has more."""
LONG = "I can cook. " * 500
NO_LIMIT = -1


@pytest.mark.parametrize("durability", ["relaxed", "throttled", "fsync"])
def test_what_was_stored_stays_and_what_is_new_waits_for_room(
    tmp_path: Path, durability: Durability
) -> None:
    with started(tmp_path, durability=durability) as program:
        program.ask("write", "Dear Ms Gray")
        assert program.ask("flush") == "stored"
        program.ask("let_no_file_grow", SMALL)
        program.ask("write", LONG)
        assert "File too large" in str(program.ask("flush"))
        assert program.ask("lines") == ["Dear Ms Gray", LONG]
        end(program, "kill")
    with started(tmp_path, durability=durability) as program:
        assert program.ask("phase") == "ready"
        assert program.ask("lines") == ["Dear Ms Gray"]


def test_what_waited_is_stored_by_itself_when_there_is_room(tmp_path: Path) -> None:
    with started(tmp_path) as program:
        program.ask("let_no_file_grow", SMALL)
        program.ask("write", LONG)
        assert "File too large" in str(program.ask("flush"))
        program.ask("let_no_file_grow", NO_LIMIT)
        assert program.ask("until_stored")
        end(program, "kill")
    with started(tmp_path) as program:
        assert program.ask("lines") == [LONG]


def test_another_users_letter_is_not_touched_where_there_is_no_room(
    tmp_path: Path,
) -> None:
    with started(tmp_path, scope="user") as program:
        program.ask("sign_in", 7)
        program.ask("write", "Dear Ms Gray")
        program.ask("sign_out_until_later")
        program.ask("sign_in", 8)
        program.ask("let_no_file_grow", SMALL)
        program.ask("write", LONG)
        assert "File too large" in str(program.ask("flush"))
        end(program, "kill")
    with started(tmp_path, scope="user") as program:
        program.ask("sign_in", 7)
        assert program.ask("lines") == ["Dear Ms Gray"]
