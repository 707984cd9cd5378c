"""Many queries at once are as many, one after another."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from stateroom.query.provided import (
    NOTHING_PROVIDED,
    Provided,
    forget,
    forget_many,
    invalidated,
    provide,
    provide_many,
)
from stateroom.query.tags import Tag

keys = st.sampled_from([f"q({number})" for number in range(6)])
tags = st.builds(Tag, st.sampled_from(["Job", "User"]), st.integers(0, 3))
told = st.tuples(keys, st.lists(tags, max_size=3).map(tuple))


def one_by_one(
    provided: Provided, given_: list[tuple[str, tuple[Tag, ...]]]
) -> Provided:
    return reduce(lambda made, each: provide(made, *each), given_, provided)


@given(
    st.lists(told, max_size=8),
    st.lists(told, max_size=8, unique_by=lambda each: each[0]),
)
def test_what_many_provide_is_what_each_provides(
    before: list[tuple[str, tuple[Tag, ...]]], new: list[tuple[str, tuple[Tag, ...]]]
) -> None:
    start = one_by_one(NOTHING_PROVIDED, before)
    both = provide_many(start, new), one_by_one(start, new)
    assert both[0].keys == both[1].keys
    assert list(both[0].keys) == list(both[1].keys)
    for kind in ("Job", "User"):
        assert invalidated(both[0], [Tag(kind)]) == invalidated(both[1], [Tag(kind)])


@given(st.lists(told, max_size=8), st.lists(keys, max_size=6))
def test_forgetting_many_is_forgetting_each(
    before: list[tuple[str, tuple[Tag, ...]]], gone: list[str]
) -> None:
    start = one_by_one(NOTHING_PROVIDED, before)
    assert forget_many(start, dict.fromkeys(gone)) == reduce(forget, gone, start)


@given(st.lists(told, max_size=8))
def test_what_is_told_twice_is_the_newest(
    new: list[tuple[str, tuple[Tag, ...]]],
) -> None:
    assert provide_many(NOTHING_PROVIDED, new).keys == dict(new)


def test_forgetting_nothing_that_is_there_changes_nothing() -> None:
    start = one_by_one(NOTHING_PROVIDED, [("q(1)", (Tag("Job", 1),))])
    assert forget_many(start, ["q(2)", "q(3)"]) is start
    assert provide_many(start, [("q(1)", (Tag("Job", 1),))]) is start
