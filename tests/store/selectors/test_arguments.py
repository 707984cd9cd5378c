"""Selectors that are called with more than the state."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping

import pytest

from stateroom.errors import UsageError
from stateroom.store import Slice
from stateroom.store.selectors import create_selector, selector
from stateroom.store.selectors.arguments import ANY_NUMBER, Reach, beyond, reach_of

State = Mapping[str, list[int]]
STATE: State = {"numbers": [1, 2, 3], "more": [4]}


def numbers(state: State) -> list[int]:
    return state["numbers"]


def key_of(state: State, key: str) -> str:
    del state
    return key


def of_key(state: State, key: str) -> list[int]:
    return state[key]


@selector(numbers)
def above(values: list[int], least: int, *, limit: int = 9) -> list[int]:
    """The numbers of at least so much, but not more than so many."""
    return [value for value in values if value >= least][:limit]


@selector(numbers)
def top(values: list[int], limit: int = 9) -> list[int]:
    return sorted(values, reverse=True)[:limit]


@pytest.fixture(autouse=True)
def forget() -> None:
    for each in (above, top):
        each.clear_cache()
        each.reset_recomputations()
        each.reset_dependency_recomputations()


def test_arguments_that_the_function_names_are_given_to_it() -> None:
    assert above(STATE, 2) == [2, 3]
    assert above(STATE, 2, limit=1) == [2]
    assert above(STATE, least=3) == [3]


def test_q1_other_arguments_are_another_call_in_both_layers() -> None:
    for least in (1, 2, 1, 2):
        above(STATE, least)
    assert (above.recomputations, above.dependency_recomputations) == (2, 2)
    other: State = {**STATE, "more": []}
    assert above(other, 1) is above(STATE, 1)
    assert (above.recomputations, above.dependency_recomputations) == (2, 3)


def test_q1_an_argument_given_by_name_is_another_call_with_the_same_result() -> None:
    assert above(STATE, 2, limit=1) is above(STATE, 2, limit=1)
    assert above(STATE, 2) is not above(STATE, least=2)


def test_q1_equal_arguments_are_the_same_only_when_they_are_scalars() -> None:
    @selector(numbers)
    def among(values: list[int], wanted: list[str] | str) -> list[int]:
        return [value for value in values if str(value) in wanted]

    assert among(STATE, str(b"12", "ascii")) is among(STATE, str(b"12", "ascii"))
    assert among(STATE, ["1"]) == among(STATE, ["1"])
    assert among(STATE, ["1"]) is not among(STATE, ["1"])


def test_each_input_is_given_what_it_takes() -> None:
    @selector(numbers, key_of, of_key)
    def told(first: list[int], key: str, second: list[int]) -> tuple[int, str, int]:
        return (len(first), key, len(second))

    assert told(STATE, "more") == (3, "more", 1)
    assert told(STATE, key="more") == (3, "more", 1)


def test_an_input_may_be_a_selector_of_a_slice() -> None:
    more = Slice("more", list[int])

    @more.selector
    def count(state: list[int]) -> int:
        return len(state)

    @more.selector
    def at(state: list[int], index: int) -> int:
        return state[index]

    @selector(count, at)
    def told(total: int, one: int) -> tuple[int, int]:
        return (total, one)

    assert told({"more": [7, 8]}, 1) == (2, 8)
    assert told({"more": [7, 8]}, index=0) == (2, 7)


def test_an_input_may_be_a_selector_with_arguments() -> None:
    @selector(numbers, above)
    def share(every: list[int], some: list[int]) -> float:
        return len(some) / len(every)

    assert [share(STATE, 3), share(STATE, 1, limit=1)] == [1 / 3, 1 / 3]
    assert above.recomputations == 2


def test_a_function_of_any_values_is_given_those_of_the_inputs_alone() -> None:
    def collected(*values: object, **named: object) -> tuple[object, ...]:
        return (*values, named)

    collect = create_selector([numbers, key_of], collected)
    assert collect(STATE, "more") == ([1, 2, 3], "more", {})


@pytest.mark.parametrize(
    "take",
    [operator.itemgetter("numbers"), operator.methodcaller("get", "numbers")],
)
def test_getters_of_the_standard_library_take_the_state_alone(
    take: Callable[[State], list[int]],
) -> None:
    @selector(take, key_of)
    def first(values: list[int], key: str) -> tuple[int, str]:
        return (values[0], key)

    assert first(STATE, "k") == (1, "k")


def test_the_state_can_be_given_by_name() -> None:
    total = create_selector([numbers], sum)
    assert total(state=STATE) == 6


def test_q1_a_call_with_the_state_alone_is_not_one_with_more() -> None:
    rounds = [(top(STATE), top(STATE, 1), top(STATE, limit=2)) for _ in range(3)]
    assert rounds == [([3, 2, 1], [3], [3, 2])] * 3
    assert top.recomputations == 3
    assert [top(STATE, 1), top(STATE)] == [[3], [3, 2, 1]]
    assert [top(STATE, limit=1), top(STATE)] == [[3], [3, 2, 1]]
    assert [top(STATE), top(STATE, limit=1)] == [[3, 2, 1], [3]]


@pytest.mark.parametrize(
    ("args", "named", "told"),
    [
        ((1, 2), {}, "no input selector takes 3 arguments by position"),
        ((1,), {"lomit": 2}, "no input selector takes lomit=2"),
    ],
)
def test_an_argument_that_nothing_takes_is_refused(
    args: tuple[int, ...], named: Mapping[str, int], told: str
) -> None:
    unchecked: Callable[[], object] = functools.partial(above, STATE, *args, **named)
    with pytest.raises(UsageError, match=told) as caught:
        unchecked()
    assert caught.value.hint == "the inputs are numbers"


def test_a_missing_argument_is_refused_by_the_function_that_needs_it() -> None:
    unchecked: Callable[[], object] = functools.partial(above, STATE)
    with pytest.raises(TypeError, match=r"above\(\) missing 1 required positional"):
        unchecked()


def by_name_only(state: State, *, name: str) -> str:
    return name + str(len(state))


REACHES = [
    (numbers, Reach(1, frozenset({"state"}))),
    (key_of, Reach(2, frozenset({"state", "key"}))),
    (by_name_only, Reach(1, frozenset({"state", "name"}))),
    (functools.partial(key_of, key="a"), Reach(1, frozenset({"state", "key"}))),
    (lambda *_: None, Reach(ANY_NUMBER, frozenset())),
    (lambda _, **__: None, Reach(1, None)),
    (lambda _, /: None, Reach(1, frozenset())),
    (operator.attrgetter("a"), Reach(1, frozenset())),
    (dict.get, Reach(3, frozenset())),
    (max, Reach(1, frozenset())),  # has no signature
    (above, Reach(2, frozenset({"state", "least", "limit"}))),
    (selector(above)(len), Reach(2, frozenset({"state", "least", "limit"}))),
]


@pytest.mark.parametrize(("function", "reach"), REACHES)
def test_a_signature_says_which_arguments_are_taken(
    function: object, reach: Reach
) -> None:
    assert reach_of(function) == reach


@pytest.mark.parametrize(
    ("function", "count", "reach"),
    [
        (above.result_function, 1, Reach(1, frozenset({"least", "limit"}))),
        (numbers, 1, Reach(0, frozenset())),
        (lambda *values: values, 1, Reach(0, frozenset())),
        (lambda a, /, b, **named: (a, b, named), 1, Reach(1, frozenset({"b"}))),
        (max, 1, Reach(0, frozenset())),
    ],
)
def test_a_function_takes_what_it_names_beside_the_values(
    function: object, count: int, reach: Reach
) -> None:
    assert beyond(function, count) == reach


def test_a_selector_says_what_it_takes() -> None:
    assert above.reach == Reach(2, frozenset({"state", "least", "limit"}))
    assert selector(numbers)(len).reach == Reach(1, frozenset({"state"}))
