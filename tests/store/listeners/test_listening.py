"""When listeners are called, with what, and how they are stopped."""

from __future__ import annotations

import pytest

from stateroom.errors import UsageError
from stateroom.store.actions import Action, create_action
from stateroom.store.listeners import ListenerApi, create_listeners
from stateroom.store.thunks import is_any_of
from tests.store.recording import Recorded

added = create_action("added")
removed = create_action("removed")


def count(state: object, action: Action) -> object:
    assert isinstance(state, int)
    return state + 1 if action["type"] == "added" else state


async def test_s12_a_listener_is_called_after_the_reducer_with_both_states() -> None:
    listeners = create_listeners()
    seen: list[object] = []

    @listeners.on(added)
    def note(action: Action, api: ListenerApi) -> None:
        seen.append((action["type"], api.get_state(), api.get_original_state()))

    store = Recorded(count, state=0, middleware=[listeners.middleware])
    store.dispatch(added())
    store.dispatch(removed())
    assert seen == [("added", 1, 0)]


async def test_s12_a_predicate_sees_the_action_and_the_states_around_it() -> None:
    listeners = create_listeners()
    seen: list[object] = []

    def grows(action: Action, current: object, original: object) -> bool:
        seen.append((action["type"], current, original))
        return False

    listeners.start(lambda *_: None, predicate=grows)
    Recorded(count, state=0, middleware=[listeners.middleware]).dispatch(added())
    assert seen == [("added", 1, 0)]


def test_s12_listeners_are_called_in_the_order_in_which_they_were_added() -> None:
    listeners = create_listeners()
    seen: list[int] = []
    listeners.start(lambda *_: seen.append(1), type="added")
    listeners.start(lambda *_: seen.append(2), predicate=lambda *_: True)
    listeners.start(lambda *_: seen.append(3), action=added)
    listeners.start(lambda *_: seen.append(4), matcher=is_any_of(added, removed))
    listeners.start(lambda *_: seen.append(5), matcher=lambda a: a["type"] == "added")
    Recorded(middleware=[listeners.middleware]).dispatch(added())
    assert seen == [1, 2, 3, 4, 5]


def test_s12_the_same_listener_is_not_added_twice() -> None:
    listeners = create_listeners()
    seen: list[str] = []

    def note(action: Action, _: ListenerApi) -> None:
        seen.append(action["type"])

    def always(*_: object) -> bool:
        return True

    listeners.start(note, action=added)
    listeners.start(note, type="added")
    listeners.start(note, predicate=always)
    listeners.start(note, predicate=always)
    Recorded(middleware=[listeners.middleware]).dispatch(added())
    assert seen == ["added", "added"]


def test_s12_a_listener_stops_by_what_start_returned() -> None:
    listeners = create_listeners()
    seen: list[str] = []
    stop = listeners.start(lambda action, _: seen.append(action["type"]), action=added)
    store = Recorded(middleware=[listeners.middleware])
    store.dispatch(added())
    stop()
    stop()
    store.dispatch(added())
    assert seen == ["added"]


def test_a_listener_stops_by_what_it_was_started_with() -> None:
    listeners = create_listeners()
    seen: list[str] = []

    @listeners.on(added)
    def note(action: Action, _: ListenerApi) -> None:
        seen.append(action["type"])

    store = Recorded(middleware=[listeners.middleware])
    assert listeners.stop(note, action=removed) is False
    assert listeners.stop(note, action=added) is True
    store.dispatch(added())
    assert seen == []


def test_a_decorated_function_can_listen_to_several_actions() -> None:
    listeners = create_listeners()
    seen: list[str] = []

    @listeners.on(added, removed)
    def note(action: Action, _: ListenerApi) -> None:
        seen.append(action["type"])

    store = Recorded(middleware=[listeners.middleware])
    store.dispatch({"type": "other"})
    store.dispatch(added())
    store.dispatch(removed())
    assert seen == ["added", "removed"]


def test_a_listener_that_is_added_by_a_listener_hears_of_the_next_action() -> None:
    listeners = create_listeners()
    seen: list[str] = []

    @listeners.on(added)
    def grow(*_: object) -> None:
        listeners.start(lambda *_: seen.append("late"), type="added")

    store = Recorded(middleware=[listeners.middleware])
    store.dispatch(added())
    assert seen == []
    store.dispatch(added())
    assert seen == ["late"]


def test_a_listener_does_not_hear_of_an_action_whose_reducer_fails() -> None:
    def fail(state: object, action: Action) -> object:
        raise ZeroDivisionError(action["type"], state)

    listeners = create_listeners()
    seen: list[object] = []
    listeners.start(lambda *_: seen.append(1), predicate=lambda *_: True)
    store = Recorded(fail, middleware=[listeners.middleware])
    with pytest.raises(ZeroDivisionError):
        store.dispatch(added())
    assert seen == []


def test_what_is_no_action_passes_by() -> None:
    listeners = create_listeners()
    seen: list[object] = []
    listeners.start(lambda *_: seen.append(1), predicate=lambda *_: True)
    store = Recorded(middleware=[listeners.middleware])
    assert store.dispatch(lambda _: "thunk") == "thunk"
    assert seen == []


def test_effects_are_given_what_the_middleware_or_else_the_store_was_given() -> None:
    seen: list[object] = []
    own, other = create_listeners(extra="own"), create_listeners()
    for listeners in (own, other):
        listeners.start(lambda _, api: seen.append(api.extra), action=added)
    store = Recorded(extra="store", middleware=[own.middleware, other.middleware])
    store.dispatch(added())
    assert sorted(map(str, seen)) == ["own", "store"]


@pytest.mark.parametrize(
    "given", [{}, {"type": "a", "action": added}, {"type": "a", "matcher": is_any_of()}]
)
def test_a_listener_needs_exactly_one_way_to_find_its_actions(
    given: dict[str, object],
) -> None:
    with pytest.raises(UsageError, match=f"{len(given)} are given"):
        create_listeners().start(lambda *_: None, **given)  # type: ignore[arg-type]


def test_what_no_action_can_be_found_by_is_refused() -> None:
    with pytest.raises(UsageError, match="found 5"):
        create_listeners().start(lambda *_: None, predicate=5)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="actions or a matcher, not both"):
        create_listeners().on(added, removed, matcher=is_any_of())
