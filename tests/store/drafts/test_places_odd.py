"""Where a draft stands while its container changes: read, moved, put back, replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import pytest

from stateroom.errors import DraftMisuse
from stateroom.store import freeze, is_frozen, original, produce
from tests.store.drafts.kinds import Open, Slots, Struct

KINDS = [Open, Slots, Struct]
Rows = list[dict[str, int]]
Tree = dict[str, object]


@dataclass(slots=True)
class Number:
    value: object = 0.0


@dataclass(slots=True)
class Holder:
    pair: tuple[list[int], int] = ((), 1)  # type: ignore[assignment] # each test sets it
    title: str = "a"


# -- dicts


def test_putting_an_original_back_into_a_dict_is_no_change() -> None:
    def put_back(draft: Tree) -> None:
        draft["rows"] = original(draft["rows"])

    base: Tree = freeze({"rows": [{"n": 1}]})
    assert produce(base, put_back) is base


def test_get_gives_a_draft() -> None:
    after = produce(freeze({"a": [1]}), lambda draft: draft.get("a", []).append(2))
    assert after == {"a": [1, 2]}


# -- lists


def insert(draft: Rows) -> None:
    draft.insert(0, {"n": 0})


def set_last(draft: Rows) -> None:
    draft[-1] = {"n": 9}
    draft.append({"n": 10})


def insert_by_slice(draft: Rows) -> None:
    draft[0:0] = [{"n": 0}]


def add_and_turn(draft: Rows) -> None:
    draft.append({"n": 9})
    draft.reverse()


def add_all(draft: Rows) -> None:
    draft += ({"n": n} for n in range(2))


@pytest.mark.parametrize(
    "recipe", [insert, set_last, insert_by_slice, add_and_turn, add_all]
)
def test_what_is_put_anywhere_into_a_list_is_frozen(
    recipe: Callable[[Rows], None],
) -> None:
    after = produce(freeze([{"n": 1}, {"n": 2}]), recipe)
    assert [is_frozen(row) for row in after] == [True] * len(after)


def read_and_pop(draft: Rows) -> None:
    draft[-1]["n"] = 9
    draft.pop()


def change_and_pop_first(draft: Rows) -> None:
    draft[2]["n"] = 9
    draft.pop(0)


def change_last_and_append(draft: Rows) -> None:
    draft[-1]["n"] = 9
    draft.append({"n": 10})


def change_and_delete_slice(draft: Rows) -> None:
    draft[2]["n"] = 9
    del draft[:2]


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (read_and_pop, [1, 2]),
        (change_and_pop_first, [2, 9]),
        (change_last_and_append, [1, 2, 9, 10]),
        (change_and_delete_slice, [9]),
    ],
)
def test_a_draft_in_a_list_is_found_wherever_it_went(
    recipe: Callable[[Rows], None], expected: list[int]
) -> None:
    base = freeze([{"n": 1}, {"n": 2}, {"n": 3}])
    after = produce(base, recipe)
    assert [row["n"] for row in after] == expected
    assert [is_frozen(row) for row in after] == [True] * len(after)
    assert [row["n"] for row in base] == [1, 2, 3]


# -- objects


@pytest.mark.parametrize("kind", KINDS)
def test_a_scalar_over_a_draft_takes_its_place(kind: type[Slots]) -> None:
    def replace(draft: Slots) -> None:
        draft.tags.append("y")
        draft.tags = cast("list[str]", None)

    assert produce(freeze(kind(tags=["x"])), replace).tags is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_that_is_put_where_it_stands_is_no_change(kind: type[Slots]) -> None:
    def put(draft: Slots) -> None:
        draft.tags = draft.tags

    base = freeze(kind(tags=["x"]))
    assert produce(base, put) is base


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_read_after_another_was_set_loses_nothing(
    kind: type[Slots],
) -> None:
    def set_and_read(draft: Slots) -> None:
        draft.title = "b"
        len(draft.tags)

    assert produce(freeze(kind(tags=["x"])), set_and_read) == kind("b", ["x"])


@pytest.mark.parametrize(
    ("old", "new", "is_change"),
    [
        (0.0, -0.0, True),
        (1, 1.0, True),
        (True, 1, True),
        (float("nan"), float("nan"), False),
        ("text", str(b"text", "ascii"), False),
    ],
)
def test_a_field_is_changed_by_another_value_only(
    old: object, new: object, *, is_change: bool
) -> None:
    def replace(draft: Number) -> None:
        draft.value = new

    base = freeze(Number(old))
    assert (produce(base, replace) is not base) is is_change


# -- tuples


def test_a_tuple_that_is_read_and_put_back_is_no_change() -> None:
    pair = ([1], 2)

    def put_back(draft: Holder) -> None:
        held = draft.pair
        draft.pair = held
        draft.pair = base.pair

    base = freeze(Holder(pair))
    assert produce(base, put_back) is base


@pytest.mark.parametrize("held", [(1, 2), ([1], 2), (([1],), 2)])
def test_a_tuple_that_is_only_read_keeps_its_identity(held: object) -> None:
    def read(draft: Tree) -> None:
        draft["a"] = draft["held"] is None

    base = freeze({"held": held})
    assert produce(base, read)["held"] is base["held"]


def test_an_iterator_that_outlives_its_recipe_gives_no_drafts() -> None:
    taken: list[Iterator[object]] = []

    def take(draft: Rows) -> None:
        draft.append({"n": 9})
        taken.extend([iter(draft), iter(draft)])
        next(taken[0])

    after = produce(freeze([{"n": 1}, {"n": 2}]), take)
    for each in taken:
        with pytest.raises(DraftMisuse, match="after its recipe had ended"):
            next(each)
    assert after == [{"n": 1}, {"n": 2}, {"n": 9}]
