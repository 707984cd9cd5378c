"""Combined reducers, given states that are not their own, and late wrong answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from stateroom.errors import InvalidReducer
from stateroom.store import (
    UNDEFINED,
    Store,
    combine,
    is_draft,
    is_frozen,
    produce,
)
from tests.store.counting import Counter, add, counter, text

State = dict[str, object]
Action = Mapping[str, object]


def number(state: object, action: Action) -> object:
    if action["type"] == "lost":
        return UNDEFINED
    if state is UNDEFINED:
        return 0
    return cast("int", state) + 1 if action["type"] == "more" else state


def test_a_reducer_that_loses_its_state_later_is_named_with_the_action() -> None:
    store = Store({"number": number, "text": text})
    before = store.state
    for _ in range(2):
        with pytest.raises(
            InvalidReducer, match="'number' returned UNDEFINED for 'lost"
        ):
            store.dispatch({"type": "lost"})
    store.dispatch({"type": "more"})
    assert (before, store.state) == (
        {"number": 0, "text": ""},
        {"number": 1, "text": ""},
    )


def test_a_reducer_that_knows_the_private_types_only_is_refused() -> None:
    def knowing(state: object, action: Action) -> object:
        return 0 if "INIT" in str(action["type"]) else state

    reducer = combine({"knowing": knowing})
    with pytest.raises(
        InvalidReducer, match="'knowing' returned UNDEFINED when it was"
    ):
        reducer({"knowing": 1}, {"type": "more"})


def test_a_state_from_elsewhere_is_completed_for_a_known_type_too() -> None:
    reducer = combine({"number": number, "text": text})
    state = reducer(reducer(UNDEFINED, {"type": "x"}), {"type": "more"})
    assert state == {"number": 1, "text": ""}
    assert reducer({"number": 5}, {"type": "more"}) == {"number": 6, "text": ""}


def test_a_plain_state_may_be_changed_by_its_owner_between_two_actions() -> None:
    reducer = combine({"number": number})
    mine: State = {"number": 0}
    assert reducer(mine, {"type": "x"}) is mine
    mine["other"] = 1
    with pytest.warns(RuntimeWarning, match="unknown key 'other'"):
        assert reducer(mine, {"type": "x"}) == {"number": 0}


def test_inside_a_recipe_a_combined_state_holds_drafts_until_the_end() -> None:
    reducer = combine({"number": number, "counter": counter})
    seen: list[bool] = []

    def outer(draft: dict[str, State]) -> None:
        draft["sub"].get("counter")  # from now on there is a draft of it
        draft["sub"] = cast("State", reducer(draft["sub"], {"type": "more"}))
        seen.append(is_draft(draft["sub"]["counter"]))
        draft["sub"] = cast("State", reducer(draft["sub"], add(3)))

    base = {"sub": cast("State", reducer(UNDEFINED, {"type": "x"}))}
    after = produce(base, outer)["sub"]
    held = cast("Counter", after["counter"])
    assert (after["number"], held.value) == (1, 3)
    assert (seen, is_frozen(after), is_draft(held)) == ([True], True, False)


def test_slices_are_injected_after_the_reducer_was_replaced_by_a_combined_one() -> None:
    store = Store({"number": number})
    store.replace_reducer(combine({"text": text}))
    store.inject(counter)
    assert store.state == {"text": "", "counter": counter.initial()}


def test_an_equal_number_or_text_is_no_change_of_a_plain_reducer() -> None:
    def number_again(state: object, action: Action) -> object:
        return 0.5 if state is UNDEFINED else float(str(action.get("payload", state)))

    def text_again(state: object, _: Action) -> object:
        return str(b"text", "ascii")

    reducer = combine({"number": number_again, "text": text_again})
    state = reducer(UNDEFINED, {"type": "x"})
    for action in ({"type": "x"}, {"type": "y"}, {"type": "x", "payload": 0.5}):
        assert reducer(state, action) is state
    zero = reducer(state, {"type": "x", "payload": 0.0})
    assert reducer(zero, {"type": "x", "payload": -0.0}) is not zero
    mine = {"number": 0.5, "text": "text"}
    assert reducer(mine, {"type": "x"}) is mine
