"""The area ``persist``: what it declares, and that all sides do the same work.

Everything is done with little work: no speed is judged here. What needs Node and its
packages is skipped where they cannot be had; in CI it fails then.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from statistics import quantiles

import pytest

from benchmarks.areas.persist import AREA, prepared
from benchmarks.installing import node_commands, version_of_node
from benchmarks.persist.amplifying import amplification, written, written_to_disk
from benchmarks.persist.delays import Churned, Landed, churn, delays_of, percentile
from benchmarks.persist.dispatching import Dispatching, counter, in_turns, opened
from benchmarks.persist.hydrating import Hydrating, contents, hydrated, store_of
from benchmarks.persist.models import plain_results, typed_results
from benchmarks.persist.node import PROJECT, Node
from benchmarks.persist.places import LIMIT, records_in
from benchmarks.persist.syncing import Syncing, bare_rename, bare_sqlite, keeping
from benchmarks.persist.workload import KIB, Sizes, compact, name_of
from stateroom.persist import Files, Memory, SQLite
from stateroom.persist.storages.port import Storage

pytestmark = pytest.mark.timeout(120)  # npm installs the packages once

TINY = Sizes(
    slices=3,
    slice_bytes=700,
    hydrations=2,
    changed=(KIB, 2 * KIB, 3 * KIB),
    flat=3,
    span=0.0,
    alone=4,
    churn=0.15,
    churned=300,
    max_delay=20.0,
    pause=0.0005,
    warmup=0.0,
    writes=5,
    written=300,
    flushes=2,
    starts=1,
)
NAMES = [name_of(number) for number in range(TINY.slices)]
TARGETS = {
    "hydrate_1mb_ms": 25,
    "hydrate_1mb_vs_json_loads": 2.5,
    "dispatch_overhead_us": 1.5,
    "write_amplification": 1.2,
    "max_write_delay_p99_ms": 150,
}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Node with what it reads; where npm cannot get its packages, a skip."""
    folder = tmp_path_factory.mktemp("node")
    try:
        assert PROJECT.installed().is_dir()
    except RuntimeError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))
    with Node(folder, TINY) as running:
        running.prepare()
        yield running


def test_each_figure_has_the_target_that_was_promised() -> None:
    declared = {
        each.name: each.at_most for each in AREA.figures if each.at_most is not None
    }
    assert declared == TARGETS
    assert [each.name for each in AREA.figures if each.at_least is not None] == []


def test_work_is_as_large_as_promised() -> None:
    sizes = Sizes()
    assert AREA.rounds >= 5
    assert (sizes.slices, sizes.slice_bytes) == (10, 100 * KIB)
    assert (sizes.max_delay, sizes.churn >= 3) == (100, True)
    assert (min(sizes.changed), max(sizes.changed)) == (KIB, 100 * KIB)
    assert (len(sizes.changed), sizes.written) == (10, 4 * KIB)


def test_ten_slices_are_a_megabyte() -> None:
    encoded = [len(compact(each)) for each in contents(Sizes()).values()]
    assert len(encoded) == 10
    assert all(100 * KIB <= each < 101 * KIB for each in encoded)


def test_versions_are_told_of_node_and_of_redux_persist() -> None:
    assert AREA.peers()["redux-persist"] == "6.0.0"
    if all(node_commands()):
        assert AREA.peers()["node"] == version_of_node()


def test_what_is_hydrated_is_what_was_stored_in_both_forms(tmp_path: Path) -> None:
    sides = Hydrating(tmp_path, TINY)
    plain, typed = plain_results(TINY.slices), typed_results(TINY.slices)
    stores = store_of(plain), store_of(typed)
    for folder, store in zip((sides.plain, sides.typed), stores, strict=True):
        hydrated(folder, store)[0].close()
    read = {each.part.name: stores[0][each.part] for each in plain}
    assert read == contents(TINY)
    built = {each.part.name: asdict(stores[1][each.part])["found"] for each in typed}
    assert built == contents(TINY)


def test_json_loads_reads_the_bytes_that_are_hydrated(tmp_path: Path) -> None:
    texts = Hydrating(tmp_path, TINY).texts
    states = [json.loads(text)["state"] for text in texts]
    assert states == list(contents(TINY).values())


def test_what_is_hydrated_has_a_previous_generation(tmp_path: Path) -> None:
    stored = Files(Hydrating(tmp_path, TINY).plain)
    previous = [stored.read(key, limit=LIMIT).previous for key in sorted(stored.keys())]
    notes = [json.loads(each or b"")["state"]["job-0"]["note"] for each in previous[:1]]
    assert (len(previous), None in previous) == (TINY.slices, False)
    assert notes == ["to be read"]


def test_node_hydrates_the_same_results(node: Node) -> None:
    assert node.hydrate() > 0
    assert node.read() == contents(TINY)


def test_both_stores_count_the_same_and_one_is_kept(tmp_path: Path) -> None:
    with closing(Dispatching(tmp_path, TINY)) as sides:
        sides.measure()
        for stores in (sides.stores, sides.alone):
            assert stores.bare[counter].count == stores.kept[counter].count > 0
        count = sides.stores.kept[counter].count
    stored = records_in(Files(tmp_path))
    assert sorted(stored) == ["counter", "look"]
    assert json.loads(stored["counter"])["state"]["count"] == count


def test_a_dispatch_finds_the_slice_clean_where_that_is_said() -> None:
    with opened(Memory()) as stores:
        stores.kept.dispatch({"type": "counter/increment"})
        assert stores.persistor.status().is_dirty
        stores.persistor.flush()
        assert not stores.persistor.status().is_dirty


def test_runs_take_turns_and_do_as_many_operations() -> None:
    done: list[tuple[str, int]] = []
    runs = {name: lambda count, name=name: done.append((name, count)) for name in "ab"}
    assert sorted(in_turns(runs, TINY)) == ["a", "b"]
    assert [name for name, _ in done] == list("baabbaabba")
    assert {count for _, count in done} == {TINY.flat}


def test_node_counts_up_with_and_without_redux_persist(node: Node) -> None:
    for is_kept in (False, True):
        before, after = (node.dispatch(is_kept=is_kept, span=0)[1] for _ in range(2))
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        assert after["counter"]["count"] == before["counter"]["count"] + TINY.flat
        assert sorted(after) == ["account", "counter", "look"]


def test_one_changed_field_writes_its_slice_once(tmp_path: Path) -> None:
    found = written(TINY)
    assert len(found) == len(TINY.changed)
    assert all(each.encoded < each.bytes < 2 * each.encoded for each in found)
    more = [after.bytes - before.bytes for before, after in
            zip(found, written_to_disk(tmp_path, TINY), strict=True)]  # fmt: skip
    assert more == [34] * len(found)  # the mark of the directory, set and settled


def test_redux_persist_writes_all_slices_for_each_change(node: Node) -> None:
    found = node.amplify()
    assert [each.encoded for each in found] == [each.encoded for each in written(TINY)]
    assert all(each.bytes > sum(TINY.changed) for each in found)
    measured = amplification("rp", found)
    assert measured["rp_worst"] == found[0].bytes / found[0].encoded


def test_a_delay_is_the_age_of_the_oldest_change_that_a_write_has_first() -> None:
    changes = {"a": [1.0, 2.0, 3.0], "b": [1.5]}
    writes = [
        Landed("a", 2, 4.0),
        Landed("b", 1, 4.5),
        Landed("b", 1, 5.0),  # has nothing new
        Landed("a", 3, 6.0),
    ]
    churned = Churned(changes, writes, start=1.0, end=7.0)
    assert delays_of(churned, patience=0.5) == [3.0, 3.0, 3.0]


def test_what_is_never_written_counts_as_long_as_it_has_waited() -> None:
    churned = Churned({"a": [1.0, 2.0], "b": [5.9]}, [], start=1.0, end=6.0)
    assert delays_of(churned, patience=0.5) == [5.0]


def test_a_percentile_is_the_one_of_the_standard_library() -> None:
    numbers = [float(number * number % 101) for number in range(200)]
    expected = quantiles(numbers, n=100, method="inclusive")
    assert percentile(numbers, 99) == pytest.approx(expected[98])
    assert percentile([3.0], 99) == 3.0


@pytest.mark.parametrize("pause", [0.0, TINY.pause])
def test_everything_that_changes_all_the_time_is_stored(
    pause: float, tmp_path: Path
) -> None:
    churned = churn(tmp_path / "kept", TINY, pause=pause)
    counts = {name: len(times) for name, times in churned.changes.items()}
    stored = records_in(Files(tmp_path / "kept"))
    assert sorted(stored) == NAMES
    assert {
        n: json.loads(text)["state"]["count"] for n, text in stored.items()
    } == counts
    assert all(each.count <= counts[each.name] for each in churned.writes)
    assert delays_of(churned, patience=TINY.max_delay / 1000) != []


def test_redux_persist_writes_nothing_while_all_slices_change(node: Node) -> None:
    waits = node.churn()
    assert (waits.writes, len(waits.delays)) == (0, TINY.slices)
    assert waits.dispatches > TINY.slices
    assert min(waits.delays) > TINY.churn / 2


@pytest.mark.parametrize("kind", [Files, SQLite])
def test_a_write_of_ours_is_there_when_it_returns(
    kind: type[Files | SQLite], tmp_path: Path
) -> None:
    storage: Storage = kind(tmp_path / "kept")
    with keeping(storage, TINY.written) as write, closing(storage):
        for _ in range(3):
            write()
        (stored,) = records_in(storage).values()
        assert json.loads(stored)["state"]["count"] == 3


def test_a_write_by_hand_is_there_when_it_returns(tmp_path: Path) -> None:
    path = tmp_path / "bare.db"
    with bare_rename(tmp_path / "bare", 300) as rename, bare_sqlite(path, 300) as put:
        for write in (rename, rename, put, put):
            write()
        renamed = (tmp_path / "bare" / "kept").read_bytes()
        with closing(sqlite3.connect(path)) as other:
            ((row,),) = other.execute("SELECT value FROM kept").fetchall()
    assert renamed == row
    assert (int(row[:12]), len(row) >= 300) == (2, True)


def test_redux_persist_writes_as_often_as_it_is_asked(node: Node) -> None:
    assert node.sync()[1] == TINY.writes


def test_a_flush_of_nothing_writes_nothing(tmp_path: Path) -> None:
    with closing(Syncing(tmp_path, TINY)) as sides:
        sides.measure()
    counts = [
        json.loads(each)["state"]["count"]
        for each in records_in(Files(tmp_path / "flushed")).values()
    ]
    assert counts == [2 * TINY.flushes, TINY.flushes, TINY.flushes]


@pytest.mark.slow
@pytest.mark.usefixtures("node")
def test_each_figure_of_the_area_is_measured() -> None:
    measured: dict[str, float] = {}
    with prepared(TINY) as sides:
        for side in sides.values():
            measured |= side()
    wanted = {name for each in AREA.figures for name in (each.of, each.beside) if name}
    assert wanted - measured.keys() == set()
    assert {name for name, number in measured.items() if number <= 0} <= {"rp_writes"}
