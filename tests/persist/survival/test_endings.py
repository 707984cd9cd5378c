"""What a program finds again, however the one before it has ended."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Literal

import pytest

from stateroom.persist.settings import Durability
from tests.persist.survival.machine import Ending, end, started

pytestmark = pytest.mark.timeout(90)

Kind = Literal["files", "sqlite"]
NEVER = 3_600_000.0
"""Milliseconds until something is written: longer than any test."""

both_kinds = pytest.mark.parametrize("kind", ["files", "sqlite"])


@pytest.mark.parametrize("ending", ["end", "kill"])
def test_what_is_not_kept_begins_anew(tmp_path: Path, ending: Ending) -> None:
    with started(tmp_path) as program:
        program.ask("write_all", "Dear Ms Gray")
        program.ask("flush")
        end(program, ending)
    with started(tmp_path) as program:
        assert program.ask("state") == {
            "letter": {"lines": ["Dear Ms Gray"], "sending": []},
            "theme": {"names": ["Dear Ms Gray"], "sending": []},
            "notes": {"lines": [], "sending": []},
        }


@both_kinds
@pytest.mark.parametrize("durability", ["relaxed", "throttled", "fsync"])
def test_what_is_written_survives_a_kill(
    tmp_path: Path, kind: Kind, durability: Durability
) -> None:
    with started(tmp_path, kind=kind, durability=durability) as program:
        for line in ("Dear Ms Gray", "I can cook."):
            program.ask("write", line)
            assert program.ask("until_stored")
        assert end(program, "kill") == -signal.SIGKILL
    with started(tmp_path, kind=kind) as program:
        assert program.ask("lines") == ["Dear Ms Gray", "I can cook."]


@pytest.mark.parametrize("durability", ["relaxed", "throttled", "fsync"])
def test_what_is_written_is_there_after_a_restart(
    tmp_path: Path, durability: Durability
) -> None:
    with started(tmp_path, durability=durability) as program:
        program.ask("write", "Dear Ms Gray")
        assert program.ask("until_stored")
        assert end(program, "end") == 0
    with started(tmp_path) as program:
        assert program.ask("lines") == ["Dear Ms Gray"]


@pytest.mark.parametrize("ending", ["end", "close", "terminate"])
def test_what_waits_for_its_time_is_stored_when_the_program_ends(
    tmp_path: Path, ending: Ending
) -> None:
    with started(tmp_path, max_delay=NEVER, listens=True) as program:
        program.ask("write", "Dear Ms Gray")
        # The signal has its usual effect afterwards.
        assert end(program, ending) == (-15 if ending == "terminate" else 0)
    with started(tmp_path) as program:
        assert program.ask("lines") == ["Dear Ms Gray"]


@both_kinds
@pytest.mark.parametrize("ending", ["kill", "terminate"])
def test_a_kill_costs_what_waited_for_its_time_and_nothing_else(
    tmp_path: Path, kind: Kind, ending: Ending
) -> None:
    with started(tmp_path, kind=kind, max_delay=NEVER) as program:
        program.ask("write", "Dear Ms Gray")
        program.ask("flush")
        program.ask("write", "I can cook.")
        end(program, ending)
    with started(tmp_path, kind=kind) as program:
        assert program.ask("lines") == ["Dear Ms Gray"]


@both_kinds
@pytest.mark.parametrize("how", ["flush", "dispatch_durable", "fsync"])
def test_what_was_waited_for_survives_a_kill(
    tmp_path: Path, kind: Kind, how: str
) -> None:
    durability: Durability = "fsync" if how == "fsync" else "relaxed"
    told = {"kind": kind, "durability": durability, "max_delay": NEVER}
    with started(tmp_path, **told) as program:  # type: ignore[arg-type] # as it has
        program.ask("write_durably" if how == "dispatch_durable" else "write", "Dear")
        if how == "flush":
            assert program.ask("flush") == "stored"
        if how == "fsync":
            assert program.ask("until_stored")
        end(program, "kill")
    with started(tmp_path, kind=kind) as program:
        assert program.ask("lines") == ["Dear"]
