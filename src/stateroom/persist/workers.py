"""Who writes in the background: a thread, the event loop of a page, or nobody.

All I/O of a persistor happens in one of them, one flow at a time; so writes to a slice
have one order, whoever asked for them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, Protocol, TypeVar

from stateroom.errors import PersistError
from stateroom.flows import Flow, run
from stateroom.persist.engine import Engine
from stateroom.persist.performing import Blocking, can_thread
from stateroom.persist.rounds import work

__all__ = ("Idle", "LoopWorker", "ThreadWorker", "Worker", "worker_for")

T = TypeVar("T")
_log: Final = logging.getLogger("stateroom.persist")


class Worker(Protocol):
    """Who runs the flows of a persistor."""

    def run(self, flow: Flow[T]) -> Future[T]:
        """Run a flow after those that were asked for before; its result will come."""
        ...

    def tick(self) -> None:
        """Do what is due now, if this is not done in the background."""
        ...

    def stop(self) -> None:
        """Do what was asked for, and nothing more."""
        ...


def worker_for(engine: Engine, *, background: bool) -> Worker:
    """Return who can write in the background here."""
    if not background:
        return Idle(engine)
    return ThreadWorker(engine) if can_thread() else LoopWorker(engine)


class Idle:
    """Runs flows in the thread that asks, and nothing in the background."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()

    def run(self, flow: Flow[T]) -> Future[T]:
        future: Future[T] = Future()
        with self._lock:
            _fulfil(future, flow)
        return future

    def tick(self) -> None:
        with self._lock:
            run(work(self._engine, self._engine.plan()), Blocking())

    def stop(self) -> None:
        self._engine.wake = lambda: None


class LoopWorker(Idle):
    """Runs what is due by timers of the running event loop, as a page has one.

    For storages that answer at once, as ``localStorage``: nothing is awaited.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._timer: asyncio.TimerHandle | None = None
        engine.wake = self._set

    def run(self, flow: Flow[T]) -> Future[T]:
        future = super().run(flow)
        self._set()
        return future

    def tick(self) -> None:
        super().tick()
        self._set()

    def stop(self) -> None:
        super().stop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set(self) -> None:
        """Set the timer to what is due next."""
        if self._timer is not None:
            self._timer.cancel()
        delay = _delay(self._engine)
        if delay is None:
            self._timer = None
            return
        loop = asyncio.get_event_loop()
        self._timer = loop.call_later(delay, self.tick)


class ThreadWorker:
    """Runs flows in a thread of its own, which is started when it is first needed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._changed = threading.Condition()
        self._jobs: deque[Callable[[], None]] = deque()
        self._thread: threading.Thread | None = None
        self._stops = False
        self._is_woken = False
        self._idle = Idle(engine)
        engine.wake = self._wake

    def run(self, flow: Flow[T]) -> Future[T]:
        """Run a flow; in the calling thread when that of the worker has ended."""
        if threading.current_thread() is self._thread:
            raise PersistError(
                "the writer was asked from inside one of its own calls, and would wait "
                "for itself",
                hint="in on_full and on_problem, dispatch at most",
            )
        future: Future[T] = Future()
        with self._changed:
            is_running = self._start()
            if is_running:
                self._jobs.append(lambda: _fulfil(future, flow))
                self._changed.notify()
        return future if is_running else self._idle.run(flow)

    def tick(self) -> None:
        """Do nothing: the thread does what is due."""

    def stop(self) -> None:
        with self._changed:
            self._stops = True
            self._changed.notify()
            thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        self._engine.wake = lambda: None

    def _start(self) -> bool:
        """Start the thread, if it does not run; say whether it does."""
        if self._stops:
            return False
        if self._thread is not None and self._thread.is_alive():
            return True
        # A daemon: a program that forgets to close ends nevertheless, and what is due
        # is written by its exit hook.
        thread = threading.Thread(
            target=self._loop, name="stateroom-persist", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # the interpreter is ending
            return False
        self._thread = thread
        return True

    def _wake(self) -> None:
        with self._changed:
            if self._start():
                self._is_woken = True
                self._changed.notify()

    def _loop(self) -> None:
        while True:
            job = self._next()
            if job is None:
                return
            try:
                job()
            except (
                Exception
            ):  # a flow raises nothing of the storages: a mistake of ours
                _log.exception("the writer failed, and goes on")

    def _next(self) -> Callable[[], None] | None:
        """Wait for the next thing to do; None when there is nothing more."""
        with self._changed:
            while True:
                if self._jobs:
                    return self._jobs.popleft()
                if self._stops:
                    return None
                self._is_woken = False
                plan = self._engine.plan()
                if plan.writes or plan.reads or plan.polls:
                    return lambda: run(work(self._engine, plan), Blocking())
                self._wait(plan.at)

    def _wait(self, at: float | None) -> None:
        if self._is_woken:
            return
        if at is None:
            self._changed.wait()
            return
        now = self._engine.options.clock.monotonic()
        self._changed.wait(max(0.0, min(at - now, threading.TIMEOUT_MAX)))


def _delay(engine: Engine) -> float | None:
    """Return the seconds until something is due; None when nothing is."""
    plan = engine.plan()
    if plan.writes or plan.reads or plan.polls:
        engine.due = engine.options.clock.monotonic()
        return 0.0
    if plan.at is None:
        return None
    return max(0.0, plan.at - engine.options.clock.monotonic())


def _fulfil(future: Future[T], flow: Flow[T]) -> None:
    try:
        result = run(flow, Blocking())
    except BaseException as error:
        future.set_exception(error)
        if not isinstance(error, Exception):
            raise
    else:
        future.set_result(result)
