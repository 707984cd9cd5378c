"""What a letter is when two programs write it, on one directory or database."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from stateroom.persist.settings import Durability
from tests.persist.survival.machine import end, started

pytestmark = pytest.mark.timeout(90)

Kind = Literal["files", "sqlite"]
NEVER = 3_600_000.0

both_kinds = pytest.mark.parametrize("kind", ["files", "sqlite"])


@both_kinds
def test_what_one_program_writes_another_takes_in(tmp_path: Path, kind: Kind) -> None:
    with (
        started(tmp_path, kind=kind) as one,
        started(tmp_path, kind=kind, poll=0.02) as other,
    ):
        # From here on the other has nothing to write, and looks nevertheless.
        assert one.ask("until_stored")
        assert other.ask("until_stored")
        one.ask("write", "Dear Ms Gray")
        assert one.ask("flush") == "stored"
        assert other.ask("until_lines", 1)
        assert other.ask("lines") == ["Dear Ms Gray"]


@both_kinds
@pytest.mark.parametrize("durability", ["relaxed", "throttled", "fsync"])
def test_what_both_have_changed_is_merged(
    tmp_path: Path, kind: Kind, durability: Durability
) -> None:
    with (
        started(tmp_path, kind=kind, durability=durability) as one,
        started(tmp_path, kind=kind, durability=durability) as other,
    ):
        one.ask("write", "from the one")
        assert one.ask("until_stored")
        other.ask("write", "from the other")
        assert other.ask("until_stored")
        assert other.ask("lines") == ["from the one", "from the other"]
        assert other.ask("conflicts") == []
        one.ask("refresh")
        assert one.ask("lines") == ["from the one", "from the other"]


def test_what_waits_is_merged_when_the_other_was_killed(tmp_path: Path) -> None:
    with started(tmp_path, max_delay=NEVER) as one, started(tmp_path) as other:
        one.ask("write", "from the one")
        other.ask("write", "from the other")
        assert other.ask("flush") == "stored"
        end(other, "kill")
        assert one.ask("flush") == "stored"
        assert one.ask("lines") == ["from the other", "from the one"]


def test_what_cannot_be_kept_of_both_is_told(tmp_path: Path) -> None:
    with started(tmp_path, max_delay=NEVER) as one, started(tmp_path) as other:
        one.ask("address", "Ms Gray")
        other.ask("address", "Mr Hill")
        assert other.ask("flush") == "stored"
        assert one.ask("flush") == "stored"
        assert one.ask("conflicts") == [
            "the whole value: kept 'Ms Gray', lost 'Mr Hill': both sides changed it"
        ]


def test_each_program_has_its_own_of_what_is_not_kept(tmp_path: Path) -> None:
    with started(tmp_path) as one, started(tmp_path) as other:
        one.ask("write_all", "here")
        assert one.ask("flush") == "stored"
        other.ask("refresh")
        state = other.ask("state")
        assert isinstance(state, dict)
        assert state["letter"] == {"lines": ["here"], "sending": []}
        assert state["notes"] == {"lines": [], "sending": []}


def test_two_users_of_two_programs_do_not_meet(tmp_path: Path) -> None:
    with (
        started(tmp_path, scope="user") as one,
        started(tmp_path, scope="user") as other,
    ):
        one.ask("sign_in", 7)
        other.ask("sign_in", 8)
        one.ask("write", "of the one")
        other.ask("write", "of the other")
        assert (one.ask("flush"), other.ask("flush")) == ("stored", "stored")
        assert other.ask("lines") == ["of the other"]
        one.ask("refresh")
        assert one.ask("lines") == ["of the one"]
