"""S7 to S10: what Redux Toolkit promises about a configured store."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Mapping
from typing import cast

from stateroom.errors import InvalidSlice, NotSerialisable, StateMutated
from stateroom.store import (
    UNDEFINED,
    Next,
    Slice,
    Store,
    StoreApi,
)
from stateroom.store.batching import prepare_auto_batched
from tests.oracle.real import Real
from tests.oracle.told import raised

Action = Mapping[str, object]


def test_s7_a_store_combines_its_parts_and_runs_thunks(real: Real) -> None:
    seen: list[object] = []

    def log(_: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def note(action: object) -> object:
                seen.append(cast("Action", action)["type"])
                return after(action)

            return note

        return around

    def part(state: object, _: Action) -> object:
        return 1 if state is UNDEFINED else state

    store = Store({"a": part, "b": part}, middleware=[log], checks=False)
    store.dispatch(lambda api: api.dispatch({"type": "from a thunk"}))
    twice = raised(lambda: Store(part, middleware=[log, log], checks=False))
    ours = {
        "state": store.state,
        "seen": seen,
        "twice": "error" if isinstance(twice, InvalidSlice) else "ok",
    }
    assert ours == real.trace("statement", {"name": "s7"})


def test_s8_a_function_is_called_with_the_store(real: Real) -> None:
    def reduce(state: object, action: Action) -> object:
        held = 4 if state is UNDEFINED else cast("int", state)
        return held + 1 if action["type"] == "add" else held

    def thunk(api: StoreApi) -> list[object]:
        api.dispatch({"type": "add"})
        return [api.get_state(), api.extra]

    store = Store(reduce, extra="extra")
    ours = {"returned": store.dispatch(thunk), "state": store.state}
    assert ours == real.trace("statement", {"name": "s8"})


def test_s9_changed_state_and_unserialisable_values_are_found(real: Real) -> None:
    todo: dict[str, object] = {"done": False}
    state = {"todos": [todo]}

    def reduce(_: object, action: Action) -> object:
        if action["type"] == "mutate":
            todo["done"] = action["payload"]
        return state

    store, other = Store(reduce, checks=True), Store(reduce, checks=True)
    change = {"type": "mutate", "payload": True}
    inside = cast("StateMutated", raised(lambda: store.dispatch(change)))
    other.dispatch({"type": "q"})
    todo["done"] = "between"
    between = cast("StateMutated", raised(lambda: other.dispatch({"type": "q"})))
    go = {"type": "go", "payload": {"to": [print]}, "meta": {"arg": print}}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", NotSerialisable)
        Store(lambda *_: 0, checks=True).dispatch(go)
    ours = {
        "inside": ["inside a dispatch" in str(inside), inside.path == "todos[0].done"],
        "between": [
            "between dispatches" in str(between),
            between.path == "todos[0].done",
        ],
        "serialisable": [len(said), "payload.to[0]" in str(said[0].message)],
    }
    assert ours == real.trace("statement", {"name": "s9"})


async def test_s10_listeners_of_batched_actions_hear_of_them_at_a_tick(
    real: Real,
) -> None:
    part: Slice[int] = Slice("c", lambda: 0)
    high = part.reducer(name="high")(lambda state: state + 1)
    declare = part.reducer(prepare=prepare_auto_batched, name="low")
    low = declare(lambda state, _: state + 1)
    store = Store(part)
    log: list[object] = []
    store.subscribe(lambda: log.append(store[part]))
    for action in (low(1), low(1), low(1)):
        store.dispatch(action)
    log.append(f"now {store[part]}")
    await asyncio.sleep(0)
    log.append("after the tick")
    for action in (low(1), high()):
        store.dispatch(action)
    log.append("before the tick")
    await asyncio.sleep(0)
    ours = {"log": log, "meta": low(1)}
    assert ours == real.trace("statement", {"name": "s10"})
