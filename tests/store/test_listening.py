"""Listeners, watchers, observers and batches."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.errors import EndlessUpdate, InvalidSlice
from stateroom.store import Store
from tests.store.counting import Counter, add, both, counter, value


def test_listeners_run_in_order_after_every_dispatch() -> None:
    store = both()
    seen: list[object] = []
    store.subscribe(lambda: seen.append("a"))
    store.subscribe(lambda: seen.append("b"))
    store.dispatch({"type": "unknown"})
    assert seen == ["a", "b"]


def test_each_registration_of_a_listener_counts_and_ends_by_itself() -> None:
    store = both()
    seen: list[object] = []

    def listen() -> None:
        seen.append(1)

    first = store.subscribe(listen)
    store.subscribe(listen)
    store.dispatch({"type": "x"})
    first()
    first()
    store.dispatch({"type": "x"})
    assert len(seen) == 3


def test_a_listener_that_ends_during_a_notification_is_still_called_this_time() -> None:
    store = both()
    seen: list[object] = []
    ends: list[Callable[[], None]] = []
    store.subscribe(lambda: ends[0]())  # noqa: PLW0108 - it is not there yet
    ends.append(store.subscribe(lambda: seen.append("b")))
    store.dispatch({"type": "x"})
    store.dispatch({"type": "x"})
    assert seen == ["b"]


def test_a_nested_dispatch_tells_everybody_before_the_outer_one_goes_on() -> None:
    store = both()
    seen: list[object] = []

    def first() -> None:
        seen.append(f"first {store[counter].value}")
        if store[counter].value == 1:
            store.dispatch(add(1))
            seen.append("after")

    store.subscribe(first)
    store.subscribe(lambda: seen.append(f"second {store[counter].value}"))
    store.dispatch(add(1))
    assert seen == ["first 1", "first 2", "second 2", "after", "second 2"]


def test_an_error_in_a_listener_stops_the_others_and_the_change_stays() -> None:
    store = both()
    seen: list[object] = []

    def fail() -> None:
        raise LookupError("mine")

    store.subscribe(fail)
    store.subscribe(lambda: seen.append(1))
    with pytest.raises(LookupError, match="mine"):
        store.dispatch(add(1))
    assert (store[counter].value, seen) == (1, [])


def test_a_watcher_is_called_only_when_its_value_changed() -> None:
    store = both()
    seen: list[object] = []
    end = store.watch(value, seen.append)
    store.dispatch({"type": "x"})
    store.dispatch(add(2))
    store.dispatch(add(0))
    store.dispatch({"type": "text", "payload": "x"})
    store.dispatch(add(3))
    end()
    store.dispatch(add(4))
    assert seen == [2, 5]


@pytest.mark.parametrize(
    ("select", "calls"),
    [
        (lambda root: (root["counter"].value, root["text"]), 1),
        (lambda root: [root["counter"].value], 3),
        (lambda root: root["counter"].seen, 0),
    ],
    ids=["tuple", "new list", "part of the state"],
)
def test_a_tuple_is_compared_by_its_elements_and_an_object_by_identity(
    select: Callable[[object], object], calls: int
) -> None:
    store = both()
    seen: list[object] = []
    store.watch(select, seen.append)
    for action in ({"type": "x"}, {"type": "y"}, add(1)):
        store.dispatch(action)
    assert len(seen) == calls


def test_a_watcher_can_be_told_what_equal_means() -> None:
    store = both()
    seen: list[object] = []
    store.watch(
        lambda _: [store[counter].value],
        seen.append,
        is_equal=lambda old, new: old == new,
    )
    store.dispatch({"type": "x"})
    store.dispatch(add(1))
    assert seen == [[1]]


def test_a_callback_may_dispatch_until_nothing_changes_any_more() -> None:
    store = both()

    def settle(found: int) -> None:
        if found < 10:
            store.dispatch(add(1))

    store.watch(value, settle)
    store.dispatch(add(1))
    assert store[counter].value == 10


def test_a_callback_that_makes_itself_fire_without_end_is_refused_by_name() -> None:
    store = both()

    def chase_its_tail(found: int) -> None:
        store.dispatch(add(1))

    store.watch(value, chase_its_tail)
    with pytest.raises(EndlessUpdate, match="chase_its_tail changes what it watches"):
        store.dispatch(add(1))
    assert isinstance(store[counter].value, int)


class Collector:
    def __init__(self) -> None:
        self.found: list[object] = []

    def next(self, state: object) -> None:
        self.found.append(state)


def test_an_observer_gets_the_state_at_once_and_after_every_dispatch() -> None:
    store, collector = Store(counter), Collector()
    subscription = store.observable().subscribe(collector)
    store.dispatch(add(1))
    subscription.unsubscribe()
    store.dispatch(add(1))
    assert collector.found == [{"counter": Counter()}, {"counter": Counter(1)}]


@pytest.mark.parametrize("observer", [None, 5, "a"])
def test_an_observer_is_an_object(observer: object) -> None:
    with pytest.raises(TypeError, match="an observer is an object with next"):
        both().observable().subscribe(observer)  # type: ignore[arg-type] # what the test is about


def test_a_watcher_calls_a_function() -> None:
    with pytest.raises(InvalidSlice, match="a watcher calls a function; found 4"):
        both().watch(value, 4)  # type: ignore[arg-type] # what the test is about


def test_a_batch_tells_the_listeners_once() -> None:
    store = both()
    seen: list[object] = []
    store.subscribe(lambda: seen.append(store[counter].value))
    with store.batch():
        store.dispatch(add(1))
        with store.batch():
            store.dispatch(add(1))
        assert (store[counter].value, seen) == (2, [])
    assert seen == [2]
