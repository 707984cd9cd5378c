"""Renews the leases of mutexes while those who hold them are alive.

A task is looked after by its event loop; threads by one thread of the process, which
is there as long as one of them holds something.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stateroom.errors import StateroomError
from stateroom.live.engine import Engine
from stateroom.live.mutex_flows import renew
from stateroom.live.mutex_leases import Lease

__all__ = ("AsyncRenewals", "Renewals", "Watch")

OFTEN = 3
"""Renewals in the time of a lease: two of them may fail."""
OFTENER = 10
"""The same after one that failed."""
IDLE_S = 1.0
"""Seconds for which the thread waits for somebody else who takes a mutex."""
JOIN_S = 5.0

_log = logging.getLogger("stateroom.live")


@dataclass(frozen=True, slots=True)
class Watch:
    """A lease to renew, as long as anybody is there who holds it.

    Attributes:
        lease: is renewed.
        held: what was handed out for it; who lets go of that holds nothing.
        is_alive: whether the task or the thread is at work that asked for it.
    """

    lease: Lease
    held: weakref.ref[object]
    is_alive: Callable[[], bool]

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to renew any more."""
        lease = self.lease
        is_done = lease.is_released or lease.why_lost or not lease.is_ours
        return bool(is_done) or self.held() is None or not self.is_alive()

    def pause_s(self, *, has_worked: bool = True) -> float:
        """Return the seconds until it is to be renewed."""
        return self.lease.rule.lease / (OFTEN if has_worked else OFTENER)


class AsyncRenewals:
    """Renews what tasks of one event loop hold. It has timers only, and no task."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._timers: dict[Lease, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, watch: Watch) -> None:
        """Renew a lease until it is over."""
        self._later(watch, watch.pause_s())

    def end(self, lease: Lease) -> None:
        """Renew it no more."""
        timer = self._timers.pop(lease, None)
        if timer is not None:
            timer.cancel()

    def close(self) -> None:
        """Renew nothing any more. Leases end by themselves."""
        for each in tuple(self._timers):
            self.end(each)
        for task in tuple(self._tasks):
            task.cancel()

    def _later(self, watch: Watch, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._timers[watch.lease] = loop.call_later(seconds, self._due, watch)

    def _due(self, watch: Watch) -> None:
        del self._timers[watch.lease]
        if watch.is_over:
            return
        task = asyncio.get_running_loop().create_task(self._renew(watch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _renew(self, watch: Watch) -> None:
        has_worked = False
        try:
            await self._engine.run_async(renew((watch.lease,)))
            has_worked = True
        except StateroomError as error:
            _tell_failed(watch.lease, error)
        _tell_lost(watch.lease)
        if not watch.is_over:
            self._later(watch, watch.pause_s(has_worked=has_worked))


class Renewals:
    """Renews what threads hold."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._watches: dict[Lease, tuple[float, Watch]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._wakes_at = math.inf

    def begin(self, watch: Watch) -> None:
        """Renew a lease until it is over."""
        with self._changed:
            due = self._later(watch, watch.pause_s())
            if self._thread is None:
                # A daemon: a program that forgets to give something back can end.
                self._thread = threading.Thread(
                    target=self._work, name="stateroom-renewals", daemon=True
                )
                self._thread.start()
            elif due < self._wakes_at:
                self._changed.notify()

    def end(self, lease: Lease) -> None:
        """Renew it no more."""
        with self._changed:
            self._watches.pop(lease, None)

    def close(self) -> None:
        """Renew nothing any more, and end the thread. Leases end by themselves."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._watches.clear()
            self._changed.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join(JOIN_S)

    def after_fork(self) -> None:
        """Drop what the parent renews."""
        self._watches = {}
        self._changed = threading.Condition()
        self._thread = None

    def _later(self, watch: Watch, seconds: float) -> float:
        due = time.monotonic() + seconds
        self._watches[watch.lease] = (due, watch)
        return due

    def _work(self) -> None:
        while watches := self._next():
            self._renew([each for each in watches if not each.is_over])

    def _next(self) -> list[Watch]:
        """Wait until some are due; return none when the thread is to end."""
        with self._changed:
            while self._thread is threading.current_thread():
                now = time.monotonic()
                due = min((due for due, _ in self._watches.values()), default=math.inf)
                if due <= now:
                    return self._taken(now)
                self._wakes_at = min(due, now + IDLE_S)
                self._changed.wait(self._wakes_at - now)
                if not self._watches:
                    self._thread = None
        return []

    def _taken(self, now: float) -> list[Watch]:
        """Take what is due, and what will be soon: it goes in one exchange."""
        found = [
            watch
            for due, watch in self._watches.values()
            if due <= now + watch.pause_s(has_worked=False)
        ]
        for each in found:
            del self._watches[each.lease]
        return found

    def _renew(self, watches: Sequence[Watch]) -> None:
        has_worked = False
        try:
            flow = renew([each.lease for each in watches])
            self._engine.run(flow, "mutex.renew")
            has_worked = True
        except StateroomError as error:
            for each in watches:
                _tell_failed(each.lease, error)
        with self._changed:
            is_open = self._thread is threading.current_thread()
            for each in watches:
                _tell_lost(each.lease)
                if is_open and not each.is_over:
                    self._later(each, each.pause_s(has_worked=has_worked))


def _tell_failed(lease: Lease, error: StateroomError) -> None:
    name, fence = lease.place.item, lease.fence
    _log.warning("%s: not renewed, fence %d: %s", name, fence, error)


def _tell_lost(lease: Lease) -> None:
    if lease.why_lost and not lease.is_released:
        _log.warning("%s", lease.loss())
