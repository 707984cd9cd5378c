"""The area ``cache``: hits, stampedes and invalidation, beside redis-py and caches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version

from benchmarks.cache.servers import version_of_redis
from benchmarks.cache.workload import Sizes
from benchmarks.figures import Area, Figure, Sides

__all__ = ("AREA", "prepared")

NAMES = ("redis_py", "glide", "cashews", "cashews_get", "aiocache", "stateroom")
"""Who reads in an event loop, as their figures are called."""
BLOCKING_NAMES = ("redis_py", "dogpile", "stateroom")
CONCURRENCY = (1, 10, 100, 1000)
PEERS = ("redis", "valkey-glide", "cashews", "aiocache", "dogpile.cache")


@contextmanager
def prepared(sizes: Sizes | None = None) -> Iterator[Sides]:
    """Start a server and worker processes, and yield what is measured.

    Args:
        sizes: how much work a round is; those of the declared figures if none are
            given.
    """
    # The peers are needed by this area alone, and take a second to import.
    from benchmarks.cache import sides  # noqa: PLC0415 - on use, as said above

    with sides.prepared(sizes or Sizes()) as opened:
        yield opened


def _versions() -> Mapping[str, str]:
    return {"redis-server": version_of_redis()} | {
        name: _version(name) for name in PEERS
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _rate(name: str, callers: int) -> Figure:
    who = name.replace("_", "-")
    return Figure(
        name=f"hits_c{callers}_{name}",
        about=f"hits from Redis of {who}, {callers} callers at a time",
        unit="hits/s",
        of=f"{name}_c{callers}",
    )


def _blocking_rate(name: str) -> Figure:
    who = name.replace("_", "-")
    return Figure(
        name=f"hits_sync_{name}",
        about=f"hits from Redis of {who}, blocking, one after another",
        unit="hits/s",
        of=f"sync_rate_{name}",
    )


REMOTE = (
    Figure(
        name="remote_hit_c100_vs_redis_py",
        about="decorated hits over redis-py's get, 100 callers, no local copies",
        unit="x",
        of="stateroom_c100",
        beside="redis_py_c100",
        how="ratio",
        at_least=6,
    ),
    Figure(
        name="remote_hit_c100_vs_glide",
        about="the same over valkey-glide's get",
        unit="x",
        of="stateroom_c100",
        beside="glide_c100",
        how="ratio",
        at_least=3,
    ),
    Figure(
        name="remote_hit_c100_vs_cashews",
        about="the same over a function that cashews decorates",
        unit="x",
        of="stateroom_c100",
        beside="cashews_c100",
        how="ratio",
        at_least=10,
    ),
    Figure(
        name="remote_hit_c1_latency_vs_redis_py",
        about="time of a decorated hit over redis-py's get, one caller",
        unit="x",
        of="stateroom_c1_s",
        beside="redis_py_c1_s",
        how="ratio",
        at_most=1.4,
    ),
    Figure(
        name="sync_hit_vs_redis_py_sync",
        about="time of a decorated blocking hit over redis-py's blocking get",
        unit="x",
        of="sync_stateroom",
        beside="sync_redis_py",
        how="ratio",
        at_most=1.6,
    ),
    Figure(
        name="sync_hit_vs_dogpile",
        about="the same over a function that dogpile.cache decorates",
        unit="x",
        of="sync_stateroom",
        beside="sync_dogpile",
        how="ratio",
        at_most=1.0,
    ),
)

LOCAL = (
    Figure(
        name="l1_hit_us",
        about="hit of a local copy, awaited",
        unit="us",
        of="l1",
        at_most=3,
    ),
    Figure(
        name="l1_hit_vs_redis_py_c1",
        about="hits of local copies over redis-py's get, one caller",
        unit="x",
        of="l1_rate",
        beside="redis_py_c1",
        how="ratio",
        at_least=25,
    ),
    Figure(
        name="l1_hit_typed_us",
        about="hit of a local list of 50 values that callers may change",
        unit="us",
        of="l1_typed",
    ),
    Figure(
        name="l1_hit_pydantic_us",
        about="hit of a local Pydantic model",
        unit="us",
        of="l1_pydantic",
    ),
    Figure(
        name="metrics_cost_l1_percent",
        about="what counting adds to a hit of a local copy",
        unit="%",
        of="metrics_percent",
    ),
    Figure(
        name="lru_cache_us",
        about="the limit: hit of functools.lru_cache",
        unit="us",
        of="lru_cache",
    ),
    Figure(
        name="dict_coroutine_us",
        about="the limit: coroutine that looks into a dict, awaited",
        unit="us",
        of="dict_coroutine",
    ),
)

PROMISES = (
    Figure(
        name="stampede_loads",
        about="loads of one cold key that 8 processes want, 50 callers each",
        unit="loads",
        of="stampede_loads",
        at_least=1,
        at_most=1,
    ),
    Figure(
        name="stampede_wait_p50_ms",
        about="how long they wait beyond the load of 200 ms, half of them",
        unit="ms",
        of="stampede_p50",
        at_most=5,
    ),
    Figure(
        name="stampede_wait_p99_ms",
        about="the same, all but one in a hundred",
        unit="ms",
        of="stampede_p99",
    ),
    Figure(
        name="invalidate_tag_100k_ms",
        about="invalidate a tag that 100,000 entries have",
        unit="ms",
        of="invalidate_tag",
        at_most=5,
    ),
    Figure(
        name="stale_reads_after_invalidation",
        about="stale ones of 100,000 reads that race writes, 4 processes",
        unit="reads",
        of="stale_reads",
        at_most=0,
    ),
    Figure(
        name="invalidation_lag_p99_ms",
        about="from a write until another process reads it",
        unit="ms",
        of="lag_p99",
    ),
    Figure(
        name="memory_overhead_bytes",
        about="what Redis takes for an entry beside its key and 512 bytes",
        unit="bytes",
        of="memory_overhead",
    ),
)

AREA = Area(
    name="cache",
    about="hits, stampedes, invalidation; 1000 keys of 512 bytes on one Redis",
    figures=(
        *REMOTE,
        *LOCAL,
        *PROMISES,
        *(_rate(name, callers) for callers in CONCURRENCY for name in NAMES),
        *(_blocking_rate(name) for name in BLOCKING_NAMES),
    ),
    open=prepared,
    packages=("redis", "hiredis", "msgspec", "pydantic"),
    peers=_versions,
)
