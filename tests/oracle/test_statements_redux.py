"""R1 to R8: what Redux promises about a store, once with it and once with ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Unpack, cast

from stateroom.errors import InvalidAction
from stateroom.store import (
    UNDEFINED,
    Store,
    combine,
)
from tests.oracle.real import Real
from tests.oracle.small_reducers import (
    ADD,
    Action,
    boom,
    count,
    part,
    refused_as,
)
from tests.oracle.told import kind, raised


def wrong(run: Callable[[], object]) -> str:
    """What is wrong with an action, told apart by its error."""
    error = raised(run)
    assert isinstance(error, InvalidAction)
    if "has no type" in str(error):
        return "no type"
    return "type is no text" if "is text" in str(error) else "no action"


def test_r1_a_store_begins_with_a_private_action(real: Real) -> None:
    seen: list[str] = []

    def note(state: object, action: Action) -> object:
        seen.append(str(action["type"]))
        return 0 if state is UNDEFINED else state

    store = Store(note)
    store.replace_reducer(note)
    ours = {
        "dispatched": len(seen),
        "isPrivate": [kind.startswith("@@") for kind in seen],
        "different": len(set(seen)),
    }
    assert ours == real.trace("statement", {"name": "r1"})


def send(store: Store, action: object) -> object:
    """Dispatch what need not be an action."""
    return store.dispatch(cast("Action", action))


def test_r2_an_action_is_a_mapping_with_a_type_that_is_text(real: Real) -> None:
    def reduce(state: object, action: Action) -> object:
        if action["type"] == "in":
            store.dispatch({})
        return count(state, action)

    class Instance:
        type = "a"

    store = Store(reduce)
    bad: list[object] = [{}, {"type": 1}, {"type": None}, None, 5, [ADD], Instance()]
    ours = {
        "returned": store.dispatch(ADD) is ADD,
        "wrong": [wrong(partial(send, store, each)) for each in bad],
        "checkedBeforeBusy": wrong(lambda: store.dispatch({"type": "in"})),
    }
    assert ours == real.trace("statement", {"name": "r2"})


def test_r3_a_reducer_may_not_use_the_store(real: Real) -> None:
    stops: list[Callable[[], None]] = []
    verbs: dict[object, Callable[[], object]] = {
        "get": lambda: store.state,
        "subscribe": lambda: store.subscribe(lambda: None),
        "unsubscribe": lambda: [stop() for stop in stops],
        "dispatch": lambda: store.dispatch(ADD),
        "boom": boom,
    }

    def reduce(state: object, action: Action) -> object:
        if action["type"] in verbs:
            verbs[action["type"]]()
        return count(state, action)

    store = Store(reduce)
    stops.append(store.subscribe(lambda: None))
    kinds = [kind(partial(send, store, {"type": each})) for each in verbs]
    before = store.state
    store.dispatch(ADD)
    ours = {"kinds": kinds, "before": before, "after": store.state}
    assert ours == real.trace("statement", {"name": "r3"})


def test_r4_listeners_run_after_every_dispatch_in_order(real: Real) -> None:
    store, log = Store(count), list[list[object]]()

    def listener(name: str) -> Callable[[Unpack[tuple[object, ...]]], None]:
        return lambda *args: log.append([name, len(args)])

    twice = listener("twice")
    store.subscribe(listener("first"))
    one, other = store.subscribe(twice), store.subscribe(twice)
    store.dispatch({"type": "nothing"})
    one()
    one()
    store.dispatch(ADD)
    other()
    store.dispatch(ADD)
    assert log == real.trace("statement", {"name": "r4"})


def test_r5_who_is_notified_is_settled_when_it_begins(real: Real) -> None:
    store, log, calls = Store(count), list[str](), list[int]()

    def first() -> None:
        log.append("L1")
        calls.append(1)
        if len(calls) > 1:
            return
        store.subscribe(lambda: log.append("late"))
        store.dispatch(ADD)
        log.append("L1 after nested")
        stop_peer()

    store.subscribe(first)
    stop_peer = store.subscribe(lambda: log.append(f"L2:{store.state}"))
    store.dispatch(ADD)
    log.append("again")
    store.dispatch(ADD)
    assert log == real.trace("statement", {"name": "r5"})


def test_r6_a_raising_listener_ends_the_notification(real: Real) -> None:
    store, log = Store(count), list[str]()
    store.subscribe(lambda: log.append("before"))
    store.subscribe(boom)
    store.subscribe(lambda: log.append("after"))
    ours = {"kind": kind(lambda: store.dispatch(ADD)), "log": log, "state": store.state}
    assert ours == real.trace("statement", {"name": "r6"})


def test_r7_a_replaced_reducer_keeps_what_both_know(real: Real) -> None:
    store = Store(
        combine({"kept": part(1), "gone": part(2)}),
        preloaded={"kept": 5, "gone": 6},
    )
    seen: list[object] = []
    store.subscribe(lambda: seen.append(store.state))
    store.replace_reducer(combine({"kept": part(1), "fresh": part(9)}))
    assert isinstance(store.state, dict)
    ours = {"seen": seen, "keys": list(store.state)}
    assert ours == real.trace("statement", {"name": "r7"})


def test_r8_a_store_is_an_observable_of_its_states(real: Real) -> None:
    store, seen = Store(count), list[object]()

    class Observer:
        def next(self, state: object) -> None:
            seen.append(state)

    def observe(observer: object) -> object:
        return store.observable().subscribe(cast("Observer", observer))

    running = store.observable().subscribe(Observer())
    store.dispatch(ADD)
    running.unsubscribe()
    store.dispatch(ADD)
    refused = [refused_as(partial(observe, each), TypeError) for each in (None, 5)]
    ours = {"seen": seen, "refused": refused}
    assert ours == real.trace("statement", {"name": "r8"})
