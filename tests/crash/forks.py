"""A program that forks while its state is kept; parent and child both go on.

``python -m tests.crash.forks WAY PLACE``. It says what a test is to know.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from stateroom.persist import Files, Persistor, SQLite
from stateroom.persist.keys import record_key
from stateroom.persist.records import decode_record
from stateroom.persist.storages import Storage
from stateroom.store import Store
from tests.crash.sharing import mark, marks

__all__ = ("WAYS",)

TIMES = 25
PATIENCE_S = 5.0


def storage_in(place: str) -> Storage:
    """Return the storage whose name the place ends with."""
    return SQLite(place) if place.endswith(".sqlite") else Files(Path(place))


def say(word: object) -> None:
    os.write(1, f"{word}\n".encode())


def writer_in(storage: Storage) -> str:
    """Return who wrote the record last."""
    key = record_key("app", "marks")
    data = storage.read(key, limit=1 << 20).current
    return decode_record(data or b"", key=key, limit=1 << 20).writer


def child_of(act: Callable[[], None]) -> int:
    """Fork a child that does something; it ends with 0 when it could."""
    number = os.fork()
    if number:
        return number
    status = 1
    try:
        act()
        status = 0
    finally:
        os._exit(status)


def both(place: str) -> None:
    """Change the state before the fork, and after it on both sides."""
    storage = storage_in(place)
    store = Store(marks(max_delay=3_600_000))
    persistor = Persistor(store, storage, poll=None)
    persistor.hydrate()
    persistor.flush()
    before = writer_in(storage)
    store.dispatch(mark("before"))

    def act() -> None:
        store.dispatch(mark("child"))
        persistor.flush(PATIENCE_S)
        say(writer_in(storage) == before)

    _, status = os.waitpid(child_of(act), 0)
    store.dispatch(mark("parent"))
    persistor.flush(PATIENCE_S)
    say(writer_in(storage) == before)
    say(status)


def by_itself(place: str) -> None:
    """Let the child's own writer do it: nobody flushes there."""
    storage = storage_in(place)
    store = Store(marks(max_delay=1))
    persistor = Persistor(store, storage, poll=None)
    persistor.hydrate()

    def act() -> None:
        store.dispatch(mark("child"))
        while persistor.status().is_dirty:
            threading.Event().wait(0.001)

    say(os.waitpid(child_of(act), 0)[1])


def amid(place: str) -> None:
    """Fork at many moments, while two threads dispatch and the writer writes."""
    store = Store(marks(max_delay=0))
    persistor = Persistor(store, storage_in(place), poll=0.001)
    persistor.hydrate()
    ends = threading.Event()
    threads = [Busy(store, f"thread{n}", ends) for n in (1, 2)]
    sys.setswitchinterval(1e-5)
    for thread in threads:
        thread.start()

    def act(name: str) -> None:
        store.dispatch(mark(name))
        persistor.flush(PATIENCE_S)

    statuses = [_ended(child_of(partial(act, f"child{n}"))) for n in range(TIMES)]
    ends.set()
    for thread in threads:
        thread.join()
    persistor.close()
    say(statuses.count(0))
    for thread in threads:
        say(thread.count)


class Busy(threading.Thread):
    """Dispatches on and on, and counts."""

    def __init__(self, store: Store, name: str, ends: threading.Event) -> None:
        super().__init__(name=name)
        self._store = store
        self._ends = ends
        self.count = 0

    def run(self) -> None:
        while not self._ends.is_set():
            self._store.dispatch(mark(self.name))
            self.count += 1


def _ended(number: int) -> int:
    """Return the status of a child; one that hangs is killed."""
    timer = threading.Timer(2 * PATIENCE_S, os.kill, (number, 9))
    timer.start()
    _, status = os.waitpid(number, 0)
    timer.cancel()
    return status


WAYS: dict[str, Callable[[str], None]] = {
    each.__name__: each for each in (both, by_itself, amid)
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](sys.argv[2])
