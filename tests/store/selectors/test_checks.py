"""Q3: mistakes in the declaration of a selector are found on the first call."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import pytest

from stateroom.errors import InvalidValue
from stateroom.store.drafts import freeze, produce
from stateroom.store.selectors import (
    Checks,
    SelectorOptions,
    UnstableSelector,
    lru_memo,
    selector,
)

State = Mapping[str, list[int]]


def todos(state: State) -> list[int]:
    return state["todos"]


def open_todos(state: State) -> list[int]:
    return [each for each in state["todos"] if each]


def texts_of(caught: list[warnings.WarningMessage]) -> list[str]:
    return [str(each.message) for each in caught]


def warned(options: SelectorOptions, *, calls: int = 2) -> int:
    """Count the warnings of a selector whose input is not stable."""
    count = selector(open_todos, **options)(len)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(calls):
            count({"todos": [1]})
    return len(caught)


def test_q3_an_input_that_makes_new_objects_is_named() -> None:
    @selector(todos, open_todos)
    def ratio(every: list[int], some: list[int]) -> float:
        return len(some) / len(every)

    with pytest.warns(UnstableSelector) as caught:
        assert ratio({"todos": [0, 1]}) == 0.5
    (message,) = texts_of(list(caught))
    assert message.startswith("the selector ratio: the input selector open_todos ret")


def test_q3_a_warning_stands_at_the_line_of_the_declaration() -> None:
    @selector(open_todos)
    def first(some: list[int]) -> int:
        return some[0]

    with pytest.warns(UnstableSelector) as caught:
        first({"todos": [1]})
    assert Path(caught[0].filename).name == Path(__file__).name
    line = Path(__file__).read_text("utf-8").splitlines()[caught[0].lineno - 1]
    assert line.strip() == "@selector(open_todos)"


def test_q3_a_function_that_returns_its_input_is_found() -> None:
    @selector(todos)
    def every(todos: list[int]) -> list[int]:
        return todos

    with pytest.warns(UnstableSelector, match="every: returns its input as it is"):
        every({"todos": [1]})
    assert every.recomputations == 1, "the run of the check does not count"


def or_zero(todos: list[int]) -> list[int]:
    return todos if len(todos) else [0]


def or_nothing(todos: object) -> object:
    return todos if isinstance(todos, list) else []


def or_itself(todos: object) -> object:
    return [*todos] if isinstance(todos, list) else todos


@pytest.mark.parametrize("function", [or_zero, or_nothing, or_itself])
@pytest.mark.parametrize("values", [[3, 4], [0]])
def test_q3_a_function_that_may_return_its_input_is_left_alone(
    function: Callable[[list[int]], object], values: list[int]
) -> None:
    assert selector(todos)(function)({"todos": values}) == values


def test_q3_of_two_inputs_one_may_be_returned() -> None:
    @selector(todos, operator.itemgetter("more"))
    def former(*lists: list[int]) -> list[int]:
        return lists[0]

    assert former({"todos": [1], "more": []}) == [1]


@pytest.mark.parametrize(
    ("checks", "count"), [("once", 1), ("always", 2), ("never", 0)]
)
def test_q3_checks_run_once_or_as_often_as_asked(checks: Checks, count: int) -> None:
    assert warned({"checks": checks}) == count


def test_q3_checks_run_once_unless_asked_otherwise() -> None:
    assert warned({}) == 1


def test_q3_an_input_is_stable_when_the_memo_of_the_selector_says_so() -> None:
    assert warned({"memoize": lru_memo(equal=operator.eq)}) == 0


def test_q3_a_check_compares_no_results() -> None:
    def same(before: int, after: int) -> bool:
        return before + 0 == after + 0  # an object() cannot be added to

    assert warned({"result_equal": same}) == 1


def test_q3_a_check_waits_for_a_call_that_succeeds() -> None:
    count = selector(open_todos)(len)
    with pytest.raises(KeyError):
        count({})
    with pytest.warns(UnstableSelector):
        count({"todos": [1]})


def test_a_check_waits_for_a_call_without_a_draft() -> None:
    count = selector(open_todos)(len)
    lengths = []
    state = freeze({"todos": [1]})
    produce(state, lambda draft: lengths.append(count(draft)))
    with pytest.warns(UnstableSelector):
        lengths.append(count(state))
    assert lengths == [1, 1]


def test_a_check_gives_each_function_its_arguments() -> None:
    def of_user(state: State, *, user: str) -> list[int]:
        return state[user]

    @selector(of_user)
    def chosen(numbers: list[int], *, user: str) -> list[int]:
        del user
        return numbers

    with pytest.warns(UnstableSelector, match="chosen: returns its input as it is"):
        chosen({"ann": [1]}, user="ann")


def test_a_warning_made_an_error_is_raised_once() -> None:
    count = selector(open_todos)(len)
    with pytest.raises(UnstableSelector):
        count({"todos": [1]})
    assert count({"todos": [1]}) == 1


def test_a_time_to_check_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidValue, match="checks: there is no 'sometimes'") as caught:
        selector(todos, checks=cast("Checks", "sometimes"))(len)
    assert caught.value.allowed == "'once', 'always', 'never'"
