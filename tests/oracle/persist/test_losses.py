"""Rows 1 to 10 of the ways to lose data: by writing, and by reading.

Each is run with the real redux-persist, which loses something, and then with ours. The
others are in ``test_losses_by_design``.
"""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import cast

import pytest

from stateroom.errors import NotDurable, StorageFull
from stateroom.persist import Memory, Phase, add_numbers
from stateroom.persist.quarantine import decode_aside
from stateroom.persist.records import Record, encode_record
from tests.crash.births import Nursery
from tests.crash.ledgers import Ledger
from tests.crash.tallies import NAMES
from tests.oracle.persist.leaving import SEVEN
from tests.oracle.persist.programs import application, document
from tests.oracle.persist.shown_reading import slow
from tests.oracle.persist.telling import (
    ADD,
    SETTLE,
    Trace,
    fields_in,
    logged,
    rehydrated_in,
    run,
    stored_in,
    times,
    values_of,
    written_in,
)
from tests.oracle.real import Json, Real
from tests.persist.roles import Shelf, kept_numbers
from tests.persist.scenes import LIMIT, Moody, Process, record_in

NEVER: dict[str, Json] = {"timeout": 0}
KEY = "app:p:device:numbers"


def left(trace: Trace) -> Json:
    """What is stored of the one slice in the end."""
    return stored_in(trace).get("one")


def began(storage: Memory | None = None, **numbers: int) -> tuple[Process, Shelf]:
    """A process that has read; what it began with is stored."""
    kept = kept_numbers(initial=lambda: dict(numbers or {"one": 0}), max_delay=100)
    process = Process(storage or Moody(), kept.part)
    process.persistor.hydrate()
    process.wait(1)
    return process, kept


def bytes_in(storage: Memory, key: str = KEY) -> bytes | None:
    return storage.read(key, limit=LIMIT).current


def seven(version: int = 1, *, one: int = 7) -> Moody:
    """A storage with a record."""
    record = Record(
        key=KEY, version=version, revision=1, writer="0" * 12, at=1, state={"one": one}
    )
    storage = Moody()
    Memory(shared=storage).write(KEY, encode_record(record), replaces=None)
    return storage


def count_and_kill(nursery: Nursery, place: Path, ledger: Ledger) -> None:
    """Let a process count until it was told that something is stored; kill it then."""
    child = nursery.bear("counting", "files", place, 1)
    ledger.hear(child.until("acked"))
    child.end(signal.SIGKILL)
    ledger.hear(child.taken())


@pytest.mark.slow
def test_row_01_what_was_acknowledged_survives_a_kill(
    real: Real, tmp_path: Path
) -> None:
    # There is no way to be told; the timer has not fired yet, and the process is gone.
    assert left(run(real, application([ADD], config={**NEVER, "throttle": 50}))) == 0
    ledger = Ledger()
    with Nursery() as nursery:
        for _ in range(3):
            count_and_kill(nursery, tmp_path, ledger)
        child = nursery.bear("looking", "files", tmp_path)
        found = child.until("ready")
        child.end()
    ledger.hear(found)
    assert (ledger.faults, len(ledger.acked)) == ([], len(NAMES))
    assert ledger.acknowledgements >= 3
    assert max(ledger.acked.values()) > 0


def test_row_02_the_delay_does_not_grow_with_the_number_of_keys(real: Real) -> None:
    names = [f"key{number}" for number in range(50)]
    program = application([ADD, SETTLE], slices=dict.fromkeys(names, 0))
    program["config"] = {**NEVER, "throttle": 20}
    trace = run(real, program)
    changed = next(each[0] for each in logged(trace, "action") if each[1] == "a")
    assert times(trace, "write")[-1] == cast("int", changed) + 20 * 50
    process, kept = began(None, **dict.fromkeys(names, 0))
    for name in names:
        process.store.dispatch(kept.put(name, 1))
    process.wait(0.1)
    assert process.fields("numbers") == dict.fromkeys(names, 1)


def test_row_03_something_is_written_however_much_is_going_on(real: Real) -> None:
    names = ("one", "two", "three", "four")
    churn: list[Json] = [ADD, ["tick", 5]] * 80
    program = application(churn, slices=dict.fromkeys(names, 0))
    program["config"] = {**NEVER, "throttle": 10}
    trace = run(real, program)
    assert (fields_in(trace)["one"], written_in(trace, "one")) == (80, [0])
    process, kept = began()
    behind: list[int] = []
    for number in range(1, 81):
        process.store.dispatch(kept.put("one", number))
        process.wait(0.005)
        behind.append(number - cast("int", process.fields("numbers")["one"]))
    # With a delay of 100 ms, what is stored is never older than that, and one turn.
    assert max(behind) <= 21


class Held(Moody):
    """A storage whose first write waits until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.may_write = threading.Event()
        self.began = threading.Event()

    def write(self, key: str, data: bytes, **how: object) -> None:
        self.began.set()
        assert self.may_write.wait(10)
        super().write(key, data, **how)  # type: ignore[arg-type] # handed on


def test_row_04_an_older_write_never_lands_on_a_newer_one(real: Real) -> None:
    steps: list[Json] = [ADD, ["tick", 1], ADD, ["flush"], SETTLE]
    program = application(steps, config=NEVER, storage={"write": ["ok", 50, 10]})
    assert (left(run(real, program)), written_in(run(real, program), "one")[-1]) == (
        1,
        2,
    )
    storage = Held()
    kept = kept_numbers(initial=lambda: {"one": 0}, durability="fsync")
    process = Process(storage, kept.part, background=True)
    process.persistor.hydrate(timeout=0)
    assert storage.began.wait(10)
    process.store.dispatch(kept.put("one", 1))
    with pytest.raises(NotDurable):
        process.persistor.flush(timeout=0)
    storage.may_write.set()
    process.store.dispatch(kept.put("one", 2))
    process.persistor.flush()
    assert process.fields("numbers") == {"one": 2}


def test_row_05_a_slow_storage_is_not_overwritten(real: Real) -> None:
    storage: Json = {"read": [6000]}
    program = application(stored=SEVEN, storage=storage)
    program["steps"] = [["persist"], ["tick", 5500], ADD, SETTLE]
    assert left(run(real, program)) == 1
    assert slow() == 8


def test_row_06_one_damaged_slice_costs_neither_the_others_nor_its_bytes(
    real: Real,
) -> None:
    broken: Json = {"persist:k": '{"one":"7","two":"{oops"}'}
    program = application([ADD, SETTLE], slices={"one": 0, "two": 0}, stored=broken)
    assert stored_in(run(real, program))["one"] == 1
    storage = seven()
    two = KEY.replace("numbers", "two")
    storage.write(two, b"{oops", replaces=None)
    one, other = kept_numbers(), kept_numbers("two")
    process = Process(storage, one.part, other.part)
    process.persistor.hydrate()
    assert process.store[one.part] == {"one": 7}
    assert process.phase("two") is Phase.QUARANTINED
    keys = storage.keys()
    [aside] = [key for key in keys if "~corrupt" in key]
    kept = decode_aside(cast("bytes", bytes_in(storage, aside)))
    assert (kept.key, kept.data) == (two, b"{oops")


def test_row_07_a_migration_that_raises_leaves_what_is_stored(real: Real) -> None:
    config: dict[str, Json] = {"version": 1, "migrations": {"1": ["throw"]}}
    trace = run(real, application([ADD, SETTLE], config=config, stored=SEVEN))
    assert (rehydrated_in(trace), left(trace)) == ([[{"u": 1}, "boom"]], 1)
    storage = seven()
    before = bytes_in(storage)
    kept = kept_numbers(version=2, migrations={2: boom})
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.put("one", 1))
    process.wait(3600)
    assert (process.codes, process.phase("numbers")) == (["STR-908"], Phase.READ_ONLY)
    assert "boom" in process.status("numbers").reason
    assert bytes_in(storage) == before


def boom(state: dict[str, object]) -> dict[str, object]:
    raise ValueError("boom")


def bumped(state: dict[str, object]) -> dict[str, object]:
    return {"one": cast("int", state["one"]) + 1}


def test_row_08_an_older_release_does_not_make_a_migration_run_twice(
    real: Real,
) -> None:
    bump: Json = {"3": ["bump", "one"]}
    stored: Json = {"persist:k": document({"one": 8}, version=3)}
    config: dict[str, Json] = {"version": 2, "migrations": bump}
    older = run(real, application(config=config, stored=stored))
    again = application(config={**config, "version": 3}, stored=older["stored"])
    assert left(run(real, again)) == 9
    storage = seven(3, one=8)
    for version in (2, 3):
        kept = kept_numbers(version=version, migrations={version: bumped})
        process = Process(storage, kept.part)
        process.persistor.hydrate()
        process.store.dispatch(kept.put("other", version))
        process.wait(3600)
    record = record_in(storage, "numbers")
    assert (record.version, record.state) == (3, {"one": 8, "other": 3})


def test_row_09_a_full_storage_is_told_and_tried_again(real: Real) -> None:
    storage: Json = {"write": ["reject", "ok"]}
    trace = run(real, application([["tick", 60_000]], storage=storage))
    assert (logged(trace, "failed"), trace["stored"]) == ([[2, "write fails"]], {})
    full = Moody()
    process, kept = began(full)
    full.errors["write"] = StorageFull("the disk is full")
    process.store.dispatch(kept.put("one", 1))
    process.wait(0.1)
    status = process.status("numbers")
    assert (process.codes, status.is_dirty) == (["STR-903"], True)
    assert "the disk is full" in status.reason
    full.errors.clear()
    process.wait(60)
    assert process.fields("numbers") == {"one": 1}


def test_row_10_two_tabs_do_not_undo_each_other(real: Real) -> None:
    theirs = cast("dict[str, str]", real.trace("tabs", {}))
    assert values_of(theirs["stored"])["two"] == 0  # it was counted, and is lost
    storage = Moody()
    names = ("one", "two")
    kept = kept_numbers(
        initial=lambda: dict.fromkeys(names, 0), merge=dict.fromkeys(names, add_numbers)
    )
    first, second = (Process(storage, kept.part) for _ in range(2))
    for process in (first, second):
        process.persistor.hydrate()
    for process, name in ((first, "one"), (second, "two"), (first, "one")):
        number = process.store[kept.part][name]
        process.store.dispatch(kept.put(name, number + 1))
        process.persistor.flush()
    assert first.fields("numbers") == {"one": 2, "two": 1}
    assert first.store[kept.part] == {"one": 2, "two": 1}
