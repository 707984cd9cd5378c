"""The programs of whole applications do what redux-persist is known for.

These are the rows that our tier is to be held against; here it is not there yet.
"""

from __future__ import annotations

import json
from typing import cast

import pytest

from tests.oracle.families import Dice
from tests.oracle.persist.programs import application, document, make_persisted
from tests.oracle.real import Json, Real
from tests.oracle.terms import text

Trace = dict[str, Json]
ADD: Json = ["dispatch", "a"]
SETTLE: Json = ["settle"]


def run(real: Real, program: dict[str, Json]) -> Trace:
    return cast("Trace", real.trace("persisted", program))


def logged(trace: Trace, kind: str) -> list[list[Json]]:
    """What the log has of a kind: the time, and what was noted."""
    log = cast("list[list[Json]]", trace["log"])
    return [entry[1:] for entry in log if entry[0] == kind]


def fields(trace: Trace, index: int = -1) -> dict[str, Json]:
    """The state after a step."""
    state = cast("list[dict[str, list[tuple[str, Json]]]]", trace["states"])[index]
    return dict(state["o"])


def rehydrated(trace: Trace) -> list[Json]:
    """Payload and error of what was read."""
    actions = logged(trace, "action")
    return [each[2:] for each in actions if each[1] == "persist/REHYDRATE"]


def test_a_state_is_written_after_it_was_read_even_without_a_change(real: Real) -> None:
    trace = run(real, application(slices={"one": 0, "two": "x"}))
    assert trace["stored"] == {
        "persist:k": '{"one":"0","two":"\\"x\\"",'
        '"_persist":"{\\"version\\":-1,\\"rehydrated\\":true}"}'
    }


def test_two_actions_at_once_are_one_write(real: Real) -> None:
    writes = logged(run(real, application([ADD, ADD, SETTLE])), "write")
    assert [json.loads(str(each[2]))["one"] for each in writes] == ["0", "2"]


def test_each_key_takes_a_turn_of_the_throttle(real: Real) -> None:
    slices: dict[str, Json] = {"one": 0, "two": 0, "three": 0}
    trace = run(
        real, application([ADD, SETTLE], slices=slices, config={"throttle": 20})
    )
    # Four keys at first, with _persist; then three, after the timeout of 5 s is over.
    assert [each[0] for each in logged(trace, "write")] == [80, 5060]


def test_a_storage_that_does_not_answer_is_overwritten(real: Real) -> None:
    program = application(
        [ADD, SETTLE],
        config={"timeout": 40},
        stored={"persist:k": document({"one": 7})},
        storage={"read": ["never"]},
    )
    trace = run(real, program)
    error = 'redux-persist: persist timed out for persist key "k"'
    assert rehydrated(trace) == [[{"u": 1}, error]]
    assert (
        json.loads(cast("dict[str, str]", trace["stored"])["persist:k"])["one"] == "1"
    )


def test_an_action_before_the_read_is_lost(real: Real) -> None:
    program = application([], stored={"persist:k": document({"one": 7})})
    program["steps"] = [["persist"], ADD, SETTLE]
    assert fields(run(real, program), 1)["one"] == 1
    assert fields(run(real, program))["one"] == 7


def test_migrations_run_in_order_and_the_configuration_gives_the_version(
    real: Real,
) -> None:
    program = application(
        config={
            "version": 2,
            "migrations": {"2": ["bump", "one"], "1": ["set", "one", 5]},
        },
        stored={"persist:k": document({"one": 7}, version=0)},
    )
    told: Json = {"o": [["version", 2], ["rehydrated", True]]}
    assert fields(run(real, program)) == {"one": 6, "_persist": told}


def test_a_migration_that_raises_resets_the_state(real: Real) -> None:
    program = application(
        [ADD, SETTLE],
        config={"version": 1, "migrations": {"1": ["throw"]}},
        stored={"persist:k": document({"one": 7})},
    )
    trace = run(real, program)
    assert rehydrated(trace) == [[{"u": 1}, "boom"]]
    assert logged(trace, "error") == [[0, "redux-persist: migration error boom"]]
    assert fields(trace)["one"] == 1


def test_a_newer_document_is_taken_and_stamped_with_the_older_version(
    real: Real,
) -> None:
    program = application(
        config={"version": 2, "migrations": {}},
        stored={"persist:k": document({"one": 7}, version=9)},
    )
    trace = run(real, program)
    stored = json.loads(cast("dict[str, str]", trace["stored"])["persist:k"])
    assert [stored["one"], json.loads(stored["_persist"])["version"]] == ["7", 2]


def test_a_pause_keeps_changes_from_being_written_until_the_next_one(
    real: Real,
) -> None:
    steps: list[Json] = [["pause"], ADD, SETTLE, ["persist"], SETTLE, ADD, SETTLE]
    trace = run(real, application(steps, config={"timeout": 0}))
    writes = logged(trace, "write")
    assert [json.loads(str(each[2]))["one"] for each in writes] == ["0", "2"]


def test_after_a_purge_the_state_comes_back_with_the_next_change(real: Real) -> None:
    trace = run(real, application([ADD, SETTLE, ["purge"], SETTLE, ADD, SETTLE]))
    assert [fields(trace, 4)["one"], fields(trace)["one"]] == [1, 2]
    assert [each[1] for each in logged(trace, "remove")] == ["persist:k"]
    assert (
        json.loads(cast("dict[str, str]", trace["stored"])["persist:k"])["one"] == "2"
    )


def test_a_write_that_fails_is_told_and_not_tried_again(real: Real) -> None:
    trace = run(real, application(storage={"write": ["reject"]}))
    assert logged(trace, "failed") == [[2, "write fails"]]
    assert trace["stored"] == {}


def test_a_storage_that_throws_is_caught_by_nobody(real: Real) -> None:
    trace = run(real, application(storage={"write": ["throw"]}))
    assert logged(trace, "uncaught") == [[2, "write throws"]]


def test_live_objects_are_stored_as_they_are(real: Real) -> None:
    config: dict[str, Json] = {"serialize": False, "keyPrefix": ""}
    program = application(config=config, stored={"k": {"o": [["one", 7]]}})
    told: Json = {"o": [["version", -1], ["rehydrated", True]]}
    stored: Json = {"k": {"o": [["one", 7], ["_persist", told]]}}
    assert run(real, program)["stored"] == stored


@pytest.mark.slow
def test_random_programs_are_repeatable_and_take_no_time(real: Real) -> None:
    several: list[Json] = [make_persisted(Dice(seed)) for seed in range(300)]
    first = real.traces("persisted", several)
    assert real.traces("persisted", several) == first


@pytest.mark.slow
def test_random_programs_show_every_kind_of_outcome(real: Real) -> None:
    several: list[Json] = [make_persisted(Dice(seed)) for seed in range(500)]
    shown = text(real.traces("persisted", several))
    kinds = ("write", "remove", "failed", "error", "bootstrapped", "flushed", "threw")
    assert [kind for kind in kinds if f'["{kind}",' not in shown] == []
    errors = ("boom", "persist timed out", "in JSON", "read fails", "write fails")
    assert [each for each in errors if each not in shown] == []
