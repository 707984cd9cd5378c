"""Q1: two layers, the arguments and what the input selectors return."""

from __future__ import annotations

from collections.abc import Mapping

from stateroom.store.drafts import freeze
from stateroom.store.selectors import create_selector, selector

State = Mapping[str, list[int]]


class Counted:
    """An input selector that counts its runs."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.runs = 0

    def __call__(self, state: State) -> list[int]:
        self.runs += 1
        return state[self.key]


def joined(left: list[int], right: list[int]) -> list[int]:
    return [*left, *right]


def test_q1_the_same_arguments_run_no_input_selector() -> None:
    left, right = Counted("left"), Counted("right")
    both = create_selector((left, right), joined, checks="never")
    state = freeze({"left": [1], "right": [2]})
    assert both(state) is both(state)
    assert (left.runs, right.runs) == (1, 1)


def test_q1_another_state_with_the_same_inputs_does_not_run_the_function() -> None:
    left, right = Counted("left"), Counted("right")
    both = create_selector((left, right), joined, checks="never")
    before = freeze({"left": [1], "right": [2], "other": [3]})
    after = freeze({**before, "other": [4]})
    assert both(before) is both(after)
    assert (left.runs, right.runs, both.recomputations) == (2, 2, 1)


def test_q1_one_changed_input_runs_the_function() -> None:
    left, right = Counted("left"), Counted("right")
    both = create_selector((left, right), joined)
    before = freeze({"left": [1], "right": [2]})
    assert both(before) == [1, 2]
    assert both(freeze({**before, "right": [3]})) == [1, 3]
    assert both.recomputations == 2


def test_q1_an_equal_but_new_input_is_another_one() -> None:
    both = create_selector((Counted("left"), Counted("right")), joined)
    right = [2]
    first = both({"left": [1], "right": right})
    second = both({"left": [1], "right": right})
    assert first == second
    assert first is not second


def test_q1_selectors_of_selectors_rest_while_their_inputs_do() -> None:
    both = create_selector((Counted("left"), Counted("right")), joined)

    @selector(both)
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    before = freeze({"left": [1], "right": [2], "other": [3]})
    assert total(before) == 3
    assert total(freeze({**before, "other": [4]})) == 3
    assert (both.recomputations, total.recomputations) == (1, 1)
    assert total(freeze({**before, "left": [5]})) == 7


def test_q1_a_result_that_is_none_is_remembered_too() -> None:
    @selector(Counted("left"))
    def first(numbers: list[int]) -> int | None:
        return numbers[0] if numbers else None

    state: State = {"left": []}
    assert first(state) is None
    assert first(state) is None
    assert first({**state}) is None
    assert first.recomputations == 1
