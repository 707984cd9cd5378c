"""Patches: their shapes, there and back again, and those that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, cast

import pytest

from stateroom.errors import DraftMisuse, InvalidPatch
from stateroom.store import freeze, is_frozen, produce
from stateroom.store.patches import (
    apply_patches,
    produce_with_patches,
    to_pointer,
)
from tests.store.drafts.kinds import Slots, only

Tree: TypeAlias = dict[str, object]
Edit: TypeAlias = Callable[[dict[str, list[object]]], object]

BASE: Tree = freeze({"a": {"x": 1}, "b": [1, 2, 3], "c": [{"id": 1}, {"id": 2}]})


def patch(op: str, *path: object, **value: object) -> Mapping[str, object]:
    return {"op": op, "path": path, **value}


def into(draft: Mapping[str, object], *path: object) -> dict[object, object]:
    found: object = draft
    for step in path:
        found = cast("Mapping[object, object]", found)[step]
    return cast("dict[object, object]", found)


SHAPES: list[
    tuple[str, Edit, list[Mapping[str, object]], list[Mapping[str, object]]]
] = [
    (
        "set",
        lambda d: into(d, "a").update(x=2),
        [patch("replace", "a", "x", value=2)],
        [patch("replace", "a", "x", value=1)],
    ),
    (
        "add and remove a key",
        lambda d: (d.update(n=[]), d.pop("a")),
        [patch("add", "n", value=[]), patch("remove", "a")],
        [patch("remove", "n"), patch("add", "a", value={"x": 1})],
    ),
    (
        "append",
        lambda d: d["b"].extend([4, 5]),
        [patch("add", "b", 3, value=4), patch("add", "b", 4, value=5)],
        [patch("remove", "b", 4), patch("remove", "b", 3)],
    ),
    (
        "remove the first",
        lambda d: d["b"].pop(0),
        [
            patch("replace", "b", 0, value=2),
            patch("replace", "b", 1, value=3),
            patch("remove", "b", 2),
        ],
        [
            patch("replace", "b", 0, value=1),
            patch("replace", "b", 1, value=2),
            patch("add", "b", 2, value=3),
        ],
    ),
    (
        "change an element and add another",
        lambda d: (
            d["c"].__iadd__([{"id": 4}]),
            into(d, "c", 2).update(id=5),
            into(d, "c", 0).update(id=0),
        ),
        [
            patch("replace", "c", 0, "id", value=0),
            patch("add", "c", 2, value={"id": 5}),
        ],
        [patch("replace", "c", 0, "id", value=1), patch("remove", "c", 2)],
    ),
    (
        "set and put back",
        lambda d: (into(d, "a").update(x=2), into(d, "a").update(x=1)),
        [],
        [],
    ),
    ("nothing", lambda d: None, [], []),
]


@pytest.mark.parametrize(
    ("edit", "patches", "inverse"),
    [each[1:] for each in SHAPES],
    ids=[each[0] for each in SHAPES],
)
def test_a_change_has_patches_there_and_back(
    edit: Edit, patches: Sequence[object], inverse: Sequence[object]
) -> None:
    made = produce_with_patches(BASE, only(cast("Callable[[Tree], object]", edit)))
    assert (list(made.patches), list(made.inverse)) == (patches, inverse)
    assert apply_patches(BASE, made.patches) == made.state
    assert apply_patches(made.state, made.inverse) == BASE


def test_another_root_is_one_patch_with_an_empty_path() -> None:
    made = produce_with_patches(BASE, lambda _: {"z": 1})
    assert made.patches == (patch("replace", value={"z": 1}),)
    assert made.inverse == (patch("replace", value=BASE),)


def test_fields_of_objects_are_steps_of_a_path() -> None:
    def edit(draft: dict[str, Slots]) -> None:
        draft["s"].title = "b"
        draft["s"].tags.append("x")

    base = freeze({"s": Slots()})
    made = produce_with_patches(base, edit)
    assert list(made.patches) == [
        patch("add", "s", "tags", 0, value="x"),
        patch("replace", "s", "title", value="b"),
    ]
    assert apply_patches(base, made.patches) == made.state
    assert apply_patches(made.state, made.inverse) == base


def test_fields_of_the_root_are_paths_of_one_step() -> None:
    base = freeze(Slots())

    def rename(draft: Slots) -> None:
        draft.title = "b"

    made = produce_with_patches(base, rename)
    assert list(made.patches) == [patch("replace", "title", value="b")]
    assert list(made.inverse) == [patch("replace", "title", value="a")]


def test_members_of_a_set_are_added_and_removed_by_value() -> None:
    base: dict[str, set[int]] = freeze({"s": {1, 2}})
    made = produce_with_patches(
        base, only(lambda d: d["s"].symmetric_difference_update({1, 3}))
    )
    assert {(p["op"], p["value"]) for p in made.patches} == {("add", 3), ("remove", 1)}
    assert apply_patches(base, made.patches) == {"s": {2, 3}}
    assert apply_patches(made.state, made.inverse) == base


def test_a_change_inside_a_tuple_has_a_path_through_it() -> None:
    base = freeze({"t": ({"x": 1}, 2)})
    made = produce_with_patches(base, only(lambda d: into(d, "t", 0).update(x=5)))
    assert list(made.patches) == [patch("replace", "t", 0, "x", value=5)]


def test_a_change_inside_a_tuple_in_a_tuple_has_a_path_through_both() -> None:
    base = freeze({"a": (None, (None, [False]))})
    made = produce_with_patches(
        base, only(lambda d: into(d, "a", 1, 1).__setitem__(0, None))
    )
    assert list(made.patches) == [patch("replace", "a", 1, 1, 0, value=None)]
    assert apply_patches(made.state, made.inverse) == base


def test_a_key_that_was_added_and_deleted_is_new_when_it_is_added_again() -> None:
    def edit(draft: dict[int, str]) -> None:
        draft[7] = "a"
        del draft[7]
        del draft[1]
        draft[7] = "x"

    made = produce_with_patches(freeze({1: "1", 3: "3"}), edit)
    assert list(made.patches) == [patch("remove", 1), patch("add", 7, value="x")]


def test_patches_of_a_draft_are_those_of_its_recipe() -> None:
    def outer(draft: Tree) -> None:
        produce_with_patches(draft, lambda inner: None)

    with pytest.raises(DraftMisuse, match="no patches of its own"):
        produce(BASE, outer)


def test_patches_are_applied_inside_a_recipe_too() -> None:
    def recipe(draft: dict[str, dict[str, int]]) -> None:
        draft["a"] = apply_patches(draft["a"], [patch("replace", "x", value=9)])

    assert produce(freeze({"a": {"x": 1}}), recipe) == {"a": {"x": 9}}


def test_applied_values_are_copies_and_frozen() -> None:
    mine = {"deep": [1]}
    after = apply_patches(BASE, [patch("add", "n", value=mine)])
    mine["deep"].append(2)
    assert (into(after, "n"), is_frozen(after)) == ({"deep": [1]}, True)


def test_what_stands_before_the_last_new_root_is_skipped() -> None:
    patches = [
        patch("replace", "nowhere", "at", "all", value=1),
        patch("replace", value={"q": 1}),
        patch("add", "r", value=2),
    ]
    assert apply_patches(BASE, patches) == {"q": 1, "r": 2}


def test_an_insertion_moves_what_follows_and_a_dash_appends() -> None:
    base = {"b": [1, 2]}
    assert apply_patches(base, [patch("add", "b", 1, value=9)]) == {"b": [1, 9, 2]}
    assert apply_patches(base, [patch("add", "b", "-", value=9)]) == {"b": [1, 2, 9]}
    assert base == {"b": [1, 2]}


WRONG: list[tuple[object, str]] = [
    (patch("replace", "x", "y", value=1), "cannot replace x.y: FrozenDict has no 'x'"),
    (patch("replace", "b", 7, value=1), "the list has 3 elements"),
    (patch("replace", "b", -1, value=1), "the list has 3 elements"),
    (patch("replace", "b", 1.0, value=1), "the list has 3 elements"),
    (patch("add", "b", 5, value=1), "the list has 3 elements"),
    (patch("remove", "b", "-"), "the list has 3 elements"),
    (patch("remove"), "the root can only be replaced"),
    (patch("move", "a"), "unknown operation 'move'"),
    ({"op": "add"}, "a patch has op, path and value"),
    (5, "a patch has op, path and value"),
    ({"op": "add", "path": "a/b", "value": 1}, "the path of a patch is a tuple"),
    (patch("add", [], value=1), "cannot be a key"),
    (patch("replace", "b", 0, "x", value=1), "cannot replace b[0].x"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG)
def test_a_patch_that_does_not_fit_is_refused_and_nothing_applied(
    wrong: Mapping[str, object], message: str
) -> None:
    before = freeze({"a": {"x": 1}, "b": [1, 2, 3]})
    with pytest.raises(InvalidPatch) as caught:
        apply_patches(before, [patch("replace", "a", "x", value=5), wrong])
    assert message.split("FrozenDict", maxsplit=1)[0] in str(caught.value)
    assert before == {"a": {"x": 1}, "b": [1, 2, 3]}


@pytest.mark.parametrize("name", ["other", "__class__", "__dict__", "title.x", 0])
def test_only_fields_of_an_object_can_be_patched(name: object) -> None:
    with pytest.raises(InvalidPatch, match="has no field"):
        apply_patches(freeze(Slots()), [patch("replace", name, value="x")])


@pytest.mark.parametrize("name", ["__class__", "__init__"])
def test_a_path_leads_through_fields_only(name: object) -> None:
    with pytest.raises(InvalidPatch, match="has no"):
        apply_patches(freeze(Slots()), [patch("replace", name, "x", value="x")])


def test_a_member_of_a_set_cannot_be_replaced() -> None:
    with pytest.raises(InvalidPatch, match="is removed and another one added"):
        apply_patches(freeze({"s": {1}}), [patch("replace", "s", 0, value=2)])


def test_a_field_cannot_be_removed() -> None:
    with pytest.raises(InvalidPatch, match="cannot be removed"):
        apply_patches(freeze(Slots()), [patch("remove", "title")])


def test_a_value_without_parts_can_only_be_replaced() -> None:
    assert apply_patches(5, [patch("replace", value=6)]) == 6
    with pytest.raises(InvalidPatch, match="5 has nothing inside"):
        apply_patches(5, [patch("add", "a", value=6)])


def test_a_path_has_a_json_pointer() -> None:
    assert to_pointer(("todos", 0, "a/b~c")) == "/todos/0/a~1b~0c"
    assert to_pointer(()) == ""
