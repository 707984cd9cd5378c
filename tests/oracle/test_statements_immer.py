"""I1 to I6: what Immer promises about drafts, once with it and once with ours.

With Immer 11, which Redux Toolkit uses, and with 10.2, which does the same here.
"""

from __future__ import annotations

import math
from functools import partial

from stateroom.store.drafts import (
    freeze,
    is_frozen,
    original,
    produce,
)
from stateroom.store.undefined import NOTHING
from tests.oracle.real import Real
from tests.oracle.recipes import Boom
from tests.oracle.small_recipes import (
    after,
    agree,
    base,
    both,
    patched,
    same,
    setting,
)
from tests.oracle.told import at, items, keyed, kind, put


def test_i1_no_change_gives_the_same_object(real: Real) -> None:
    ours = {
        "nothing": same(lambda _: None),
        "read": same(
            both(lambda draft: [at(each, "id") for each in items(draft, "c")])
        ),
        "identical": same(setting("a", "x", to=1)),
        "equalButNew": same(setting("a", to={"x": 1})),
        "putBack": same(lambda draft: put(draft, "a", to=at(original(draft), "a"))),
        "deleteMissing": same(lambda draft: keyed(draft).pop("z", None)),
        "notANumber": same(setting("n", to=math.nan), freeze({"n": math.nan})),
        "zeroes": same(setting("n", to=-0.0), freeze({"n": 0.0})),
        "frozen": is_frozen(at(after(setting("a", "x", to=2)), "b")),
    }
    agree(ours, real, "i1")


def test_i2_a_change_that_was_taken_back_is_one(real: Real) -> None:
    reverted = both(setting("a", "x", to=2), setting("a", "x", to=1))

    def popped(draft: object) -> None:
        items(draft, "b").append(9)
        items(draft, "b").pop()

    ours = {
        "reverted": [same(reverted), patched(reverted)],
        "pushedAndPopped": [same(popped), patched(popped)],
    }
    agree(ours, real, "i2")


def test_i3_only_the_path_to_a_change_is_copied(real: Real) -> None:
    old = base()
    new = after(setting("c", 0, "id", to=9), old)
    paths: tuple[tuple[str | int, ...], ...] = (
        (),
        ("a",),
        ("b",),
        ("c",),
        ("c", 0),
        ("c", 1),
    )
    agree([at(new, *path) is at(old, *path) for path in paths], real, "i3")


def test_i4_a_draft_is_one_thing_wherever_it_stands(real: Real) -> None:
    cached: list[bool] = []

    def look(draft: object) -> None:
        one, other = at(draft, "c", 0), at(draft, "c", 0)
        cached.append(at(draft, "a") is at(draft, "a") and one is other)

    def alias(draft: object) -> None:
        put(draft, "k", to=at(draft, "a"))
        put(draft, "a", "x", to=5)

    def move(draft: object) -> None:
        taken = items(draft, "c").pop(0)
        put(draft, "moved", to=taken)
        put(taken, "id", to=99)

    def wrap(draft: object) -> None:
        put(draft, "w", to={"in": at(draft, "a")})
        put(draft, "a", "x", to=8)

    after(look)
    twice, moved, inside = after(alias), after(move), after(wrap)
    ours = {
        "cached": cached[0],
        "twice": [at(twice, "k") is at(twice, "a"), at(twice, "k", "x")],
        "moved": [at(moved, "c"), at(moved, "moved")],
        "inside": [
            at(inside, "w", "in") is at(inside, "a"),
            at(inside, "w", "in", "x"),
        ],
    }
    agree(ours, real, "i4")


def test_i5_what_was_put_in_can_be_changed_and_is_frozen(real: Real) -> None:
    given = {"v": 1, "in": {"y": 1}}

    def recipe(draft: object) -> None:
        put(draft, "o", to=given)
        put(draft, "o", "v", to=2)
        put(draft, "o", "in", "y", to=3)

    made = after(recipe)
    ours = [
        at(made, "o"),
        is_frozen(at(made, "o")),
        is_frozen(at(made, "o", "in")),
    ]
    agree(ours, real, "i5")
    # There the caller's own object is what was changed.
    assert given == {"v": 1, "in": {"y": 1}}


def test_i6_a_recipe_returns_nothing_or_the_next_value(real: Real) -> None:
    state, leaks = base(), list[object]()

    def fail(draft: object) -> None:
        leaks.append(draft)
        put(draft, "a", "x", to=9)
        raise Boom

    def changed_child(draft: object) -> object:
        put(draft, "a", "x", to=3)
        return at(draft, "a")

    def changed_draft(draft: object) -> object:
        put(draft, "a", "x", to=3)
        return draft

    raising = kind(lambda: produce(state, fail))
    produce(state, lambda draft: leaks.append(at(draft, "a")))
    ours = {
        "other": produce(state, lambda _: 5),
        "both": kind(lambda: after(both(setting("a", "x", to=3), result={}))),
        "bothChild": kind(lambda: after(changed_child)),
        "child": produce(state, lambda draft: at(draft, "a")) is at(state, "a"),
        "wrapped": at(after(lambda draft: {"k": at(draft, "a")}, state), "k")
        is at(state, "a"),
        "draft": at(after(changed_draft), "a", "x"),
        "raising": raising,
        "intact": at(state, "a", "x"),
        "leaks": [
            "error" if kind(partial(put, each, "x", to=1)) else "ok" for each in leaks
        ],
        "primitive": produce(1, lambda number: number + 1),
        "none": produce(state, lambda _: NOTHING),
    }
    agree(ours, real, "i6")
