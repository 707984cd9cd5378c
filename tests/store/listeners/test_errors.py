"""What becomes of a listener's errors, and of actions from other threads."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from stateroom.errors import UsageError
from stateroom.store.actions import Action, create_action
from stateroom.store.listeners import ListenerApi, create_listeners
from tests.store.recording import Recorded, turns

added = create_action("added")
removed = create_action("removed")


async def test_s12_an_error_of_an_effect_goes_to_on_error_and_not_to_dispatch() -> None:
    told: list[tuple[str, str]] = []
    listeners = create_listeners(
        on_error=lambda error, raised_by: told.append((str(error), raised_by))
    )

    @listeners.on(added)
    def fail(*_: object) -> None:
        raise LookupError("sync")

    @listeners.on(added)
    async def fail_later(*_: object) -> None:
        raise LookupError("async")

    listeners.start(lambda *_: None, predicate=broken)
    store = Recorded(middleware=[listeners.middleware])
    assert store.dispatch(added()) == added()
    await turns()
    assert told == [("sync", "effect"), ("async", "effect"), ("predicate", "predicate")]


def broken(*_: object) -> bool:
    raise LookupError("predicate")


def test_an_error_of_a_listener_is_logged_where_nobody_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    listeners = create_listeners()
    listeners.start(lambda *_: broken(), action=added)
    Recorded(middleware=[listeners.middleware]).dispatch(added())
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("stateroom.store", logging.ERROR)
    assert record.getMessage() == "the effect of a listener failed"
    assert record.exc_info is not None


def test_an_on_error_that_fails_is_logged_and_breaks_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    listeners = create_listeners(on_error=lambda *_: broken())
    seen: list[int] = []
    listeners.start(lambda *_: broken(), action=added)
    listeners.start(lambda *_: seen.append(1), action=added)
    Recorded(middleware=[listeners.middleware]).dispatch(added())
    assert seen == [1]
    assert "on_error failed" in caplog.text


def test_an_effect_that_waits_needs_a_loop_and_says_so() -> None:
    told: list[Exception] = []
    listeners = create_listeners(on_error=lambda error, _: told.append(error))

    @listeners.on(added)
    async def wait(*_: object) -> None:
        await asyncio.Event().wait()

    Recorded(middleware=[listeners.middleware]).dispatch(added())
    (error,) = told
    assert isinstance(error, UsageError)
    assert "wait is a coroutine, and no event loop is running" in str(error)


async def test_an_action_of_another_thread_is_heard_in_the_loop_that_is_known() -> None:
    listeners = create_listeners()
    seen: list[object] = []
    done = asyncio.Event()

    @listeners.on(added)
    async def note(*_: object) -> None:
        seen.append(threading.current_thread() is threading.main_thread())
        done.set()

    store = Recorded(middleware=[listeners.middleware])
    store.dispatch(removed())
    thread = threading.Thread(target=store.dispatch, args=(added(),))
    thread.start()
    await done.wait()
    thread.join()
    assert seen == [True]


async def test_what_an_effect_waits_for_can_come_from_another_thread() -> None:
    asyncio.get_running_loop().set_debug(True)  # refuses what is not safe
    told: list[Exception] = []
    listeners = create_listeners(on_error=lambda error, _: told.append(error))
    taken: list[object] = []

    @listeners.on(added)
    async def wait(_: Action, api: ListenerApi) -> None:
        taken.append(await api.take(removed))

    store = Recorded(middleware=[listeners.middleware])
    store.dispatch(added())
    await turns()
    dispatch_elsewhere(store, removed())
    await turns()
    assert told == []
    assert taken == [({"type": "removed"}, None, None)]


def dispatch_elsewhere(store: Recorded, *actions: Action) -> None:
    """Dispatch in another thread, while the loop of this one stands still."""

    def work() -> None:
        for action in actions:
            store.dispatch(action)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


async def test_of_actions_of_another_thread_the_latest_wins_too() -> None:
    listeners = create_listeners()
    seen: list[object] = []

    @listeners.on(added)
    async def latest(action: Action, api: ListenerApi) -> None:
        api.cancel_active_listeners()
        seen.append(f"start {action['payload']}")
        await asyncio.sleep(0)
        seen.append(f"end {action['payload']}")

    store = Recorded(middleware=[listeners.middleware])
    store.dispatch(removed())
    dispatch_elsewhere(store, added(1), added(2))
    assert seen == []
    await turns()
    assert seen == ["start 1", "start 2", "end 2"]


async def test_what_another_thread_set_off_can_be_stopped_before_it_begins() -> None:
    listeners = create_listeners()
    seen: list[object] = []

    @listeners.on(added)
    async def note(*_: object) -> None:
        seen.append("never")

    store = Recorded(middleware=[listeners.middleware])
    store.dispatch(removed())
    dispatch_elsewhere(store, added())
    listeners.clear()
    await turns()
    assert seen == []
