"""Tasks that an effect starts beside itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from stateroom.errors import Aborted
from stateroom.store.actions import Action, create_action
from stateroom.store.listeners import (
    ListenerApi,
    ListenerMiddleware,
    Outcome,
    TaskApi,
    create_listeners,
)
from stateroom.testing.timing import ManualClock
from tests.store.recording import Recorded, turns

go = create_action("go")

Effect = Callable[[Action, ListenerApi], Awaitable[None]]


async def started(effect: Effect, timer: ManualClock) -> ListenerMiddleware:
    """Let ``effect`` run as far as it gets, and return what can stop it."""
    listeners = create_listeners(timer=timer)
    listeners.start(effect, action=go)
    Recorded(middleware=[listeners.middleware]).dispatch(go())
    await turns()
    return listeners


async def outcome_of(
    executor: Callable[[TaskApi], Awaitable[object]], *, is_cancelled: bool = False
) -> Outcome[object]:
    found: list[Outcome[object]] = []

    async def effect(_: Action, api: ListenerApi) -> None:
        forked = api.fork(executor)
        if is_cancelled:
            forked.cancel()
        found.append(await forked.result)

    await started(effect, ManualClock())
    return found[0]


async def test_s12_a_fork_that_ends_is_ok_and_has_a_value() -> None:
    async def work(_: TaskApi) -> object:
        return 42

    outcome = await outcome_of(work)
    assert (outcome.status, outcome.value, outcome.error) == ("ok", 42, None)


async def test_s12_a_fork_that_fails_is_rejected_and_raises_only_when_asked() -> None:
    async def work(_: TaskApi) -> object:
        raise LookupError("gone")

    outcome = await outcome_of(work)
    assert outcome.status == "rejected"
    with pytest.raises(LookupError, match="gone"):
        _ = outcome.value


async def test_s12_a_fork_that_is_cancelled_says_so() -> None:
    async def work(api: TaskApi) -> object:
        await api.delay(1)
        return "never"

    outcome = await outcome_of(work, is_cancelled=True)
    assert outcome.status == "cancelled"
    with pytest.raises(Aborted, match="task-cancelled"):
        _ = outcome.value


async def test_a_fork_that_aborts_itself_is_cancelled() -> None:
    async def work(api: TaskApi) -> object:
        raise Aborted("no need", hint=str(api.signal.aborted))

    outcome = await outcome_of(work)
    assert (outcome.status, str(outcome.error)) == ("cancelled", "no need")


async def test_a_function_can_be_forked_too() -> None:
    seen: list[object] = []

    async def effect(_: Action, api: ListenerApi) -> None:
        forked = api.fork(lambda task: task.signal.aborted)
        seen.append((await forked.result).value)

    await started(effect, ManualClock())
    assert seen == [False]


async def test_s12_a_fork_is_aborted_with_its_parent() -> None:
    seen: list[object] = []

    async def child(api: TaskApi) -> None:
        try:
            await api.delay(9)
        finally:
            seen.append(api.signal.reason)

    async def effect(_: Action, api: ListenerApi) -> None:
        api.fork(child)
        await api.delay(9)

    listeners = await started(effect, ManualClock())
    listeners.clear()
    await turns()
    assert seen == ["listener-cancelled"]


async def test_s12_a_fork_is_aborted_when_its_parent_has_ended() -> None:
    seen: list[object] = []

    async def child(api: TaskApi) -> None:
        try:
            await api.delay(9)
        finally:
            seen.append(api.signal.reason)

    async def effect(_: Action, api: ListenerApi) -> None:
        api.fork(child)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    await started(effect, ManualClock())
    assert seen == ["listener-completed"]


async def test_s12_a_parent_waits_for_a_fork_that_it_joins() -> None:
    timer = ManualClock()
    seen: list[object] = []

    async def child(api: TaskApi) -> None:
        await api.delay(9)
        seen.append("child has ended")

    async def effect(_: Action, api: ListenerApi) -> None:
        api.signal.on_abort(lambda: seen.append(api.signal.reason))
        api.fork(child, auto_join=True)

    await started(effect, timer)
    await timer.elapse(9)
    assert seen == ["child has ended", "listener-completed"]


async def test_a_function_that_joins_a_fork_is_over_when_the_fork_is() -> None:
    timer = ManualClock()
    seen: list[object] = []

    async def child(api: TaskApi) -> None:
        await api.delay(9)
        seen.append("child has ended")

    def effect(_: Action, api: ListenerApi) -> None:
        api.signal.on_abort(lambda: seen.append(api.signal.reason))
        api.fork(child, auto_join=True)

    listeners = create_listeners(timer=timer)
    listeners.start(effect, action=go)
    Recorded(middleware=[listeners.middleware]).dispatch(go())
    await turns()
    await timer.elapse(9)
    assert seen == ["child has ended", "listener-completed"]


async def test_the_child_of_a_cancelled_effect_cannot_be_forked() -> None:
    seen: list[object] = []

    async def effect(_: Action, api: ListenerApi) -> None:
        api.cancel()
        api.fork(lambda _: seen.append("never"))

    await started(effect, ManualClock())
    assert seen == []
