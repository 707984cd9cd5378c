"""Q3: what can be asked of a selector besides its result."""

from __future__ import annotations

import gc
import operator
import weakref
from collections.abc import Mapping

from stateroom.store.selectors import (
    IdentityMemo,
    LruMemo,
    Selector,
    identity_memo,
    lru_memo,
    selector,
)
from stateroom.store.undefined import UNDEFINED

State = Mapping[str, int]


def left(state: State) -> int:
    return state["left"]


def right(state: State) -> int:
    return state["right"]


def added(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def adding() -> Selector[[State], int]:
    return selector(left, right)(added)


class Things(list[int]):
    """A list that a weak reference can watch."""


def test_q3_a_selector_names_what_it_is_made_of() -> None:
    total = adding()
    assert total.dependencies == (left, right)
    assert total.result_function is added
    assert total.result_function(2, 3) == 5
    assert (total.recomputations, total.last_result) == (0, UNDEFINED)


def test_q3_the_memoized_function_is_the_layer_of_the_inputs() -> None:
    total = adding()
    assert total({"left": 1, "right": 2}) == 3
    assert total.memoized_result_function(1, 2) == 3
    assert total.memoized_result_function(3, 4) == 7
    assert total({"left": 3, "right": 4}) == 7
    assert total.recomputations == 2


def test_q3_the_memos_can_be_told_apart() -> None:
    memoize, args_memoize = lru_memo(), identity_memo(size=3)
    total = selector(left, right, memoize=memoize, args_memoize=args_memoize)(added)
    assert (total.memoize, total.args_memoize) == (memoize, args_memoize)
    assert isinstance(total.memoized_result_function, LruMemo)
    assert isinstance(adding().memoized_result_function, IdentityMemo)


def test_q3_both_layers_are_counted() -> None:
    total = adding()
    states: list[State] = [{"left": 1, "right": 2}, {"left": 1, "right": 2}]
    for state in (*states, *states):
        total(state)
    assert (total.recomputations, total.dependency_recomputations) == (1, 2)


def test_q3_a_run_that_fails_is_counted_as_well() -> None:
    total = adding()
    for _ in range(2):
        try:
            total({"left": 1})
        except KeyError:
            continue
    assert (total.recomputations, total.dependency_recomputations) == (0, 2)


def test_q3_each_counter_is_reset_on_its_own() -> None:
    total = adding()
    total({"left": 1, "right": 2})
    total.reset_recomputations()
    assert (total.recomputations, total.dependency_recomputations) == (0, 1)
    total.reset_dependency_recomputations()
    assert (total.recomputations, total.dependency_recomputations) == (0, 0)
    total({"left": 2, "right": 2})
    assert (total.recomputations, total.dependency_recomputations) == (1, 1)


def test_q3_the_last_result_is_that_of_the_last_run_of_the_inputs() -> None:
    total = adding()
    first: State = {"left": 1, "right": 2}
    total(first)
    total({"left": 3, "right": 4})
    total(first)
    seen = [total.last_result]
    total({**first})
    assert [*seen, total.last_result] == [7, 3]


def test_q3_a_cleared_selector_computes_again_and_keeps_its_counters() -> None:
    total = adding()
    state: State = {"left": 1, "right": 2}
    total(state)
    total.clear_cache()
    assert total.last_result is UNDEFINED
    assert total(state) == 3
    assert (total.recomputations, total.dependency_recomputations) == (2, 2)


def test_q3_a_cleared_selector_lets_go_of_states_and_results() -> None:
    @selector(operator.itemgetter("things"), result_equal=operator.eq)
    def twice(things: Things) -> Things:
        return Things([*things, *things])

    things = Things([1])
    gone = [weakref.ref(things), weakref.ref(twice({"things": things}))]
    del things
    gc.collect()
    assert [each() for each in gone] == [[1], [1, 1]]
    twice.clear_cache()
    gc.collect()
    assert [each() for each in gone] == [None, None]


def test_q3_the_layer_of_the_inputs_can_be_cleared_alone() -> None:
    total = adding()
    state: State = {"left": 1, "right": 2}
    total(state)
    total.memoized_result_function.clear_cache()
    assert (total(state), total.recomputations) == (3, 1)
    assert (total({**state}), total.recomputations) == (3, 2)


def test_a_selector_cleared_while_it_computes_does_not_keep_the_result() -> None:
    @selector(left)
    def double(number: int) -> int:
        double.clear_cache()
        return 2 * number

    state: State = {"left": 1}
    assert [double(state), double(state)] == [2, 2]
    assert double.recomputations == 2


def test_a_selector_is_named_and_documented_like_its_function() -> None:
    total = adding()
    assert total.__name__ == "added"
    assert total.__doc__ == "Add two numbers."
    assert (total.__module__, total.__qualname__) == (added.__module__, "added")
    assert repr(total) == "<selector added of left, right>"
