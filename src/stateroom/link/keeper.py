"""Starts the redis-server of a directory, and stops it when nobody uses it any more.

A program of its own, run by ``stateroom.link.embedded``; it imports the standard
library only, and nothing of Stateroom, so that it starts fast and stays small.

Three locks in the directory decide everything. They are ``flock`` locks: the system
takes them from a process that ends, however it ends.

    users      shared by every user; the keeper waits until it gets it for itself
    starting   held by the one opener that looks for a server, and starts a keeper
    keeper     held by the keeper for as long as it lives

A user takes ``users`` before it looks for a server, and the keeper, once it has that
lock, keeps it until the server is gone and it ends itself. So a user who comes at the
last moment either holds the server up, or waits and then finds that there is none.

When the server dies, the keeper ends. When the keeper is killed, the server runs on for
its users, and the next opener's keeper adopts it.
"""

from __future__ import annotations

import enum
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ("Outcome", "Part", "answers", "lock_file", "open_lock", "try_lock")

POLL = 0.005
"""Seconds between two looks at a server that starts; it takes 10 to 50 ms."""
ANSWER = 1.0
"""Seconds that a healthy server, or who holds a lock shortly, needs at most."""


class Part(enum.StrEnum):
    """A file of ours in the directory."""

    USERS = "users"
    STARTING = "starting"
    KEEPER = "keeper"  # tells the keeper's process id
    SOCKET = "redis.sock"
    LOG = "redis.log"
    PREVIOUS_LOG = "redis.log.1"
    KEEPER_LOG = "keeper.log"
    # Of a dump that is never written; the name also marks a server as one of ours.
    UNSAVED = "stateroom-unsaved.rdb"


class Outcome(enum.IntEnum):
    """How the start of a keeper ended; its exit status."""

    READY = 0
    FAILED = 1
    BUSY = 3  # another keeper is at work
    FOREIGN = 4  # a server that is not ours, or does not say whose it is, is there


class NotStartedError(Exception):
    """The keeper has no server to keep. Its arguments: the outcome, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a keeper is to do: run ``server`` in ``home``, with ``memory`` bytes."""

    home: Path
    server: str
    memory: int
    within: float
    keeps: bool

    @property
    def socket(self) -> str:
        return str(self.home / Part.SOCKET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that answers: our child, or one whose keeper was killed."""

    child: subprocess.Popen[bytes] | None = None
    connection: socket.socket | None = None

    def wait(self) -> None:
        """Return when the server has ended."""
        if self.child is not None:
            self.child.wait()
        while self.connection is not None and _received(self.connection):
            pass

    def stop(self) -> None:
        """Make it end at once; what is kept was handed to the system already."""
        # A child is killed, not asked: a server that ends by itself removes its socket
        # by name, and in a directory that was made anew that is another server's.
        if self.child is not None:
            self.child.kill()
        if self.connection is not None:
            self.connection.sendall(b"SHUTDOWN NOSAVE\r\n")


def answers(path: str) -> bool:
    """Say whether a Redis answers on the socket at ``path``."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER)
            connection.connect(path)
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def open_lock(path: Path) -> int:
    """Return the descriptor of a lock's file."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def lock_file(path: Path) -> Iterator[int]:
    """Open a lock's file, and let the lock go at the end."""
    file = open_lock(path)
    try:
        yield file
    finally:
        # Not left to the closing: a child that was forked meanwhile has the file too.
        fcntl.flock(file, fcntl.LOCK_UN)
        os.close(file)


def try_lock(file: int, *, is_shared: bool = False, until: float = 0.0) -> bool:
    """Take a lock, alone or shared, and say whether that worked.

    It is tried once at least, and until ``until`` by ``time.monotonic``, in seconds.
    """
    kind = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(POLL)
        else:
            return True


def main(arguments: Sequence[str]) -> int:
    """Leave a keeper behind; return how that ended, once its server answers."""
    home, server, memory, within, keeps = arguments
    order = Order(
        home=Path(home), server=server, memory=int(memory), within=float(within),
        keeps=keeps == "keeps",
    )  # fmt: skip
    reading, writing = os.pipe()
    # The keeper is nobody's child: no user has to wait for its end.
    if os.fork():
        os.close(writing)
        told = os.read(reading, 1)
        return told[0] if told else Outcome.FAILED
    os.close(reading)
    return _keep(order, writing)


def _keep(order: Order, report: int) -> int:
    os.umask(0o077)
    try:
        with lock_file(order.home / Part.KEEPER) as lock:
            _sign(lock)
            server = _adopted(order) or _started(order)
            _tell(report, Outcome.READY)
            _serve(order, server)
            return Outcome.READY
    except NotStartedError as failure:
        outcome: Outcome = failure.args[0]
        _log(failure.args[1])
        _tell(report, outcome)
        return outcome


def _sign(lock: int) -> None:
    if not try_lock(lock, until=time.monotonic() + ANSWER):
        raise NotStartedError(Outcome.BUSY, "another keeper is at work")
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())


def _tell(report: int, outcome: Outcome) -> None:
    # Who started us may have been killed; the server stops if nobody else wants it.
    with suppress(BrokenPipeError):
        os.write(report, bytes([outcome]))


def _serve(order: Order, server: Server) -> None:
    """Stay until the server has ended, by itself or because nobody uses it."""
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    users = order.home / Part.USERS
    threading.Thread(target=_stop_unused, args=(users, server), daemon=True).start()
    server.wait()
    _log("the server has ended")


def _stop_unused(users: Path, server: Server) -> None:
    # Let go by the end of the process only, when the server is gone.
    fcntl.flock(open_lock(users), fcntl.LOCK_EX)
    _log("the last user has left")
    server.stop()


def _adopted(order: Order) -> Server | None:
    """Return the server that a killed keeper left, if it is there."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(ANSWER)
    try:
        connection.connect(order.socket)
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    # Only a server with our mark is adopted: no other is ours to stop.
    connection.sendall(b"CONFIG GET dbfilename\r\n")
    if Part.UNSAVED.encode() not in _received(connection):
        raise NotStartedError(Outcome.FOREIGN, "whose server is this?")
    connection.settimeout(None)
    _log("adopted the server that is there")
    return Server(connection=connection)


def _started(order: Order) -> Server:
    child = _child(order)
    end = time.monotonic() + order.within
    while not answers(order.socket):
        if child.poll() is not None:
            raise NotStartedError(Outcome.FAILED, f"it ended: {child.returncode}")
        if time.monotonic() > end:
            child.kill()
            child.wait()
            raise NotStartedError(Outcome.FAILED, "it did not answer in time")
        time.sleep(POLL)
    _log(f"started {order.server}, process {child.pid}")
    return Server(child=child)


def _child(order: Order) -> subprocess.Popen[bytes]:
    log = order.home / Part.LOG
    if log.exists():  # of a crash, the end is worth reading
        log.replace(order.home / Part.PREVIOUS_LOG)
    # Somebody's BGSAVE may have left one; a cache must not wake up with old values.
    (order.home / Part.UNSAVED).unlink(missing_ok=True)
    # Redis 7.2 and later refuse to start in a locale that is not installed.
    env = os.environ | {"LC_ALL": "C"}
    with log.open("wb") as told:
        try:
            return subprocess.Popen(  # noqa: S603 - the binary that the user installed
                _command(order), cwd=order.home, env=env, stdin=subprocess.DEVNULL,
                stdout=told, stderr=told,
            )  # fmt: skip
        except OSError as error:
            raise NotStartedError(Outcome.FAILED, str(error)) from error


def _command(order: Order) -> list[str]:
    """Return what to run; what the server prints is its log."""
    return [
        order.server,
        *("--port", "0"),
        *("--unixsocket", order.socket),
        *("--unixsocketperm", "700"),
        *("--dir", str(order.home)),
        *("--dbfilename", Part.UNSAVED),
        *("--save", ""),
        *("--appendonly", "yes" if order.keeps else "no"),
        *("--maxmemory", str(order.memory)),
        *("--maxmemory-policy", "noeviction" if order.keeps else "allkeys-lru"),
    ]


def _received(connection: socket.socket) -> bytes:
    """Return what came; nothing when the other side has ended, or takes too long."""
    with suppress(OSError):
        return connection.recv(256)
    return b""


def _log(message: str) -> None:
    sys.stderr.write(f"{time.strftime('%F %T')} keeper {os.getpid()}: {message}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
