"""One run of an async thunk, from ``pending`` to the one action that ends it."""

from __future__ import annotations

import asyncio
import inspect
import reprlib
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from typing import Generic, TypeVar, cast

from stateroom import errors
from stateroom.store.aborting import AbortSignal
from stateroom.store.actions import Action
from stateroom.store.eager import begin
from stateroom.store.loops import running_loop
from stateroom.store.middleware import StoreApi
from stateroom.store.thunks.api import Api
from stateroom.store.thunks.failures import ConditionFalse, Rejection, serialise_error
from stateroom.store.thunks.phases import Fulfilled, Pending, Rejected
from stateroom.store.thunks.work import Work

__all__ = ("ThunkRun",)

R = TypeVar("R")

# The loop itself holds tasks weakly: nobody has to keep what ``dispatch`` returned.
_RUNNING: set[object] = set()


class ThunkRun(Generic[R]):
    """A run of an async thunk. Awaiting it gives its last action and raises nothing.

    Only what a reducer or a listener raises at that last action is raised there, too:
    it is not the thunk that failed. Cancelling who awaits does not abort the run, since
    others may wait for it as well.

    Attributes:
        request_id: identifies this run; it is in ``meta`` of each of its actions.
        arg: the arguments, as they are in ``meta``; ``UNDEFINED`` if there are none.
        signal: says whether this run was aborted.
    """

    def __init__(
        self, work: Work[R], store: StoreApi, *, link: AbortSignal | None = None
    ) -> None:
        self.request_id: str = work.options.id_generator(work.arg)
        self.arg: object = work.arg
        self.signal: AbortSignal = AbortSignal()
        self._work = work
        self._store = store
        self._loop = _loop_for(work.prefix)
        self._end: asyncio.Future[Action] = self._loop.create_future()
        self._task: asyncio.Task[Action | None] | None = None
        self._error: BaseException | None = None
        self._is_pending = False
        self._is_settled = False
        self._api = Api[object](
            store, request_id=self.request_id, signal=self.signal, find=work.find
        )
        self.signal.on_abort(self._when_aborted)
        self._unlink = None if link is None else _chain(link, self.signal)

    def __await__(self) -> Generator[object, None, Action]:
        return asyncio.shield(self._end).__await__()

    async def unwrap(self) -> R:
        """Wait for the result itself.

        Raises:
            Rejected: there is none. Its ``action`` says why; what the function raised
                is its ``__cause__``.
        """
        action = await self
        if "error" not in action:
            return cast("R", action.get("payload"))
        text = _reason(self._work.prefix, action)
        raise errors.Rejected(text, action=action) from self._error

    def abort(self, reason: str = "Aborted") -> None:
        """End this run as rejected, at the loop's next turn; no-op when it has ended.

        The function keeps running, with ``api.signal.aborted`` set, and its result is
        dropped; with the option ``cancel=True`` its task is cancelled as well.
        """
        if not self._is_settled:
            self.signal.abort(reason)

    def start(self) -> None:
        """Ask the condition and dispatch ``pending``, at once where that is possible.

        Dispatching the thunk has called it already.
        """
        try:
            ask = self._work.condition
            verdict = True if ask is None else ask(self._api)
        except (Exception, Rejection) as error:
            self._settle(self._rejected(error))
        else:
            if inspect.isawaitable(verdict):
                self._hold(self._judge(verdict))
            elif self._may_begin(verdict):
                self._hold(self._create())
        # Nobody may ever await this run, and dispatch is still there to raise from.
        if self._end.done():
            self._end.result()

    async def _judge(self, verdict: Awaitable[bool | None]) -> Action | None:
        try:
            answer = await verdict
            await asyncio.sleep(0)  # the answer comes later, also if it never waited
        except (Exception, Rejection) as error:
            return self._rejected(error)
        return await self._create() if self._may_begin(answer) else None

    def _may_begin(self, verdict: object) -> bool:
        """Dispatch ``pending``; or settle, when the run ends before it has begun."""
        if verdict is not None and not verdict:
            is_silent = not self._work.options.dispatch_condition_rejection
            error = ConditionFalse("The condition of the thunk was false.")
            self._settle(self._rejected(error), is_silent=is_silent)
        elif self.signal.aborted:
            self._settle(self._rejected(errors.Aborted(self.signal.reason)))
        else:
            self._dispatch_pending()
        return not self._is_settled

    def _dispatch_pending(self) -> None:
        self._is_pending = True
        work = self._work
        try:
            meta = None if work.pending_meta is None else work.pending_meta(self._api)
            pending = Pending(work.prefix)
            self._store.dispatch(
                pending(request_id=self.request_id, arg=self.arg, meta=meta)
            )
        except Exception as error:
            self._settle(self._rejected(error))

    async def _create(self) -> Action:
        try:
            value = await self._work.begin(self._api)
        except (Exception, Rejection) as error:
            return self._rejected(error)
        return Fulfilled[R](self._work.prefix)(
            value,
            request_id=self.request_id,
            arg=self.arg,
            meta=self._api._meta_of(value),  # noqa: SLF001 - the other half of `fulfil`
        )

    def _hold(self, steps: Coroutine[object, object, Action | None]) -> None:
        _RUNNING.add(self)
        self._task = begin(steps, self._loop)
        self._task.add_done_callback(self._when_done)

    def _when_done(self, task: asyncio.Task[Action | None]) -> None:
        _RUNNING.discard(self)
        if self._is_pending and self.signal.aborted:
            self._settle_aborted()  # whichever of the two the loop comes to first
        elif task.cancelled():
            self._settle(self._rejected(asyncio.CancelledError("Cancelled")))
        elif (error := task.exception()) is not None:  # the interpreter is to end
            self._settle(self._rejected(error))
        elif (action := task.result()) is not None:
            self._settle(action)

    def _when_aborted(self) -> None:
        # Before `pending`, whoever asks the condition looks at the signal afterwards.
        if self._is_pending and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle_aborted)

    def _settle_aborted(self) -> None:
        self._settle(self._rejected(errors.Aborted(self.signal.reason)))
        if self._work.options.cancel and self._task is not None:
            self._task.cancel(self.signal.reason)

    def _settle(self, action: Action, *, is_silent: bool = False) -> None:
        """Dispatch the action that ends this run; the first one is the only one."""
        if self._is_settled:
            return
        self._is_settled = True
        if self._unlink is not None:
            self._unlink()
        try:
            if not is_silent:
                self._store.dispatch(action)
        except Exception as error:
            self._end.set_exception(error)
        else:
            self._end.set_result(action)

    def _rejected(self, error: BaseException) -> Action:
        rejected = Rejected(self._work.prefix)
        if isinstance(error, Rejection):
            return rejected(
                payload=error.value,
                request_id=self.request_id,
                arg=self.arg,
                meta=error.meta,
            )
        if not self._is_settled:
            self._error = error
        return rejected(
            error, request_id=self.request_id, arg=self.arg, plain=self._plain(error)
        )

    def _plain(self, error: BaseException) -> Mapping[str, object]:
        if isinstance(error, errors.Aborted | asyncio.CancelledError | ConditionFalse):
            return serialise_error(error)  # tools know these by their names
        try:
            return self._work.options.serialise_error(error)
        except Exception as failure:
            told = {"message": "serialise_error failed", "exception": failure}
            self._loop.call_exception_handler(told)
            return serialise_error(error)


def _loop_for(prefix: str) -> asyncio.AbstractEventLoop:
    loop = running_loop()
    if loop is not None:
        return loop
    raise errors.UsageError(
        f"{prefix} is an async thunk, and no event loop is running here",
        hint="dispatch it inside a coroutine: asyncio.run(main())",
    )


def _chain(outer: AbortSignal, inner: AbortSignal) -> Callable[[], None]:
    return outer.on_abort(lambda: inner.abort(outer.reason))


def _reason(prefix: str, action: Action) -> str:
    """Say in a line why a run has no result."""
    error = action.get("error")
    message = error.get("message") if isinstance(error, Mapping) else error
    if "payload" in action:
        return f"{prefix} was rejected with {reprlib.repr(action['payload'])}"
    return f"{prefix} was rejected: {message}"
