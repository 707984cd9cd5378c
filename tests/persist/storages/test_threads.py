"""Several threads on one place: no update is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stateroom.errors import WriteConflict
from stateroom.persist.storages import (
    Files,
    Mapped,
    Memory,
    SQLite,
    Storage,
    stamp_of,
)

THREADS = 4
INCREMENTS = 25


def _memory(_: Path) -> Callable[[], Storage]:
    first = Memory()
    return lambda: Memory(shared=first)


def _one_of(storage: Storage) -> Callable[[], Storage]:
    return lambda: storage


OPENINGS: dict[str, Callable[[Path], Callable[[], Storage]]] = {
    "files of their own": lambda place: lambda: Files(place),
    "the same files": lambda place: _one_of(Files(place)),
    "connections of their own": lambda place: lambda: SQLite(place / "a.db"),
    "the same connection": lambda place: _one_of(SQLite(place / "a.db")),
    "shared memory": _memory,
    "the same mapping": lambda _: _one_of(Mapped({})),
}


def _increment(storage: Storage) -> int:
    done = 0
    while done < INCREMENTS:
        current = storage.read("counter", limit=100).current
        data = b"%d" % (int(current or b"0") + 1)
        try:
            storage.write("counter", data, replaces=stamp_of(current), durable=False)
        except WriteConflict:
            continue
        done += 1
    return done


@pytest.fixture(autouse=True)
def _eager_threads() -> Iterator[None]:
    """Let threads take turns after each step that they make."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("kind", OPENINGS)
def test_no_increment_of_four_threads_is_lost(kind: str, tmp_path: Path) -> None:
    opening = OPENINGS[kind](tmp_path)
    storages = [opening() for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        successes = sum(pool.map(_increment, storages))
    assert successes == THREADS * INCREMENTS
    assert storages[0].read("counter", limit=100) == (b"100", b"99")
    for storage in storages:
        storage.close()
