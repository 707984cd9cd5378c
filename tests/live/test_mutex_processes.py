"""Mutexes between processes that are many, stopped, killed or forked."""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from stateroom.errors import MutexLost
from stateroom.live import Live
from tests.live.crowds import CROWD, ROOT, crowd
from tests.live.workers.writer import PATIENT_S, write
from tests.servers.processes import RedisProcess

TIMES = 20
LEASE_S = 0.5
"""Of who is stopped or killed: a test waits for its end."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def namespace() -> str:
    return f"m{secrets.token_hex(6)}"


@pytest.fixture
def live(redis_7: RedisProcess, namespace: str) -> Iterator[Live]:
    with Live(
        redis_7.url, namespace=namespace, timeout=PATIENT_S, connect_timeout=PATIENT_S
    ) as live:
        yield live


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = str(tmp_path / "ledger.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE ledger (who TEXT, fence INTEGER)")
        connection.execute("INSERT INTO ledger VALUES ('nobody', 0)")
        connection.commit()
    return path


def held_by(told: list[list[int]]) -> list[tuple[int, int]]:
    """Return every fence with its count, in the order of the fences."""
    return sorted(
        pair for each in told for pair in zip(each[::2], each[1::2], strict=True)
    )


def test_of_eight_processes_one_holds_it_at_a_time_and_fences_grow(
    redis_server: RedisProcess, namespace: str
) -> None:
    fences, counts = zip(
        *held_by(crowd(redis_server.url, namespace, "hold", TIMES)), strict=True
    )
    assert list(counts) == list(range(1, CROWD * TIMES + 1))
    assert len(set(fences)) == CROWD * TIMES


def test_tasks_and_threads_of_eight_processes_hold_it_one_at_a_time(
    redis_7: RedisProcess, namespace: str
) -> None:
    told = held_by(crowd(redis_7.url, namespace, "hold-both", TIMES))
    assert [count for _, count in told] == list(range(1, CROWD * TIMES * 3 // 4 + 1))


class Writer:
    """A process of ``tests.live.workers.writer``, which holds the mutex."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.fence = int(self.heard())

    def heard(self) -> str:
        """Return the next line that it says."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def writes(self) -> str:
        """Let it write; return what became of that."""
        assert self._process.stdin is not None
        self._process.stdin.write("write\n")
        self._process.stdin.flush()
        return self.heard()

    def leaves(self) -> str:
        """Let it leave its block; return how that ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self.heard()

    def stop(self) -> None:
        """Let it stand still; return when it does."""
        os.kill(self._process.pid, signal.SIGSTOP)
        os.waitpid(self._process.pid, os.WUNTRACED)

    def resume(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@contextmanager
def writer(url: str, namespace: str, database: str) -> Iterator[Writer]:
    command = (sys.executable, "-m", "tests.live.workers.writer")
    with subprocess.Popen(
        (*command, url, namespace, database, str(LEASE_S)),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Writer(process)
        finally:
            process.kill()


def test_who_was_stopped_past_his_lease_is_refused_by_his_fence(
    redis_7: RedisProcess, live: Live, namespace: str, database: str
) -> None:
    with writer(redis_7.url, namespace, database) as worker:
        assert worker.writes() == "written"
        worker.stop()
        with live.mutex("ledger").blocking.hold() as held:
            assert held.fence > worker.fence
            assert write(database, "we", held.fence)
            worker.resume()
            assert worker.writes() == "refused"
            assert worker.leaves() == "lost"
            assert not held.is_lost
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT who FROM ledger").fetchall() == [("we",)]


def test_who_is_at_work_keeps_it_beyond_the_first_lease(
    redis_7: RedisProcess, live: Live, namespace: str, database: str
) -> None:
    mutex = live.mutex("ledger").blocking
    with writer(redis_7.url, namespace, database) as worker:
        with pytest.raises(TimeoutError):  # MutexBusy is one
            mutex.acquire(wait=3 * LEASE_S)
        assert worker.writes() == "written"
        assert worker.leaves() == "given back"
    assert mutex.acquire(wait=0).fence > worker.fence


def test_who_was_killed_is_followed_when_his_lease_ends(
    redis_7: RedisProcess, live: Live, namespace: str, database: str
) -> None:
    with writer(redis_7.url, namespace, database) as worker:
        worker.kill()
    assert live.mutex("ledger").blocking.acquire().fence > worker.fence


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_holds_nothing_and_gives_nothing_back(live: Live) -> None:
    mutex = live.mutex("ledger").blocking
    with mutex.hold() as held:
        child = os.fork()
        if not child:
            _leave_as_child(held.is_lost, held.release)
        assert os.waitpid(child, 0)[1] == 0
        assert not held.is_lost
        assert mutex.try_acquire() is None
    assert mutex.try_acquire() is not None


def _leave_as_child(is_lost: bool, release: Callable[[], None]) -> None:  # noqa: FBT001 - a fact
    """End a child: well, if it is told that it holds nothing."""
    status = 1
    try:
        release()
    except MutexLost:
        status = 0 if is_lost else 2
    finally:
        os._exit(status)
