"""Tasks that a listener starts beside itself, and how they end."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar, cast

from stateroom.errors import Aborted
from stateroom.store.aborting import AbortSignal
from stateroom.store.listeners.tasks import TaskApi, Timer
from stateroom.store.loops import cancel
from stateroom.store.undefined import UNDEFINED, Undefined

__all__ = ("Executor", "Forked", "Outcome")

T = TypeVar("T")

Executor: TypeAlias = Callable[[TaskApi], Awaitable[T] | T]

TASK_CANCELLED = "task-cancelled"
TASK_COMPLETED = "task-completed"


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """How a forked task ended.

    Attributes:
        status: ``"ok"`` with a value, ``"rejected"`` with what it raised, or
            ``"cancelled"``.
        error: what it raised; ``Aborted`` with the reason if it was cancelled.
    """

    status: Literal["ok", "rejected", "cancelled"]
    error: BaseException | None = None
    result: T | Undefined = UNDEFINED

    @property
    def value(self) -> T:
        """What the task returned.

        Raises:
            BaseException: what it raised, or ``Aborted``.
        """
        if self.error is not None:
            raise self.error
        return cast("T", self.result)


class Forked(Generic[T]):
    """A task beside its listener; it is cancelled when the listener ends."""

    def __init__(
        self, executor: Executor[T], parent: AbortSignal, timer: Timer | None
    ) -> None:
        self._signal = AbortSignal()
        loop = asyncio.get_running_loop()
        self._end: asyncio.Future[Outcome[T]] = loop.create_future()
        self._task = loop.create_task(self._run(executor, TaskApi(self._signal, timer)))
        self._task.add_done_callback(self._when_done)
        self._signal.on_abort(self._when_aborted)
        self._unlink = parent.on_abort(lambda: self._signal.abort(parent.reason))

    @property
    def result(self) -> Awaitable[Outcome[T]]:
        """How the task ended, when it has; awaiting it raises nothing of the task's."""
        return asyncio.shield(self._end)

    def cancel(self) -> None:
        """Stop the task; no-op when it has ended."""
        self._signal.abort(TASK_CANCELLED)

    async def _run(self, executor: Executor[T], api: TaskApi) -> T:
        result = executor(api)
        value = await result if inspect.isawaitable(result) else result
        api.throw_if_cancelled()
        return cast("T", value)

    def _when_aborted(self) -> None:
        cancel(self._task, self._signal.reason)

    def _when_done(self, task: asyncio.Task[T]) -> None:
        self._unlink()
        if task.cancelled():
            reason = self._signal.reason or TASK_CANCELLED
            outcome = Outcome[T]("cancelled", error=Aborted(reason))
        elif (error := task.exception()) is None:
            outcome = Outcome("ok", result=task.result())
        elif isinstance(error, Aborted):
            outcome = Outcome("cancelled", error=error)
        else:
            outcome = Outcome("rejected", error=error)
        self._signal.abort(TASK_COMPLETED)
        self._end.set_result(outcome)
