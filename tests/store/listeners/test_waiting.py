"""What an effect can wait for, and what it does meanwhile."""

from __future__ import annotations

import asyncio

from stateroom.store.actions import Action
from stateroom.store.listeners import (
    ListenerApi,
    create_listeners,
)
from tests.store.listeners.scene import Scene, go, stop
from tests.store.recording import Recorded, turns


async def test_an_effect_misses_no_action_of_the_same_turn() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def wait(_: Action, api: ListenerApi) -> None:
        scene.seen.append(await api.condition(stop, timeout=1))

    scene.store.dispatch(go())
    scene.store.dispatch(stop())
    await turns()
    assert scene.seen == [True]


async def test_unsubscribing_while_it_runs_is_take_leading() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def first(action: Action, api: ListenerApi) -> None:
        api.unsubscribe()
        scene.seen.append(action["payload"])
        await api.delay(1)
        api.subscribe()

    for number in (1, 2):
        scene.store.dispatch(go(number))
    await scene.pass_time(1)
    scene.store.dispatch(go(3))
    await turns()
    assert scene.seen == [1, 3]


async def test_s12_take_gives_the_action_and_the_states_around_it() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def wait(_: Action, api: ListenerApi) -> None:
        scene.seen.append(await api.take(stop))

    scene.store.dispatch(go())
    await turns()
    scene.store.dispatch({"type": "other"})
    scene.store.dispatch(stop("now"))
    scene.store.dispatch(stop("too late"))
    await turns()
    assert scene.seen == [({"type": "stop", "payload": "now"}, 3, 2)]


async def test_s12_take_gives_none_when_the_time_is_over() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def wait(_: Action, api: ListenerApi) -> None:
        scene.seen.append(await api.take(stop, timeout=5))

    scene.store.dispatch(go())
    await scene.pass_time(4.9)
    assert scene.seen == []
    await scene.pass_time(0.1)
    assert scene.seen == [None]
    assert scene.clock.pending == ()


async def test_what_take_waited_for_is_asked_no_more_when_it_has_ended() -> None:
    scene = Scene()

    def asked(action: Action, *_: object) -> bool:
        scene.seen.append(action["type"])
        return False

    @scene.listeners.on(go)
    async def wait(_: Action, api: ListenerApi) -> None:
        await api.take(asked, timeout=5)

    scene.store.dispatch(go())
    await turns()
    scene.store.dispatch({"type": "first"})
    await scene.pass_time(5)
    scene.store.dispatch({"type": "second"})
    assert scene.seen == ["first"]


async def test_s12_condition_says_whether_the_action_came_in_time() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def wait(_: Action, api: ListenerApi) -> None:
        scene.seen.append(
            await api.condition(lambda action, *_: action["type"] == "x", timeout=1)
        )
        scene.seen.append(await api.condition("stop", timeout=1))

    scene.store.dispatch(go())
    await turns()
    scene.store.dispatch({"type": "x"})
    await scene.pass_time(1)
    assert scene.seen == [True, False]


async def test_a_wait_for_an_action_ends_with_its_listener() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def wait(_: Action, api: ListenerApi) -> None:
        await api.take(stop, timeout=9)
        scene.seen.append("never")

    scene.store.dispatch(go())
    await turns()
    scene.listeners.stop(wait, action=go, cancel_active=True)
    scene.store.dispatch(stop())
    await turns()
    assert (scene.seen, scene.errors, scene.clock.pending) == ([], [], ())


async def test_s12_pause_waits_for_something_that_goes_on_without_the_listener() -> (
    None
):
    scene, gate = Scene(), asyncio.Event()

    async def work() -> str:
        await gate.wait()
        scene.seen.append("worked")
        return "result"

    @scene.listeners.on(go)
    async def wait(_: Action, api: ListenerApi) -> None:
        scene.seen.append(await api.pause(work()))

    scene.store.dispatch(go())
    await turns()
    scene.listeners.clear()
    gate.set()
    await turns()
    assert scene.seen == ["worked"]


async def test_an_effect_can_dispatch_and_await_a_thunk() -> None:
    scene = Scene()

    @scene.listeners.on(go)
    async def act(_: Action, api: ListenerApi) -> None:
        scene.seen.append(api.dispatch(lambda store: store.get_state()))
        api.dispatch(stop())

    scene.store.dispatch(go())
    await turns()
    assert (scene.seen, scene.store.types) == ([1], ["go", "stop"])


async def test_time_is_that_of_the_loop_unless_a_timer_is_given() -> None:
    listeners, done = create_listeners(), asyncio.Event()

    @listeners.on(go)
    async def wait(_: Action, api: ListenerApi) -> None:
        await api.delay(0)
        assert await api.take(stop, timeout=0) is None
        done.set()

    Recorded(middleware=[listeners.middleware]).dispatch(go())
    await asyncio.wait_for(done.wait(), timeout=5)
