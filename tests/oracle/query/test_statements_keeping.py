"""K4 and K5: what an answer writes, and how long an entry stays."""

from __future__ import annotations

import pytest

from tests.oracle.query.holding import both
from tests.oracle.query.programs import Program
from tests.oracle.query.telling import (
    actions,
    api,
    entry,
    keys_of,
    provided,
    requests,
    subscribers,
    types,
)
from tests.oracle.real import Json, Real

NONE: Json = {"u": 1}
LIST: Json = {"o": [["ids", {"a": [1, 2]}], ["in", {"o": [["x", 1]]}]]}
OTHER: Json = {"o": [["ids", {"a": [1, 3]}], ["in", {"o": [["x", 1]]}]]}

# ---------------------------------------------------------------------- K4


def test_k4_the_response_of_another_request_is_dropped(real: Real) -> None:
    trace = both(
        real,
        api(
            ["prefetch", "q", 1, {}],
            ["answer", 0, "data", 1],
            ["prefetch", "q", 1, {"force": True}],
            ["invalidate", ["A"]],
            ["subscribe", "q", 1, {}],
            ["answer", 0, "data", 2],
            q={"provides": ["A"]},
            options={"invalidationBehavior": "immediately"},
        ),
    )
    left = entry(trace, "q(1)")
    assert (left["status"], left["data"], left["request"]) == ("pending", NONE, "r2")


def test_k4_old_data_stays_beside_an_error(real: Real) -> None:
    trace = both(
        real,
        api(
            ["subscribe", "q", 1, {}],
            ["answer", 0, "data", LIST],
            ["refetch", 0],
            ["answer", 0, "error", 500, "no"],
            q={},
        ),
    )
    left = entry(trace, "q(1)")
    assert (left["data"], left["same"]) == (LIST, True)
    assert left["error"] == ["status", 500, "no"]


@pytest.mark.parametrize(
    ("options", "answer", "same"),
    [
        ({}, LIST, True),
        ({}, OTHER, False),
        ({"sharing": False}, LIST, False),
        ({"merge": "fresh"}, LIST, False),
        ({"merge": "held"}, OTHER, True),
    ],
)
def test_k4_equal_data_is_the_same_object_unless_told_otherwise(
    options: Program,
    answer: Json,
    same: bool,  # noqa: FBT001 - a parameter of the test
    real: Real,
) -> None:
    program = api(
        ["subscribe", "q", 1, {}],
        ["answer", 0, "data", LIST],
        ["refetch", 0],
        ["answer", 0, "data", answer],
        q=options,
    )
    assert entry(both(real, program), "q(1)")["same"] is same


# ---------------------------------------------------------------------- K5


def test_k5_each_subscriber_counts_and_the_state_hears_of_them_later(
    real: Real,
) -> None:
    trace = both(
        real,
        api(
            ["subscribe", "q", 1, {}],
            ["subscribe", "q", 1, {}],
            ["advance", 499],
            ["advance", 1],
            ["unsubscribe", 0],
            ["unsubscribe", 0],
            q={},
        ),
    )
    assert [subscribers(trace, "q(1)", step) for step in (0, 1, 4, 5)] == [1, 2, 1, 0]
    mirrored = "internalSubscriptions/subscriptionsUpdated"
    assert (types(trace, 2), types(trace, 3)) == ([], [mirrored])


@pytest.mark.parametrize(
    ("keep", "api_keep", "left", "gone"),
    [
        (None, None, 59_999, 60_000),
        (None, 5, 4999, 5000),
        (1, 5, 999, 1000),
        (0, None, None, 0),
        (-1, None, None, 0),
        ("Infinity", 1, 4_000_000_000, None),
        (9_000_000, None, 2_147_482_646, 2_147_482_647),
    ],
)
def test_k5_unused_data_is_kept_for_so_many_seconds(
    keep: Json, api_keep: Json, left: Json, gone: Json, real: Real
) -> None:
    given: Program = {} if keep is None else {"keep": keep}
    options: Program = {} if api_keep is None else {"keepUnusedDataFor": api_keep}
    start: list[Json] = [
        ["subscribe", "q", 1, {}],
        ["answer", 0, "data", 1],
        ["unsubscribe", 0],
    ]
    for wait, there in ((left, ["q(1)"]), (gone, [])):
        if wait is not None:
            program = api(*start, ["advance", wait], q=given, options=options)
            assert keys_of(both(real, program)) == there


def test_k5_a_new_subscriber_in_time_keeps_the_data(real: Real) -> None:
    trace = both(
        real,
        api(
            ["subscribe", "q", 1, {}],
            ["answer", 0, "data", 1],
            ["unsubscribe", 0],
            ["advance", 500],
            ["subscribe", "q", 1, {}],
            ["advance", 5000],
            q={"keep": 1},
        ),
    )
    assert (keys_of(trace), len(requests(trace))) == (["q(1)"], 1)


def test_k5_what_still_runs_at_the_end_is_aborted(real: Real) -> None:
    trace = both(
        real,
        api(
            ["subscribe", "q", 1, {}],
            ["unsubscribe", 0],
            ["advance", 1000],
            q={"keep": 1},
        ),
    )
    assert trace[2]["aborted"] == [[1000, 0]]
    assert actions(trace, 2)[1:] == [
        ["queries/removeQueryResult", "q(1)"],
        ["executeQuery/rejected", "q(1)", "r0", ["AbortError"], "aborted"],
    ]


@pytest.mark.parametrize(
    "steps",
    [
        [["prefetch", "q", 1, {}], ["answer", 0, "data", 1]],
        [["prefetch", "q", 1, {}], ["answer", 0, "error", 500, None]],
        [["upsert", "q", 1, 1]],
        [["upsertMany", [["q", 1, 1]]]],
    ],
)
def test_k5_the_time_begins_also_when_nobody_ever_subscribed(
    steps: list[Json], real: Real
) -> None:
    program = api(*steps, ["advance", 999], ["advance", 1], q={"keep": 1})
    trace = both(real, program)
    assert (keys_of(trace, -2), keys_of(trace)) == (["q(1)"], [])
    assert provided(trace) == []
