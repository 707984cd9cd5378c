"""How an effect begins, stops others of its listener, and is stopped."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.errors import UsageError
from stateroom.store.actions import Action
from stateroom.store.listeners import (
    Effect,
    ListenerApi,
)
from tests.store.listeners.scene import Scene, go
from tests.store.recording import turns


async def test_s12_an_effect_begins_inside_dispatch_and_goes_on_later() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def note(*_: object) -> None:
        scene.seen.append("begun")
        await asyncio.sleep(0)
        scene.seen.append("went on")

    scene.store.dispatch(go())
    scene.seen.append("dispatched")
    await turns()
    assert scene.seen == ["begun", "dispatched", "went on"]


async def test_s12_the_original_state_is_there_until_the_effect_waits() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def look(_: Action, api: ListenerApi) -> None:
        scene.seen.append((api.get_state(), api.get_original_state()))
        await asyncio.sleep(0)
        api.get_original_state()

    scene.store.dispatch(go())
    await turns()
    assert scene.seen == [(1, 0)]
    assert scene.errors == [
        "the state before the action is asked for after the effect has waited"
    ]


def test_the_original_state_is_gone_when_a_function_has_returned() -> None:
    scene = Scene()
    kept: list[ListenerApi] = []
    scene.listeners.start(lambda _, api: kept.append(api), action=go)
    scene.store.dispatch(go())
    with pytest.raises(UsageError, match="after the effect has waited"):
        kept[0].get_original_state()


async def test_s12_cancel_active_listeners_lets_only_the_latest_finish() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def latest(action: Action, api: ListenerApi) -> None:
        api.cancel_active_listeners()
        scene.seen.append(f"start {action['payload']}")
        await api.delay(1)
        scene.seen.append(f"end {action['payload']}")

    for number in (1, 2, 3):
        scene.store.dispatch(go(number))
    await scene.pass_time(1)
    assert scene.seen == ["start 1", "start 2", "start 3", "end 3"]
    assert scene.errors == []


async def test_s12_debounce_waits_for_silence() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def search(action: Action, api: ListenerApi) -> None:
        await api.debounce(0.3)
        scene.seen.append(action["payload"])

    for text in ("p", "py", "pyt"):
        scene.store.dispatch(go(text))
        await scene.pass_time(0.2)
    assert scene.seen == []
    await scene.pass_time(0.1)
    assert scene.seen == ["pyt"]
    scene.store.dispatch(go("r"))
    await scene.pass_time(0.3)
    assert scene.seen == ["pyt", "r"]


async def test_s12_stopping_a_listener_lets_it_finish() -> None:
    scene = Scene()
    halt = scene.listeners.start(slowly(scene), action=go)
    scene.store.dispatch(go())
    await turns()
    halt()
    await scene.pass_time(1)
    assert scene.seen == ["start", "end"]


async def test_s12_stopping_a_listener_with_cancel_active_aborts_it() -> None:
    scene = Scene()
    halt = scene.listeners.start(slowly(scene), action=go)
    scene.store.dispatch(go())
    await turns()
    halt(cancel_active=True)
    await turns()
    assert scene.seen == ["start", "stopped: listener-cancelled"]
    assert (scene.errors, scene.clock.pending) == ([], ())


async def test_s12_clear_stops_everything_also_what_has_just_begun() -> None:
    scene = Scene()
    halt = scene.listeners.start(slowly(scene), action=go)
    scene.store.dispatch(go())
    await turns()
    halt()
    scene.listeners.start(slowly(scene), action=go)
    scene.store.dispatch(go())
    scene.listeners.clear()
    await scene.pass_time(1)
    scene.store.dispatch(go())
    await scene.pass_time(1)
    assert scene.seen == ["start", "start"] + ["stopped: listener-cancelled"] * 2


def slowly(scene: Scene) -> Effect:
    async def slow(_: Action, api: ListenerApi) -> None:
        scene.seen.append("start")
        try:
            await api.delay(1)
        except asyncio.CancelledError:
            scene.seen.append(f"stopped: {api.signal.reason}")
            raise
        scene.seen.append("end")

    return slow


async def test_an_effect_can_cancel_itself() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def give_up(_: Action, api: ListenerApi) -> None:
        api.cancel()
        scene.seen.append(api.signal.aborted)
        await asyncio.sleep(0)
        scene.seen.append("never")

    scene.store.dispatch(go())
    await turns()
    assert (scene.seen, scene.errors) == ([True], [])


async def test_an_effect_that_cancelled_itself_cannot_wait_any_more() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def give_up(_: Action, api: ListenerApi) -> None:
        api.cancel()
        await api.delay(0)
        scene.seen.append("never")

    scene.store.dispatch(go())
    assert (scene.seen, scene.errors, scene.clock.pending) == ([], [], ())


async def test_throw_if_cancelled_ends_an_effect_that_never_waits() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    def compute(_: Action, api: ListenerApi) -> None:
        api.throw_if_cancelled()
        api.cancel()
        api.throw_if_cancelled()
        scene.seen.append("never")

    scene.store.dispatch(go())
    assert (scene.seen, scene.errors) == ([], [])
