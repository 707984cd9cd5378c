"""The area ``cache``: what it declares, and that each side measures what it says.

All is tried on a real Redis server, with little work: no speed is judged here.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import socket
from collections.abc import Iterator

import pytest

from benchmarks.areas.cache import AREA, BLOCKING_NAMES, CONCURRENCY, NAMES, prepared
from benchmarks.cache import servers
from benchmarks.cache.rates import Reader, checked, hits_per_second
from benchmarks.cache.servers import HOST, Server, private_redis
from benchmarks.cache.watching import Seen, Watch, lags_of
from benchmarks.cache.workers import started
from benchmarks.cache.workload import PAYLOAD, Sizes, Source, encode, job_of

NEEDED = ("aiocache", "cashews", "dogpile", "glide")
LACKING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
LACKING += [] if shutil.which("redis-server") else ["redis-server"]

pytestmark = [
    # In CI all of it is there, or the run shall fail.
    pytest.mark.skipif(
        bool(LACKING) and "CI" not in os.environ, reason=f"needs {', '.join(LACKING)}"
    ),
    # The peers call redis-py in ways of its older releases.
    pytest.mark.filterwarnings("ignore:Call to deprecated:DeprecationWarning"),
]

TINY = Sizes(
    keys=20,
    span=0.01,
    processes=2,
    callers=5,
    load_s=0.05,
    readers=2,
    reads=400,
    entries=200,
    filled=100,
)
TARGETS: dict[str, dict[str, float]] = {
    "remote_hit_c100_vs_redis_py": {"at_least": 6},
    "remote_hit_c100_vs_glide": {"at_least": 3},
    "remote_hit_c100_vs_cashews": {"at_least": 10},
    "remote_hit_c1_latency_vs_redis_py": {"at_most": 1.4},
    "sync_hit_vs_redis_py_sync": {"at_most": 1.6},
    "sync_hit_vs_dogpile": {"at_most": 1.0},
    "l1_hit_us": {"at_most": 3},
    "l1_hit_vs_redis_py_c1": {"at_least": 25},
    "l1_hit_typed_us": {},
    "l1_hit_pydantic_us": {},
    "metrics_cost_l1_percent": {},
    "lru_cache_us": {},
    "dict_coroutine_us": {},
    "stampede_loads": {"at_least": 1, "at_most": 1},
    "stampede_wait_p50_ms": {"at_most": 5},
    "stampede_wait_p99_ms": {},
    "invalidate_tag_100k_ms": {"at_most": 5},
    "stale_reads_after_invalidation": {"at_most": 0},
    "invalidation_lag_p99_ms": {},
    "memory_overhead_bytes": {},
}
"""Every figure and what it has to keep, those of single peers aside."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with private_redis() as running:
        yield running


def test_each_figure_has_the_target_that_was_promised() -> None:
    declared = {
        each.name: {
            name: bound
            for name, bound in (("at_least", each.at_least), ("at_most", each.at_most))
            if bound is not None
        }
        for each in AREA.figures
    }
    hits: dict[str, object] = {
        f"hits_c{c}_{name}": {} for c in CONCURRENCY for name in NAMES
    }
    blocking: dict[str, object] = {f"hits_sync_{name}": {} for name in BLOCKING_NAMES}
    assert declared == {**TARGETS, **hits, **blocking}


def test_rounds_are_enough_for_a_median_and_work_is_as_large_as_promised() -> None:
    sizes = Sizes()
    assert AREA.rounds >= 5
    assert (sizes.keys, sizes.entries, sizes.reads) == (1000, 100_000, 100_000)
    assert (sizes.processes, sizes.callers, sizes.load_s) == (8, 50, 0.2)
    assert sizes.readers == 4


def test_the_versions_of_server_and_peers_are_told() -> None:
    told = AREA.peers()
    assert "absent" not in told.values()
    assert told["redis-server"][0].isdigit()


@pytest.mark.parametrize("key", [0, 1, 127, 128, 999, 99_999])
def test_each_value_has_the_promised_size(key: int) -> None:
    assert len(encode(job_of(key))) == PAYLOAD


def test_a_private_server_is_gone_after_its_block() -> None:
    with private_redis() as server:
        socket.create_connection((HOST, server.port)).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, server.port))


def test_two_private_servers_do_not_share_a_port(server: Server) -> None:
    with private_redis() as other:
        assert other.port != server.port


def test_a_server_that_does_not_start_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers, "START_LIMIT", 0.0)
    with pytest.raises(RuntimeError, match="did not start"), private_redis():
        pass


@pytest.mark.parametrize("name", [name for name in NAMES if name != "stateroom"])
def test_a_peer_is_measured_at_each_concurrency(name: str, server: Server) -> None:
    from benchmarks.cache.peers import measure_peer  # noqa: PLC0415 - may be lacking

    measured = measure_peer(name, server, TINY)
    assert set(measured) == {f"{name}_c{c}" for c in CONCURRENCY} | {f"{name}_c1_s"}
    assert min(measured.values()) > 0


def test_the_blocking_peers_are_measured(server: Server) -> None:
    from benchmarks.cache import blocking  # noqa: PLC0415 - may be lacking

    for measure in (blocking.measure_redis_py, blocking.measure_dogpile):
        time, rate = measure(server, TINY).values()
        assert time * rate == pytest.approx(1)


async def test_callers_read_each_key_and_no_two_of_them_the_same_one() -> None:
    busy: set[int] = set()
    seen: list[int] = []

    async def read(key: int) -> None:
        assert key not in busy
        busy.add(key)
        await asyncio.sleep(0)
        busy.remove(key)
        seen.append(key)

    reader = Reader(read=read, keys=range(20))
    await hits_per_second(reader, 7, span=0)
    assert sorted(seen) == list(range(20))
    await hits_per_second(reader, 7, span=0.001)


async def test_a_side_that_loads_while_hits_are_counted_is_refused() -> None:
    source = Source()

    async def load(key: int) -> object:
        return source.job(key)

    with pytest.raises(RuntimeError, match="21 loads instead of 20"):
        async with checked(load, source, Sizes(keys=20)):
            pass


def test_a_worker_that_ends_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="ended with status 1"):  # noqa: SIM117
        with started("benchmarks.no_such_module", 1):
            pass
    assert "no_such_module" in capfd.readouterr().err


def test_a_read_older_than_an_acknowledged_write_of_the_process_is_stale() -> None:
    watch = Watch()
    watch.wrote(Seen(1, 2, 0.0))
    watch.read(Seen(1, 1, 0.1), least=watch.least(1))
    assert watch.report().stale == 1


def test_a_read_that_began_before_the_write_was_acknowledged_is_not_stale() -> None:
    watch = Watch()
    least = watch.least(1)
    watch.wrote(Seen(1, 2, 0.0))
    watch.read(Seen(1, 1, 0.1), least=least)
    assert watch.report().stale == 0


def test_what_was_read_once_may_not_be_followed_by_an_older_version() -> None:
    watch = Watch()
    for version in (3, 2, 3):
        watch.read(Seen(1, version, 0.0), least=watch.least(1))
    report = watch.report()
    assert (report.reads, report.stale) == (3, 1)
    assert report.news == [Seen(1, 3, 0.0)]


def test_keys_do_not_limit_each_other() -> None:
    watch = Watch()
    watch.wrote(Seen(1, 5, 0.0))
    watch.read(Seen(2, 1, 0.0), least=watch.least(2))
    assert watch.report().stale == 0


def test_the_lag_runs_from_the_write_to_the_first_read_as_new_elsewhere() -> None:
    writer, reader = Watch(), Watch()
    for version in (1, 2):
        writer.wrote(Seen(7, version, 10.0 * version))
        writer.read(Seen(7, version, 99.0), least=0)
    writer.wrote(Seen(8, 1, 30.0))  # nobody else reads it
    reader.read(Seen(7, 0, 10.5), least=0)
    reader.read(Seen(7, 2, 20.25), least=0)
    assert lags_of([writer.report(), reader.report()]) == [10.25, 0.25]


def test_a_read_before_the_writer_was_told_counts_as_no_lag() -> None:
    writer, reader = Watch(), Watch()
    reader.read(Seen(7, 1, 9.0), least=0)
    writer.wrote(Seen(7, 1, 10.0))
    assert lags_of([writer.report(), reader.report()]) == [0.0]


def test_waiting_is_counted_beyond_the_longest_load() -> None:
    from benchmarks.cache.stampede import Report, measures_of  # noqa: PLC0415 - as above

    one = Report(waits=[0.2, 0.25, 0.25], loads=[0.2], late=0.0)
    other = Report(waits=[0.25, 0.25, 0.3], loads=[], late=0.0)
    measured = measures_of([one, other])
    assert measured["stampede_loads"] == 1
    assert measured["stampede_p50"] == pytest.approx(0.05)
    assert measured["stampede_p99"] == pytest.approx(0.1, rel=0.1)


@pytest.mark.slow
@pytest.mark.timeout(120)  # a server, four processes, and all peers are imported
def test_each_figure_of_the_area_is_measured_and_the_promises_are_kept() -> None:
    measured: dict[str, float] = {}
    with prepared(TINY) as sides:
        for _ in range(2):  # as rounds find what the ones before them have left
            for side in sides.values():
                measured |= side()
    wanted = {name for each in AREA.figures for name in (each.of, each.beside) if name}
    assert wanted <= measured.keys()
    assert measured["stampede_loads"] == 1
    assert measured["stale_reads"] == 0
    assert measured["raced_reads"] >= TINY.reads
    assert measured["raced_writes"] > 0
