"""Reading what was stored: beside ``json.loads`` of the very same bytes.

What is timed is ``hydrate()`` of a new persistor, from files that have both of their
generations, until the state is there. Each time a new store is read into.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeVar

from benchmarks.figures import Measures
from benchmarks.persist.models import Searched, plain_results, typed_results
from benchmarks.persist.places import NAMESPACE, records_in
from benchmarks.persist.workload import ResultDict, Sizes, name_of, results_of
from stateroom.persist import Files, Persistor, persist
from stateroom.store import Store

__all__ = ("Hydrating", "contents", "fill", "hydrated")

S = TypeVar("S")
FIRST_OF_SLICE = 10_000
"""Between the numbers of the first results of two slices."""


def contents(sizes: Sizes) -> dict[str, dict[str, ResultDict]]:
    """Return the results of each slice by its name."""
    return {
        name_of(number): results_of(sizes.slice_bytes, first=number * FIRST_OF_SLICE)
        for number in range(sizes.slices)
    }


def fill(folder: Path, parts: Sequence[Searched[S]], sizes: Sizes) -> None:
    """Store all results, twice: so that there is a previous generation of each."""
    store = store_of(parts)
    with Persistor(store, Files(folder), namespace=NAMESPACE) as persistor:
        persistor.hydrate()
        for note in ("to be read", None):
            for part, results in zip(parts, contents(sizes).values(), strict=True):
                store.dispatch(part.fill(_noted(results, note)))
            persistor.flush()


def store_of(parts: Sequence[Searched[S]]) -> Store:
    """Return a new store that keeps all of the slices."""
    return Store(*(persist(each.part) for each in parts))


def hydrated(folder: Path, store: Store) -> tuple[Persistor, float]:
    """Read into a store; return the open persistor, and the seconds of it."""
    persistor = Persistor(store, Files(folder), namespace=NAMESPACE)
    gc.collect()  # nobody pays for what another one left behind
    start = time.perf_counter()
    status = persistor.hydrate()
    taken = time.perf_counter() - start
    assert status.is_ready
    return persistor, taken


class Hydrating:
    """The slices in both forms, stored in a folder.

    Attributes:
        plain: the folder of the plain ones.
        typed: that of the ones made of dataclasses.
        texts: the bytes of the plain ones, as they are stored.
    """

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        self._times = sizes.hydrations
        self.plain: Path = folder / "plain"
        self.typed: Path = folder / "typed"
        self._plain_parts = plain_results(sizes.slices)
        self._typed_parts = typed_results(sizes.slices)
        fill(self.plain, self._plain_parts, sizes)
        fill(self.typed, self._typed_parts, sizes)
        self.texts: list[bytes] = list(records_in(Files(self.plain)).values())

    def measure(self) -> Measures:
        """Return the seconds of each, taken in turns.

        All of them where nothing is frozen, as in most applications: where something
        is, hydration leaves the collector alone, and takes a fifth longer.
        """
        is_frozen = gc.get_freeze_count() > 0
        gc.unfreeze()
        try:
            return self._measured()
        finally:
            if is_frozen:
                gc.freeze()

    def _measured(self) -> Measures:
        turns: dict[str, Callable[[], float]] = {
            "json_loads": self.load,
            "hydrate": partial(_once, self.plain, self._plain_parts),
            "hydrate_typed": partial(_once, self.typed, self._typed_parts),
        }
        found: dict[str, list[float]] = {name: [] for name in turns}
        for number in range(self._times):
            for name in list(turns)[:: 1 if number % 2 else -1]:
                found[name].append(turns[name]())
        return {name: median(times) for name, times in found.items()}

    def load(self) -> float:
        """Read the same bytes as JSON, and nothing more."""
        gc.collect()
        start = time.perf_counter()
        loaded = [json.loads(text) for text in self.texts]
        taken = time.perf_counter() - start
        assert len(loaded) == len(self.texts)
        return taken


def _once(folder: Path, parts: Sequence[Searched[S]]) -> float:
    persistor, taken = hydrated(folder, store_of(parts))
    persistor.close()
    return taken


def _noted(results: dict[str, ResultDict], note: str | None) -> dict[str, ResultDict]:
    return {key: {**each, "note": note} for key, each in results.items()}
