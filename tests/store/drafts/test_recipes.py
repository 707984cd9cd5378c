"""Recipes: what they may return, and what they may not do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias, cast

import pytest

from stateroom.errors import DraftMisuse
from stateroom.store import (
    NOTHING,
    freeze,
    is_frozen,
    produce,
)

Tree: TypeAlias = dict[str, dict[str, object]]


def tree() -> Tree:
    return freeze({"a": {"n": 1}, "b": {"list": [1, 2]}})


SAME: list[tuple[object, object, bool]] = [
    (1, 1, True),
    (1, 2, False),
    (1, 1.0, False),
    (1, True, False),
    (math.nan, float("nan"), True),
    (0.0, -0.0, False),
    (0.5, 0.5, True),
    ("ab", "abc"[:2], True),
    (None, None, True),
    (10**30, 10**30, True),
    (b"x", b"x", True),
    ([1], [1], False),
    ((1,), tuple([1]), False),  # noqa: C409 - a literal would be one object
]


@pytest.mark.parametrize(("old", "new", "is_same"), SAME)
def test_setting_a_value_is_a_change_unless_it_is_the_same(
    old: object, new: object, *, is_same: bool
) -> None:
    base = freeze({"v": old})
    after = produce(base, lambda draft: draft.update(v=new))
    assert (after is base) == is_same


def test_set_and_put_back_is_a_change() -> None:
    base = tree()

    def there_and_back(draft: Tree) -> None:
        draft["a"]["n"] = 2
        draft["a"]["n"] = 1

    after = produce(base, there_and_back)
    assert (after == base, after is base, after["b"] is base["b"]) == (
        True,
        False,
        True,
    )


def test_a_returned_value_takes_the_place_of_the_base() -> None:
    after = produce(tree(), lambda _: {"new": {"x": 1}})
    assert (after, is_frozen(after)) == ({"new": {"x": 1}}, True)


def test_a_returned_draft_that_did_not_change_is_its_base() -> None:
    base: object = freeze([[1]])
    assert produce(base, lambda draft: cast("list[object]", draft)[0]) == [1]


def test_returning_the_changed_draft_itself_is_allowed() -> None:
    def change(draft: Tree) -> Tree:
        draft["a"]["n"] = 2
        return draft

    assert produce(tree(), change)["a"] == {"n": 2}


def test_nothing_makes_the_value_none() -> None:
    assert produce(tree(), lambda _: NOTHING) is None


@pytest.mark.parametrize(("value", "next_value"), [(1, 2), ("a", "b"), (None, 3)])
def test_a_value_without_a_draft_is_handed_to_the_recipe_as_it_is(
    value: object, next_value: object
) -> None:
    seen: list[object] = []

    def replace(held: object) -> object:
        seen.append(held)
        return next_value

    assert (produce(value, replace), seen) == (next_value, [value])


def test_a_recipe_that_returns_nothing_for_a_number_is_refused() -> None:
    with pytest.raises(DraftMisuse, match="returned nothing for 5"):
        produce(5, lambda _: None)


def test_changing_and_returning_another_value_is_refused_with_the_path() -> None:
    def both(draft: Tree) -> Tree:
        draft["b"]["list"] = []
        return {}

    with pytest.raises(
        DraftMisuse, match=r"changed b\.list and returned a dict"
    ) as caught:
        produce(tree(), both)
    assert caught.value.path == "b.list"


def test_a_coroutine_is_refused_and_closed() -> None:
    async def later(draft: Tree) -> None:
        draft["a"]["n"] = 2

    with pytest.raises(DraftMisuse, match="coroutine or generator"):
        produce(tree(), later)  # type: ignore[arg-type] # what the test is about


def test_a_generator_is_refused() -> None:
    def steps(draft: Tree) -> Iterator[int]:
        draft["a"]["n"] = 2
        yield 1

    with pytest.raises(DraftMisuse, match="coroutine or generator"):
        produce(tree(), steps)  # type: ignore[arg-type] # what the test is about
