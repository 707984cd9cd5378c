"""A process that forks goes on as two that know nothing of each other's memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stateroom.persist import Persistor
from stateroom.store import Store
from tests.crash.births import ROOT, environment
from tests.crash.forks import TIMES, storage_in
from tests.crash.sharing import marks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(params=["files", "records.sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def forked(way: str, place: Path) -> list[str]:
    """Return what ``tests.crash.forks`` says."""
    # From Python 3.12 on a fork beside threads is warned of: that is what is tested.
    program = (sys.executable, "-W", "ignore", "-m", "tests.crash.forks")
    ended = subprocess.run(
        (*program, way, str(place)),
        capture_output=True,
        check=False,
        text=True,
        env=environment(),
        cwd=ROOT,
        timeout=110,
    )
    # That both sides changed a slice may be told; nothing else is wrong.
    told = [line[:8] for line in ended.stderr.splitlines()]
    assert (ended.returncode, {*told} - {"STR-905:"}) == (0, set())
    return ended.stdout.splitlines()


def kept(place: Path) -> dict[str, int]:
    store = Store(marks())
    with Persistor(store, storage_in(str(place))) as persistor:
        assert persistor.hydrate().phase == "ready"
        state: dict[str, dict[str, int]] = store.state  # type: ignore[assignment] # ours
        return dict(state["marks"])


def test_what_both_sides_of_a_fork_change_is_kept_under_two_writers(
    place: Path,
) -> None:
    child_is_before, parent_is_before, status = forked("both", place)
    assert (child_is_before, parent_is_before, status) == ("False", "True", "0")
    assert kept(place) == {"before": 1, "child": 1, "parent": 1}


def test_a_child_writes_by_itself_as_its_parent_did(place: Path) -> None:
    assert forked("by_itself", place) == ["0"]
    assert kept(place) == {"child": 1}


def test_a_fork_at_any_moment_loses_nothing_of_the_child_or_the_parent(
    place: Path,
) -> None:
    ended, *counts = map(int, forked("amid", place))
    found = kept(place)
    assert ended == TIMES
    assert [found.pop(f"child{n}") for n in range(TIMES)] == [1] * TIMES
    assert found == {"thread1": counts[0], "thread2": counts[1]}
