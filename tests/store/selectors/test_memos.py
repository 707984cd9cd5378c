"""Q2: what a memo remembers, for how many calls, and what it does not."""

from __future__ import annotations

import gc
import operator
import weakref
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar, cast

import pytest

from stateroom.errors import InvalidValue
from stateroom.store.selectors import (
    DEFAULT_SIZE,
    Function,
    IdentityMemo,
    LruMemo,
    Memoize,
    SelectorDecorator,
    identity_memo,
    lru_memo,
    selector,
)

R = TypeVar("R")

MEMOS = {
    "identity": identity_memo(size=2),
    "lru": lru_memo(size=2),
    "equality": lru_memo(size=2, equal=operator.eq),
}
either = pytest.mark.parametrize("memoize", MEMOS.values(), ids=MEMOS)


class Recorder:
    """A function that notes what it was called with, and returns something new."""

    def __init__(self) -> None:
        self.calls: list[object] = []

    def __call__(self, *args: object, **named: object) -> object:
        self.calls.append((args, named) if named else args)
        return object()


def forgetful(*args: object, **named: object) -> None:
    """Return nothing, and hold nothing."""


class Sized(Protocol):
    """Anything that is given a size."""

    def __call__(self, *, size: int) -> object: ...


class Thing:
    """Something that a weak reference can watch."""


@pytest.mark.parametrize("size", [None, 2, DEFAULT_SIZE])
def test_q2_back_and_forth_is_computed_twice(size: int | None) -> None:
    decorate = selector if size is None else SelectorDecorator(size=size)

    @decorate(operator.itemgetter("todos"))
    def count(todos: list[int]) -> int:
        return len(todos)

    a, b = {"todos": [1]}, {"todos": [1, 2]}
    assert [count(a), count(b), count(a), count(b)] == [1, 2, 1, 2]
    assert (count.recomputations, count.dependency_recomputations) == (2, 2)


def test_q2_of_size_one_only_the_last_call_is_remembered() -> None:
    @selector(operator.itemgetter("todos"), size=1)
    def count(todos: list[int]) -> int:
        return len(todos)

    a, b = {"todos": [1]}, {"todos": [1, 2]}
    assert [count(a), count(b), count(a), count(a)] == [1, 2, 1, 1]
    assert (count.recomputations, count.dependency_recomputations) == (3, 3)


def test_q2_the_layers_have_memos_of_their_own() -> None:
    @selector(operator.itemgetter("todos"), memoize=lru_memo())
    def count(todos: list[int]) -> int:
        return len(todos)

    a, b = {"todos": [1]}, {"todos": [1, 2]}
    assert [count(a), count(b), count(a)] == [1, 2, 1]
    assert count.recomputations == 2, "the layer of the arguments knew a"
    assert [count({**a}), count.recomputations] == [1, 3]


@either
def test_q2_the_call_used_longest_ago_is_forgotten_first(memoize: Memoize) -> None:
    function = Recorder()
    memo = memoize(function)
    for value in (1, 2, 1, 3, 1, 2):
        memo(value)
    assert function.calls == [(1,), (2,), (3,), (2,)]


@either
def test_q2_errors_are_not_remembered(memoize: Memoize) -> None:
    answers: list[int] = []

    def first(*_: object, **__: object) -> int:
        return answers[0]

    memo = memoize(first)
    with pytest.raises(IndexError):
        memo(1)
    answers.append(7)
    assert memo(1) == 7


def test_q2_an_error_in_an_input_or_the_function_is_remembered_by_no_layer() -> None:
    @selector(operator.itemgetter("a"), operator.itemgetter("b"))
    def ratio(a: int, b: int) -> float:
        return a / b

    state = {"a": 1, "b": 0}
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            ratio(state)
        with pytest.raises(KeyError):
            ratio({"a": 1})
    state["b"] = 2
    assert ratio(state) == 0.5
    assert (ratio.recomputations, ratio.dependency_recomputations) == (3, 5)


def test_q2_an_equal_result_can_be_replaced_by_the_one_before() -> None:
    def same(left: list[int], right: list[int]) -> bool:
        return left == right

    @selector(operator.itemgetter("todos"), result_equal=same)
    def ids(todos: list[list[int]]) -> list[int]:
        return [todo[0] for todo in todos]

    first = ids({"todos": [[1, 10], [2, 20]]})
    assert ids({"todos": [[1, 11], [2, 20]]}) is first
    assert ids({"todos": [[3, 10]]}) == [3]
    assert ids({"todos": [[1, 10], [2, 20]]}) is not first, "only the last is asked"
    assert ids.recomputations == 4


def test_q2_the_results_are_not_compared_before_there_are_two() -> None:
    asked = []

    def same(left: int, right: int) -> bool:
        asked.append((left, right))
        return False

    @selector(operator.itemgetter("n"), result_equal=same)
    def double(n: int) -> int:
        return 2 * n

    assert [double({"n": 1}), double({"n": 2}), double({"n": 3})] == [2, 4, 6]
    assert asked == [(2, 4), (4, 6)]


@either
def test_a_memo_never_holds_more_than_its_size(memoize: Memoize) -> None:
    memo = memoize(Recorder())
    assert isinstance(memo, IdentityMemo | LruMemo)
    for value in range(10):
        memo(value)
        assert len(memo) == min(2, value + 1)


@either
def test_the_names_of_arguments_count_and_their_order_does_not(
    memoize: Memoize,
) -> None:
    function = Recorder()
    memo = memoize(function)
    assert memo(a=1, b=2) is memo(b=2, a=1)
    memo(a=2, b=1)
    memo(1, 2)
    assert function.calls == [((), {"a": 1, "b": 2}), ((), {"a": 2, "b": 1}), (1, 2)]


@pytest.mark.parametrize(
    ("first", "second"),
    [((), (None,)), ((1,), (1, 1)), ((1, 2), (2, 1)), (("a",), (("a",),))],
)
@either
def test_calls_that_differ_are_not_taken_for_each_other(
    memoize: Memoize, first: tuple[object, ...], second: tuple[object, ...]
) -> None:
    memo = memoize(Recorder())
    assert memo(*first) is not memo(*second)


@either
def test_arguments_live_as_long_as_they_are_remembered(memoize: Memoize) -> None:
    memo = memoize(forgetful)
    thing = Thing()
    gone = weakref.ref(thing)
    memo(thing)
    del thing
    gc.collect()
    assert gone() is not None, "else its id could become that of another object"
    memo(1)
    memo(2)
    gc.collect()
    assert gone() is None


@either
def test_a_cleared_memo_lets_go_of_everything(memoize: Memoize) -> None:
    memo = memoize(forgetful)
    thing = Thing()
    gone = weakref.ref(thing)
    memo(thing)
    del thing
    memo.clear_cache()
    gc.collect()
    assert gone() is None


@either
def test_what_was_under_way_when_the_memo_was_cleared_is_not_kept(
    memoize: Memoize,
) -> None:
    steps: list[Callable[[], None]] = []
    runs = []

    def function(*_: object, **__: object) -> None:
        runs.append(1)
        for step in steps:
            step()

    memo = memoize(function)
    steps.append(memo.clear_cache)
    memo(1)
    steps.clear()
    memo(1)
    assert len(runs) == 2


@either
def test_a_function_may_call_its_own_memo(memoize: Memoize) -> None:
    def factorial(*values: object, **_: object) -> int:
        (n,) = values
        assert isinstance(n, int)
        return n * memo(n - 1) if n else 1

    memo = memoize(factorial)
    assert memo(20) == 2432902008176640000


@either
def test_what_a_function_remembers_meanwhile_is_kept(memoize: Memoize) -> None:
    def function(*values: object, **_: object) -> object:
        return memo("inner") if values == ("outer",) else object()

    memo = memoize(function)
    assert memo("outer") is memo("inner")


def test_an_lru_memo_compares_as_it_is_told() -> None:
    function = Recorder()
    memo = lru_memo(equal=operator.eq)(function)
    assert memo([1, 2]) is memo([1, 2])
    assert memo([1, 2], key=[3]) is memo([1, 2], key=[3])
    assert memo([1]) is not memo([2])


def declared(*, size: int) -> object:
    return selector(operator.itemgetter("a"), size=size)(len)


@pytest.mark.parametrize("size", [0, -1, 1.0, True, None, "many"])
@pytest.mark.parametrize("make", [identity_memo, lru_memo, declared])
def test_a_size_that_remembers_nothing_is_refused(make: Sized, size: object) -> None:
    with pytest.raises(InvalidValue, match="remembers at least one call") as caught:
        make(size=cast("int", size))
    assert caught.value.found == repr(size)


class Forgetting(Generic[R]):
    """A memo of somebody's own, that remembers nothing."""

    def __init__(self, function: Function[R]) -> None:
        self.function = function
        self.cleared = 0

    def __call__(self, *args: object, **named: object) -> R:
        return self.function(*args, **named)

    def clear_cache(self) -> None:
        self.cleared += 1


def test_a_memo_of_ones_own_is_asked_at_each_call() -> None:
    @selector(operator.itemgetter("n"), args_memoize=Forgetting)
    def double(n: int) -> int:
        return 2 * n

    state = {"n": 1}
    assert [double(state), double(state)] == [2, 2]
    assert (double.recomputations, double.dependency_recomputations) == (1, 2)


def test_a_memo_of_ones_own_is_cleared_with_the_selector() -> None:
    @selector(operator.itemgetter("n"), memoize=Forgetting)
    def double(n: int) -> int:
        return 2 * n

    double.clear_cache()
    memo = double.memoized_result_function
    assert isinstance(memo, Forgetting)
    assert memo.cleared == 1


def test_a_memo_factory_prints_what_it_makes() -> None:
    assert repr(identity_memo()) == "identity_memo(size=16)"
    assert repr(lru_memo(size=3)).startswith("lru_memo(size=3, equal=<function is_same")
