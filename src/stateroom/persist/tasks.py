"""Runs the flows of a persistor in an event loop, one at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, TypeVar

from stateroom.errors import StateroomError
from stateroom.flows import Flow, run_async
from stateroom.persist.alarms import Alarm
from stateroom.persist.engine import Engine
from stateroom.persist.performing import Awaiting
from stateroom.persist.rounds import work

__all__ = ("TaskWorker", "within")

T = TypeVar("T")
_log: Final = logging.getLogger("stateroom.persist")


class TaskWorker:
    """Writes in the background of the loop in which it is first asked.

    Args:
        engine: says what is due.
        background: whether what is due is done by itself.
    """

    def __init__(self, engine: Engine, *, background: bool) -> None:
        self._engine = engine
        self._background = background
        self._performer = Awaiting()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._alarm = Alarm(self._changed.set)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def engine(self) -> Engine:
        return self._engine

    def before_fork(self, patience: float) -> None:
        """Do nothing: what is awaited cannot be waited for."""

    def after_fork(self, *, is_child: bool) -> None:
        if is_child:
            # Neither the loop nor the thread for blocking calls is there.
            self._loop, self._performer = None, Awaiting()
            self._tasks.clear()
            self._engine.note_forked(is_sure=not self._turn.locked())

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow after those that were asked for before."""
        self._start()
        async with self._turn:
            return await run_async(flow, self._performer)

    def begin(self, flow: Flow[None]) -> None:
        """Run a flow without waiting for it; what it raises is told to the log."""
        if self._loop is not None:
            self._keep(self._loop.create_task(self._logged(flow)))

    async def stop(self) -> None:
        """Do nothing more."""
        self._engine.wake = lambda: None
        self._alarm.stop()
        # A task of an earlier loop ended with that.
        here = [each for each in self._tasks if each.get_loop() is self._loop]
        for task in here:
            task.cancel()
        await asyncio.gather(*here, return_exceptions=True)
        self._performer.close()

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop = loop
        self._turn, self._changed = asyncio.Lock(), asyncio.Event()
        self._alarm = Alarm(self._changed.set)  # those of another loop never ring
        if self._background:
            self._engine.wake = _waker(loop, self._changed)
            self._keep(loop.create_task(self._work()))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _logged(self, flow: Flow[None]) -> None:
        try:
            await self.run(flow)
        except StateroomError as error:
            _log.warning("%s", error)

    async def _work(self) -> None:
        while True:
            self._changed.clear()
            plan = self._engine.plan()
            if not (plan.writes or plan.reads or plan.polls):
                await self._wait(plan.at)
                continue
            try:
                await self.run(work(self._engine, plan))
            except Exception:  # a flow raises nothing of the storages: our mistake
                _log.exception("the writer failed, and goes on")

    async def _wait(self, at: float | None) -> None:
        if at is not None:
            now = self._engine.options.clock.monotonic()
            self._alarm.set(max(0.0, at - now))
        await self._changed.wait()


def _waker(
    loop: asyncio.AbstractEventLoop, changed: asyncio.Event
) -> Callable[[], object]:
    """Return what wakes the writer, from whatever thread a dispatch comes."""

    def wake() -> None:
        try:
            loop.call_soon_threadsafe(changed.set)
        except RuntimeError:
            _log.debug("the loop of the persistor is closed: nothing is written")

    return wake


async def within(
    task: asyncio.Task[T],
    timeout: float | None,  # noqa: ASYNC109 - what is slow goes on
) -> bool:
    """Wait for a task, and say whether it is done; one that is not goes on."""
    try:
        await asyncio.wait({task}, timeout=timeout)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not task.done():
        task.add_done_callback(_tell_late)
        return False
    task.result()
    return True


def _tell_late(task: asyncio.Task[T]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.warning("%s", task.exception())
