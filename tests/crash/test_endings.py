"""However a process ends, what it was to keep is kept; and it ends as without us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from stateroom.errors import InvalidPersist
from stateroom.persist import Files, Memory, Persistor
from stateroom.store import Store
from tests.crash.births import PATIENCE_S, ROOT, environment
from tests.crash.sharing import marks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


class Ending:
    """A process of ``tests.crash.endings``; it is killed when a test forgets it."""

    def __init__(self, way: str, place: Path) -> None:
        self._place = place
        self._process = subprocess.Popen(
            (sys.executable, "-m", "tests.crash.endings", way, str(place)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            cwd=ROOT,
        )

    def hear(self, word: str, *, times: int = 1) -> list[str]:
        """Return the words of the line in which a word comes for that time."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            times -= line.split()[0] == word
            if times == 0:
                return line.split()
        raise AssertionError(f"no {word!r} came: {self._process.communicate()}")

    def send(self, number: int) -> None:
        os.kill(self._process.pid, number)

    def end(self) -> tuple[int, str, str]:
        """Return its status, and what else it said on both outputs."""
        said, told = self._process.communicate(timeout=PATIENCE_S)
        return self._process.returncode, said, told

    def kept(self) -> int:
        """Return how many dispatches are kept."""
        store = Store(marks())
        with Persistor(store, Files(self._place)) as persistor:
            assert persistor.hydrate().phase == "ready"
            state: dict[str, dict[str, int]] = store.state  # type: ignore[assignment]
            return state["marks"].get("main", 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.mark.parametrize(
    ("way", "status", "told"),
    [
        ("returning", 0, ""),
        ("exiting_with_3", 3, ""),
        ("raising", 1, "LookupError: nobody catches it\n"),
        ("raising_inside", 1, "LookupError: nobody catches it\n"),
        ("by_a_thread", 0, ""),
    ],
)
def test_a_process_that_ends_without_closing_has_stored_everything(
    tmp_path: Path, way: str, status: int, told: str
) -> None:
    with Ending(way, tmp_path) as ending:
        found, _, errors = ending.end()
        assert (found, errors[-len(told) :] if told else errors) == (status, told)
        assert ending.kept() == 1


@pytest.mark.parametrize(("way", "kept"), [("at_once", 1), ("at_once_when_written", 1)])
def test_a_process_that_ends_without_cleaning_up_has_stored_what_was_due(
    tmp_path: Path, way: str, kept: int
) -> None:
    with Ending(way, tmp_path) as ending:
        assert ending.end() == (0, "", "")
        assert ending.kept() == kept


@pytest.mark.parametrize("way", ["interrupted", "interrupted_in_flush"])
def test_a_process_that_is_interrupted_has_stored_everything(
    tmp_path: Path, way: str
) -> None:
    with Ending(way, tmp_path) as ending:
        ending.hear("ready")
        ending.send(signal.SIGINT)
        status, _, errors = ending.end()
        assert (status, errors.splitlines()[-1]) == (-2, "KeyboardInterrupt")
        assert ending.kept() == 1


@pytest.mark.parametrize(
    ("way", "status", "said"),
    [
        ("told", -signal.SIGTERM, None),
        ("told_with_a_handler", 7, "bye 15"),
        ("told_with_an_exit", 5, None),
    ],
)
def test_sigterm_amid_dispatches_stores_them_and_then_does_what_it_did_before(
    tmp_path: Path, way: str, status: int, said: str | None
) -> None:
    with Ending(way, tmp_path) as ending:
        ending.hear("did", times=20)
        ending.send(signal.SIGTERM)
        found, lines, errors = ending.end()
        last = [line for line in lines.splitlines() if not line.startswith("did")]
        assert (found, last, errors) == (status, [said] if said else [], "")
        assert ending.kept() >= 20


def test_sigterm_that_was_ignored_stays_ignored_and_everything_is_stored(
    tmp_path: Path,
) -> None:
    with Ending("told_and_deaf", tmp_path) as ending:
        ending.hear("ready")
        ending.send(signal.SIGTERM)
        assert ending.end() == (9, "stored\n", "")
        assert ending.kept() == 1


def test_sigterm_where_no_thread_can_be_started_stores_everything(
    tmp_path: Path,
) -> None:
    with Ending("told_without_threads", tmp_path) as ending:
        ending.hear("ready")
        ending.send(signal.SIGTERM)
        assert ending.end() == (-signal.SIGTERM, "", "")
        assert ending.kept() == 1


def test_a_signal_whose_handler_could_not_be_put_back_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As Python says where a server, of which it is a part, handles the signal.
    monkeypatch.setattr(signal, "getsignal", lambda _: None)
    persistor = Persistor(Store(marks()), Memory(), background=False)
    with pytest.raises(InvalidPersist, match="a library that is not of Python"):
        persistor.on_signals()


def test_sigterm_inside_a_dispatch_stores_what_that_has_changed(
    tmp_path: Path,
) -> None:
    with Ending("told_in_a_listener", tmp_path) as ending:
        ending.hear("ready")
        ending.send(signal.SIGTERM)
        assert ending.end() == (-signal.SIGTERM, "", "")
        assert ending.kept() == 1


def test_sigterm_while_the_main_thread_flushes_waits_for_the_storage(
    tmp_path: Path,
) -> None:
    with Ending("told_while_flushing", tmp_path) as ending:
        assert ending.end() == (-signal.SIGTERM, "", "")
        assert ending.kept() == 1


def test_a_second_sigterm_ends_a_process_whose_storage_is_stuck(tmp_path: Path) -> None:
    with Ending("told_and_stuck", tmp_path) as ending:
        ending.hear("waiting")
        ending.send(signal.SIGTERM)
        ending.hear("ready")  # the storage has been asked, and does not answer
        began = time.monotonic()
        ending.send(signal.SIGTERM)
        assert ending.end() == (-signal.SIGTERM, "", "")
        assert time.monotonic() - began < 4  # and not after the five of EXIT_TIMEOUT
        assert ending.kept() == 0


def test_a_storage_that_is_stuck_keeps_a_process_for_a_limited_time(
    tmp_path: Path,
) -> None:
    with Ending("told_and_stuck_for_long", tmp_path) as ending:
        ending.hear("waiting")
        ending.send(signal.SIGTERM)
        status, _, errors = ending.end()
        assert status == -signal.SIGTERM
        assert "not all is stored within 0.1 s" in errors
        assert ending.kept() == 0
