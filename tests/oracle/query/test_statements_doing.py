"""K9 to K13: patches, lifecycles, attempts, a state that comes back, other verbs."""

from __future__ import annotations

import pytest

from tests.oracle.query.holding import both
from tests.oracle.query.programs import Program
from tests.oracle.query.telling import (
    actions,
    api,
    entry,
    keys_of,
    lives,
    mutations_of,
    provided,
    requests,
    settled,
    subscribers,
    types,
)
from tests.oracle.real import Json, Real

LIST: Json = {"a": [1]}
LOG: Program = {"name": "log"}
UPDATE: Json = ["update", "q", 1, "push"]
LOADED: list[Json] = [["subscribe", "q", 1, {}], ["answer", 0, "data", LIST]]

# ---------------------------------------------------------------------- K9


def test_k9_an_update_changes_the_data_and_can_be_undone(real: Real) -> None:
    trace = both(real, api(*LOADED, UPDATE, ["undo"], q={}))
    data = [entry(trace, "q(1)", step)["data"] for step in (2, 3)]
    assert data == [{"a": [1, 9]}, LIST]
    assert lives(trace) == [["update", True]]


def test_k9_without_data_there_is_nothing_to_update(real: Real) -> None:
    trace = both(
        real,
        api(
            UPDATE,
            ["subscribe", "q", 1, {}],
            UPDATE,
            ["answer", 0, "data", LIST],
            q={},
        ),
    )
    assert lives(trace) == [["update", False], ["update", False]]
    assert entry(trace, "q(1)")["data"] == LIST


def test_k9_what_is_upserted_is_there_without_a_request(real: Real) -> None:
    trace = both(
        real,
        api(
            ["upsert", "q", 1, 5],
            ["upsertMany", [["q", 2, 6], ["q", "x", 7]]],
            q={"provides": "arg"},
        ),
    )
    assert keys_of(trace) == ["q(1)", "q(2)", 'q("x")']
    assert (requests(trace), entry(trace, "q(2)")["status"]) == ([], "fulfilled")
    assert provided(trace) == [
        ["A", [["1", ["q(1)"]], ["2", ["q(2)"]], ["x", ['q("x")']]]]
    ]


# --------------------------------------------------------------------- K10


def test_k10_a_started_query_is_told_of_its_end(real: Real) -> None:
    ends: list[Json] = []
    answers: list[list[Json]] = [["data", LIST], ["error", 404, "no"], ["throw", "x"]]
    for answer in answers:
        program = api(
            ["subscribe", "q", 1, {}], ["answer", 0, *answer], q={"started": LOG}
        )
        trace = both(real, program)
        [begun, ended] = lives(trace)
        assert begun == ["started", "r0", "q", 1, "pending"]
        ends.append([ended[0], *ended[2:]])
    assert ends == [
        ["fulfilled", LIST],
        ["failed", ["status", 404, "no"], False],
        ["failed", ["thrown", "x"], True],
    ]


def test_k10_an_entry_tells_when_it_has_data_and_when_it_is_removed(
    real: Real,
) -> None:
    trace = both(
        real,
        api(
            *LOADED,
            ["refetch", 0],
            ["answer", 0, "data", LIST],
            ["unsubscribe", 0],
            ["advance", 60_000],
            q={"added": LOG},
        ),
    )
    assert [row[:2] for row in lives(trace)] == [
        ["added", "r0"],
        ["loaded", "r0"],
        ["removed", "r0"],
    ]


def test_k10_removed_before_it_had_data_it_never_has(real: Real) -> None:
    for name, told in (("patient", ["added", "never", "removed"]), ("log", ["added"])):
        program = api(
            ["subscribe", "q", 1, {}],
            ["unsubscribe", 0],
            ["advance", 1000],
            q={"added": {"name": name}, "keep": 1},
        )
        assert [row[0] for row in lives(both(real, program))] == told


# --------------------------------------------------------------------- K11


@pytest.mark.parametrize(
    ("draw", "times"),
    [
        (0.0, [0, 240, 720, 1680, 3600, 7440]),
        (0.5, [0, 540, 1620, 3780, 8100, 16_740]),
    ],
)
def test_k11_a_failed_request_is_tried_six_times_at_most(
    draw: float, times: list[int], real: Real
) -> None:
    program = api(
        ["subscribe", "q", 1, {}],
        ["advance", 60_000],
        q={"retry": 5, "latency": 0, "answer": "fails"},
        draw=draw,
    )
    trace = both(real, program)
    assert [row[0] for row in requests(trace)] == times
    assert entry(trace, "q(1)")["status"] == "rejected"


def test_k11_who_gives_up_is_not_tried_again(real: Real) -> None:
    trace = both(
        real,
        api(
            ["subscribe", "q", 1, {}],
            ["answer", 0, "give up", 404, "no"],
            ["advance", 60_000],
            q={"retry": 5, "keep": 100},
        ),
    )
    assert len(requests(trace)) == 1
    assert entry(trace, "q(1)")["error"] == ["status", 404, "no"]


def test_k11_an_abort_ends_it_between_two_attempts(real: Real) -> None:
    trace = both(
        real,
        api(
            ["subscribe", "q", 1, {}],
            ["answer", 0, "error", 500, None],
            ["unsubscribe", 0],
            ["advance", 60_000],
            q={"retry": 5, "keep": 0},
        ),
    )
    assert (len(requests(trace)), keys_of(trace)) == (1, [])


# --------------------------------------------------------------------- K12


def test_k12_what_was_in_flight_does_not_come_back(real: Real) -> None:
    trace = both(
        real,
        api(
            *LOADED,
            ["subscribe", "q", 2, {}],
            ["restart"],
            q={"provides": ["A"]},
        ),
    )
    assert keys_of(trace) == ["q(1)"]
    assert provided(trace) == [["A", [[None, ["q(1)"]]]]]
    assert subscribers(trace, "q(1)") == 0


def test_k12_what_comes_back_is_unused_at_first(real: Real) -> None:
    steps: list[Json] = [*LOADED, ["restart"], ["advance", 999], ["advance", 1]]
    trace = both(real, api(*steps, q={"keep": 1}))
    assert (keys_of(trace, 3), keys_of(trace, 4)) == (["q(1)"], [])
    assert types(trace, 4) == ["queries/removeQueryResult"]


# --------------------------------------------------------------------- K13


@pytest.mark.parametrize(
    ("options", "wait", "begun"),
    [
        ({}, 0, 0),
        ({"force": True}, 0, 1),
        ({"ifOlderThan": 1}, 999, 0),
        ({"ifOlderThan": 1}, 1000, 1),
    ],
)
def test_k13_prefetching_asks_again_by_force_or_by_age(
    options: Program, wait: int, begun: int, real: Real
) -> None:
    program = api(*LOADED, ["advance", wait], ["prefetch", "q", 1, options], q={})
    trace = both(real, program)
    assert (len(requests(trace, 3)), subscribers(trace, "q(1)")) == (begun, 1)


def test_k13_a_mutation_has_the_key_of_its_request_or_one_that_is_given(
    real: Real,
) -> None:
    trace = both(
        real,
        api(
            ["mutate", "m", 1, {}],
            ["mutate", "m", 2, {"key": "k"}],
            ["mutate", "m", 3, {"key": "k"}],
            ["answer", 1, "data", "old"],
            ["answer", 1, "data", "new"],
            ["resetMutation", 0],
            m={},
        ),
    )
    assert len(mutations_of(trace, 4)) == 2
    [(_, kept)] = mutations_of(trace)
    assert (kept["data"], kept["status"]) == ("new", "fulfilled")
    assert settled(trace) == {"1": ["data", "old"], "2": ["data", "new"]}


def test_k13_a_reset_clears_all_and_aborts(real: Real) -> None:
    trace = both(
        real,
        api(
            *LOADED,
            ["subscribe", "q", 2, {}],
            ["mutate", "m", 1, {}],
            ["reset"],
            q={},
            m={},
        ),
    )
    assert (keys_of(trace), mutations_of(trace)) == ([], [])
    assert [row[1] for row in trace[4]["aborted"]] == [1, 2]  # type: ignore[union-attr,index]
    assert sorted(row[0] for row in actions(trace, 4)[1:]) == [  # type: ignore[type-var]
        "executeMutation/rejected",
        "executeQuery/rejected",
    ]
