"""What other processes do in tests: ``worker.py TASK KIND PLACE``.

They say what they have come to on their standard output, and wait on their input.
"""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from stateroom.errors import StorageFull, StorageUnavailable, WriteConflict
from stateroom.persist.storages import Files, SQLite, Storage, stamp_of
from stateroom.persist.storages.disk import Disk
from stateroom.persist.storages.files_locking import held
from stateroom.persist.storages.files_names import temporary_name
from stateroom.persist.storages.tokens import token

LIMIT = 1 << 20
NOBODY = 65_534
INCREMENTS = 50


def open_storage(kind: str, place: str) -> Storage:
    return Files(place) if kind == "files" else SQLite(Path(place) / "records.db")


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - the test reads it


def increment(kind: str, place: str) -> None:
    """Count up, each time upon what was read before."""
    storage = open_storage(kind, place)
    done = 0
    while done < INCREMENTS:
        current = storage.read("counter", limit=LIMIT).current
        data = b"%d" % (int(current or b"0") + 1)
        try:
            storage.write("counter", data, replaces=stamp_of(current))
        except WriteConflict:
            continue
        done += 1
    storage.close()
    say(done)


def hold(kind: str, place: str) -> None:
    """Be in the midst of a write, until killed."""
    if kind == "files":
        with held(Disk(), str(Path(place) / ".lock"), timeout=5) as lock:
            (Path(place) / temporary_name(token())).write_bytes(b"half")
            with lock.changing():
                say("held")
                sys.stdin.read()
        return
    connection = sqlite3.connect(Path(place) / "records.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE stateroom_records SET current = 'half'")
    say("held")
    sys.stdin.read()


def fork(kind: str, place: str) -> None:
    """Write before a fork, in the child, and in the parent again."""
    storage = open_storage(kind, place)
    storage.write("key", b"parent", replaces=None)
    before = storage.pulse()
    child = os.fork()
    if child == 0:
        # A connection of its own counts as another; files are not kept open at all.
        is_its_own = kind == "files" or storage.pulse() != before
        storage.write("key", b"child", replaces=b"parent")
        storage.close()
        os._exit(0 if is_its_own else 1)
    _, status = os.waitpid(child, 0)
    is_noticed = storage.pulse() != before
    storage.write("key", b"parent again", replaces=b"child")
    storage.close()
    say(status, is_noticed)


def fill(kind: str, place: str) -> None:
    """Write ever more until there is no room; then delete, and write again.

    A database needs some room to delete, for its log; files need none.
    """
    reserve = Path(place) / "reserve"
    reserve.write_bytes(b"x" * 16_000 if kind == "sqlite" else b"")
    storage = open_storage(kind, place)
    data = b"first"
    storage.write("key", data, replaces=None)
    storage.write("other", b"x" * 5000, replaces=None)
    try:
        while True:
            more = data * 2
            storage.write("key", more, replaces=stamp_of(data))
            data = more
    except StorageFull as error:
        found = storage.read("key", limit=LIMIT)
        say(type(error.__cause__).__name__, found == (data, data[: len(data) // 2]))
        names = [each.name for each in Path(place).iterdir()]
        say([each for each in names if each.endswith(".tmp")])
    reserve.unlink()
    storage.delete("other")
    storage.write("key", b"small", replaces=stamp_of(data))
    say(storage.keys(), storage.peek("key"))
    storage.close()


def fill_limited(kind: str, place: str) -> None:
    """Write where no file may be longer than 20,000 bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    fill(kind, place)


def read_only(kind: str, place: str) -> None:
    """Read where this process may not write."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    storage = open_storage(kind, place)
    say(tuple(storage.read("key", limit=LIMIT)), storage.keys(), storage.peek("key"))
    say(storage.pulse() == storage.pulse())
    storage.delete("absent")
    writes: tuple[Callable[[], None], ...] = (
        lambda: storage.write("key", b"three", replaces=b"two"),
        lambda: storage.delete("key"),
    )
    for write in writes:
        try:
            write()
        except StorageUnavailable as error:
            say(error.hint)


def write_amid_signals(kind: str, place: str) -> None:
    """Write a hundred times while a signal arrives every half millisecond."""
    signals: list[int] = []
    signal.signal(signal.SIGALRM, lambda number, _: signals.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    storage = open_storage(kind, place)
    stamp: bytes | None = None
    for number in range(100):
        data = b"%03d " % number * 5000
        storage.write("key", data, replaces=stamp)
        stamp = stamp_of(data)
    signal.setitimer(signal.ITIMER_REAL, 0)
    storage.close()
    say(len(signals) > 10)


TASKS: dict[str, Callable[[str, str], None]] = {
    each.__name__: each
    for each in (
        increment,
        hold,
        fork,
        fill,
        fill_limited,
        read_only,
        write_amid_signals,
    )
}

if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
