"""A plain thunk: a function that is dispatched."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.store.actions import Action
from stateroom.store.middleware import Next, StoreApi
from tests.store.recording import Recorded

GO: Action = {"type": "go"}


def test_s8_a_function_is_called_with_the_store_and_its_result_returned() -> None:
    def thunk(api: StoreApi) -> tuple[object, object]:
        api.dispatch(GO)
        return api.get_state(), api.extra

    store = Recorded(state="state", extra="client")
    assert store.dispatch(thunk) == ("state", "client")
    assert store.actions == [GO]


def test_s8_a_function_never_reaches_the_reducer() -> None:
    store = Recorded()
    assert store.dispatch(lambda _: None) is None
    assert store.actions == []


async def test_s8_a_coroutine_function_gives_what_can_be_awaited() -> None:
    async def thunk(api: StoreApi) -> str:
        await asyncio.sleep(0)
        return api.dispatch(GO)["type"].__class__.__name__

    assert await Recorded().dispatch(thunk) == "str"


def test_s8_a_thunk_can_dispatch_thunks() -> None:
    def inner(api: StoreApi) -> int:
        return len(str(api.get_state()))

    def outer(api: StoreApi) -> int:
        return api.dispatch(inner) + 1

    assert Recorded(state="four").dispatch(outer) == 5


def test_s8_what_a_thunk_dispatches_goes_through_every_middleware() -> None:
    seen: list[object] = []

    def log(_: StoreApi) -> object:
        def around(after: Next) -> Next:
            def see(action: object) -> object:
                seen.append(action)
                return after(action)

            return see

        return around

    store = Recorded(middleware=[log])  # type: ignore[list-item] # its type is short
    store.dispatch(lambda api: api.dispatch(GO))
    assert seen == [GO]


def test_s8_an_error_of_a_thunk_is_raised_by_dispatch() -> None:
    def fail(_: StoreApi) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        Recorded().dispatch(fail)
