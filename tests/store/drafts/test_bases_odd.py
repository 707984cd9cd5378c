"""What no recipe may touch, and values that have no end or no second form."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from stateroom.errors import DraftMisuse
from stateroom.store import (
    Slice,
    Store,
    create_draft,
    freeze,
    is_frozen,
    produce,
)
from tests.store.drafts.kinds import (
    Open,
    Slots,
    Struct,
    WithProperty,
    only,
    unpickled,
)

Tree = dict[str, dict[str, int]]
Rows = list[dict[str, int]]


@dataclass
class Child:
    name: str = "a"
    parent: Child | None = None
    children: list[Child] = field(default_factory=list)


def family() -> Child:
    top = Child("top")
    top.children.append(Child("below", parent=top))
    return top


def set_in_a_copy(draft: Tree) -> None:
    dict(draft)["a"]["n"] = 2


def set_in_a_spread(draft: Tree) -> None:
    {**draft}["a"]["n"] = 2


def set_in_a_union(draft: Tree) -> None:
    (draft | {})["a"]["n"] = 2


@pytest.mark.parametrize("recipe", [set_in_a_copy, set_in_a_spread, set_in_a_union])
def test_what_reads_past_a_draft_of_a_plain_dict_does_not_reach_the_dict(
    recipe: Callable[[Tree], None],
) -> None:
    base: Tree = {"a": {"n": 1}}
    after = produce(base, recipe)
    assert (base, after) == ({"a": {"n": 1}}, {"a": {"n": 2}})


def set_in_a_sum(draft: Rows) -> None:
    (draft + [{}])[0]["n"] = 2  # noqa: RUF005 - the operator is what is tried


def set_in_a_product(draft: Rows) -> None:
    (draft * 2)[0]["n"] = 2


def set_by_a_sort_key(draft: Rows) -> None:
    def key(row: dict[str, int]) -> int:
        row["n"] = 2
        return 0

    draft.sort(key=key)


@pytest.mark.parametrize("recipe", [set_in_a_sum, set_in_a_product, set_by_a_sort_key])
def test_what_reads_past_a_draft_of_a_plain_list_does_not_reach_the_list(
    recipe: Callable[[Rows], None],
) -> None:
    base: Rows = [{"n": 1}]
    after = produce(base, recipe)
    assert (base, after) == ([{"n": 1}], [{"n": 2}])


def test_elements_of_a_repeated_list_are_one_in_all_places() -> None:
    def repeat(draft: Rows) -> None:
        draft *= 2
        draft[0]["n"] = 2

    after = produce(freeze([{"n": 1}]), repeat)
    assert after == [{"n": 2}, {"n": 2}]
    assert after[0] is after[1]


def test_repeating_a_list_once_is_no_change() -> None:
    def repeat(draft: Rows) -> None:
        draft *= 1

    base = freeze([{"n": 1}])
    assert produce(base, repeat) is base


@pytest.mark.parametrize("kind", [Open, Slots, Struct])
def test_a_draft_may_stand_in_two_objects(kind: type[Slots]) -> None:
    def share(draft: list[Slots]) -> None:
        draft[1].tags = draft[0].tags
        draft[0].tags.append("x")

    after = produce(freeze([kind(), kind()]), share)
    assert after == [kind(tags=["x"]), kind(tags=["x"])]
    assert after[0].tags is after[1].tags


def test_a_value_that_contains_itself_is_refused_with_the_path() -> None:
    with pytest.raises(DraftMisuse, match=r"children\[0\]\.parent is one of") as caught:
        freeze(family())
    assert caught.value.path == "children[0].parent"


def test_a_value_that_contains_itself_is_refused_by_a_recipe() -> None:
    def adopt(draft: dict[str, Child]) -> None:
        draft["new"] = family()

    with pytest.raises(DraftMisuse, match=r"new\.children\[0\]\.parent is one of"):
        produce(freeze({"old": Child()}), adopt)
    with pytest.raises(DraftMisuse, match=r"new\.children\[0\]\.parent is one of"):
        produce({"old": Child()}, lambda _: {"new": family()})


def test_a_value_that_contains_itself_is_refused_by_a_reducer() -> None:
    people = Slice("people", Child)

    @people.reducer
    def adopt(state: Child, child: Child) -> None:
        state.children.append(child)

    with pytest.raises(DraftMisuse, match=r"people\.children\[0\]\.children\[0\]"):
        Store(people).dispatch(adopt(family()))


DEEP = 20_000
"""Levels: more than there is stack for."""


def test_a_value_that_is_merely_deep_runs_out_of_stack() -> None:
    deep: list[object] = []
    for _ in range(DEEP):
        deep = [deep]
    with pytest.raises(RecursionError):
        freeze(deep)


def test_one_object_in_two_places_is_no_circle() -> None:
    deep: list[object] = []
    for _ in range(DEEP):
        deep = [deep, deep]
    with pytest.raises(RecursionError):
        freeze(deep)


def test_a_draft_of_an_ended_recipe_has_no_recipes() -> None:
    leaked: list[object] = []
    produce(freeze({"a": Open()}), only(lambda draft: leaked.append(draft["a"])))
    with pytest.raises(DraftMisuse, match="after its recipe had ended"):
        produce(leaked[0], only(lambda _: None))


def test_a_draft_is_not_drafted_by_hand() -> None:
    def draft_again(draft: Tree) -> None:
        create_draft(draft["a"])

    with pytest.raises(DraftMisuse, match="this dict is a draft already"):
        produce(freeze({"a": {"n": 1}}), draft_again)


UTC_NOON = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
PAIRS = [
    (decimal.Decimal("1.0"), decimal.Decimal("1.00")),
    (UTC_NOON, UTC_NOON.astimezone(dt.timezone(dt.timedelta(hours=1)))),
    (dt.time(12, fold=0), dt.time(12, fold=1)),
    (0.0, -0.0),
    (complex(0, 0.0), complex(0, -0.0)),
]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_scalar_that_shows_another_value_is_a_change(
    old: object, new: object
) -> None:
    def replace(draft: dict[str, object]) -> None:
        draft["value"] = new

    assert old == new
    assert produce(freeze({"value": old}), replace)["value"] is new


SAME = [
    (decimal.Decimal("1.0"), decimal.Decimal("1.0")),
    (decimal.Decimal("NaN"), decimal.Decimal("NaN")),
    (float("nan"), float("nan")),
    (UTC_NOON, UTC_NOON.replace()),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_a_scalar_that_shows_the_same_value_is_no_change(
    old: object, new: object
) -> None:
    def replace(draft: dict[str, object]) -> None:
        draft["value"] = new

    base = freeze({"value": old})
    assert produce(base, replace) is base


@dataclass(slots=True)
class Two:
    first: list[int] = field(default_factory=list)
    second: list[int] = field(default_factory=list)
    title: str = "a"


def set_title(draft: Two) -> None:
    draft.title = "b"


def add_to_first(draft: Two) -> None:
    draft.first.append(1)


@pytest.mark.parametrize("recipe", [set_title, add_to_first])
def test_all_of_a_plain_object_is_frozen_when_a_part_of_it_changes(
    recipe: Callable[[Two], None],
) -> None:
    base = Two()
    after = produce(base, recipe)
    frozen = [is_frozen(each) for each in (after, after.first, after.second)]
    assert (frozen, type(base.first), type(base.second)) == ([True] * 3, list, list)


class Version(tuple[list[int], ...]):
    """A tuple of the user's own, of which we do not know how it is made."""

    __slots__ = ()


def test_a_tuple_of_another_class_is_handed_on_as_it_is() -> None:
    version = Version([[1]])
    frozen = freeze({"version": version})
    assert (frozen["version"] is version, is_frozen(version)) == (True, False)


class Word(str):
    __slots__ = ()


@pytest.mark.parametrize("value", [Word("a"), enum.IntEnum("E", "A").A, (1, ("a",))])  # type: ignore[attr-defined] # a member made here
def test_what_cannot_change_counts_as_frozen(value: object) -> None:
    assert is_frozen(value)


def test_a_frozen_object_with_an_unset_field_is_pickled() -> None:
    plain = unpickled(freeze(WithProperty()))
    assert isinstance(plain, WithProperty)
    assert (plain.title, hasattr(plain, "never_set")) == ("a", False)
