"""R9 to R14: combined reducers, middlewares and composition of Redux."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import cast

import pytest

from stateroom.errors import InvalidSlice, StoreError
from stateroom.store import (
    UNDEFINED,
    Next,
    Store,
    StoreApi,
    bind_action_creators,
    combine,
    compose,
)
from tests.oracle.errors import kind_of_error
from tests.oracle.real import Real
from tests.oracle.small_reducers import (
    ADD,
    Action,
    Q,
    Reducer,
    count,
    part,
    refused_as,
)
from tests.oracle.told import kind, raised


def test_r9_a_part_may_be_none_but_not_undefined(real: Real) -> None:
    probes: list[bool] = []

    def probed(state: object, action: Action) -> object:
        probes.append(str(action["type"]).startswith("@@"))
        return part(1)(state, action)

    def late(state: object, action: Action) -> object:
        return UNDEFINED if action["type"] == "go" else part(1)(state, action)

    combine({"a": probed})
    none, ends = combine({"a": lambda state, _: state}), combine({"slice": late})
    error = raised(lambda: ends({"slice": 1}, {"type": "go"}))
    assert isinstance(error, StoreError)
    falsy = {"a": part(None), "b": part(0), "c": part(""), "d": part(False)}  # noqa: FBT003 - a state
    ours = {
        "probes": probes,
        "atFirstCall": kind(lambda: none(UNDEFINED, ADD)),
        "later": kind_of_error(error),
        "names": ["slice" in str(error), "go" in str(error)],
        "falsy": combine(falsy)(UNDEFINED, ADD),
    }
    assert ours == real.trace("statement", {"name": "r9"})


def test_r10_an_unchanged_root_is_the_same_object(real: Real) -> None:
    reduce = combine({"b": count, "a": part({"x": 1})})
    first = reduce(UNDEFINED, Q)
    assert isinstance(first, dict)
    extra = {**first, "unknown": 1}
    with pytest.warns(RuntimeWarning, match="unknown") as once:
        after = [reduce(extra, ADD), reduce(extra, ADD)][0]
    same = reduce(extra, Q)
    added = reduce(first, ADD)
    assert isinstance(after, dict)
    assert isinstance(same, dict)
    assert isinstance(added, dict)
    ours = {
        "keys": list(first),
        "unchanged": reduce(first, Q) is first,
        "partKept": added["a"] is first["a"],
        "dropped": list(after),
        "once": len(once),
        "anew": [same is extra, same["a"] is first["a"]],
    }
    assert ours == real.trace("statement", {"name": "r10"})


def test_r11_what_is_no_reducer_or_no_state_is_warned_of(real: Real) -> None:
    def warned(run: Callable[[], object]) -> tuple[object, int]:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            return run(), len(seen)

    parts: dict[str, object] = {"a": count, "b": UNDEFINED, "c": 5}
    given = cast("dict[str, Reducer]", parts)
    kept = warned(lambda: combine(given)(UNDEFINED, ADD))
    empty = warned(lambda: combine({})({}, ADD))
    fresh = warned(lambda: combine({"a": count})(5, Q))
    ours = {
        "kept": kept[0],
        "undefinedWarned": kept[1],
        "empty": empty[0],
        "emptyWarned": empty[1],
        "fresh": fresh[0],
        "stateWarned": fresh[1],
    }
    assert ours == real.trace("statement", {"name": "r11"})


def test_r12_middlewares_are_passed_in_order_and_dispatch_anew(real: Real) -> None:
    log: list[str] = []

    def named(name: str) -> Callable[[StoreApi], Callable[[Next], Next]]:
        def seen(api: StoreApi, after: Next, action: object) -> object:
            log.append(f"{name}>")
            if name == "B" and action == {"type": "outer"}:
                api.dispatch(ADD)
            result = after(action)
            log.append(f"<{name}")
            return result

        return lambda api: lambda after: lambda action: seen(api, after, action)

    def early(api: StoreApi) -> Callable[[Next], Next]:
        api.dispatch(ADD)
        return lambda after: after

    store = Store(count, middleware=[named("A"), named("B")])
    store.dispatch({"type": "outer"})
    refused = kind(lambda: Store(count, middleware=[early]))
    ours = {"log": log, "state": store.state, "early": refused}
    assert ours == real.trace("statement", {"name": "r12"})


def test_r13_compose_calls_from_right_to_left(real: Real) -> None:
    def one(value: str) -> str:
        return f"{value}1"

    several = compose(lambda x: f"{x}a", lambda x: f"{x}b", lambda x, y: x + y)
    ours = {
        "none": compose()(5),
        "single": compose(one) is one,
        "order": several("1", "2"),
    }
    assert ours == real.trace("statement", {"name": "r13"})


def test_r14_bound_creators_dispatch_what_they_make(real: Real) -> None:
    sent: list[object] = []

    def send(action: object, answer: str) -> str:
        sent.append(action)
        return answer

    def go(x: int) -> object:
        return {"type": "go", "x": x}

    def bind(creators: object) -> object:
        given = cast("dict[str, object]", creators)
        return bind_action_creators(given, lambda _: None)

    bound = bind_action_creators({"go": go, "no": 5}, lambda each: send(each, "sent"))
    single = bind_action_creators(go, lambda each: send(each, "one"))
    refused = [refused_as(partial(bind, each), InvalidSlice) for each in (None, 5)]
    ours = {
        "keys": list(bound),
        "results": [bound["go"](1), single(2)],
        "sent": sent,
        "refused": refused,
    }
    assert ours == real.trace("statement", {"name": "r14"})
