"""How long a change waits for its write while ten slices change all the time.

Each change is noted when it is dispatched, each write when the storage returns from it,
and what was in it is read from its bytes. So nobody has to be believed: the delay of a
write is the age of the oldest change in it that no write before it had.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

from benchmarks.figures import Measures
from benchmarks.persist.models import Change, shelves
from benchmarks.persist.places import NAMESPACE, name_in
from benchmarks.persist.workload import Sizes
from stateroom.persist import Files, Persistor, persist
from stateroom.store import Store

__all__ = (
    "Churned",
    "Landed",
    "churn",
    "churn_bare",
    "delays_of",
    "measure_delays",
    "percentile",
)


@dataclass(frozen=True, slots=True)
class Landed:
    """A write that has ended.

    Attributes:
        name: of the slice.
        count: of changes that were in it.
        at: when, in seconds.
    """

    name: str
    count: int
    at: float


@dataclass(frozen=True, slots=True)
class Churned:
    """What happened while everything changed.

    Attributes:
        changes: of each slice, when it was changed, in seconds.
        writes: that ended meanwhile, in order.
        start: when it began.
        end: when it ended.
    """

    changes: Mapping[str, Sequence[float]]
    writes: Sequence[Landed]
    start: float
    end: float

    @property
    def rate(self) -> float:
        """Dispatches in a second."""
        count = sum(map(len, self.changes.values()))
        return count / (self.end - self.start)

    @property
    def gaps(self) -> list[float]:
        """Seconds from each dispatch to the next."""
        times = sorted(at for each in self.changes.values() for at in each)
        return [after - before for before, after in pairwise(times)]


class NotingFiles(Files):
    """Notes each write that has ended."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.ended: list[tuple[str, bytes, float]] = []

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)
        self.ended.append((key, data, time.perf_counter()))


def measure_delays(folder: Path, sizes: Sizes) -> Measures:
    """Return the delays under changes without a pause, and at a steady pace."""
    bare = churn_bare(sizes)
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        hot = churn(Path(fresh, "hot"), sizes, pause=0)
        paced = churn(Path(fresh, "paced"), sizes, pause=sizes.pause)
    gaps = hot.gaps
    return {
        "churn_rate_bare": bare.rate,
        "churn_rate": hot.rate,
        "churn_gap_p999": percentile(gaps, 99.9),
        "churn_gap_max": max(gaps),
        "writes": len(hot.writes),
        **_delays("delay", hot, sizes),
        **_delays("paced_delay", paced, sizes),
    }


def churn(folder: Path, sizes: Sizes, *, pause: float) -> Churned:
    """Change slices in turns that are kept in files, synced and all.

    Args:
        folder: for the files; nothing is in it.
        sizes: how much, and for how long.
        pause: seconds between two changes; 0 for none.
    """
    storage = NotingFiles(folder)
    parts = shelves(*[sizes.churned] * sizes.slices)
    kept = [persist(each.part, max_delay=sizes.max_delay) for each in parts]
    store = Store(*kept)
    with Persistor(store, storage, namespace=NAMESPACE) as persistor:
        persistor.hydrate()
        persistor.flush()
        storage.ended.clear()
        changes = {each.part.name: each.change for each in parts}
        noted, start, end = _change(store, changes, span=sizes.churn, pause=pause)
    writes = [_landed(*each) for each in storage.ended]
    return Churned(noted, [each for each in writes if each.at <= end], start, end)


def churn_bare(sizes: Sizes) -> Churned:
    """Do the same in a store that keeps nothing."""
    parts = shelves(*[sizes.churned] * sizes.slices)
    store = Store(*(each.part for each in parts))
    changes = {each.part.name: each.change for each in parts}
    noted, start, end = _change(store, changes, span=sizes.churn / 3, pause=0)
    return Churned(noted, [], start, end)


def delays_of(churned: Churned, *, patience: float) -> list[float]:
    """Return the seconds from the first change that was not stored to its write.

    Args:
        churned: what happened.
        patience: seconds; what waits for longer at the end counts as it stands.
    """
    stored = dict.fromkeys(churned.changes, 0)
    found: list[float] = []
    for each in churned.writes:
        if each.count > stored[each.name]:
            found.append(each.at - churned.changes[each.name][stored[each.name]])
            stored[each.name] = each.count
    for name, times in churned.changes.items():
        waits = churned.end - times[stored[name]] if stored[name] < len(times) else 0.0
        if waits > patience:
            found.append(waits)
    return found


def percentile(numbers: Sequence[float], percent: float) -> float:
    """Return the number below which so many percent of them are."""
    if len(numbers) == 1:
        return numbers[0]
    steps = quantiles(numbers, n=1000, method="inclusive")
    return steps[round(percent * 10) - 1]


def _change(
    store: Store, changes: Mapping[str, Change], *, span: float, pause: float
) -> tuple[dict[str, list[float]], float, float]:
    """Change one slice after the other for so long; return when each was, and all."""
    clock = time.perf_counter
    noted: dict[str, list[float]] = {name: [] for name in changes}
    turns = [(make, noted[name].append) for name, make in changes.items()]
    start = now = clock()
    while now < start + span:
        for make, note in turns:
            now = clock()
            note(now)
            store.dispatch(make())
            if pause:
                time.sleep(pause)
    return noted, start, clock()


def _landed(key: str, data: bytes, at: float) -> Landed:
    return Landed(name_in(key), json.loads(data)["state"]["count"], at)


def _delays(name: str, churned: Churned, sizes: Sizes) -> dict[str, float]:
    found = delays_of(churned, patience=sizes.max_delay / 1000)
    return {f"{name}_p50": median(found), f"{name}_p99": percentile(found, 99)}
