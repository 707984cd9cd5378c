"""Who writes in the background: a thread, the event loop of a page, or nobody.

All I/O of a persistor happens in one of them, one flow at a time; so writes to a slice
have one order, whoever asked for them.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar

from stateroom.errors import PersistError
from stateroom.flows import Flow, run
from stateroom.persist.alarms import Alarm
from stateroom.persist.engine import Engine
from stateroom.persist.forking import Forkable
from stateroom.persist.performing import Blocking, can_thread
from stateroom.persist.rounds import work, write_changed

__all__ = ("Idle", "LoopWorker", "ThreadWorker", "Worker", "worker_for")

T = TypeVar("T")
_log: Final = logging.getLogger("stateroom.persist")
MOMENT: Final = 0.000_05
"""Seconds: long enough for a thread to wake up, and short beside a dispatch's work."""


class Worker(Forkable, Protocol):
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
        self._is_running = False
        self._rests = False

    @property
    def engine(self) -> Engine:
        return self._engine

    def before_fork(self, patience: float) -> None:
        patience = 0.0 if self._engine.store.is_dispatching else patience
        self._rests = self._lock.acquire(timeout=patience)
        if self._rests and not self._is_running:
            run(write_changed(self._engine), Blocking())

    def after_fork(self, *, is_child: bool) -> None:
        is_sure = self._rests and not self._is_running
        if self._rests:
            self._lock.release()
        if is_child:
            self._lock, self._is_running = threading.RLock(), False
            self._engine.note_forked(is_sure=is_sure)

    def run(self, flow: Flow[T]) -> Future[T]:
        future: Future[T] = Future()
        with self._alone():
            _fulfil(future, flow)
        return future

    def tick(self) -> None:
        with self._alone():
            run(work(self._engine, self._engine.plan()), Blocking())

    def stop(self) -> None:
        self._engine.wake = lambda: None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other flow run, of other threads or inside of this one."""
        with self._lock:
            if self._is_running:
                raise _asked_inside()
            self._is_running = True
            try:
                yield
            finally:
                self._is_running = False


class LoopWorker(Idle):
    """Runs what is due by timers of the running event loop, as a page has one.

    For storages that answer at once, as ``localStorage``: nothing is awaited.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._alarm = Alarm(self.tick)
        engine.wake = self._set

    def run(self, flow: Flow[T]) -> Future[T]:
        future = super().run(flow)
        self._set()
        return future

    def tick(self) -> None:
        try:
            super().tick()
        except Exception:  # a flow raises nothing of the storages: see ThreadWorker
            _log.exception("the writer failed, and goes on")
        self._set()

    def stop(self) -> None:
        super().stop()
        self._alarm.stop()

    def _set(self) -> None:
        """Set the alarm to what is due next."""
        self._alarm.set(_delay(self._engine))


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
        self._at_work = threading.Lock()
        self._rests = False
        engine.wake = self._wake
        engine.make_way = self._make_way

    @property
    def engine(self) -> Engine:
        return self._engine

    def before_fork(self, patience: float) -> None:
        # A job may wait for this very thread, or be what it does.
        is_inside = threading.current_thread() is self._thread
        if is_inside or self._engine.store.is_dispatching:
            patience = 0.0
        elif self._thread is not None:
            wait((self.run(write_changed(self._engine)),), patience)
        self._rests = self._at_work.acquire(timeout=patience)

    def after_fork(self, *, is_child: bool) -> None:
        if self._rests:
            self._at_work.release()
        if is_child:
            # The thread is not there, and may have held any of these.
            self._changed, self._at_work = threading.Condition(), threading.Lock()
            self._thread, self._idle = None, Idle(self._engine)
            self._jobs.clear()
            self._engine.note_forked(is_sure=self._rests)

    def run(self, flow: Flow[T]) -> Future[T]:
        """Run a flow; in the calling thread when that of the worker has ended."""
        if threading.current_thread() is self._thread:
            raise _asked_inside()
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

    def _make_way(self) -> None:
        """Let the thread run, which waits for the interpreter at every call."""
        if threading.current_thread() is not self._thread:
            time.sleep(MOMENT)

    def _start(self) -> bool:
        """Start the thread, if it does not run; say whether it does."""
        if self._stops or sys.is_finalizing():
            return False  # or a thread that is said to be alive would never answer
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
                with self._at_work:
                    job()
            except Exception:  # not the storages': a mistake of ours
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


def _asked_inside() -> PersistError:
    return PersistError(
        "the writer was asked from inside one of its own calls, and would wait for "
        "itself",
        hint="in on_full and on_problem, dispatch at most",
    )


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
