"""What a mutex refuses, and how the loss of one is told."""

from __future__ import annotations

import asyncio
import math
import os
import socket

import pytest

from stateroom.errors import InvalidValue, MutexBusy, MutexLost, UsageError
from stateroom.live import Live, ManualClock

OVER_S = 31.0
"""Longer than a lease that nobody renews: the clock stands still, and then jumps."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def live(clock: ManualClock) -> Live:
    return Live.memory(clock=clock)


def fail(clock: ManualClock) -> None:
    """Raise an error of the block's own, after the lease has ended."""
    clock.advance(OVER_S)
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"lease": 0}, "lease"),
        ({"lease": 0.05}, "lease"),
        ({"lease": math.nan}, "lease"),
        ({"lease": math.inf}, "lease"),
        ({"lease": 86_401}, "lease"),
        ({"wait": -1}, "wait"),
        ({"wait": math.nan}, "wait"),
        ({"most": 29.9}, "at most"),
        ({"most": math.nan}, "at most"),
        ({"label": "x" * 201}, "label"),
    ],
)
def test_what_cannot_be_declared_is_refused(
    live: Live, options: dict[str, float], told: str
) -> None:
    with pytest.raises(InvalidValue, match=told):
        live.mutex("ledger", **options)  # type: ignore[arg-type]  # by name


async def test_a_time_that_is_none_is_refused_before_anything_is_asked(
    live: Live,
) -> None:
    with pytest.raises(InvalidValue, match="wait"):
        await live.mutex("ledger").acquire(wait=-0.1)
    assert await live.mutex("ledger").holder() is None


async def test_a_holder_calls_itself_by_machine_and_process(live: Live) -> None:
    async with live.mutex("ledger").hold():
        found = await live.mutex("ledger").holder()
    assert found is not None
    assert found.label == f"{socket.gethostname()}:{os.getpid()}"


async def test_a_label_may_have_any_characters(live: Live) -> None:
    mutex = live.mutex("ledger", label="Zürich 17 0: nightly  run\n")
    async with mutex.hold():
        found = await mutex.holder()
    assert found is not None
    assert found.label == "Zürich 17 0: nightly  run\n"


async def test_leaving_the_block_of_a_lost_mutex_is_an_error(
    live: Live, clock: ManualClock
) -> None:
    with pytest.raises(MutexLost, match="ledger") as caught:
        async with live.mutex("ledger").hold() as held:
            clock.advance(OVER_S)
    assert caught.value.fence == held.fence
    assert "checks the fence" in caught.value.hint


def test_leaving_the_block_of_a_lost_mutex_is_an_error_for_threads(
    live: Live, clock: ManualClock
) -> None:
    with pytest.raises(MutexLost), live.mutex("ledger").blocking.hold():
        clock.advance(OVER_S)


async def test_what_the_block_raised_stays_and_the_loss_is_a_note(
    live: Live, clock: ManualClock
) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        async with live.mutex("ledger").hold():
            fail(clock)
    assert [each for each in caught.value.__notes__ if "not held any more" in each]


def test_what_a_thread_raised_stays_and_the_loss_is_a_note(
    live: Live, clock: ManualClock
) -> None:
    with (
        pytest.raises(ZeroDivisionError) as caught,
        live.mutex("ledger").blocking.hold(),
    ):
        fail(clock)
    assert [each for each in caught.value.__notes__ if "not held any more" in each]


async def test_what_is_lost_stays_lost(live: Live, clock: ManualClock) -> None:
    held = await live.mutex("ledger").acquire()
    clock.advance(OVER_S)
    with pytest.raises(MutexLost):
        held.check()
    with pytest.raises(MutexLost):
        await held.renew()
    assert held.is_lost


async def test_a_block_is_entered_once(live: Live) -> None:
    block = live.mutex("ledger").hold()
    async with block:
        with pytest.raises(UsageError, match="entered before") as caught:
            async with block:
                pass
    assert "call hold() again" in caught.value.hint
    assert await live.mutex("ledger").holder() is None


async def test_what_is_held_is_entered_once(live: Live) -> None:
    held = await live.mutex("ledger").acquire()
    async with held:
        with pytest.raises(UsageError, match="ledger: this one was entered before"):
            async with held:
                pass
    assert await live.mutex("ledger").holder() is None


def test_blocks_of_threads_are_entered_once(live: Live) -> None:
    mutex = live.mutex("ledger").blocking
    block, held = mutex.hold(), mutex.of("b").acquire()
    with block, held:
        with pytest.raises(UsageError, match="entered before"), block:
            pass
        with pytest.raises(UsageError, match="entered before"), held:
            pass
    assert mutex.holder() is None
    assert mutex.of("b").holder() is None


async def test_what_was_given_back_cannot_be_entered(live: Live) -> None:
    held = await live.mutex("ledger").acquire()
    await held.release()
    with pytest.raises(MutexLost, match="given back"):
        async with held:
            pass


async def test_a_waiter_gives_up_when_its_time_has_passed_by_the_clock(
    live: Live, clock: ManualClock
) -> None:
    async with live.mutex("ledger", lease=60).hold():
        waiting = asyncio.ensure_future(live.mutex("ledger", wait=20).acquire())
        await asyncio.sleep(0)
        clock.advance(21)
        with pytest.raises(MutexBusy, match="not free within 20 s"):
            await waiting


async def test_a_waiter_of_a_thread_is_woken_by_a_clock_that_moves(
    live: Live, clock: ManualClock
) -> None:
    mutex = live.mutex("ledger", renew=False)
    await mutex.acquire()
    waiting = asyncio.ensure_future(asyncio.to_thread(mutex.blocking.acquire))
    await asyncio.sleep(0)
    clock.advance(OVER_S)
    assert (await waiting).fence > 0


async def test_who_is_behind_others_of_its_process_gives_up_in_time(live: Live) -> None:
    mutex = live.mutex("ledger")
    async with mutex.hold():
        first = asyncio.ensure_future(mutex.acquire())
        await asyncio.sleep(0)
        with pytest.raises(MutexBusy, match="others who came before"):
            await mutex.acquire(wait=0.01)
    await (await first).release()


def test_threads_wait_in_line(live: Live) -> None:
    mutex = live.mutex("ledger").blocking
    turns = mutex._shared.turns  # noqa: SLF001 - another thread's turn
    with (
        turns.turn(mutex._head.place.key, 1),  # noqa: SLF001 - as above
        pytest.raises(MutexBusy, match="others who came before"),
    ):
        mutex.acquire(wait=0.01)
    with mutex.hold(wait=0.01) as held:
        assert not held.is_lost
