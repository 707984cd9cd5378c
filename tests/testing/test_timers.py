"""The timers that a test moves: tasks go on between the calls, and nothing waits."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.query import LoopTimers, Timers
from stateroom.testing import ManualTimers
from stateroom.testing.timers import drained


async def test_calls_are_made_at_their_moments_and_in_their_order() -> None:
    timers = ManualTimers(1000)
    made: list[tuple[str, int]] = []

    def note(name: str) -> None:
        made.append((name, timers.now_ms()))

    for name, seconds in [("c", 0.03), ("a", 0.01), ("b", 0.03), ("d", 0)]:
        timers.call_later(seconds, lambda name=name: note(name))  # type: ignore[misc] # mypy does not see the default's type
    await timers.advance(29.9)
    assert made == [("d", 1000), ("a", 1010)]
    await timers.advance(0.1)
    assert made[2:] == [("c", 1030), ("b", 1030)]
    assert timers.now_ms() == 1030


async def test_tasks_go_on_after_each_call() -> None:
    timers = ManualTimers()
    made: list[str] = []

    async def work() -> None:
        for _ in range(3):
            await timers.sleep(0.01)
            made.append(f"task {timers.now_ms() % 1000}")

    task = asyncio.ensure_future(work())
    timers.call_later(0.015, lambda: made.append("call"))
    await timers.advance(100)
    assert made == ["task 10", "call", "task 20", "task 30"]
    assert task.done()


async def test_moving_by_nothing_lets_tasks_go_on() -> None:
    timers = ManualTimers()
    made: list[int] = []

    async def work() -> None:
        for turn in range(100):
            await asyncio.sleep(0)
            made.append(turn)

    task = asyncio.ensure_future(work())
    await timers.advance(0)
    assert (len(made), task.done()) == (100, True)


async def test_a_call_that_was_taken_back_is_not_made() -> None:
    timers = ManualTimers()
    made: list[str] = []
    timer = timers.call_later(1, lambda: made.append("a"))
    timers.call_later(1, lambda: made.append("b"))
    assert list(timers.pending) == [1000, 1000]
    timer.cancel()
    assert list(timers.pending) == [1000]
    await timers.advance(5000)
    timer.cancel()
    assert (made, list(timers.pending)) == (["b"], [])


async def test_who_stops_sleeping_leaves_no_timer() -> None:
    timers = ManualTimers()
    task = asyncio.ensure_future(timers.sleep(10))
    await timers.advance(1000)
    task.cancel()
    await timers.advance(0)
    assert (task.cancelled(), list(timers.pending)) == (True, [])


async def test_tenths_of_seconds_add_up() -> None:
    timers = ManualTimers(0)
    made: list[int] = []
    for _ in range(3):
        await timers.advance(100)
    timers.call_later(0.1 + 0.2, lambda: made.append(timers.now_ms()))
    await timers.advance(300)
    assert made == [600]


async def test_time_does_not_go_back() -> None:
    timers = ManualTimers()
    with pytest.raises(ValueError, match="does not go back"):
        await timers.advance(-1)
    with pytest.raises(ValueError, match="now or later"):
        timers.call_later(-1, print)


async def test_a_loop_that_never_rests_is_given_up() -> None:
    loop, rounds = asyncio.get_running_loop(), 20_000

    def again() -> None:
        nonlocal rounds
        rounds -= 1
        if rounds:
            loop.call_soon(again)

    again()
    with pytest.raises(RuntimeError, match="always has something to do"):
        await drained()
    rounds = 1
    await drained()


async def test_a_loop_has_timers_of_its_own() -> None:
    timers: Timers = LoopTimers()
    made: list[str] = []
    timers.call_later(0, lambda: made.append("a"))
    timers.call_later(0, lambda: made.append("b")).cancel()
    before = timers.now_ms()
    await timers.sleep(0)
    await timers.sleep(0)
    await drained()
    assert made == ["a"]
    assert timers.now_ms() >= before > 1_700_000_000_000
