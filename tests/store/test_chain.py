"""Middlewares, thunks, and functions that are put together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.errors import (
    InReducer,
    InvalidSlice,
)
from stateroom.store import (
    Next,
    Store,
    StoreApi,
    bind_action_creators,
    compose,
)
from tests.store.counting import add, both, counter, value


def log(name: str, seen: list[str]) -> Callable[[StoreApi], Callable[[Next], Next]]:
    def middleware(api: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def see(action: object) -> object:
                seen.append(f"{name}>")
                result = after(action)
                seen.append(f"<{name}")
                return result

            return see

        return around

    return middleware


def test_middlewares_run_from_the_outside_in() -> None:
    seen: list[str] = []
    store = Store(counter, middleware=[log("A", seen), log("B", seen)])
    store.dispatch(add(1))
    assert (seen, store[counter].value) == (["A>", "B>", "<B", "<A"], 1)


def test_a_dispatch_of_a_middleware_runs_through_the_whole_chain() -> None:
    seen: list[object] = []

    def double(api: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def see(action: object) -> object:
                seen.append(action)
                if action == {"type": "outer"}:
                    api.dispatch({"type": "inner"})
                return after(action)

            return see

        return around

    Store(counter, middleware=[double]).dispatch({"type": "outer"})
    assert seen == [{"type": "outer"}, {"type": "inner"}]


def test_a_middleware_may_not_dispatch_while_it_is_built() -> None:
    def hasty(api: StoreApi) -> Callable[[Next], Next]:
        api.dispatch({"type": "x"})
        return lambda after: after

    with pytest.raises(InReducer, match="while the chain was being built"):
        Store(counter, middleware=[hasty])


@pytest.mark.parametrize(
    "broken", [lambda api: None, lambda api: lambda after: None], ids=["once", "twice"]
)
def test_a_middleware_that_returns_no_function_is_refused(
    broken: Callable[[StoreApi], Callable[[Next], Next]],
) -> None:
    with pytest.raises(InvalidSlice, match="a middleware returned None"):
        Store(counter, middleware=[broken])


def test_a_middleware_is_given_once() -> None:
    once = log("A", [])
    with pytest.raises(InvalidSlice, match="given twice"):
        Store(counter, middleware=[once, once])


@pytest.mark.parametrize("middleware", [[], [log("A", [])]])
def test_a_thunk_is_called_with_the_api_and_its_result_returned(
    middleware: list[Callable[[StoreApi], Callable[[Next], Next]]],
) -> None:
    store = Store(counter, middleware=middleware, extra="client")

    def work(api: StoreApi) -> str:
        api.dispatch(add(2))
        return f"{api.extra} {value(api.get_state())}"

    assert store.dispatch(work) == "client 2"


def test_functions_are_composed_from_right_to_left() -> None:
    assert compose()(5) == 5
    assert compose(abs) is abs
    join = compose(lambda s: s + "a", lambda s: s + "b", lambda x, y: x + y)
    assert join("1", "2") == "12ba"


def test_bound_creators_dispatch_what_they_make() -> None:
    store = both()
    bound = bind_action_creators({"add": add, "note": "no function"}, store.dispatch)
    assert list(bound) == ["add"]
    bound["add"](2)
    bind_action_creators(add, store.dispatch)(3)
    assert store[counter].value == 5
    with pytest.raises(InvalidSlice, match="takes a creator, or a mapping"):
        bind_action_creators(5, store.dispatch)  # type: ignore[call-overload] # what the test is about
