"""Matchers: of several actions, and of a state that any thunk can be in."""

from __future__ import annotations

import pytest

from stateroom.store.actions import Action
from stateroom.store.thunks import (
    ActionMatcher,
    Api,
    create_async_thunk,
    is_all_of,
    is_any_of,
    is_async_thunk_action,
    is_fulfilled,
    is_pending,
    is_rejected,
    is_rejected_with_value,
)


async def one(_: Api[object]) -> int:
    return 1


load, save = create_async_thunk("load", one), create_async_thunk("save", one)

ACTIONS: dict[str, Action] = {
    "load pending": load.pending(request_id="1"),
    "load fulfilled": load.fulfilled(1, request_id="1"),
    "load rejected": load.rejected(LookupError(), request_id="1"),
    "load rejected with": load.rejected(payload=0, request_id="1"),
    "save pending": save.pending(request_id="2"),
    "save fulfilled": save.fulfilled(1, request_id="2"),
    "alike": {"type": "alike/pending", "meta": {"requestStatus": "pending"}},
    "plain": {"type": "plain"},
}
MATCHERS: dict[str, tuple[ActionMatcher, set[str]]] = {
    "pending": (is_pending(), {"load pending", "save pending"}),
    "pending of load": (is_pending(load), {"load pending"}),
    "pending of both": (is_pending(load, save), {"load pending", "save pending"}),
    "fulfilled": (is_fulfilled(), {"load fulfilled", "save fulfilled"}),
    "fulfilled of save": (is_fulfilled(save), {"save fulfilled"}),
    "rejected": (is_rejected(), {"load rejected", "load rejected with"}),
    "rejected of save": (is_rejected(save), set()),
    "with value": (is_rejected_with_value(), {"load rejected with"}),
    "with value of load": (is_rejected_with_value(load), {"load rejected with"}),
    "with value of save": (is_rejected_with_value(save), set()),
    "any": (is_async_thunk_action(), set(ACTIONS) - {"alike", "plain"}),
    "any of save": (is_async_thunk_action(save), {"save pending", "save fulfilled"}),
    "settled": (
        load.settled,
        {"load fulfilled", "load rejected", "load rejected with"},
    ),
    "any of": (is_any_of(load.pending, save.pending), {"load pending", "save pending"}),
    "any of none": (is_any_of(), set()),
    "all of none": (is_all_of(), set(ACTIONS)),
    "all of": (is_all_of(is_pending(), save.pending), {"save pending"}),
    "a function": (
        is_any_of(lambda action: action["type"] == "plain", save.fulfilled),
        {"plain", "save fulfilled"},
    ),
}


@pytest.mark.parametrize("name", MATCHERS)
def test_s11_matchers_match_what_their_name_says(name: str) -> None:
    matcher, expected = MATCHERS[name]
    assert {key for key, each in ACTIONS.items() if matcher(each)} == expected
    assert {key for key, each in ACTIONS.items() if matcher.match(each)} == expected


def test_s11_a_matcher_can_be_asked_about_an_action_directly() -> None:
    assert is_pending(ACTIONS["load pending"]) is True
    assert is_pending(ACTIONS["load fulfilled"]) is False
    assert is_rejected_with_value(ACTIONS["load rejected with"]) is True
    assert is_async_thunk_action(ACTIONS["plain"]) is False


@pytest.mark.parametrize("action", [None, 5, {}, {"type": 5}])
def test_a_phase_does_not_match_what_is_no_action(action: object) -> None:
    assert load.pending.match(action) is False


@pytest.mark.parametrize("thing", [lambda _: None, None, "go", 5])
def test_what_is_no_action_matches_nothing(thing: object) -> None:
    matchers = (is_pending(), is_any_of(load.pending), is_all_of(lambda _: True))
    assert [matcher(thing) for matcher in matchers] == [False, False, False]
