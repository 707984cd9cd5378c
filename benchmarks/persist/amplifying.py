"""How many bytes a storage is given when one field of a slice changes.

They are counted where they arrive, and compared with what JSON takes for the slice, as
``json`` writes it: the header of a record and whatever else is written count as more.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.figures import Measures
from benchmarks.persist.models import Shelved, shelves
from benchmarks.persist.places import NAMESPACE
from benchmarks.persist.workload import Sizes, compact
from stateroom.persist import Files, Memory, Persistor, persist
from stateroom.persist.storages.disk import Disk
from stateroom.persist.storages.port import Storage
from stateroom.store import Store

__all__ = ("Written", "measure_amplification", "written", "written_to_disk")


@dataclass(frozen=True, slots=True)
class Written:
    """What one change has cost.

    Attributes:
        bytes: that were written.
        encoded: the bytes of JSON of the slice that changed.
    """

    bytes: int
    encoded: int


class CountingMemory(Memory):
    """Counts the bytes that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.count: int = 0

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        self.count += len(data)
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)


class CountingDisk(Disk):
    """Counts the bytes that files are given."""

    def __init__(self) -> None:
        self.count: int = 0

    def write(self, descriptor: int, data: memoryview) -> int:
        done = super().write(descriptor, data)
        self.count += done
        return done


def measure_amplification(folder: Path, sizes: Sizes) -> Measures:
    """Return how many times the bytes of a changed slice are written."""
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        on_disk = written_to_disk(Path(fresh), sizes)
    return {
        **amplification("ours", written(sizes)),
        **amplification("ours_files", on_disk),
    }


def amplification(name: str, found: Sequence[Written]) -> dict[str, float]:
    """Return the ratio of the slice with the greatest one, and that of all bytes."""
    return {
        f"{name}_worst": max(each.bytes / each.encoded for each in found),
        f"{name}_all": sum(each.bytes for each in found)
        / sum(each.encoded for each in found),
    }


def written(sizes: Sizes) -> list[Written]:
    """Return what a storage is given for a change of each slice."""
    storage = CountingMemory()
    return list(_changed(storage, lambda: storage.count, sizes))


def written_to_disk(folder: Path, sizes: Sizes) -> list[Written]:
    """Return what files are given for the same, the mark of the directory too."""
    disk = CountingDisk()
    return list(_changed(Files(folder, disk=disk), lambda: disk.count, sizes))


def _changed(
    storage: Storage, count: Callable[[], int], sizes: Sizes
) -> Iterator[Written]:
    parts = shelves(*sizes.changed)
    store = Store(*(persist(each.part) for each in parts))
    with Persistor(store, storage, namespace=NAMESPACE) as persistor:
        persistor.hydrate()
        persistor.flush()
        for part in parts:
            before = count()
            store.dispatch(part.change())
            persistor.flush()
            yield Written(count() - before, _encoded(store, part))


def _encoded(store: Store, part: Shelved) -> int:
    return len(compact(asdict(store[part.part])))
