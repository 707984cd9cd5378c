"""What a letter is after its user has signed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.persist.survival.machine import Running, end, started

pytestmark = pytest.mark.timeout(90)

ANN, BEN = 7, 8


def write_as(program: Running, owner: int, line: str) -> None:
    program.ask("sign_in", owner)
    program.ask("write", line)
    assert program.ask("flush") == "stored"


def test_what_is_the_devices_stays_when_a_user_signs_out(tmp_path: Path) -> None:
    with started(tmp_path, scope="user") as program:
        program.ask("sign_in", ANN)
        program.ask("write_all", "dark")
        program.ask("sign_out")
        assert program.ask("state") == {
            "letter": {"lines": [], "sending": []},
            "theme": {"names": ["dark"], "sending": ["dark"]},
            "notes": {"lines": ["dark"], "sending": ["dark"]},
        }
        end(program, "close")
    with started(tmp_path, scope="user") as program:
        assert program.ask("state") == {
            "letter": {"lines": [], "sending": []},
            "theme": {"names": ["dark"], "sending": []},
            "notes": {"lines": [], "sending": []},
        }


def test_what_is_a_users_is_erased_when_they_sign_out(tmp_path: Path) -> None:
    with started(tmp_path, scope="user") as program:
        write_as(program, ANN, "Dear Ms Gray")
        program.ask("sign_out")
        assert program.ask("lines") == []
        end(program, "end")
    left = b"".join(path.read_bytes() for path in (tmp_path / "files").iterdir())
    assert b"Gray" not in left
    with started(tmp_path, scope="user") as program:
        program.ask("sign_in", ANN)
        assert program.ask("lines") == []


def test_what_a_user_leaves_is_there_for_them_and_for_nobody_else(
    tmp_path: Path,
) -> None:
    with started(tmp_path, scope="user") as program:
        write_as(program, ANN, "Dear Ms Gray")
        program.ask("sign_out_until_later")
        write_as(program, BEN, "Dear Mr Hill")
        end(program, "kill")
    with started(tmp_path, scope="user") as program:
        assert program.ask("lines") == []
        program.ask("sign_in", ANN)
        assert program.ask("lines") == ["Dear Ms Gray"]
        program.ask("sign_out_until_later")
        program.ask("sign_in", BEN)
        assert program.ask("lines") == ["Dear Mr Hill"]


def test_what_a_user_wrote_survives_a_kill(tmp_path: Path) -> None:
    with started(tmp_path, scope="user") as program:
        write_as(program, ANN, "Dear Ms Gray")
        end(program, "kill")
    with started(tmp_path, scope="user") as program:
        program.ask("sign_in", ANN)
        assert program.ask("lines") == ["Dear Ms Gray"]
