"""I7 to I11: nested recipes, hand-made drafts, freezing and patches of Immer.

With Immer 11 and with 10.2; see ``test_statements_immer``.
"""

from __future__ import annotations

from functools import partial
from typing import cast

from stateroom.store.drafts import (
    create_draft,
    current,
    finish_draft,
    freeze,
    is_draft,
    is_frozen,
    original,
    produce,
)
from stateroom.store.patches import apply_patches
from tests.oracle.real import Json, Real
from tests.oracle.small_recipes import (
    after,
    agree,
    base,
    both,
    patched,
    same,
    setting,
)
from tests.oracle.told import at, attempt, items, keyed, kind, put


def test_i7_a_nested_result_counts_only_where_it_is_put(real: Real) -> None:
    state = base()
    seven = setting("x", to=7)

    def assign(draft: object) -> None:
        put(draft, "a", to=produce(at(draft, "a"), seven))

    def go_on(draft: object) -> None:
        inner = produce(at(draft, "c"), setting(0, "id", to=5))
        put(draft, "c", 1, "id", to=6)
        put(draft, "inner", to=inner)

    def ignore(draft: object) -> None:
        produce(at(draft, "a"), seven)

    assigned, both_made = after(assign, state), after(go_on, state)
    ours = {
        "assigned": [at(assigned, "a", "x"), at(state, "a", "x")],
        "ignored": same(ignore, state),
        "after": [at(both_made, "c"), at(both_made, "inner")],
    }
    agree(ours, real, "i7")


def test_i8_a_draft_can_be_made_read_and_finished_by_hand(real: Real) -> None:
    state = base()
    draft = create_draft(state)
    put(draft, "a", "x", to=4)
    now, first = current(draft), original(draft)
    put(draft, "a", "x", to=5)
    made = finish_draft(draft)
    ours = {
        "now": [now, is_draft(now), is_frozen(now), at(now, "b") is at(state, "b")],
        "first": first is state,
        "after": at(made, "a", "x"),
        "refused": [
            kind(partial(verb, state)) for verb in (finish_draft, current, original)
        ],
    }
    agree(ours, real, "i8")


def test_i9_results_are_frozen_at_the_end_of_the_outermost_recipe(real: Real) -> None:
    made = after(setting("a", "x", to={"deep": [{"y": 1}]}))
    within: list[bool] = []

    def nest(draft: object) -> None:
        within.append(is_frozen(produce(at(draft, "a"), setting("x", to=2))))

    after(nest)
    ours = [
        is_frozen(made),
        is_frozen(at(made, "a", "x", "deep", 0)),
        is_frozen(at(made, "b")),
        within[0],
        kind(lambda: items(made, "b").append(1)),
    ]
    agree(ours, real, "i9")


def test_i10_patches_say_what_changed_there_and_back(real: Real) -> None:
    def pushed(draft: object) -> None:
        items(draft, "c").append({"id": 4})
        put(draft, "c", 2, "id", to=5)

    ours = {
        "set": patched(setting("a", "x", to=2)),
        "keys": patched(both(setting("n", to=1), lambda draft: keyed(draft).pop("a"))),
        "push": patched(lambda draft: items(draft, "b").extend((4, 5))),
        "pop": patched(both(lambda draft: items(draft, "b").pop())),
        "removeFirst": patched(both(lambda draft: items(draft, "b").pop(0))),
        "insertFirst": patched(lambda draft: items(draft, "b").insert(0, 0)),
        "element": patched(setting("c", 1, "id", to=9)),
        "reverse": patched(lambda draft: items(draft, "b").reverse()),
        "clear": patched(lambda draft: items(draft, "b").clear()),
        "root": patched(lambda _: {"z": 1}),
        "nothing": patched(lambda _: None),
        "inserted": patched(pushed),
    }
    agree(ours, real, "i10")


def test_i11_patches_are_applied_or_refused(real: Real) -> None:
    def apply(
        state: object, *patches: tuple[str, tuple[str | int, ...], object]
    ) -> Json:
        several = [
            {"op": op, "path": path, "value": value} for op, path, value in patches
        ]
        return attempt(lambda: apply_patches(freeze(state), several))

    def pollute(name: str) -> Json:
        return apply({"a": {}}, ("replace", ("a", name, "x"), 1))

    value = {"v": 1}
    skipped = ("replace", ("no", "where"), 5)
    put_in = cast("list[object]", apply({}, ("add", ("k",), value)))[1]
    ours = {
        "insert": apply({"b": [1, 2]}, ("add", ("b", 1), 9)),
        "end": apply({"b": [1]}, ("add", ("b", "-"), 9)),
        "nowhere": apply({}, ("replace", ("a", "b"), 1)),
        "unknown": apply({"a": 1}, ("move", ("a",), 1)),
        "lastRoot": apply(
            {"a": 1}, skipped, ("replace", (), {"q": 1}), ("add", ("r",), 2)
        ),
        "copied": at(put_in, "k") is value,
        "hostile": [pollute("__proto__"), pollute("constructor")],
    }
    agree(ours, real, "i11")
