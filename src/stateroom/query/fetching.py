"""One request: the task that does it, and how it ends.

It ends once: with what the endpoint returned or raised, or by being aborted, whichever
is first. Being aborted tells the endpoint's signal and cancels its task; the request
has ended then, whatever the task does about it.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Mapping
from typing import Protocol, cast

from stateroom.errors import ErrorInfo
from stateroom.query.actions import RequestArg
from stateroom.query.definitions import Definition
from stateroom.query.ending import TURNS, Ending
from stateroom.query.failing import aborted, info_of
from stateroom.query.retrying import is_expected, retried
from stateroom.query.timers import Timers
from stateroom.store.aborting import AbortSignal
from stateroom.store.drafts import freeze
from stateroom.store.eager import begin
from stateroom.store.undefined import UNDEFINED

__all__ = ("Call", "Run", "RunHost")


class Call(Protocol):
    """What the function of an endpoint is given, as far as a request knows it."""

    @property
    def meta(self) -> Mapping[str, object]:
        """What the transport told besides the answer."""
        ...


class RunHost(Protocol):
    """What requests are made in."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that runs here."""
        ...

    @property
    def timers(self) -> Timers:
        """Where time is from."""
        ...

    def next_id(self) -> str:
        """Return an id that no other request has."""
        ...

    def report(self, error: BaseException, what: str) -> None:
        """Tell of an error that nobody waits for."""
        ...

    @property
    def draw(self) -> Callable[[], float]:
        """Where chance is from: gives numbers from 0 to below 1."""
        ...

    def call_for(self, run: Run, /) -> Call:
        """Return what the function of the endpoint is given for one attempt."""
        ...

    @property
    def tasks(self) -> set[asyncio.Task[object]]:
        """The tasks that run: who runs one puts it here and takes it out."""
        ...


class Run(Ending):
    """A request.

    Attributes:
        definition: of its endpoint.
        about: what it was made of, as its actions say.
        key: of the entry that it is for; of a mutation, its name.
        request_id: names it.
        is_forced: whether the data is asked for though it is there.
        is_upsert: whether nothing is asked, as the data was given here.
        signal: tells the endpoint that nobody wants the result any more.
        started_at: when it began, in ms.
        call: what the function of the endpoint was given last.
        data: what it brought; ``UNDEFINED`` while it runs, and when it failed.
        error: why it failed; None while it runs, and when it did not.
        cause: what was raised, if it failed so.
        is_handled: whether the error is one that requests have.
        is_aborted: whether it was told to stop.
    """

    __slots__ = (
        "_host",
        "_is_refused",
        "_settle",
        "_task",
        "about",
        "call",
        "cause",
        "data",
        "definition",
        "error",
        "is_aborted",
        "is_forced",
        "is_handled",
        "is_upsert",
        "key",
        "request_id",
        "signal",
        "started_at",
    )

    def __init__(
        self,
        host: RunHost,
        definition: Definition,
        *,
        about: RequestArg,
        key: str,
        settle: Callable[[Run], object],
        is_forced: bool = False,
        is_upsert: bool = False,
    ) -> None:
        super().__init__(host.loop)
        self._host = host
        self._settle = settle
        self._is_refused = False
        self._task: asyncio.Task[object] | None = None
        self.definition: Definition = definition
        self.about: RequestArg = about
        self.key: str = key
        self.request_id: str = host.next_id()
        self.is_forced: bool = is_forced
        self.is_upsert: bool = is_upsert
        self.signal: AbortSignal = AbortSignal()
        self.started_at: int = host.timers.now_ms()
        self.call: Call | None = None
        self.data: object = UNDEFINED
        self.error: ErrorInfo | None = None
        self.cause: BaseException | None = None
        self.is_handled: bool = False
        self.is_aborted: bool = False

    @property
    def arg(self) -> object:
        """The argument."""
        return self.about.get("originalArgs", UNDEFINED)

    @property
    def meta(self) -> Mapping[str, object]:
        """What the transport told besides."""
        return {} if self.call is None else self.call.meta

    # -- beginning

    def refuse(self, error: Exception) -> None:
        """Fail, soon, without having begun."""
        self._is_refused = True
        self._host.loop.call_soon(lambda: self.fail(error))

    def begin(self) -> None:
        """Call the function of the endpoint, until it waits for the first time."""
        if self._is_refused:
            return
        try:
            work = self._work()
        except Exception as error:
            failure = error
            self._host.loop.call_soon(lambda: self.fail(failure))
            return
        task = begin(work, self._host.loop)
        self._task = task
        self._host.tasks.add(task)
        task.add_done_callback(self._when_done)

    def give(self, data: object) -> None:
        """End, soon, with data that was given here."""
        self._host.loop.call_soon(lambda: self._end_with(data))

    def _work(self) -> Coroutine[object, object, object]:
        definition = self.definition
        if definition.retry is None and definition.transform is None:
            return self._attempt()
        return self._transformed()

    def _attempt(self) -> Coroutine[object, object, object]:
        self.call = self._host.call_for(self)
        return self.definition.coroutine(self.call, self.arg)

    async def _transformed(self) -> object:
        retry, transform = self.definition.retry, self.definition.transform
        if retry is None:
            data = await self._attempt()
        else:
            data = await retried(
                self._attempt,
                retry,
                sleep=self._host.timers.sleep,
                draw=self._host.draw,
                signal=self.signal,
            )
        if transform is None:
            return data
        made = transform(data, arg=self.arg, meta=self.meta)
        return await made if inspect.isawaitable(made) else made

    # -- ending

    def abort(self, reason: str = "Aborted") -> None:
        """Let nobody wait for it any more; nothing happens when it has ended."""
        if self.is_over or self.signal.aborted:
            return
        self.signal.abort(reason)
        self._host.loop.call_soon(self._end_aborted)

    def fail(self, error: BaseException) -> None:
        """End with an error, unless it has ended."""
        if not self.is_over:
            self.turn_out(error)
            self._end()

    def turn_out(self, error: BaseException) -> None:
        """Have failed with an error."""
        self.data, self.error, self.cause = UNDEFINED, info_of(error), error
        self.is_handled = isinstance(error, Exception) and is_expected(error)
        change = self.definition.transform_error
        if not self.is_handled or change is None:
            return
        try:
            made = change(self.error, arg=self.arg, meta=self.meta)
            self.error = cast("ErrorInfo", made)
        except Exception as raised:
            self.error, self.cause, self.is_handled = info_of(raised), raised, False

    def _when_done(self, task: asyncio.Task[object]) -> None:
        self._task = None
        self._host.tasks.discard(task)
        if self.is_over:
            # It was aborted. What it raised meanwhile is of no interest, but is seen.
            if not task.cancelled():
                task.exception()
        elif self.signal.aborted or task.cancelled():
            self._end_aborted()
        elif (error := task.exception()) is not None:
            self.fail(error)
        else:
            self._end_with(task.result())

    def _end_with(self, data: object) -> None:
        if self.is_over or self.signal.aborted:
            self._end_aborted()
            return
        try:
            self.data = freeze(data)
        except Exception as error:
            self.fail(error)
        else:
            self._end()

    def _end_aborted(self) -> None:
        if not self.is_over:
            self.error = aborted(self.signal.reason or "Cancelled")
            self.is_aborted = True
            self._end()
        if self._task is not None and not self._task.done():
            self._task.cancel(self.signal.reason)

    def _end(self) -> None:
        self.is_over = True
        try:
            self._settle(self)
        finally:
            self._report_unseen()
            self.tell_end(TURNS if self.definition.is_tended else 0)

    def _report_unseen(self) -> None:
        """Tell of an error of the program, where nobody waits who would be told."""
        if self.cause is not None and not self.is_handled and not self.is_awaited:
            self._host.report(self.cause, f"{self.definition.name!r} failed")
