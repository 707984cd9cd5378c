"""Recipes inside recipes, the current state, and patches: what is shared with what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from stateroom.errors import DraftMisuse
from stateroom.store import current, freeze, produce
from stateroom.store.patches import apply_patches, produce_with_patches
from tests.store.drafts.kinds import only

Rows = list[dict[str, int]]
Tree = dict[str, object]


def tree(**held: object) -> Tree:
    return freeze(held)


def rows(draft: Tree, key: str = "rows") -> Rows:
    return cast("Rows", draft[key])


def inside(draft: Tree, key: str = "a") -> Tree:
    return cast("Tree", draft[key])


def test_the_current_state_shares_what_did_not_change() -> None:
    seen: list[bool] = []
    mine = [3]
    base = tree(a=[1], b={"c": [2]})

    def look(draft: Tree) -> None:
        seen.append(current(draft) is base)
        cast("list[int]", draft["a"]).append(2)
        len(rows(inside(draft, "b"), "c"))
        seen.append(current(draft)["b"] is base["b"])
        draft["new"] = mine
        seen.append(current(draft)["new"] is mine)

    produce(base, look)
    assert seen == [True, True, True]


def test_an_inner_recipe_does_one_thing_or_the_other() -> None:
    def both(draft: Tree) -> Tree:
        draft["n"] = 1
        return {}

    with pytest.raises(DraftMisuse, match="changed n and returned a dict"):
        produce(tree(a=Tree()), only(lambda draft: produce(inside(draft), both)))


def test_a_recipe_that_changes_and_returns_a_coroutine_is_told_of_the_coroutine() -> (
    None
):
    async def work() -> None:
        """Be never run."""

    def both(draft: Tree) -> Tree:
        draft["n"] = 1
        return cast("Tree", work())

    with pytest.raises(DraftMisuse, match="the recipe is a coroutine"):
        produce(freeze(Tree()), both)


def test_a_draft_around_an_inner_recipe_stays_one_object() -> None:
    def outer(draft: Tree) -> None:
        def inner(inner_rows: Rows) -> None:
            inner_rows.append(cast("dict[str, int]", draft["row"]))

        draft["rows"] = produce(rows(draft), inner)
        cast("dict[str, int]", draft["row"])["n"] = 5

    after = produce(tree(row={"n": 1}, rows=[{"n": 0}]), outer)
    assert after == {"row": {"n": 5}, "rows": [{"n": 0}, {"n": 5}]}
    assert rows(after)[1] is after["row"]


def test_what_an_inner_recipe_only_reads_keeps_its_identity() -> None:
    def outer(draft: Tree) -> None:
        def inner(copied: Tree) -> None:
            len(rows(copied))
            copied["n"] = 1

        draft["copy"] = produce(inside(draft), inner)

    base = tree(a={"rows": [{"n": 0}]})
    after = produce(base, outer)
    assert after["copy"] == {"rows": [{"n": 0}], "n": 1}
    assert rows(inside(after, "copy")) is rows(inside(base))


def test_what_an_inner_recipe_only_reads_is_the_draft_around_it() -> None:
    def outer(draft: Tree) -> None:
        held = inside(draft)
        rows(held).append({"n": 1})

        def inner(copied: Tree) -> None:
            len(rows(copied))
            copied["n"] = 1

        draft["copy"] = produce(held, inner)
        rows(held).append({"n": 2})

    after = produce(tree(a={"rows": Rows()}), outer)
    assert rows(inside(after)) == [{"n": 1}, {"n": 2}]
    assert rows(inside(after, "copy")) is rows(inside(after))


# -- patches


def test_a_value_that_was_changed_and_put_back_gives_no_patch() -> None:
    def there_and_back(draft: Tree) -> None:
        draft["n"] = 0
        draft["n"] = int("1000")

    made = produce_with_patches(tree(n=int("1000")), there_and_back)
    assert made.patches == ()


def test_of_several_new_roots_the_last_one_counts() -> None:
    patches: list[Mapping[str, object]] = [
        {"op": "replace", "path": ("nowhere", "at", "all"), "value": 1},
        {"op": "replace", "path": (), "value": {"a": 1}},
        {"op": "replace", "path": (), "value": {"b": 1}},
        {"op": "add", "path": ("c",), "value": 2},
    ]
    assert apply_patches(Tree(z=0), patches) == {"b": 1, "c": 2}


@pytest.mark.parametrize("path", [("copy",), ()])
def test_a_draft_in_a_patch_is_taken_as_it_is_now(path: tuple[str, ...]) -> None:
    def outer(draft: Tree) -> None:
        value = draft if not path else draft["rows"]
        patch = {"op": "replace", "path": path, "value": value}
        made = apply_patches(Tree(copy=0), [patch])
        rows(draft).append({"n": 2})
        seen.append(made)

    seen: list[Tree] = []
    produce(tree(rows=[{"n": 1}]), outer)
    assert seen == [{"copy": [{"n": 1}]} if path else {"rows": [{"n": 1}]}]
