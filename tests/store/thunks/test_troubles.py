"""What happens to a run when something around it fails."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.errors import InReducer, InvalidSlice, Rejected
from stateroom.store.actions import Action
from stateroom.store.thunks import Api, ThunkRun, create_async_thunk
from tests.store.recording import Recorded, Reducer, collected, turns


async def one(_: Api[object]) -> int:
    return 1


thunk = create_async_thunk("t", one)


def failing_at(*types: str) -> Reducer:
    def reduce(state: object, action: Action) -> object:
        if action["type"] in types:
            raise ZeroDivisionError(action["type"])
        return state

    return reduce


async def test_an_error_at_pending_rejects_the_run() -> None:
    store = Recorded(failing_at("t/pending"))
    action = await store.dispatch(thunk())
    assert store.types == ["t/pending", "t/rejected"]
    assert action == store.actions[-1]


async def test_an_error_of_a_reducer_at_the_last_action_is_not_lost() -> None:
    run = Recorded(failing_at("t/fulfilled")).dispatch(thunk())
    with pytest.raises(ZeroDivisionError, match="t/fulfilled"):
        await run


async def test_exactly_one_action_ends_a_run_also_when_its_reducer_fails() -> None:
    store = Recorded(failing_at("t/fulfilled"))
    run = store.dispatch(thunk())
    with pytest.raises(ZeroDivisionError):
        await run.unwrap()
    assert store.types == ["t/pending", "t/fulfilled"]


async def test_a_store_that_refuses_every_action_refuses_the_dispatch() -> None:
    def refuse(*_: object) -> object:
        raise InReducer("not now")

    with pytest.raises(InReducer, match="not now"):
        _ = Recorded(refuse).dispatch(thunk())


async def test_an_error_keeps_its_code() -> None:
    async def fail(_: Api[object]) -> int:
        raise InvalidSlice("two of them")

    action = await Recorded().dispatch(create_async_thunk("t", fail)())
    assert code_of(action) == "STR-806"


async def test_an_error_of_the_system_has_its_name_as_code() -> None:
    async def fail(_: Api[object]) -> int:
        raise ConnectionRefusedError(111, "refused")

    action = await Recorded().dispatch(create_async_thunk("t", fail)())
    assert code_of(action) == "ECONNREFUSED"


def code_of(action: Action) -> object:
    error = action["error"]
    assert isinstance(error, dict)
    return error["code"]


async def test_an_error_can_be_serialised_in_another_way() -> None:
    async def fail(_: Api[object]) -> int:
        raise LookupError("x")

    fails = create_async_thunk(
        "t", fail, serialise_error=lambda error: {"kind": type(error).__name__}
    )
    action = await Recorded().dispatch(fails())
    assert action["error"] == {"kind": "LookupError"}


async def test_a_serialiser_that_fails_is_reported_and_not_waited_for() -> None:
    told: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context["message"]))

    async def fail(_: Api[object]) -> int:
        raise LookupError("the real one")

    def broken(_: BaseException) -> dict[str, object]:
        raise TypeError("the serialiser's own")

    run = Recorded().dispatch(create_async_thunk("t", fail, serialise_error=broken)())
    action = await run
    assert "the real one" in str(action["error"])
    assert told == ["serialise_error failed"]


async def test_an_end_of_the_interpreter_settles_the_run_too() -> None:
    async def leave(_: Api[object]) -> int:
        raise GeneratorExit("the end")

    store = Recorded()
    action = await store.dispatch(create_async_thunk("t", leave)())
    assert store.types == ["t/pending", "t/rejected"]
    assert "GeneratorExit" in str(action["error"])


async def test_a_value_of_a_reducer_that_is_no_coroutine_is_an_error() -> None:
    action = await Recorded().dispatch(create_async_thunk("t", Plain())())  # type: ignore[arg-type]
    assert "TypeError" in str(action["error"])


class Plain:
    def __call__(self, _: Api[object]) -> int:
        return 1


async def test_cancelling_who_awaits_does_not_abort_the_run() -> None:
    gate = asyncio.Event()

    async def wait(_: Api[object]) -> int:
        await gate.wait()
        return 1

    store = Recorded()
    run = store.dispatch(create_async_thunk("t", wait)())
    waiter = asyncio.ensure_future(waiting(run))
    await turns()
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    gate.set()
    assert await run.unwrap() == 1


async def waiting(run: ThunkRun[int]) -> Action:
    return await run


def test_a_run_is_rejected_as_aborted_when_the_loop_ends() -> None:
    store = Recorded()

    async def endless(_: Api[object]) -> int:
        await asyncio.Event().wait()
        return 1

    async def main() -> None:
        _ = store.dispatch(create_async_thunk("t", endless)())
        await turns()

    asyncio.run(main())
    assert store.types == ["t/pending", "t/rejected"]
    assert store.actions[-1]["error"] == {"name": "AbortError", "message": "Cancelled"}
    assert store.actions[-1]["meta"]["aborted"] is True


async def test_a_function_that_is_cancelled_from_inside_is_aborted() -> None:
    async def give_up(_: Api[object]) -> int:
        raise asyncio.CancelledError("enough")

    action = await Recorded().dispatch(create_async_thunk("t", give_up)())
    assert action["meta"]["aborted"] is True


async def test_a_failure_that_nobody_asks_for_is_not_reported_by_the_loop() -> None:
    told: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))

    async def fail(_: Api[object]) -> int:
        raise LookupError("handled by a reducer")

    _ = Recorded().dispatch(create_async_thunk("t", fail)())
    await collected()
    assert told == []


async def test_unwrap_of_an_aborted_run_raises_rejected() -> None:
    run = Recorded().dispatch(thunk())
    run.abort("no longer needed")
    with pytest.raises(Rejected, match="t was rejected: no longer needed"):
        await run.unwrap()
