"""When a thunk does not run at all."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.errors import Rejected
from stateroom.store.thunks import Api, create_async_thunk
from tests.store.recording import Recorded, turns


async def load(_: Api[object], user: int) -> str:
    return f"user {user}"


def known_only(_: Api[object], user: int) -> bool:
    return user < 10


loading = create_async_thunk("load", load, condition=known_only)


async def test_s11_a_false_condition_dispatches_nothing() -> None:
    store = Recorded()
    await store.dispatch(loading(11))
    assert store.actions == []


async def test_s11_a_false_condition_gives_a_rejected_action_that_says_so() -> None:
    action = await Recorded().dispatch(loading(11))
    assert action["type"] == "load/rejected"
    assert action["error"] == {
        "name": "ConditionError",
        "message": "The condition of the thunk was false.",
    }
    assert (action["meta"]["condition"], action["meta"]["aborted"]) == (True, False)


async def test_s11_a_true_condition_changes_nothing() -> None:
    store = Recorded()
    assert await store.dispatch(loading(1)).unwrap() == "user 1"
    assert store.types == ["load/pending", "load/fulfilled"]


async def test_unwrap_of_a_run_that_was_not_wanted_raises_rejected() -> None:
    run = Recorded().dispatch(loading(11))
    with pytest.raises(Rejected, match="load was rejected: The condition"):
        await run.unwrap()


async def test_s11_a_refused_run_is_dispatched_on_request() -> None:
    store = Recorded()
    thunk = create_async_thunk(
        "load", load, condition=known_only, dispatch_condition_rejection=True
    )
    action = await store.dispatch(thunk(11))
    assert store.actions == [action]


async def test_s11_the_condition_comes_before_the_id_is_seen_by_anyone() -> None:
    seen: list[object] = []

    def look(api: Api[object], user: int) -> bool:
        seen.append((api.get_state(), api.extra, user, len(store.actions)))
        return True

    store = Recorded(state="state", extra="client")
    _ = store.dispatch(create_async_thunk("load", load, condition=look)(3))
    assert seen == [("state", "client", 3, 0)]


async def test_a_condition_that_answers_nothing_lets_the_thunk_run() -> None:
    def unless_eleven(_: Api[object], user: int) -> bool | None:
        if user == 11:
            return False
        return None

    thunk = create_async_thunk("load", load, condition=unless_eleven)
    assert await Recorded().dispatch(thunk(1)).unwrap() == "user 1"
    assert "error" in await Recorded().dispatch(thunk(11))


async def test_s11_a_condition_that_fails_rejects_the_run() -> None:
    def fail(_: Api[object], user: int) -> bool:
        raise LookupError(user)

    store = Recorded()
    action = await store.dispatch(create_async_thunk("t", load, condition=fail)(1))
    assert store.actions == [action]
    assert (action["type"], action["meta"]["condition"]) == ("t/rejected", False)


async def test_a_condition_can_reject_with_a_value() -> None:
    def refuse(api: Api[object], user: int) -> bool:
        api.reject(f"not {user}")

    action = await Recorded().dispatch(
        create_async_thunk("t", load, condition=refuse)(1)
    )
    assert (action["payload"], action["meta"]["rejectedWithValue"]) == ("not 1", True)


async def allowed_later(_: Api[object], user: int) -> bool:
    await asyncio.sleep(0)
    if user < 0:
        raise LookupError(user)
    return user < 10


awaited = create_async_thunk("load", load, condition=allowed_later)


async def test_s11_pending_waits_for_a_condition_that_takes_time() -> None:
    store = Recorded()
    run = store.dispatch(awaited(1))
    assert store.types == []
    await turns()
    assert store.types == ["load/pending", "load/fulfilled"]
    assert await run.unwrap() == "user 1"


@pytest.mark.parametrize(("user", "types"), [(11, []), (-1, ["load/rejected"])])
async def test_s11_a_condition_that_takes_time_can_refuse_and_fail(
    user: int, types: list[str]
) -> None:
    store = Recorded()
    action = await store.dispatch(awaited(user))
    assert store.types == types
    assert action["meta"]["condition"] is (user == 11)


async def test_s11_a_run_aborted_while_its_condition_is_asked_never_begins() -> None:
    store = Recorded()
    run = store.dispatch(awaited(1))
    run.abort("changed my mind")
    action = await run
    assert store.actions == [action]
    assert action["error"] == {"name": "AbortError", "message": "changed my mind"}


async def test_s11_a_condition_that_says_no_comes_before_an_abort() -> None:
    store = Recorded()
    run = store.dispatch(awaited(11))
    run.abort("changed my mind")
    action = await run
    assert (action["meta"]["condition"], action["meta"]["aborted"]) == (True, False)
    assert store.actions == []


async def test_s11_a_condition_that_fails_comes_before_an_abort() -> None:
    store = Recorded()
    run = store.dispatch(awaited(-1))
    run.abort("changed my mind")
    action = await run
    assert (action["meta"]["condition"], action["meta"]["aborted"]) == (False, False)
    assert store.actions == [action]


async def test_s11_pending_waits_also_for_a_coroutine_that_answers_at_once() -> None:
    async def yes(_: Api[object], user: int) -> bool:
        return user > 0

    store = Recorded()
    run = store.dispatch(create_async_thunk("load", load, condition=yes)(1))
    assert store.types == []
    assert await run.unwrap() == "user 1"


async def test_pending_can_carry_more_meta() -> None:
    thunk = create_async_thunk("t", load, pending_meta=lambda _, user: {"who": user})
    store = Recorded()
    await store.dispatch(thunk(4))
    assert [each["meta"].get("who") for each in store.actions] == [4, None]
