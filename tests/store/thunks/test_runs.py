"""A run of an async thunk: which actions there are, when, and what they carry."""

from __future__ import annotations

import asyncio
import json
import weakref

import pytest

from stateroom.errors import InvalidAction, Rejected, UsageError
from stateroom.store.thunks import Api, create_async_thunk
from tests.store.recording import Recorded, collected, turns


def numbered(_: object) -> str:
    return "r1"


async def double(_: Api[object], number: int) -> int:
    await asyncio.sleep(0)
    return number * 2


async def fail(_: Api[object]) -> int:
    raise LookupError("no such role")


doubled = create_async_thunk("math/double", double, id_generator=numbered)
failed = create_async_thunk("math/fail", fail, id_generator=numbered)


async def test_s11_pending_is_dispatched_inside_dispatch() -> None:
    store = Recorded()
    _ = store.dispatch(doubled(4))
    assert store.actions == [
        {
            "type": "math/double/pending",
            "meta": {"arg": 4, "requestId": "r1", "requestStatus": "pending"},
        }
    ]


async def test_s11_the_function_begins_inside_dispatch_too() -> None:
    async def chatty(api: Api[object]) -> None:
        api.dispatch({"type": "before the first wait"})
        await asyncio.sleep(0)
        api.dispatch({"type": "after it"})

    store = Recorded()
    run = store.dispatch(create_async_thunk("t", chatty)())
    assert store.types == ["t/pending", "before the first wait"]
    await run
    assert store.types[2:] == ["after it", "t/fulfilled"]


async def test_s11_a_result_is_dispatched_as_fulfilled_and_is_what_await_gives() -> (
    None
):
    store = Recorded()
    action = await store.dispatch(doubled(4))
    assert action == {
        "type": "math/double/fulfilled",
        "payload": 8,
        "meta": {"arg": 4, "requestId": "r1", "requestStatus": "fulfilled"},
    }
    assert store.actions[1:] == [action]


async def test_s11_what_a_function_raises_is_dispatched_as_rejected() -> None:
    store = Recorded()
    action = await store.dispatch(failed())
    assert action["type"] == "math/fail/rejected"
    assert action["meta"] == {
        "requestId": "r1",
        "requestStatus": "rejected",
        "rejectedWithValue": False,
        "aborted": False,
        "condition": False,
    }
    assert store.actions[1:] == [action]


async def test_s11_awaiting_a_run_raises_nothing() -> None:
    action = await Recorded().dispatch(failed())
    assert "payload" not in action


async def test_s11_an_error_is_plain_text_with_name_message_and_stack() -> None:
    action = await Recorded().dispatch(failed())
    error = json.loads(json.dumps(action["error"]))
    assert (error["name"], error["message"]) == ("LookupError", "no such role")
    assert "in fail" in error["stack"]
    assert set(error) == {"name", "message", "stack"}


async def test_s11_unwrap_gives_the_result() -> None:
    assert await Recorded().dispatch(doubled(4)).unwrap() == 8


async def test_s11_unwrap_raises_from_what_the_function_raised() -> None:
    run = Recorded().dispatch(failed())
    with pytest.raises(Rejected, match="math/fail was rejected: no such role") as seen:
        await run.unwrap()
    assert seen.value.action == await run
    assert isinstance(seen.value.__cause__, LookupError)


async def test_a_run_can_be_awaited_more_than_once() -> None:
    run = Recorded().dispatch(doubled(1))
    assert await run is await run
    assert await run.unwrap() == 2


async def test_s11_a_value_can_be_rejected_with_and_is_the_payload() -> None:
    async def refuse(api: Api[object], role: str) -> int:
        api.reject({"taken": role}, meta={"status": 409})

    thunk = create_async_thunk("roles/add", refuse, id_generator=numbered)
    action = await Recorded().dispatch(thunk("nurse"))
    assert action == {
        "type": "roles/add/rejected",
        "payload": {"taken": "nurse"},
        "error": {"message": "Rejected"},
        "meta": {
            "status": 409,
            "arg": "nurse",
            "requestId": "r1",
            "requestStatus": "rejected",
            "rejectedWithValue": True,
            "aborted": False,
            "condition": False,
        },
    }


async def test_s11_unwrap_of_a_value_carries_the_value() -> None:
    async def refuse(api: Api[object]) -> int:
        api.reject([1, 2])

    run = Recorded().dispatch(create_async_thunk("t", refuse)())
    with pytest.raises(Rejected, match=r"t was rejected with \[1, 2\]") as seen:
        await run.unwrap()
    assert seen.value.action["payload"] == [1, 2]
    assert seen.value.__cause__ is None


async def test_except_exception_does_not_catch_a_rejection() -> None:
    async def careful(api: Api[object]) -> int:
        try:
            api.reject("no")
        except Exception:
            return 1

    action = await Recorded().dispatch(create_async_thunk("t", careful)())
    assert action["payload"] == "no"


async def test_none_can_be_rejected_with() -> None:
    async def refuse(api: Api[object]) -> int:
        return api.reject(None)

    action = await Recorded().dispatch(create_async_thunk("t", refuse)())
    assert (action["payload"], action["meta"]["rejectedWithValue"]) == (None, True)


async def test_s11_a_result_can_carry_meta() -> None:
    async def page(api: Api[object]) -> list[int]:
        return api.fulfil([1], meta={"pages": 3})

    action = await Recorded().dispatch(create_async_thunk("t", page)())
    assert (action["payload"], action["meta"]["pages"]) == ([1], 3)


async def test_meta_of_a_value_that_is_not_the_result_is_dropped() -> None:
    async def page(api: Api[object]) -> list[int]:
        api.fulfil([1], meta={"pages": 3})
        return [2]

    action = await Recorded().dispatch(create_async_thunk("t", page)())
    assert "pages" not in action["meta"]


async def test_s11_each_run_has_its_own_request_id() -> None:
    thunk = create_async_thunk("t", double)
    store = Recorded()
    runs = [store.dispatch(thunk(1)) for _ in range(3)]
    assert len({run.request_id for run in runs}) == 3
    for run in runs:
        assert (await run)["meta"]["requestId"] == run.request_id


async def test_s11_the_id_generator_is_given_the_argument() -> None:
    thunk = create_async_thunk("t", double, id_generator=lambda arg: f"id-{arg}")
    run = Recorded().dispatch(thunk(7))
    assert (run.request_id, run.arg) == ("id-7", 7)


async def test_one_thunk_dispatched_twice_is_two_runs() -> None:
    store, thunk = Recorded(), create_async_thunk("t", double)(3)
    first, second = store.dispatch(thunk), store.dispatch(thunk)
    assert first.request_id != second.request_id
    assert [await first.unwrap(), await second.unwrap()] == [6, 6]


def forget(_: object) -> None:
    """Keep no reference to what is given."""


async def test_a_run_that_nobody_keeps_ends_all_the_same() -> None:
    store, waited_for = Recorded(), list[weakref.ref[asyncio.Future[int]]]()

    async def wait(_: Api[object]) -> int:
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        waited_for.append(weakref.ref(future))
        return await future

    forget(store.dispatch(create_async_thunk("t", wait)()))
    await collected()
    future = waited_for[0]()
    assert future is not None
    future.set_result(1)
    await turns()
    assert store.types == ["t/pending", "t/fulfilled"]


def test_an_async_thunk_outside_of_a_loop_says_what_to_do() -> None:
    store = Recorded()
    with pytest.raises(UsageError, match="no event loop is running") as seen:
        _ = store.dispatch(doubled(1))
    assert seen.value.hint == "dispatch it inside a coroutine: asyncio.run(main())"
    assert store.actions == []


def test_the_payload_of_a_fulfilled_action_has_the_type_of_the_result() -> None:
    action = doubled.fulfilled(8)
    assert doubled.fulfilled.payload(action) == 8
    with pytest.raises(InvalidAction, match="math/double/fulfilled is expected"):
        doubled.fulfilled.payload({"type": "math/double/pending"})
