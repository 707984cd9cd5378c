"""What drafts and patches do where Immer does something else.

``js/deviations.mjs`` runs the same with the real packages.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from stateroom.store import (
    create_draft,
    finish_draft,
    freeze,
    is_frozen,
    original,
    produce,
)
from stateroom.store.patches import apply_patches, produce_with_patches
from tests.oracle.showing import Shown, collected
from tests.oracle.terms import plain
from tests.oracle.told import at, items, keyed, kind, put, told

__all__ = ("DRAFTS",)

DRAFTS: dict[str, Shown] = {}
shows = collected(DRAFTS)


def state() -> object:
    """What most programs begin with."""
    return freeze({"a": {"x": 1}, "b": [1, 2]})


def paths(base: object, recipe: Callable[[object], object]) -> list[list[object]]:
    """The paths of the patches of a recipe."""
    made = produce_with_patches(freeze(base), recipe)
    return [list(patch["path"]) for patch in made.patches]


@shows("none-is-nothing")
def none_is_nothing() -> object:
    return produce(state(), lambda _: None)


@shows("caller-keeps-what-it-put-in")
def caller_keeps() -> object:
    given = {"v": 1}

    def recipe(draft: object) -> None:
        put(draft, "o", to=given)
        put(draft, "o", "v", to=2)

    produce(state(), recipe)
    return [given["v"], is_frozen(given)]


@shows("base-is-not-frozen")
def base_is_not_frozen() -> object:
    base = {"a": {"x": 1}}
    return [produce(base, lambda _: None) is base, is_frozen(base)]


@shows("untouched-plain-parts-are-copied")
def untouched_parts() -> object:
    base: dict[str, object] = {"a": {"x": 1}, "b": []}
    after = produce(base, lambda draft: put(draft, "a", "x", to=2))
    return after["b"] is base["b"]


@shows("leaked-drafts-can-be-read")
def leaked_drafts() -> object:
    leaks: list[object] = []

    def recipe(draft: object) -> None:
        leaks.append(at(draft, "a"))
        put(draft, "a", "x", to=2)

    produce(state(), recipe)
    changed = kind(lambda: put(leaks[0], "x", to=3))
    return [told(lambda: at(leaks[0], "x")), "error" if changed else "ok"]


@shows("one-object-put-in-twice")
def put_in_twice() -> object:
    given = {"v": 1}

    def recipe(draft: object) -> None:
        put(draft, "one", to=given)
        put(draft, "two", to=given)

    after = produce(state(), recipe)
    return at(after, "one") is at(after, "two")


@shows("originals-are-drafted-again")
def originals() -> object:
    def recipe(draft: object) -> None:
        put(draft, "b", to=at(original(draft), "a"))
        put(draft, "b", "x", to=2)

    return told(lambda: at(produce(state(), recipe), "b", "x"))


@dataclass
class Point:
    x: int


@shows("class-instances-are-state")
def class_instances() -> object:
    def recipe(draft: Point) -> None:
        draft.x = 2

    return told(lambda: produce(Point(1), recipe).x)


@shows("numbers-have-classes")
def numbers_have_classes() -> object:
    base = freeze({"n": 1})
    return produce(base, lambda draft: put(draft, "n", to=1.0)) is base


@shows("zero-has-a-sign")
def zero_has_a_sign() -> object:
    def recipe(draft: object) -> None:
        put(draft, "other", to=1)
        put(draft, "n", to=-0.0)

    return plain(at(produce(freeze({"n": 0.0}), recipe), "n"))


@shows("no-holes-in-lists")
def no_holes() -> object:
    def recipe(draft: object) -> None:
        items(draft, "b")[5] = 9

    try:
        return len(items(produce(state(), recipe), "b"))
    except IndexError:
        return "IndexError"


@shows("keys-keep-their-order")
def keys_keep_their_order() -> object:
    def recipe(draft: object) -> None:
        put(draft, "2", to=1)
        put(draft, "1", to=1)

    return list(produce(freeze(cast("dict[str, int]", {})), recipe))


@shows("numbered-dicts-are-dicts")
def numbered_dicts() -> object:
    base = freeze({1: {"x": 1}})

    def recipe(draft: dict[int, dict[str, int]]) -> None:
        draft[1] = original(draft[1])

    return produce(base, recipe) is base


@shows("reversing-one-object-changes-nothing")
def reversing_one_object() -> object:
    one = freeze({"x": 1})
    base = freeze([one, one])
    return produce(base, lambda draft: draft.reverse()) is base


@shows("null-in-a-set")
def none_in_a_set() -> object:
    return len(
        produce(freeze(cast("set[object]", set())), lambda draft: draft.add(None))
    )


@shows("no-coroutines")
def no_coroutines() -> object:
    async def recipe(_: object) -> None:
        """Do nothing, later."""

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a coroutine that was never awaited
        return kind(lambda: produce(state(), recipe))


@shows("nothing-for-a-value")
def nothing_for_a_value() -> object:
    return told(lambda: produce(cast("object", 5), lambda _: None))


@shows("recipes-in-create-draft")
def recipes_in_create_draft() -> object:
    draft = create_draft(state())
    inner = produce(draft, lambda within: items(within, "b").append(3))
    put(draft, "o", to=inner)
    return told(lambda: plain(at(finish_draft(draft), "o", "a")))


# -------------------------------------------------------------------- patches


@shows("patches-in-another-order")
def patches_in_order() -> object:
    def recipe(draft: object) -> None:
        put(draft, "a", "x", to=2)
        put(draft, "b", "y", to=2)

    return paths({"a": {"x": 1}, "b": {"y": 1}}, recipe)


@shows("no-useless-patches")
def no_useless_patches() -> object:
    def recipe(draft: object) -> None:
        put(draft, "n", to=1)
        put(draft, "n", to=math.nan)

    return len(paths({"n": math.nan}, recipe))


@shows("finer-patches")
def finer_patches() -> object:
    def recipe(draft: object) -> None:
        items(draft).insert(0, 0)
        put(draft, 3, "x", to=9)
        items(draft).pop(0)

    return paths([{"x": 1}, {"x": 2}, {"x": 3}], recipe)


@shows("patches-that-lead-back")
def patches_that_lead_back() -> object:
    base = freeze(cast("dict[str, object]", {"a": [1, 2], "b": {"x": 1}}))

    def recipe(draft: object) -> None:
        items(draft, "a").append(at(draft, "b"))
        del keyed(draft, "b")["x"]
        put(draft, "c", to=at(draft, "b"))

    made = produce_with_patches(base, recipe)
    return apply_patches(base, made.patches) == made.state


@shows("sets-have-no-order")
def sets_have_no_order() -> object:
    (path,) = paths(
        {"s": {"x"}}, lambda draft: cast("set[str]", at(draft, "s")).add("y")
    )
    return path[:1]


@shows("patches-stay-in-the-list")
def patches_stay_in_the_list() -> object:
    patch = {"op": "add", "path": ("b", 9), "value": 1}
    return told(lambda: len(items(apply_patches(state(), [patch]), "b")))


@shows("all-patches-are-checked")
def all_patches_are_checked() -> object:
    root = {"op": "replace", "path": (), "value": 1}
    return told(lambda: apply_patches(state(), [{"op": "move", "path": ("a",)}, root]))
