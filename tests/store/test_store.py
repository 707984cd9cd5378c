"""The store: dispatching, reading, and what a reducer may not do."""

from __future__ import annotations

import enum
import gc
import weakref
from collections.abc import Callable, Mapping

import pytest

from stateroom.errors import (
    FrozenState,
    InReducer,
    InvalidAction,
    InvalidSlice,
)
from stateroom.store import (
    UNDEFINED,
    FrozenDict,
    Slice,
    Store,
)
from tests.store.counting import Counter, add, both, counter, text, value


def test_a_store_begins_with_the_initial_state_of_every_part() -> None:
    store = both()
    assert store.state == {"counter": Counter(), "text": ""}
    assert (store.get_state() is store.state, store[counter]) == (True, Counter())


def test_a_dispatch_changes_its_slice_and_leaves_the_others_alone() -> None:
    store = Store(counter, Slice("other", Counter))
    before = store.state
    action = add(2)
    assert store.dispatch(action) is action
    assert store[counter].value == 2
    assert isinstance(before, dict)
    assert isinstance(store.state, dict)
    assert store.state["other"] is before["other"]


@pytest.mark.parametrize("action", [{"type": "unknown"}, add(0), {"type": "text"}])
def test_the_root_is_the_same_object_when_no_part_changed(
    action: Mapping[str, object],
) -> None:
    store = Store(counter)
    before = store.state
    store.dispatch(action)
    assert store.state is before


def test_the_state_cannot_be_changed_from_outside() -> None:
    store = both()
    with pytest.raises(FrozenState, match=r"counter\.value is frozen state"):
        store[counter].value = 5
    with pytest.raises(FrozenState, match=r"counter\.seen is frozen state: append"):
        store[counter].seen.append(5)
    with pytest.raises(FrozenState, match="frozen state: assigning an item"):
        store.state["counter"] = None  # type: ignore[index] # what the test is about


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (None, "an action is a mapping with a type; found None"),
        (5, "an action is a mapping"),
        ([], "an action is a mapping"),
        (add, "an action is a mapping"),
        ({}, "has no type"),
        ({"type": None}, "type of an action is text; found None"),
        ({"type": 5}, "type of an action is text; found 5"),
    ],
)
def test_what_is_no_action_is_refused(action: object, message: str) -> None:
    store = both()
    with pytest.raises(InvalidAction, match=message):
        store.dispatch(action)  # type: ignore[call-overload] # what the test is about


def test_an_action_may_be_any_mapping() -> None:
    store = both()
    action = FrozenDict({"type": "text", "payload": "x"})
    assert store.dispatch(action) is action  # type: ignore[arg-type] # its keys are text
    assert store.state == {"counter": Counter(), "text": "x"}


class Kind(enum.StrEnum):
    TEXT = "text"


class OldKind(str, enum.Enum):  # noqa: UP042 - as older code has it
    TEXT = "text"


@pytest.mark.parametrize("kind", [Kind.TEXT, OldKind.TEXT])
def test_the_type_of_an_action_may_be_a_member_of_a_text_enum(kind: str) -> None:
    store = both()
    store.dispatch({"type": kind, "payload": "x"})
    assert store.state == {"counter": Counter(), "text": "x"}


def asking(ask: Callable[[Store], object]) -> Store:
    def reduce(state: object, action: Mapping[str, object]) -> object:
        if action["type"] == "ask":
            ask(stores[0])
        return 0

    stores = [Store({"n": reduce})]
    return stores[0]


stop: list[Callable[[], None]] = []


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.state,
        Store.get_state,
        lambda store: store[counter],
        lambda store: store.dispatch({"type": "x"}),
        lambda store: store.subscribe(print),
        lambda store: store.watch(repr, print),
        lambda store: stop[0](),
    ],
    ids=["state", "get_state", "item", "dispatch", "subscribe", "watch", "unsubscribe"],
)
def test_a_reducer_may_not_use_the_store(ask: Callable[[Store], object]) -> None:
    store = asking(ask)
    stop[:] = [store.subscribe(lambda: None)]
    with pytest.raises(InReducer, match="inside a reducer"):
        store.dispatch({"type": "ask"})
    store.dispatch({"type": "x"})
    assert store.state == {"n": 0}


def test_an_error_in_a_reducer_leaves_the_state_and_the_store_works_on() -> None:
    store = Store(counter)

    def fail(state: object, action: Mapping[str, object]) -> object:
        if action["type"] == "fail":
            raise LookupError("mine")
        return state if state is not UNDEFINED else 0

    store = Store(counter, {"fail": fail})
    before = store.state
    with pytest.raises(LookupError, match="mine"):
        store.dispatch({"type": "fail"})
    assert store.state is before
    store.dispatch(add(1))
    assert store[counter].value == 1


def test_a_replaced_reducer_keeps_what_both_have_and_tells_the_listeners() -> None:
    store = both()
    seen: list[object] = []
    store.dispatch(add(3))
    store.subscribe(lambda: seen.append(store.state))
    store.replace_reducer({"counter": counter, "new": Slice("new", Counter)})
    assert seen == [{"counter": Counter(3), "new": Counter()}]


def test_a_reducer_that_fails_at_once_does_not_replace_the_old_one() -> None:
    store = both()
    seen: list[object] = []
    store.subscribe(lambda: seen.append(1))

    def fail(state: object, action: Mapping[str, object]) -> object:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        store.replace_reducer(fail)
    store.dispatch(add(1))
    assert (store[counter].value, seen) == (1, [1])


def test_a_store_knows_whether_it_shows_the_past() -> None:
    store = both()
    with store.devtools() as tools:
        store.dispatch(add(1))
        before = store.is_time_travelling
        tools.jump(0)
        assert (before, store.is_time_travelling) == (False, True)
    assert not store.is_time_travelling


def test_a_slice_can_be_injected_while_the_store_runs() -> None:
    store = Store(counter)
    late = Slice("late", Counter)
    late.extra("go")(lambda state, action: Counter(9))
    with pytest.raises(InvalidSlice, match="has no slice 'late'"):
        store[late]
    store.inject(late)
    store.inject(late)
    store.dispatch({"type": "go"})
    assert (store[late].value, store[counter]) == (9, Counter())


def test_another_slice_of_the_same_name_is_injected_only_on_request() -> None:
    store, other = Store(counter), Slice("counter", lambda: "text")
    with pytest.raises(InvalidSlice, match="has another slice 'counter'"):
        store.inject(other)
    store.inject(other, override=True)
    found: object = store[other]
    assert found == Counter()


def test_a_reset_brings_every_slice_back_to_its_beginning() -> None:
    store = both()
    seen: list[object] = []
    store.dispatch(add(3))
    store.dispatch({"type": "text", "payload": "x"})
    store.subscribe(lambda: seen.append(1))
    store.reset()
    assert (store.state, seen) == ({"counter": Counter(), "text": ""}, [1])


def test_a_store_of_one_reducer_is_reset_too() -> None:
    store = Store(text)
    store.dispatch({"type": "text", "payload": "x"})
    before = store.state
    store.reset()
    assert (before, store.state) == ("x", "")


def test_a_store_can_begin_with_another_state_that_is_frozen_then() -> None:
    mine = {"counter": Counter(5), "text": "x"}
    store = Store(counter, {"text": text}, preloaded=mine)
    store.dispatch(add(1))
    assert (store[counter].value, mine["counter"]) == (6, Counter(5))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((counter, Slice("counter", Counter)), "two parts of the store are named"),
        ((counter, 5), "made of slices and mappings of reducers; found 5"),
        ((text, text), "made of slices and mappings"),
    ],
)
def test_a_store_is_made_of_parts_with_different_names(
    parts: tuple[object, ...], message: str
) -> None:
    with pytest.raises(InvalidSlice, match=message):
        Store(*parts)  # type: ignore[arg-type] # what the test is about


def test_a_store_that_nobody_holds_goes() -> None:
    store = both()
    store.watch(value, print)
    gone = weakref.ref(store)
    del store
    gc.collect()
    assert gone() is None
