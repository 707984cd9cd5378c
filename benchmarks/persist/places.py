"""Where the sides keep their files, and how they are read without anybody's help."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.installing import cache
from stateroom.persist.storages.port import Storage

__all__ = ("LIMIT", "NAMESPACE", "name_in", "records_in", "scratch")

NAMESPACE = "bench"
LIMIT = 1 << 24
"""Bytes, more than any record here has."""


@contextmanager
def scratch() -> Iterator[Path]:
    """Lend an empty folder that is on a disk.

    The folder for temporary files may be in memory, where a sync costs nothing.
    """
    home = cache()
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="persist-", dir=home) as folder:
        yield Path(folder)


def records_in(storage: Storage) -> dict[str, bytes]:
    """Return the newest bytes of each slice by its name."""
    found: dict[str, bytes] = {}
    for key in storage.keys():  # noqa: SIM118 - a port's method, and no dict
        data = storage.read(key, limit=LIMIT).current
        assert data is not None
        found[name_in(key)] = data
    return found


def name_in(key: str) -> str:
    """Return the slice whose record is under this key."""
    return key.rpartition(":")[2]
