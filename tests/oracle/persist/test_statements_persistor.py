"""P3, P4, P5, P9, P10 and P12: what a persistor does, and when.

Each is asked of the real redux-persist, and then of ours: what we keep of it is the
same, and what we do otherwise is a row of ``deviations``.
"""

from __future__ import annotations

from typing import cast

import pytest

from stateroom.persist import REHYDRATE, Memory, Phase
from tests.oracle.persist.leaving import SEVEN, Left
from tests.oracle.persist.programs import BOOTED, application, document
from tests.oracle.persist.shown_reading import slow
from tests.oracle.persist.telling import (
    ADD,
    SETTLE,
    fields_in,
    logged,
    rehydrated_in,
    run,
    stored_in,
    times,
    written_in,
)
from tests.oracle.real import Json, Real
from tests.persist.roles import Shelf, kept_numbers
from tests.persist.scenes import Moody, Process

NEVER: dict[str, Json] = {"timeout": 0}


def shelf(**numbers: int) -> Shelf:
    """A slice of these numbers, written after 20 ms."""
    return kept_numbers(initial=lambda: dict(numbers or {"one": 0}), max_delay=20)


def started(storage: Memory | None = None) -> tuple[Process, Shelf]:
    """A process that has read, and written what it began with."""
    kept = shelf()
    process = Process(storage or Moody(), kept.part)
    process.persistor.hydrate()
    process.wait(1)
    return process, kept


def writes(process: Process) -> int:
    return len(cast("Moody", process.storage).of("write"))


# ---------------------------------------------------------------------- P3


def test_p3_a_state_is_asked_for_once_and_comes_in_an_action(real: Real) -> None:
    trace = run(real, application(stored=SEVEN))
    kinds = [each[1] for each in logged(trace, "action")]
    assert kinds == ["persist/PERSIST", REHYDRATE]
    assert times(trace, "bootstrapped") == [0]
    ours = Left(application(stored=SEVEN))
    # Without PERSIST, and with the same payload.
    assert ours.app.rehydrated == [[{"o": [["one", 7]]}, False]]
    assert rehydrated_in(trace) == [[{"o": [["one", 7]]}, None]]


def test_p3_both_tell_that_there_is_nothing_and_that_it_could_not_be_read(
    real: Real,
) -> None:
    nothing = application(config=NEVER)
    broken = application(stored={"persist:k": "{"}, config=NEVER)
    for program, failed in ((nothing, False), (broken, True)):
        [[payload, error]] = rehydrated_in(run(real, program))
        assert (payload, error is not None) == ({"u": 1}, failed)
        assert Left(program).app.rehydrated == [[{"u": 1}, failed]]


def test_p3_several_slices_come_in_one_notification_here() -> None:
    one, two = kept_numbers("one"), kept_numbers("two")
    process = Process(None, one.part, two.part)
    told: list[object] = []
    process.store.subscribe(lambda: told.append(None))
    taken = [one.part.takes, two.part.takes]
    process.persistor.hydrate()
    assert [one.part.takes, two.part.takes] == [each + 1 for each in taken]
    assert len(told) == 1


# ---------------------------------------------------------------------- P4


def test_p4_nothing_is_written_before_it_was_read(real: Real) -> None:
    early: list[Json] = [ADD, ["tick", 1000]]
    trace = run(real, {**application(config=NEVER), "steps": [*early]})
    assert logged(trace, "write") == []
    kept = shelf()
    process = Process(Moody(), kept.part)
    process.store.dispatch(kept.put("one", 1))
    process.wait(1)
    assert writes(process) == 0


def test_p4_a_state_is_written_after_it_was_read_even_without_a_change(
    real: Real,
) -> None:
    trace = run(real, application(slices={"one": 0}))
    assert written_in(trace, "one") == [0]
    process, _ = started()
    assert (writes(process), process.fields("numbers")) == (1, {"one": 0})


def test_p4_two_actions_at_once_are_one_write(real: Real) -> None:
    trace = run(real, application([ADD, ADD, SETTLE], config=NEVER))
    assert written_in(trace, "one") == [0, 2]
    process, kept = started()
    for number in (1, 2):
        process.store.dispatch(kept.put("one", number))
    process.wait(1)
    assert (writes(process), process.fields("numbers")) == (2, {"one": 2})


def test_p4_an_action_that_changes_nothing_writes_nothing(real: Real) -> None:
    steps: list[Json] = [["dispatch", "unknown"], SETTLE]
    assert len(logged(run(real, application(steps, config=NEVER)), "write")) == 1
    process, _ = started()
    process.store.dispatch({"type": "unknown"})
    process.wait(1)
    assert writes(process) == 1


# ---------------------------------------------------------------------- P5


def test_p5_the_latest_state_is_written_and_not_that_of_the_change(real: Real) -> None:
    steps: list[Json] = [ADD, ["tick", 10], ADD, SETTLE]
    trace = run(real, application(steps, config={**NEVER, "throttle": 20}))
    assert written_in(trace, "one") == [0, 2]
    process, kept = started()
    process.store.dispatch(kept.put("one", 1))
    process.wait(0.01)
    process.store.dispatch(kept.put("one", 2))
    process.wait(0.01)
    assert (writes(process), process.fields("numbers")) == (2, {"one": 2})


def test_p5_each_key_takes_a_turn_there_and_the_delay_is_one_here(real: Real) -> None:
    names = ("one", "two", "three")
    program = application([ADD, SETTLE], slices=dict.fromkeys(names, 0))
    program["config"] = {**NEVER, "throttle": 20}
    trace = run(real, program)
    began = next(each[0] for each in logged(trace, "action") if each[1] == "a")
    assert cast("int", times(trace, "write")[1]) - cast("int", began) == 60
    kept = shelf(one=0, two=0, three=0)
    process = Process(Moody(), kept.part)
    process.persistor.hydrate()
    process.wait(1)
    for name in names:
        process.store.dispatch(kept.put(name, 1))
    process.wait(0.02)
    assert process.fields("numbers") == dict.fromkeys(names, 1)


def test_p5_a_flush_writes_at_once(real: Real) -> None:
    steps: list[Json] = [ADD, ["flush"]]
    trace = run(real, application(steps, config={**NEVER, "throttle": 50}))
    assert written_in(trace, "one") == [0, 1]
    assert times(trace, "write")[1] == times(trace, "flushed")[0]
    process, kept = started()
    process.store.dispatch(kept.put("one", 1))
    process.persistor.flush()
    assert (writes(process), process.fields("numbers")) == (2, {"one": 1})


def test_p5_a_flush_waits_for_the_last_write_there_and_for_all_here(real: Real) -> None:
    steps: list[Json] = [ADD, ["tick", 1], ADD, ["flush"], SETTLE]
    storage: Json = {"write": ["ok", 50, 10]}
    trace = run(real, application(steps, config=NEVER, storage=storage))
    assert (written_in(trace, "one"), stored_in(trace)["one"]) == ([0, 1, 2], 1)
    process, kept = started()
    for number in (1, 2):
        process.store.dispatch(kept.put("one", number))
        process.persistor.flush()
        assert process.fields("numbers") == {"one": number}


# ---------------------------------------------------------------------- P9


def test_p9_a_timeout_gives_up_there_and_only_stops_waiting_here(real: Real) -> None:
    program = application(stored=SEVEN, storage={"read": ["never"]})
    program["steps"] = [["persist"], ["tick", 4999], ["tick", 1], ADD, SETTLE]
    trace = run(real, program)
    error = 'redux-persist: persist timed out for persist key "k"'
    assert rehydrated_in(trace) == [[{"u": 1}, error]]
    assert (fields_in(trace, 1)["one"], stored_in(trace)["one"]) == (0, 1)
    assert slow() == 8  # the seven that came late, and one action meanwhile


def test_p9_what_comes_late_is_thrown_away_there_and_merged_here(real: Real) -> None:
    program = application(stored=SEVEN, storage={"read": [100]})
    program["config"] = {"timeout": 50}
    trace = run(real, program)
    assert len(rehydrated_in(trace)) == 1
    assert fields_in(trace)["one"] == 0
    assert slow() == 8


def test_p9_without_a_timeout_both_wait(real: Real) -> None:
    program = application(stored=SEVEN, storage={"read": [60_000]}, config=NEVER)
    assert fields_in(run(real, program))["one"] == 7
    assert Left(program).states[-1]["one"] == 7


# --------------------------------------------------------------------- P10


def test_p10_a_change_in_a_pause_is_seen_late_there_and_at_its_end_here(
    real: Real,
) -> None:
    steps: list[Json] = [["pause"], ADD, SETTLE, ["persist"], SETTLE]
    trace = run(real, application(steps, config=NEVER))
    assert stored_in(trace)["one"] == 0
    process, kept = started()
    process.persistor.pause()
    process.store.dispatch(kept.put("one", 1))
    process.wait(1)
    assert process.fields("numbers") == {"one": 0}
    process.persistor.resume()
    process.wait(1)
    assert process.fields("numbers") == {"one": 1}


def test_p10_starting_again_ends_in_an_error_there_and_in_nothing_here(
    real: Real,
) -> None:
    trace = run(real, application([["persist"], SETTLE]))
    assert [error is None for _, error in rehydrated_in(trace)] == [True, False]
    process, kept = started()
    before = process.store[kept.part]
    assert process.persistor.hydrate().phase is Phase.READY
    assert process.store[kept.part] is before
    assert process.problems == []


def test_p10_a_purge_keeps_the_state_there_and_begins_anew_here(real: Real) -> None:
    steps: list[Json] = [ADD, SETTLE, ["purge"], SETTLE]
    trace = run(real, application(steps, config=NEVER))
    assert (fields_in(trace)["one"], trace["stored"]) == (1, {})
    process, kept = started()
    process.store.dispatch(kept.put("one", 1))
    process.persistor.purge()
    process.wait(1)
    assert process.store[kept.part] == {"one": 0}
    assert process.record("numbers").is_purged


def test_p10_after_a_purge_nothing_is_read_there_and_what_comes_is_here(
    real: Real,
) -> None:
    steps: list[Json] = [["purge"], SETTLE, ["persist"], SETTLE]
    trace = run(real, application(steps, stored=SEVEN, config={"timeout": 20}))
    told = [each for each in rehydrated_in(trace) if each[1] is not None]
    # A REHYDRATE is sent, and nothing is made of it.
    assert (len(told), fields_in(trace)["one"]) == (1, 7)
    process, kept = started()
    process.persistor.purge()
    other = Process(process.storage, kept.part)
    other.persistor.hydrate()
    other.store.dispatch(kept.put("one", 5))
    other.persistor.flush()
    process.persistor.refresh()
    assert process.store[kept.part] == {"one": 5}


# --------------------------------------------------------------------- P12


@pytest.mark.parametrize("stored", [{}, {"persist:k": document({})}])
def test_p12_an_empty_storage_is_not_waited_for(
    real: Real, stored: dict[str, Json]
) -> None:
    # An unpublished version waits for its timeout here; the published one does not.
    program = application(stored=stored)
    program["steps"] = [["persist"], ["tick", 1]]
    trace = run(real, program)
    assert times(trace, "bootstrapped") == [0]
    ours = Left({**program, "steps": [*BOOTED]})
    assert ours.app.status.phase is Phase.READY
    assert len(ours.app.rehydrated) == 1
