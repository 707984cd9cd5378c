"""A comparison allows what stands on the page, and nothing that is close to it."""

from __future__ import annotations

import pytest

from tests.oracle.comparing import Difference, compare
from tests.oracle.real import Json

ONE: Json = ["replace", ["a", "x"], 1]
KEY: Json = ["add", ["a", "w"], 1]
TWO: Json = ["replace", ["b", "y"], 2]
FIRST: Json = ["replace", ["l", 0], 1]
SECOND: Json = ["replace", ["l", 1], 2]
WHOLE: Json = ["replace", ["l"], {"a": [1]}]


def trace(*patches: Json, there: bool = True, state: Json = 1) -> dict[str, Json]:
    both: dict[str, Json] = {"patches": list(patches), "inverse": list(patches)}
    return {"state": state, **both, "there": there, "back": there}


@pytest.mark.parametrize(
    ("real", "ours", "used"),
    [
        (trace(ONE), trace(ONE), ()),
        (trace(ONE, TWO), trace(TWO, ONE), ("patches-in-another-order",)),
        (trace(ONE, KEY), trace(KEY, ONE), ("patches-in-another-order",)),
        (trace(ONE, TWO), trace(ONE), ("no-useless-patches",)),
        (trace(WHOLE), trace(FIRST), ("finer-patches",)),
        (trace(ONE, there=False), trace(TWO), ("patches-that-lead-back",)),
    ],
)
def test_what_the_page_says_is_allowed(
    real: Json, ours: Json, used: tuple[str, ...]
) -> None:
    assert compare("drafts", {}, real, ours) == used


@pytest.mark.parametrize(
    ("real", "ours"),
    [
        pytest.param(trace(), trace(state=2), id="another state"),
        pytest.param(trace(ONE), trace(ONE, TWO), id="one patch more"),
        pytest.param(trace(FIRST, SECOND), trace(SECOND, FIRST), id="order in a list"),
        pytest.param(trace(FIRST), trace(WHOLE), id="coarser"),
        pytest.param(trace(ONE), trace(TWO), id="another place"),
        pytest.param(trace(ONE), trace(ONE, there=False), id="leads elsewhere"),
        pytest.param(
            trace(ONE, there=False), trace(TWO, there=False), id="both lead elsewhere"
        ),
        pytest.param({"error": "both"}, {"error": "frozen"}, id="another error"),
        pytest.param({"error": "both"}, trace(), id="no error"),
        pytest.param({"state": 1}, {"state": True}, id="a number and a bool"),
        pytest.param(
            {"state": {"is": "o", "frozen": True}},
            {"state": {"is": "o", "frozen": False}},
            id="not frozen",
        ),
    ],
)
def test_whatever_else_differs_is_a_difference(real: Json, ours: Json) -> None:
    with pytest.raises(Difference, match="JavaScript"):
        compare("drafts", {}, real, ours)


def test_a_state_of_a_slice_may_be_frozen_where_it_is_not_there() -> None:
    real: Json = {"state": {"is": "o", "frozen": False, "has": []}}
    ours: Json = {"state": {"is": "o", "frozen": True, "has": []}}
    assert compare("slices", {}, real, ours) == ("always-frozen",)


def test_a_state_of_a_slice_may_not_be_left_unfrozen() -> None:
    real: Json = {"state": {"is": "o", "frozen": True, "has": []}}
    ours: Json = {"state": {"is": "o", "frozen": False, "has": []}}
    with pytest.raises(Difference, match="at /state/frozen"):
        compare("slices", {}, real, ours)
