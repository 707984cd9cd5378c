"""The figures of the area ``persist``, in the order in which they are printed."""

from __future__ import annotations

from typing import Literal

from benchmarks.figures import Figure

__all__ = ("FIGURES",)

Time = Literal["us", "ms"]


def _time(
    name: str, about: str, *, of: str, unit: Time = "ms", at_most: float | None = None
) -> Figure:
    """Return a figure that is a time."""
    return Figure(name=name, about=about, unit=unit, of=of, at_most=at_most)


def _ratio(
    name: str, about: str, *, of: str, beside: str, at_most: float | None = None
) -> Figure:
    """Return a figure of one measure over another."""
    return Figure(
        name=name,
        about=about,
        unit="x",
        of=of,
        beside=beside,
        how="ratio",
        at_most=at_most,
    )


def _beyond(
    name: str,
    about: str,
    *,
    of: str,
    beside: str,
    unit: Time = "us",
    at_most: float | None = None,
) -> Figure:
    """Return a figure of what one measure is beyond another."""
    return Figure(
        name=name,
        about=about,
        unit=unit,
        of=of,
        beside=beside,
        how="beyond",
        at_most=at_most,
    )


def _count(
    name: str, about: str, *, of: str, unit: str = "x", at_most: float | None = None
) -> Figure:
    """Return a figure as it was measured."""
    return Figure(name=name, about=about, unit=unit, of=of, at_most=at_most)


READING = (
    _time(
        "hydrate_1mb_ms",
        "hydrate ten slices of 100 KiB, dicts of results, from files",
        of="hydrate",
        at_most=25,
    ),
    _ratio(
        "hydrate_1mb_vs_json_loads",
        "the same over json.loads of the same bytes",
        of="hydrate",
        beside="json_loads",
        at_most=2.5,
    ),
    _time("json_loads_1mb_ms", "json.loads of these bytes", of="json_loads"),
    _time(
        "hydrate_1mb_typed_ms",
        "the same data in dataclasses",
        of="hydrate_typed",
    ),
    _ratio(
        "hydrate_1mb_typed_vs_json_loads",
        "that over json.loads of the plain bytes",
        of="hydrate_typed",
        beside="json_loads",
    ),
    _ratio(
        "hydrate_1mb_vs_redux_persist",
        "time to hydrate the plain data over redux-persist's, from a file",
        of="hydrate",
        beside="rp_hydrate",
    ),
    _time(
        "redux_persist_hydrate_1mb_ms",
        "redux-persist, one root with ten slices, until bootstrapped",
        of="rp_hydrate",
    ),
)

DISPATCHES = (
    _beyond(
        "dispatch_overhead_us",
        "what keeping 2 of 3 slices adds to a dispatch that counts up",
        of="kept_flat",
        beside="bare_flat",
        at_most=1.5,
    ),
    _time(
        "dispatch_kept_us",
        "such a dispatch, with a listener, where slices are kept",
        of="kept_flat",
        unit="us",
    ),
    _beyond(
        "dispatch_overhead_dirtying_us",
        "what it adds to the first dispatch after a flush: it wakes a thread",
        of="kept_alone",
        beside="bare_alone",
    ),
    _beyond(
        "redux_persist_dispatch_overhead_us",
        "what redux-persist adds to the dispatch of plain Redux",
        of="rp_kept",
        beside="rp_bare",
    ),
    _ratio(
        "dispatch_kept_vs_redux_persist",
        "a dispatch where slices are kept over Redux's with redux-persist",
        of="kept_flat",
        beside="rp_kept",
    ),
)

BYTES = (
    _count(
        "write_amplification",
        "bytes to the storage over JSON of the changed slice, the worst of 10",
        of="ours_worst",
        at_most=1.2,
    ),
    _count("write_amplification_all", "the same of all ten together", of="ours_all"),
    _count(
        "write_amplification_files",
        "bytes that files get over JSON of the slice, the worst of 10",
        of="ours_files_worst",
    ),
    _count(
        "redux_persist_write_amplification",
        "the same of redux-persist, all ten together",
        of="rp_all",
    ),
    _count(
        "redux_persist_amplification_worst",
        "redux-persist for the smallest slice",
        of="rp_worst",
    ),
)

DELAYS = (
    _time(
        "max_write_delay_p99_ms",
        "10 slices change without a pause: first change to synced, p99",
        of="delay_p99",
        at_most=150,
    ),
    _time("write_delay_p50_ms", "the same, half of them", of="delay_p50"),
    _count(
        "writes_under_churn",
        "writes meanwhile, in 3 s, of max_delay=100",
        of="writes",
        unit="writes",
    ),
    _time(
        "paced_write_delay_p99_ms",
        "the same with a pause of 1 ms after each change",
        of="paced_delay_p99",
    ),
    _time("paced_write_delay_p50_ms", "that, half of them", of="paced_delay_p50"),
    _time(
        "redux_persist_write_delay_p99_ms",
        "redux-persist, throttle 100; 3000 when nothing was written at all",
        of="rp_delay_p99",
    ),
    _count(
        "redux_persist_writes_under_churn",
        "its writes meanwhile, in 3 s",
        of="rp_writes",
        unit="writes",
    ),
    _count(
        "churn_dispatches_per_s",
        "dispatches meanwhile, writer and all",
        of="churn_rate",
        unit="1/s",
    ),
    _ratio(
        "churn_rate_vs_bare",
        "that over a store that keeps nothing",
        of="churn_rate",
        beside="churn_rate_bare",
    ),
    _time(
        "churn_dispatch_p999_us",
        "from a dispatch to the next, all but one in a thousand",
        of="churn_gap_p999",
        unit="us",
    ),
    _time(
        "churn_dispatch_max_ms",
        "the longest time from a dispatch to the next",
        of="churn_gap_max",
    ),
)

SYNCED = (
    _count(
        "fsync_writes_per_s",
        "dispatch and flush of 4 KiB to files, synced",
        of="files_rate",
        unit="1/s",
    ),
    _count(
        "rename_writes_per_s",
        "by hand: file, sync, rename, sync of the directory",
        of="rename_rate",
        unit="1/s",
    ),
    _ratio(
        "fsync_writes_vs_rename",
        "ours to files over those by hand",
        of="files_rate",
        beside="rename_rate",
    ),
    _count(
        "fsync_writes_per_s_sqlite",
        "dispatch and flush of 4 KiB to SQLite",
        of="sqlite_rate",
        unit="1/s",
    ),
    _count(
        "bare_sqlite_writes_per_s",
        "SQLite by hand: one UPDATE a transaction, WAL, FULL",
        of="bare_sqlite_rate",
        unit="1/s",
    ),
    _ratio(
        "fsync_writes_sqlite_vs_bare",
        "ours to SQLite over those by hand",
        of="sqlite_rate",
        beside="bare_sqlite_rate",
    ),
    _ratio(
        "fsync_writes_vs_redux_persist",
        "ours to files over redux-persist's, to a file synced likewise",
        of="files_rate",
        beside="rp_rate",
    ),
    _time("flush_ms", "flush of one changed slice of 4 KiB", of="flush_one"),
    _time("flush_10_slices_ms", "flush of ten of them", of="flush_all"),
    _time("flush_clean_us", "flush of nothing", of="flush_none", unit="us"),
    _time(
        "write_100kb_ms",
        "change and flush of 100 KiB to memory: what the writer computes",
        of="write_large",
    ),
)

FOOTPRINT = (
    _beyond(
        "import_persist_ms",
        "import persist, Persistor and Files, beyond the store",
        of="import_persist",
        beside="import_store",
        unit="ms",
    ),
    _ratio(
        "memory_hydrated_vs_json_loads",
        "memory of the hydrated store over json.loads of the same bytes",
        of="memory_hydrated",
        beside="memory_loaded",
    ),
    _count(
        "memory_written_bytes",
        "held after a write for each byte stored, beyond the state",
        of="memory_written",
        unit="bytes",
    ),
)

FIGURES = (*READING, *DISPATCHES, *BYTES, *DELAYS, *SYNCED, *FOOTPRINT)
