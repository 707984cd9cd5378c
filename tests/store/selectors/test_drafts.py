"""Selectors in recipes and reducers: a draft changes, so nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest

from stateroom.store.drafts import create_draft, freeze, produce
from stateroom.store.selectors import (
    LruMemo,
    Memoize,
    Selector,
    identity_memo,
    lru_memo,
    selector,
)


@dataclass
class Todos:
    """A slice."""

    items: list[str] = field(default_factory=list)
    note: str = ""


class Pair(NamedTuple):
    """Two lists."""

    left: list[int]
    right: list[int]


def items(state: Todos) -> list[str]:
    return state.items


def counting(memoize: Memoize | None = None) -> Selector[[Todos], int]:
    memo = memoize or identity_memo()
    return selector(items, memoize=memo, args_memoize=memo)(count_of)


def count_of(values: Sequence[str]) -> int:
    return len(values)


@pytest.mark.parametrize("memoize", [identity_memo(), lru_memo(size=4)])
def test_a_selector_sees_what_a_draft_is_at_each_call(memoize: Memoize) -> None:
    count = counting(memoize)
    seen: list[int] = []

    def add_two(draft: Todos) -> None:
        for text in "ab":
            seen.append(count(draft))
            draft.items.append(text)
        seen.append(count(draft))

    state = produce(freeze(Todos()), add_two)
    assert seen == [0, 1, 2]
    assert count(state) == 2


def test_a_draft_is_remembered_by_no_layer() -> None:
    count = counting(lru_memo(size=9))
    produce(freeze(Todos()), lambda draft: draft.items.extend("ab" * count(draft)))
    layer = count.memoized_result_function
    assert isinstance(layer, LruMemo)
    assert count.dependency_recomputations == 1
    count(freeze(Todos()))
    assert count.dependency_recomputations == 2


def test_of_an_unchanged_part_of_a_draft_the_result_is_known() -> None:
    count = counting()
    state = freeze(Todos(["a"]))
    assert count(state) == 1

    def annotate(draft: Todos) -> None:
        draft.note = str(count(draft))
        draft.note += str(count(draft))

    assert produce(state, annotate).note == "11"
    assert count.recomputations == 1


def test_a_result_may_outlive_the_recipe() -> None:
    @selector(items)
    def last_two(values: list[str]) -> list[str]:
        return values[-2:]

    kept: list[list[str]] = []

    def add(draft: Todos) -> None:
        draft.items.append("c")
        kept.append(last_two(draft))
        draft.items.append("d")

    produce(freeze(Todos(["a", "b"])), add)
    assert kept == [["b", "c"]]


def test_a_draft_inside_a_plain_root_is_seen_through_every_selector() -> None:
    def slice_of(root: dict[str, Todos]) -> list[str]:
        return root["todos"].items

    count = selector(slice_of)(count_of)

    @selector(count)
    def is_full(number: int) -> bool:
        return number > 1

    seen: list[bool] = []

    def add_two(draft: Todos) -> None:
        root = {"todos": draft}  # one object for all calls
        for text in "ab":
            draft.items.append(text)
            seen.append(is_full(root))

    produce(freeze(Todos()), add_two)
    assert seen == [False, True]


def test_a_named_argument_that_is_a_draft_is_seen_as_it_is() -> None:
    @selector(items)
    def missing(values: list[str], *, other: list[str]) -> list[str]:
        return [each for each in other if each not in values]

    state, draft = freeze(Todos(["a"])), create_draft(["a"])
    found = []
    for text in "bc":
        draft.append(text)
        found.append(missing(state, other=draft))
    assert found == [["b"], ["b", "c"]]


def test_drafts_in_tuples_are_seen_as_they_are() -> None:
    def pair_of(state: Mapping[str, Pair]) -> Pair:
        return state["pair"]

    @selector(pair_of)
    def total(pair: Pair) -> int:
        assert type(pair) is Pair
        return sum(pair.left) + sum(pair.right)

    draft = create_draft({"pair": Pair([1], [2])})
    pair = draft["pair"]
    totals = []
    for _ in range(2):
        totals.append((total(draft), total({"pair": pair})))
        pair.right.append(10)
    assert totals == [(3, 3), (13, 13)]
