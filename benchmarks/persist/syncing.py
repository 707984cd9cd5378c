"""Durable writes, one after another: ours, and what is done by hand.

By hand, in files: a new file, synced, that takes the name of the old one, and a sync
of the directory. In SQLite: one UPDATE a transaction, with a write-ahead log that is
synced each time. Neither looks at what is there, keeps it, or has a checksum.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TypeAlias

from benchmarks.figures import Measures
from benchmarks.persist.models import Shelved, shelves
from benchmarks.persist.places import NAMESPACE
from benchmarks.persist.workload import Sizes, compact, shelf_of
from stateroom.persist import Files, Memory, Persistor, SQLite, persist
from stateroom.persist.storages.port import Storage
from stateroom.store import Store

__all__ = ("Syncing", "Writing", "bare_rename", "bare_sqlite", "keeping")

TURNS = 5
"""In how many parts the writes are cut: the sides take turns."""

Writing: TypeAlias = Callable[[], None]
"""Changes something, and returns when it is on the disk."""


class Syncing:
    """All sides, on one disk."""

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        self._sizes = sizes
        self._opened = ExitStack()
        enter = self._opened.enter_context
        self._sides: Mapping[str, Writing] = {
            "files": enter(keeping(Files(folder / "ours"), sizes.written)),
            "sqlite": enter(keeping(SQLite(folder / "ours.db"), sizes.written)),
            "rename": enter(bare_rename(folder / "bare", sizes.written)),
            "bare_sqlite": enter(bare_sqlite(folder / "bare.db", sizes.written)),
        }
        self._flushing = enter(flushing(folder / "flushed", sizes))
        self._memory = enter(keeping(Memory(), sizes.slice_bytes))

    def close(self) -> None:
        self._opened.close()

    def measure(self) -> Measures:
        """Return the durable writes in a second of each, and what a flush takes."""
        taken = dict.fromkeys(self._sides, 0.0)
        count = max(1, self._sizes.writes // TURNS)
        for turn in range(TURNS):
            for name in list(self._sides)[:: 1 if turn % 2 else -1]:
                taken[name] += _seconds(self._sides[name], count)
        rates = {f"{name}_rate": count * TURNS / each for name, each in taken.items()}
        times = [_seconds(self._memory, 1) for _ in range(self._sizes.flushes)]
        return {**rates, **self._flushing(), "write_large": median(times)}


@contextmanager
def keeping(storage: Storage, size: int) -> Iterator[Writing]:
    """Lend a write by a persistor: a dispatch, and a flush."""
    (shelf,) = shelves(size)
    with _kept([shelf], storage) as (store, persistor):

        def write() -> None:
            store.dispatch(shelf.change())
            persistor.flush()

        yield write


@contextmanager
def bare_rename(folder: Path, size: int) -> Iterator[Writing]:
    """Lend a write of as many bytes by hand."""
    folder.mkdir()
    data, number = compact(shelf_of(size)), 0
    fresh, kept = str(folder / "fresh"), str(folder / "kept")

    def write() -> None:
        nonlocal number
        number += 1
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(descriptor, b"%012d" % number + data)
        os.fsync(descriptor)
        os.close(descriptor)
        os.replace(fresh, kept)  # noqa: PTH105 - as it is done by hand
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    yield write


@contextmanager
def bare_sqlite(path: Path, size: int) -> Iterator[Writing]:
    """Lend a transaction of as many bytes."""
    data, number = compact(shelf_of(size)), 0
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE kept (key TEXT PRIMARY KEY, value BLOB)")
    connection.execute("INSERT INTO kept VALUES ('shelf', '')")

    def write() -> None:
        nonlocal number
        number += 1
        # Always other bytes: SQLite writes nothing for the same ones.
        fresh = b"%012d" % number + data
        connection.execute("UPDATE kept SET value = ? WHERE key = 'shelf'", (fresh,))

    try:
        yield write
    finally:
        connection.close()


@contextmanager
def flushing(folder: Path, sizes: Sizes) -> Iterator[Callable[[], Measures]]:
    """Lend what times a flush: of nothing, of a slice, and of all slices at once."""
    parts = shelves(*[sizes.written] * sizes.slices)
    with _kept(parts, Files(folder)) as (store, persistor):

        def flush(count: int) -> float:
            for part in parts[:count]:
                store.dispatch(part.change())
            return _seconds(persistor.flush, 1)

        def measure() -> Measures:
            names = {"flush_none": 0, "flush_one": 1, "flush_all": sizes.slices}
            return {
                name: median(flush(count) for _ in range(sizes.flushes))
                for name, count in names.items()
            }

        yield measure


@contextmanager
def _kept(parts: list[Shelved], storage: Storage) -> Iterator[tuple[Store, Persistor]]:
    store = Store(*(persist(each.part) for each in parts))
    with Persistor(store, storage, namespace=NAMESPACE) as persistor:
        persistor.hydrate()
        persistor.flush()
        yield store, persistor


def _seconds(work: Writing, count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        work()
    return time.perf_counter() - start
