"""Combined reducers: states from elsewhere, and reducers that are wrong."""

from __future__ import annotations

import pytest

from stateroom.errors import (
    InvalidReducer,
)
from stateroom.store import (
    UNDEFINED,
    combine,
)
from stateroom.store.combining import MOST_ROUTES
from tests.store.counting import counter


def test_a_reducer_without_an_initial_state_is_named_when_it_is_called() -> None:
    root = combine({"bad": lambda state, action: state})
    with pytest.raises(InvalidReducer, match="the reducer of 'bad' returned UNDEFINED"):
        root(UNDEFINED, {"type": "x"})


def test_a_reducer_that_loses_its_state_is_named_with_the_action() -> None:
    root = combine({"n": lambda state, action: UNDEFINED if "x" in action else 0})
    with pytest.raises(
        InvalidReducer, match="reducer of 'n' returned UNDEFINED for 'go'"
    ):
        root({"n": 1}, {"type": "go", "x": 1})


def test_unknown_keys_are_dropped_with_one_warning_each() -> None:
    root = combine({"n": lambda state, action: 0 if state is UNDEFINED else state})
    with pytest.warns(RuntimeWarning, match="unknown key 'extra'"):
        assert root({"n": 1, "extra": 2}, {"type": "x"}) == {"n": 1}
    assert root({"n": 1, "extra": 2}, {"type": "x"}) == {"n": 1}


def test_a_previous_state_that_is_no_mapping_is_warned_about() -> None:
    root = combine({"n": lambda state, action: 0 if state is UNDEFINED else state})
    with pytest.warns(RuntimeWarning, match="the previous state is a int"):
        assert root(5, {"type": "x"}) == {"n": 0}


def test_what_is_no_reducer_is_left_out() -> None:
    with pytest.warns(RuntimeWarning, match="no reducer was given for 'gone'"):
        root = combine({"n": lambda state, action: 0, "gone": None})  # type: ignore[dict-item] # what the test is about
    assert root(UNDEFINED, {"type": "x"}) == {"n": 0}


def test_types_of_actions_from_outside_do_not_fill_the_memory() -> None:
    root = combine({"counter": counter})
    state = root(UNDEFINED, {"type": "x"})
    for number in range(3 * MOST_ROUTES):
        root(state, {"type": f"from outside {number}"})
    assert len(root._routes) <= MOST_ROUTES  # noqa: SLF001 - what must stay bounded
