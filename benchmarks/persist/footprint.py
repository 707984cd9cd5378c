"""What it takes beside time: the import, and memory."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Measures
from benchmarks.persist.hydrating import contents, hydrated, store_of
from benchmarks.persist.models import PlainResults, plain_results
from benchmarks.persist.places import records_in
from benchmarks.persist.workload import Sizes
from stateroom.persist import Files

__all__ = ("measure_import", "measure_memory")

STORE = "from stateroom.store import Slice, Store"
PERSIST = f"{STORE}; from stateroom.persist import Files, Persistor, persist"


def measure_import(folder: Path, sizes: Sizes) -> Measures:
    """Return the seconds of a process that imports the store, and persistence too.

    Args:
        folder: for what Python compiles; it is there from the second start on, as it
            is where a package was installed.
        sizes: say how often.
    """
    _start(PERSIST, folder)
    store, persisted = [], []
    for _ in range(sizes.starts):
        store.append(_start(STORE, folder))
        persisted.append(_start(PERSIST, folder))
    return {"import_store": min(store), "import_persist": min(persisted)}


def _start(code: str, folder: Path) -> float:
    environ = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    subprocess.run((sys.executable, "-c", code), env=environ, check=True)
    return time.perf_counter() - start


def measure_memory(stored: Path, sizes: Sizes) -> Measures:
    """Return the bytes that are held for each byte that is stored.

    Args:
        stored: the folder with plain results; it is left as it is.
        sizes: what is in it.
    """
    texts = records_in(Files(stored)).values()
    size = sum(map(len, texts))
    with _tracing():
        loaded = [json.loads(text) for text in texts]
        held_loaded = _held()
        assert len(loaded) == sizes.slices
    with tempfile.TemporaryDirectory(dir=stored.parent) as folder:
        copy = Path(shutil.copytree(stored, folder, dirs_exist_ok=True))
        held_hydrated, held_written = _of_persistence(copy, sizes)
    return {
        "memory_loaded": held_loaded / size,
        "memory_hydrated": held_hydrated / size,
        "memory_written": (held_written - held_hydrated) / size,
    }


def _of_persistence(folder: Path, sizes: Sizes) -> tuple[int, int]:
    """Return what is held when all is read, and when all was written."""
    parts = plain_results(sizes.slices)
    changes = [_first_changed(each) for each in contents(sizes).values()]
    with _tracing():
        store = store_of(parts)
        persistor, _ = hydrated(folder, store)
        held_hydrated = _held()
        for part, change in zip(parts, changes, strict=True):
            store.dispatch(part.fill(change))
        persistor.flush()
        held_written = _held()
        persistor.close()
    return held_hydrated, held_written


def _first_changed(results: PlainResults) -> PlainResults:
    key, first = next(iter(results.items()))
    return {key: {**first, "note": "to be read"}}


def _held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@contextmanager
def _tracing() -> Iterator[None]:
    gc.collect()
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()
