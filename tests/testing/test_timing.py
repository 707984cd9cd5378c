"""The clock that a test moves: what is due is called, in order, and nothing waits."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.store import Action
from stateroom.store.listeners import ListenerApi, create_listeners
from stateroom.testing import ManualClock, RecordedStore, fake_cache
from stateroom.testing.timing import ManualTimer


class Calls:
    """Notes who was called, and at which second of the clock."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.made: list[tuple[str, float]] = []

    def note(self, name: str) -> None:
        self.made.append((name, self.clock.monotonic()))


def test_a_call_is_made_when_its_moment_has_come_and_not_before() -> None:
    calls = Calls()
    calls.clock.call_later(2, lambda: calls.note("a"))
    calls.clock.advance(1.999)
    assert calls.made == []
    calls.clock.advance(0.001)
    assert calls.made == [("a", 2.0)]
    calls.clock.advance(100)
    assert calls.made == [("a", 2.0)]


def test_calls_are_made_in_the_order_of_their_moments_and_at_these() -> None:
    calls = Calls()
    for name, delay in [("c", 3), ("a", 1), ("b", 3), ("d", 0)]:
        calls.clock.call_later(delay, lambda name=name: calls.note(name))  # type: ignore[misc] # mypy does not see the default's type
    calls.clock.advance(10)
    assert calls.made == [("d", 0.0), ("a", 1.0), ("c", 3.0), ("b", 3.0)]
    assert calls.clock.monotonic() == 10.0


def test_a_call_may_ask_for_another_in_the_same_stretch_of_time() -> None:
    calls = Calls()

    def again() -> None:
        calls.note("tick")
        calls.clock.call_later(1, again)

    calls.clock.call_later(1, again)
    calls.clock.advance(3.5)
    assert calls.made == [("tick", 1.0), ("tick", 2.0), ("tick", 3.0)]
    assert calls.clock.pending == (0.5,)


def test_a_call_that_was_taken_back_is_not_made() -> None:
    calls = Calls()
    timer = calls.clock.call_later(1, lambda: calls.note("a"))
    calls.clock.call_later(2, lambda: calls.note("b"))
    assert list(calls.clock.pending) == [1.0, 2.0]
    timer.cancel()
    assert list(calls.clock.pending) == [2.0]
    calls.clock.advance(5)
    assert calls.made == [("b", 2.0)]


def test_a_call_may_take_back_one_of_the_same_moment() -> None:
    calls = Calls()
    timers: list[ManualTimer] = []

    def take_back() -> None:
        timers[0].cancel()

    calls.clock.call_later(1, take_back)
    timers.append(calls.clock.call_later(1, lambda: calls.note("b")))
    calls.clock.advance(5)
    assert calls.made == []


def test_an_error_of_a_call_stops_the_clock_at_its_moment() -> None:
    calls = Calls()

    def fail() -> None:
        raise ConnectionError("gone")

    calls.clock.call_later(1, fail)
    calls.clock.call_later(2, lambda: calls.note("b"))
    with pytest.raises(ConnectionError, match="gone"):
        calls.clock.advance(5)
    assert calls.clock.monotonic() == 1.0
    calls.clock.advance(4)
    assert calls.made == [("b", 2.0)]


@pytest.mark.parametrize("seconds", [-1, -0.001])
async def test_time_does_not_go_back(seconds: float) -> None:
    clock = ManualClock()
    with pytest.raises(ValueError, match="time does not go back"):
        clock.advance(seconds)
    with pytest.raises(ValueError, match="time does not go back"):
        await clock.elapse(seconds)
    with pytest.raises(ValueError, match="not -"):
        clock.call_later(seconds, print)


async def test_a_task_that_waits_again_and_again_is_woken_each_time() -> None:
    calls = Calls()

    async def wait(seconds: float) -> None:
        passed = asyncio.get_running_loop().create_future()
        calls.clock.call_later(seconds, lambda: passed.set_result(None))
        await passed

    async def tick() -> None:
        for _ in range(3):
            await wait(1)
            calls.note("tick")

    task = asyncio.create_task(tick())
    await calls.clock.elapse(10)
    assert calls.made == [("tick", 1.0), ("tick", 2.0), ("tick", 3.0)]
    assert task.done()
    assert calls.clock.monotonic() == 10.0


def test_one_clock_moves_a_cache_and_what_else_waits() -> None:
    clock = ManualClock()
    with fake_cache(clock) as cache:
        loads: list[int] = []

        @cache.cached(ttl=60, jitter=0, name="title")
        def title(number: int) -> str:
            loads.append(number)
            return str(number)

        clock.call_later(59, lambda: title(1))
        clock.call_later(60, lambda: title(1))
        title(1)
        clock.advance(60)
    assert loads == [1, 1]


async def test_listeners_wait_by_the_clock_of_the_test() -> None:
    clock = ManualClock()
    listeners = create_listeners(timer=clock)
    store = RecordedStore({}, middleware=(listeners.middleware,))

    @listeners.on(type="typed")
    async def ask_when_quiet(action: Action, api: ListenerApi) -> None:
        await api.debounce(0.3)
        api.dispatch({"type": "asked", "payload": action["payload"]})

    for text in ("n", "nu", "nur"):
        store.dispatch({"type": "typed", "payload": text})
        await clock.elapse(0.2)
    store.recorder.assert_not_dispatched("asked")
    await clock.elapse(0.1)
    store.recorder.assert_dispatched("asked", payload="nur", times=1)
