"""One run of a listener's effect: how it begins, how it is stopped, how it ends."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from stateroom.errors import Aborted, UsageError
from stateroom.store.aborting import AbortSignal
from stateroom.store.actions import Action
from stateroom.store.eager import begin
from stateroom.store.listeners.api import Effect, ListenerApi
from stateroom.store.listeners.entries import Entries, Entry, Pattern, sought
from stateroom.store.listeners.forking import Forked
from stateroom.store.listeners.tasks import Timer
from stateroom.store.loops import cancel, running_loop
from stateroom.store.middleware import StoreApi
from stateroom.store.undefined import UNDEFINED

__all__ = ("EffectRun", "Shared")

T = TypeVar("T")

CANCELLED = "listener-cancelled"
COMPLETED = "listener-completed"
GONE: object = object()
"""Stands where the state before the action was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all listeners of one middleware have in common.

    Attributes:
        entries: the listeners.
        running: what they are doing.
        report: is told what an effect raised.
        find_loop: finds the loop of the application, for what other threads dispatch.
        timer: where time is from; None means the loop.
        extra: what effects are given; ``UNDEFINED`` means the store's.
    """

    entries: Entries[Effect]
    running: set[EffectRun]
    report: Callable[[Exception], None]
    find_loop: Callable[[], asyncio.AbstractEventLoop | None]
    timer: Timer | None
    extra: object


class EffectRun:
    """One run of an effect.

    Attributes:
        signal: says whether this run was cancelled.
        is_started: whether the effect has begun: at once, unless the action is from
            another thread than that of the loop.
    """

    def __init__(
        self, entry: Entry[Effect], shared: Shared, *, store: StoreApi, original: object
    ) -> None:
        self.signal: AbortSignal = AbortSignal()
        self.is_started: bool = False
        self._entry = entry
        self._shared = shared
        self._original = original
        self._joined: list[Awaitable[object]] = []
        self._task: asyncio.Task[None] | None = None
        self._api = ListenerApi(
            self,
            store=store,
            extra=store.extra if shared.extra is UNDEFINED else shared.extra,
            timer=shared.timer,
        )
        self.signal.on_abort(self._stop_task)

    def begin(self, action: Action) -> None:
        """Call the effect; what it raises is reported, and goes no further."""
        self._entry.runs[self] = None
        self._shared.running.add(self)
        self.is_started = True
        result: object = None
        try:
            result = self._entry.effect(action, self._api)
        except Aborted:
            pass
        except Exception as error:
            self._shared.report(error)
        except BaseException:
            self._finish()
            raise
        if inspect.isawaitable(result) or self._joined:
            self.is_started = not inspect.isawaitable(result)
            self._launch(result)
        else:
            self._finish()

    def original_state(self) -> object:
        if self._original is not GONE:
            return self._original
        raise UsageError(
            "the state before the action is asked for after the effect has waited",
            hint="call get_original_state() before the first await, and keep it",
        )

    def cancel(self) -> None:
        self.signal.abort(CANCELLED)

    def cancel_others(self) -> None:
        self._entry.cancel_others(self)

    def resume(self) -> None:
        self._shared.entries.add(self._entry)

    def suspend(self) -> None:
        self._shared.entries.remove(self._entry)

    def join(self, forked: Forked[T]) -> None:
        self._joined.append(forked.result)

    def listen(self, pattern: Pattern, effect: Effect) -> Callable[[], None]:
        entry = Entry(sought(pattern), effect)
        self._shared.entries.add(entry)
        return lambda: self._shared.entries.remove(entry)

    def _launch(self, result: object) -> None:
        """Go on in a task: of the loop here, or else of the application's loop."""
        here = running_loop()
        loop = here or self._shared.find_loop()
        if loop is None:
            _discard(result)
            self._finish()
            self._shared.report(_no_loop(self._entry.effect))
        elif loop is here:
            self._start(loop, result)
        else:
            loop.call_soon_threadsafe(self._start, loop, result)

    def _start(self, loop: asyncio.AbstractEventLoop, result: object) -> None:
        if self.signal.aborted:  # from one thread, on the way to another
            _discard(result)
            self._finish()
            return
        self.is_started = True
        self._task = begin(self._drive(result), loop)
        self._forget_original()
        self._task.add_done_callback(lambda _: self._finish())
        self._stop_task()

    async def _drive(self, result: object) -> None:
        try:
            if inspect.isawaitable(result):
                await result
        except Aborted:
            pass
        except Exception as error:
            self._shared.report(error)
        for each in self._joined:
            await each

    def _stop_task(self) -> None:
        """Cancel the task of a run that was stopped, be it while the task began."""
        if self._task is not None and self.signal.aborted:
            cancel(self._task, self.signal.reason)

    def _finish(self) -> None:
        self._forget_original()
        self.signal.abort(COMPLETED)
        self._entry.runs.pop(self, None)
        self._shared.running.discard(self)

    def _forget_original(self) -> None:
        self._original = GONE


def _discard(result: object) -> None:
    """Close a coroutine that never begins, so that nobody misses its end."""
    if inspect.iscoroutine(result):
        result.close()


def _no_loop(effect: Effect) -> UsageError:
    name = getattr(effect, "__qualname__", repr(effect))
    return UsageError(
        f"the listener {name} is a coroutine, and no event loop is running here",
        hint="dispatch inside a coroutine, asyncio.run(main()), or listen with a def",
    )
