"""A program whose disk becomes full while it changes what is kept; then there is room.

``python -m tests.crash.filling WAY KIND PLACE``: the disk is full, or a file may not
grow. It says, one a line: how often it was asked to make room, whether the error named
the slice, the phase of the slice, whether the last stored state is there as it was, and
whether all is stored when there is room again.
"""

from __future__ import annotations

import errno
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stateroom.errors import NotDurable
from stateroom.persist import Persistor, Problem, persist
from stateroom.persist.keys import record_key
from stateroom.persist.records import decode_record
from stateroom.persist.storages import Storage
from stateroom.store import Slice, Store
from tests.crash.lives import storage_in

__all__ = ("WAYS",)

MOST = 10_000
GROWTH = "x" * 500


@contextmanager
def no_room(place: Path) -> Iterator[None]:
    """Take all the room there is on a small disk, and give it back."""
    path = place / "filler"
    filler = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        for size in (4096, 1):
            _fill(filler, size)
        yield
    finally:
        os.close(filler)
        path.unlink()


def _fill(filler: int, size: int) -> None:
    for _ in range(1 << 16):
        try:
            os.write(filler, bytes(size))
        except OSError as error:
            if error.errno == errno.ENOSPC:
                return
            raise
    raise AssertionError("the disk is not small")


@contextmanager
def no_growth(place: Path) -> Iterator[None]:
    """Let no file become larger than the largest is, and some."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(each.stat().st_size for each in place.rglob("*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 4096, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


WAYS = {"no_room": no_room, "no_growth": no_growth}


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def notes() -> Slice[list[str]]:
    part = Slice("notes", _none)
    part.reducer(name="add")(_add)
    return part


def _none() -> list[str]:
    return []


def _add(state: list[str]) -> None:
    state.append(f"{len(state)} {GROWTH}")


def kept_in(storage: Storage) -> int:
    """Return how many notes are stored."""
    key = record_key("app", "notes")
    data = storage.read(key, limit=1 << 24).current or b""
    state: list[str] = decode_record(data, key=key, limit=1 << 24).state  # type: ignore[assignment] # ours
    return len(state)


def main(way: str, kind: str, place: Path) -> None:
    asked: list[Problem] = []
    store = Store(persist(notes(), budget=1 << 24))
    persistor = Persistor(
        store, storage_in(kind, str(place)), budget=1 << 24, on_full=asked.append
    )
    persistor.hydrate()
    acked = add(store, persistor)
    with WAYS[way](place):
        try:
            while acked < MOST:
                acked = add(store, persistor)
        except NotDurable as error:
            say(len(asked), list(error.reasons))
        say(persistor.status().slices["notes"].phase)
        say(kept_in(storage_in(kind, str(place))) == acked)
    persistor.flush()
    say(kept_in(storage_in(kind, str(place))) == acked + 1)


def add(store: Store, persistor: Persistor) -> int:
    """Add a note, and return how many are stored then."""
    store.dispatch({"type": "notes/add"})
    persistor.flush()
    state: dict[str, list[str]] = store.state  # type: ignore[assignment] # by our slice
    return len(state["notes"])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
