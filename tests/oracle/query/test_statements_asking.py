"""K1 to K3: keys, entries, and when a request begins."""

from __future__ import annotations

import pytest

from tests.oracle.query.holding import both
from tests.oracle.query.keys import trace_keys
from tests.oracle.query.programs import Program
from tests.oracle.query.telling import (
    api,
    entry,
    keys_of,
    lives,
    requests,
    settled,
)
from tests.oracle.real import Json, Real

NONE: Json = {"u": 1}
LIST: Json = {"o": [["ids", {"a": [1, 2]}], ["in", {"o": [["x", 1]]}]]}
OTHER: Json = {"o": [["ids", {"a": [1, 3]}], ["in", {"o": [["x", 1]]}]]}

# ---------------------------------------------------------------------- K1


@pytest.mark.parametrize(
    ("arg", "key"),
    [
        (NONE, "e(undefined)"),
        (None, "e(null)"),
        (5, "e(5)"),
        ("5", 'e("5")'),
        ({"w": "9007199254740993"}, 'e({"$bigint":"9007199254740993"})'),
        ({"o": [["a", NONE]]}, "e({})"),
        (
            {"o": [["b", 1], ["a", {"o": [["d", 1], ["c", {"a": [NONE]}]]}]]},
            'e({"a":{"c":[null],"d":1},"b":1})',
        ),
        ({"o": [["b", 1], ["10", 2], ["9", 3]]}, 'e({"9":3,"10":2,"b":1})'),
    ],
)
def test_k1_a_cache_key_is_the_endpoint_and_its_sorted_argument(
    arg: Json, key: str, real: Real
) -> None:
    program: Program = {"endpoint": "e", "arg": arg}
    assert real.trace("query-keys", program) == key
    assert trace_keys(program) == key


def test_k1_text_of_a_serialiser_is_the_key_and_else_its_key_is_made(
    real: Real,
) -> None:
    arg: Json = {"o": [["page", 1], ["city", "b"]]}
    steps = [["subscribe", name, arg, {}] for name in ("q", "p", "s")]
    program = api(*steps, q={"serialize": "one"}, p={"serialize": "part"}, s={})
    assert keys_of(both(real, program)) == [
        "q|all",
        'p({"city":"b"})',
        's({"city":"b","page":1})',
    ]


# ---------------------------------------------------------------------- K2


def test_k2_an_entry_tells_of_its_request_and_of_its_data(real: Real) -> None:
    look: Json = ["select", "q", 1]
    started: list[Json] = [["subscribe", "q", 1, {}], look, ["advance", 20]]
    program = api(look, *started, ["answer", 0, "data", LIST], look, q={})
    trace = both(real, program)
    assert lives(trace) == [
        ["select", "uninitialized", [True, False, False, False]],
        ["select", "pending", [False, True, False, False]],
        ["select", "fulfilled", [False, False, True, False]],
    ]
    assert entry(trace, "q(1)") == {
        "status": "fulfilled",
        "endpoint": "q",
        "request": "r0",
        "args": 1,
        "started": 0,
        "fulfilled": 20,
        "data": LIST,
        "error": None,
        "same": True,
    }


def test_k2_a_failed_entry_has_its_error_and_no_time_of_data(real: Real) -> None:
    trace = both(
        real,
        api(
            ["subscribe", "q", 1, {}],
            ["answer", 0, "error", 404, "gone"],
            ["select", "q", 1],
            q={},
        ),
    )
    failed = entry(trace, "q(1)")
    assert (failed["status"], failed["fulfilled"]) == ("rejected", None)
    assert failed["error"] == ["status", 404, "gone"]
    assert lives(trace) == [["select", "rejected", [False, False, False, True]]]
    assert settled(trace) == {"0": ["error", ["status", 404, "gone"]]}


# ---------------------------------------------------------------------- K3


def test_k3_a_running_request_is_joined_even_by_force(real: Real) -> None:
    trace = both(
        real,
        api(
            ["subscribe", "q", 1, {}],
            ["subscribe", "q", 1, {"force": True}],
            ["refetch", 0],
            ["answer", 0, "data", 5],
            q={"force": "always"},
        ),
    )
    assert len(requests(trace)) == 1
    assert settled(trace) == {str(number): ["data", 5] for number in range(3)}


def test_k3_an_upsert_runs_beside_a_running_request(real: Real) -> None:
    trace = both(real, api(["subscribe", "q", 1, {}], ["upsert", "q", 1, 7], q={}))
    assert (len(requests(trace)), entry(trace, "q(1)")["data"]) == (1, 7)
    assert settled(trace) == {"1": ["upserted", "fulfilled"]}


@pytest.mark.parametrize(
    ("options", "wait", "begun"),
    [
        ({}, 60_000, 1),
        ({"force": True}, 0, 2),
        ({"force": 1}, 999, 1),
        ({"force": 1}, 1000, 2),
    ],
)
def test_k3_force_and_the_age_of_the_data_ask_again(
    options: Program, wait: int, begun: int, real: Real
) -> None:
    program = api(
        ["subscribe", "q", 1, {}],
        ["answer", 0, "data", 5],
        ["advance", wait],
        ["subscribe", "q", 1, options],
        q={},
    )
    assert len(requests(both(real, program))) == begun


def test_k3_an_endpoint_may_force_and_what_is_there_else_is_enough(
    real: Real,
) -> None:
    steps: list[Json] = []
    for name in ("q", "p"):
        steps += [["subscribe", name, 1, {}], ["answer", 0, "data", 5]]
        steps += [["subscribe", name, 2, {}]]
    shared: Program = {"serialize": "one"}
    program = api(*steps, q={**shared, "force": "changed"}, p=shared)
    assert [row[2] for row in requests(both(real, program))] == ["q", "q", "p"]


def test_k3_after_an_error_without_data_the_next_one_asks_again(real: Real) -> None:
    trace = both(
        real,
        api(
            ["subscribe", "q", 1, {}],
            ["answer", 0, "error", 500, None],
            ["subscribe", "q", 1, {}],
            ["answer", 0, "data", 5],
            ["refetch", 0],
            ["answer", 0, "error", 500, None],
            ["subscribe", "q", 1, {}],
            q={},
        ),
    )
    assert [len(requests(trace, step)) for step in (2, 4, 6)] == [1, 1, 0]
