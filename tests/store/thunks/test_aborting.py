"""A run that is told to stop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from stateroom.errors import Aborted
from stateroom.store.aborting import AbortSignal
from stateroom.store.thunks import Api, ThunkRun, create_async_thunk
from tests.store.recording import Recorded, turns

ABORTED = {"name": "AbortError", "message": "enough"}


class Slow:
    """A thunk that ends when the test says so, and remembers what it saw."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.seen: list[object] = []

    async def __call__(self, api: Api[object]) -> int:
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.seen.append("cancelled")
            raise
        self.seen.append((api.signal.aborted, api.signal.reason))
        return 1


async def test_s11_abort_rejects_with_the_reason() -> None:
    store = Recorded()
    run = store.dispatch(create_async_thunk("t", Slow())())
    run.abort("enough")
    action = await run
    assert action["error"] == ABORTED
    assert (action["meta"]["aborted"], action["meta"]["condition"]) == (True, False)
    assert store.types == ["t/pending", "t/rejected"]


async def test_s11_an_aborted_function_keeps_running_and_can_see_it() -> None:
    slow = Slow()
    store = Recorded()
    run = store.dispatch(create_async_thunk("t", slow)())
    await turns()
    run.abort("enough")
    await run
    slow.gate.set()
    await turns()
    assert slow.seen == [(True, "enough")]
    assert store.types == ["t/pending", "t/rejected"]


async def test_an_aborted_function_is_cancelled_on_request() -> None:
    slow = Slow()
    store = Recorded()
    run = store.dispatch(create_async_thunk("t", slow, cancel=True)())
    await turns()
    run.abort("enough")
    assert (await run)["error"] == ABORTED
    await turns()
    assert slow.seen == ["cancelled"]
    assert store.types == ["t/pending", "t/rejected"]


async def test_s11_aborting_without_a_reason_says_aborted() -> None:
    run = Recorded().dispatch(create_async_thunk("t", Slow())())
    run.abort()
    assert (await run)["error"] == {"name": "AbortError", "message": "Aborted"}


async def test_the_rejection_is_dispatched_after_abort_has_returned() -> None:
    store = Recorded()
    run = store.dispatch(create_async_thunk("t", Slow())())
    run.abort()
    store.dispatch({"type": "next"})
    await run
    assert store.types == ["t/pending", "next", "t/rejected"]


async def test_only_the_first_reason_counts() -> None:
    run = Recorded().dispatch(create_async_thunk("t", Slow())())
    run.abort("enough")
    run.abort("more than enough")
    assert (await run)["error"] == ABORTED


async def test_aborting_a_run_that_has_ended_changes_nothing() -> None:
    slow, store = Slow(), Recorded()
    slow.gate.set()
    run = store.dispatch(create_async_thunk("t", slow)())
    action = await run
    run.abort("too late")
    await turns()
    assert (run.signal.aborted, await run, len(store.actions)) == (False, action, 2)


async def test_a_function_can_abort_its_own_run() -> None:
    async def give_up(api: Api[object]) -> int:
        api.abort("enough")
        await asyncio.Event().wait()
        return 1

    run = Recorded().dispatch(create_async_thunk("t", give_up, cancel=True)())
    assert (await run)["error"] == ABORTED


async def test_throw_if_aborted_in_a_function_is_an_abort_not_an_error() -> None:
    async def careful(api: Api[object]) -> int:
        api.signal.abort("enough")
        api.signal.throw_if_aborted()
        return 1

    action = await Recorded().dispatch(create_async_thunk("t", careful)())
    assert (action["error"], action["meta"]["aborted"]) == (ABORTED, True)


async def test_a_run_is_aborted_with_the_signal_it_is_linked_to() -> None:
    outer, store = AbortSignal(), Recorded()
    run = store.dispatch(create_async_thunk("t", Slow())().linked(outer))
    outer.abort("enough")
    assert (await run)["error"] == ABORTED


async def test_a_run_linked_to_a_signal_that_was_aborted_never_begins() -> None:
    outer, store = AbortSignal(), Recorded()
    outer.abort("enough")
    action = await store.dispatch(create_async_thunk("t", Slow())().linked(outer))
    assert store.actions == [action]
    assert action["error"] == ABORTED


async def test_a_run_that_has_ended_is_forgotten_by_the_signal_it_was_linked_to() -> (
    None
):
    outer, slow = AbortSignal(), Slow()
    slow.gate.set()
    run = Recorded().dispatch(create_async_thunk("t", slow)().linked(outer))
    await run
    outer.abort()
    assert run.signal.aborted is False


async def test_a_run_can_be_aborted_from_another_thread() -> None:
    run = Recorded().dispatch(create_async_thunk("t", Slow())())
    thread = threading.Thread(target=run.abort, args=("enough",))
    thread.start()
    thread.join()
    assert (await run)["error"] == ABORTED


def test_aborting_after_the_loop_has_ended_changes_nothing() -> None:
    store = Recorded()

    async def main() -> ThunkRun[int]:
        return store.dispatch(create_async_thunk("t", Slow())())

    run = asyncio.run(main())
    run.abort("too late")
    assert run.signal.aborted is False
    assert store.types == ["t/pending", "t/rejected"]


def test_aborting_a_run_whose_loop_was_closed_over_it_changes_nothing() -> None:
    store, loop = Recorded(), asyncio.new_event_loop()

    async def main() -> ThunkRun[int]:
        return store.dispatch(create_async_thunk("t", Slow())())

    run = loop.run_until_complete(main())
    loop.close()
    run.abort("too late")
    assert store.types == ["t/pending"]


async def test_a_signal_can_be_waited_for() -> None:
    signal = AbortSignal()
    waiting = asyncio.ensure_future(signal.wait())
    await turns()
    assert waiting.done() is False
    signal.abort("enough")
    assert await waiting == "enough"


def test_a_signal_calls_back_once_and_at_once_when_it_is_late() -> None:
    signal, called = AbortSignal(), list[str]()
    signal.on_abort(lambda: called.append("early"))
    forget = signal.on_abort(lambda: called.append("never"))
    forget()
    signal.abort()
    signal.abort()
    signal.on_abort(lambda: called.append("late"))
    assert called == ["early", "late"]


def test_a_signal_raises_only_when_it_was_aborted() -> None:
    signal = AbortSignal()
    signal.throw_if_aborted()
    assert signal.reason == ""
    signal.abort("enough")
    with pytest.raises(Aborted, match="enough") as seen:
        signal.throw_if_aborted()
    assert seen.value.reason == "enough"
