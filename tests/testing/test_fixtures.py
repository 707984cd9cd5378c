"""The fixtures, as pytest gives them to the tests of an application."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import PATIENCE, ROOT

PROGRAM = """
from dataclasses import dataclass

import pytest

from stateroom.store import Slice


@dataclass
class Counter:
    value: int = 0


counter = Slice("counter", Counter)


@counter.reducer
def add(state: Counter, step: int) -> None:
    state.value += step


@pytest.mark.parametrize("step", [1, 2])
def test_state(make_store, state_snapshot, step):
    store = make_store(counter)
    store.dispatch(add(step))
    store.recorder.assert_dispatched(add, payload=step)
    state_snapshot(store)
    state_snapshot(store[counter], "part")


def test_clock(manual_clock):
    called = []
    manual_clock.call_later(1, lambda: called.append(1))
    manual_clock.advance(1)
    assert called == [1]


def test_twice(make_store, state_snapshot):
    state_snapshot(make_store(counter))
    with pytest.raises(AssertionError, match="name each of several"):
        state_snapshot(make_store(counter))
"""


@pytest.fixture
def application(tmp_path: Path) -> Path:
    """A folder with the tests of an application."""
    (tmp_path / "test_app.py").write_text(PROGRAM)
    (tmp_path / "conftest.py").write_text(
        'pytest_plugins = ("stateroom.testing.fixtures",)\n'
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    return tmp_path


def run(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    named = {"CI", "STATEROOM_UPDATE_SNAPSHOTS"}
    kept = {name: value for name, value in os.environ.items() if name not in named}
    return subprocess.run(
        (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p",
         "no:randomly", str(folder)),
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT / "src")} | more,
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )  # fmt: skip


def test_a_snapshot_is_written_once_and_then_compared(application: Path) -> None:
    missing = run(application)
    assert "3 failed, 1 passed" in missing.stdout, missing.stdout
    written = run(application, STATEROOM_UPDATE_SNAPSHOTS="1")
    assert "4 passed" in written.stdout, written.stdout
    kept = sorted(each.name for each in (application / "snapshots/test_app").iterdir())
    assert kept == [
        "test_state-1-part.json",
        "test_state-1.json",
        "test_state-2-part.json",
        "test_state-2.json",
        "test_twice.json",
    ]
    compared = run(application, CI="true")
    assert "4 passed" in compared.stdout, compared.stdout
