"""An alarm rings in time, and leaves few timers behind."""

from __future__ import annotations

import asyncio

from stateroom.persist.alarms import Alarm

LONG = 3_600.0


class Counting:
    """Counts the timers that are asked of the running loop, and lets them come."""

    def __init__(self) -> None:
        self.rung = 0
        self.has_rung = asyncio.Event()
        self.alarm = Alarm(self._ring)

    def _ring(self) -> None:
        self.rung += 1
        self.has_rung.set()

    @property
    def timers(self) -> int:
        return len(self.alarm._timers)  # noqa: SLF001 - the seam of these tests


async def test_what_is_due_later_needs_no_timer_of_its_own() -> None:
    made = Counting()
    for delay in (LONG, LONG + 1, None, LONG + 2):
        made.alarm.set(delay)
    assert made.timers == 1
    made.alarm.stop()


async def test_what_is_due_earlier_rings_at_its_time() -> None:
    made = Counting()
    made.alarm.set(LONG)
    made.alarm.set(0.0)
    await asyncio.wait_for(made.has_rung.wait(), 10)
    assert (made.rung, made.timers) == (1, 1)
    made.alarm.stop()


async def test_it_rings_each_time_that_it_is_set() -> None:
    made = Counting()
    for _ in range(2):
        made.has_rung.clear()
        made.alarm.set(0.0)
        await asyncio.wait_for(made.has_rung.wait(), 10)
    assert (made.rung, made.timers) == (2, 0)


async def test_after_a_stop_it_rings_no_more() -> None:
    made = Counting()
    made.alarm.set(0.0)
    made.alarm.stop()
    for _ in range(5):
        await asyncio.sleep(0)
    assert (made.rung, made.timers) == (0, 0)


async def test_it_can_be_set_again_after_a_stop() -> None:
    made = Counting()
    made.alarm.set(0.0)
    made.alarm.stop()
    made.alarm.set(0.0)
    await asyncio.wait_for(made.has_rung.wait(), 10)
    assert made.rung == 1
