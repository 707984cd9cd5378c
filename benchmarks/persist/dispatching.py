"""What it adds to a dispatch that the state is kept.

The stores are those of the area ``store``: three slices and a listener. One of them
keeps two of its slices in files, by a persistor as it is if nothing is said.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.figures import Measures
from benchmarks.persist.places import NAMESPACE
from benchmarks.persist.workload import Sizes
from benchmarks.store.models import Account, Counter, Look
from benchmarks.store.timing import seconds_of
from stateroom.persist import Files, Memory, Persistor, persist
from stateroom.persist.storages.port import Storage
from stateroom.store import Slice, Store

__all__ = ("Dispatching", "Stores", "opened")

TURNS = 5
"""In how many parts the span is cut: the sides take turns."""

counter = Slice("counter", Counter)
look = Slice("look", Look)
account = Slice("account", Account)


@counter.reducer
def increment(state: Counter) -> None:
    state.count += state.step


@dataclass(frozen=True, slots=True)
class Stores:
    """A store that keeps nothing, and one that does.

    Attributes:
        bare: keeps nothing.
        kept: keeps two of its three slices.
        persistor: of the latter.
    """

    bare: Store
    kept: Store
    persistor: Persistor


@contextmanager
def opened(storage: Storage) -> Iterator[Stores]:
    """Lend both stores; ``storage`` is where the second one is kept."""
    kept = _heard(Store(persist(counter), persist(look), account))
    with Persistor(kept, storage, namespace=NAMESPACE) as persistor:
        persistor.hydrate()
        persistor.flush()
        yield Stores(_heard(Store(counter, look, account)), kept, persistor)


class Dispatching:
    """Stores that stay between the rounds."""

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        self._sizes = sizes
        self._opened = ExitStack()
        self.stores: Stores = self._opened.enter_context(opened(Files(folder)))
        self.alone: Stores = self._opened.enter_context(opened(Memory()))

    def close(self) -> None:
        self._opened.close()

    def measure(self) -> Measures:
        """Return the seconds of a dispatch, of many and one by one."""
        many = in_turns(
            {
                "bare_flat": _dispatching(self.stores.bare),
                "kept_flat": _dispatching(self.stores.kept),
            },
            self._sizes,
        )
        return {**many, **one_by_one(self.alone, self._sizes.alone)}


def in_turns(
    runs: Mapping[str, Callable[[int], None]], sizes: Sizes
) -> dict[str, float]:
    """Return the seconds of a dispatch, when one follows the other.

    What was changed first is not stored yet then, so a dispatch finds it dirty.
    """
    found: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(TURNS):
        for name in list(runs)[:: 1 if turn % 2 else -1]:
            taken = seconds_of(runs[name], sizes.flat, span=sizes.span / TURNS)
            found[name].append(taken)
    return {name: median(times) for name, times in found.items()}


def one_by_one(stores: Stores, count: int) -> dict[str, float]:
    """Return the seconds of a dispatch that is the first one after a flush."""
    bare: list[float] = []
    kept: list[float] = []
    turns = [(stores.bare, bare), (stores.kept, kept)]
    unmeasured = Store(counter, look, account)
    for number in range(count):
        stores.persistor.flush()
        unmeasured.dispatch(increment())  # so that what both need is at hand
        for store, times in turns[:: 1 if number % 2 else -1]:
            times.append(_one(store))
    return {"bare_alone": median(bare), "kept_alone": median(kept)}


def _one(store: Store) -> float:
    start = time.perf_counter()
    store.dispatch(increment())
    return time.perf_counter() - start


def _dispatching(store: Store) -> Callable[[int], None]:
    def run(count: int) -> None:
        dispatch = store.dispatch
        for _ in range(count):
            dispatch(increment())

    return run


def _heard(store: Store) -> Store:
    """Give a store a listener as everyone has it: it counts."""
    calls = 0

    def listener() -> None:
        nonlocal calls
        calls += 1

    store.subscribe(listener)
    return store
