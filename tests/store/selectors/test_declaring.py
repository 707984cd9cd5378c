"""How selectors are declared, and what is refused."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

import pytest

from stateroom.errors import UsageError
from stateroom.store.selectors import (
    SelectorCreator,
    SelectorDecorator,
    create_selector,
    lru_memo,
    selector,
)

Values = tuple[object, ...]


def read(key: str) -> Callable[[Mapping[str, int]], int]:
    return operator.itemgetter(key)


STATE = dict(zip("abcdefgh", range(8), strict=True))


@pytest.mark.parametrize("count", range(1, 9))
def test_there_may_be_any_number_of_inputs(count: int) -> None:
    inputs = [read(key) for key in list(STATE)[:count]]
    together = create_selector(inputs, lambda *values: sum(values))
    assert together(STATE) == sum(range(count))
    assert together.dependencies == tuple(inputs)


def test_the_decorator_and_the_function_make_the_same() -> None:
    @selector(read("a"), read("b"))
    def decorated(a: int, b: int) -> Values:
        return (a, b)

    created = create_selector((read("a"), read("b")), decorated.result_function)
    assert decorated(STATE) == created(STATE) == (0, 1)
    assert type(decorated) is type(created)


def test_a_class_can_be_the_function() -> None:
    made = selector(read("a"), read("b"))(complex)
    assert made(STATE) == 1j
    assert made.__name__ == "complex"


@pytest.mark.parametrize("kind", [SelectorDecorator, SelectorCreator])
def test_options_of_a_family_hold_unless_a_selector_says_otherwise(
    kind: type[SelectorDecorator | SelectorCreator],
) -> None:
    memo = lru_memo(size=5)
    family = kind(memoize=memo, size=3)
    if isinstance(family, SelectorCreator):
        one, other = family((read("a"),), abs), family((read("a"),), abs, size=1)
    else:
        one, other = family(read("a"))(abs), family(read("a"), size=1)(abs)
    assert (one.memoize, other.memoize) == (memo, memo)
    assert [repr(each.args_memoize) for each in (one, other)] == [
        "identity_memo(size=3)",
        "identity_memo(size=1)",
    ]


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ((), "a selector needs at least one input selector"),
        (("a",), "the input 0 of a selector must be a function, got 'a'"),
        ((abs, None), "the input 1 of a selector must be a function, got None"),
        ((abs, abs), "len takes 1 values by position, and there are 2 input"),
    ],
)
def test_inputs_that_cannot_be_are_refused(
    inputs: tuple[object, ...], told: str
) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        create_selector(list(inputs), len)
    assert caught.value.hint


def test_a_function_without_brackets_is_refused() -> None:
    def todos(state: Mapping[str, int]) -> int:
        return state["a"]

    with pytest.raises(UsageError, match="the result function of a selector must be"):
        selector(todos)(STATE)  # type: ignore[arg-type]
