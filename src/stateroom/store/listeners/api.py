"""What a listener's effect can use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, Never, Protocol, TypeAlias, TypeVar, overload

from stateroom.store.aborting import AbortSignal
from stateroom.store.actions import Action
from stateroom.store.listeners.entries import Pattern
from stateroom.store.listeners.forking import Forked
from stateroom.store.listeners.tasks import TaskApi, Timer
from stateroom.store.loops import resolve
from stateroom.store.middleware import StoreApi
from stateroom.store.seams import Readable

__all__ = ("Effect", "ListenerApi", "Listening", "Taken", "TypedEffect")

R = TypeVar("R")
T = TypeVar("T")

Effect: TypeAlias = "Callable[[Action, ListenerApi], object]"
"""What a listener does: a function or a coroutine function."""

TypedEffect: TypeAlias = "Callable[[Never, ListenerApi], object]"
"""An effect whose annotation says more of its actions, as ``PayloadAction[str]``."""


class Taken(NamedTuple):
    """An action that was waited for.

    Attributes:
        action: as it was dispatched.
        state: the root state after it.
        original: the root state before it.
    """

    action: Action
    state: object
    original: object


class Listening(Protocol):
    """The run that an api belongs to, and its listener."""

    @property
    def signal(self) -> AbortSignal:
        """Says whether the run was cancelled."""
        ...

    def original_state(self) -> object:
        """Return the root state before the action, as long as it is kept."""
        ...

    def cancel(self) -> None:
        """Stop the run."""
        ...

    def cancel_others(self) -> None:
        """Stop every other run of the listener that has begun."""
        ...

    def resume(self) -> None:
        """Have the listener hear of actions again."""
        ...

    def suspend(self) -> None:
        """Have the listener hear of no more actions."""
        ...

    def join(self, forked: Forked[T]) -> None:
        """Let the run end only when a fork has ended."""
        ...

    def listen(self, pattern: Pattern, effect: Effect) -> Callable[[], None]:
        """Add one more listener, and return what takes it away."""
        ...


class ListenerApi(TaskApi):
    """What an effect can use. Each run of an effect has its own.

    Attributes:
        signal: says whether this run was cancelled, and why.
        extra: what the middleware was given, or else the store.
    """

    def __init__(
        self, run: Listening, *, store: StoreApi, extra: object, timer: Timer | None
    ) -> None:
        super().__init__(run.signal, timer)
        self.extra: object = extra
        self._run = run
        self._store = store

    @overload
    def dispatch(self, action: Callable[[StoreApi], R], /) -> R: ...

    @overload
    def dispatch(self, action: Mapping[str, object], /) -> Mapping[str, object]: ...

    def dispatch(
        self, action: Callable[[StoreApi], R] | Mapping[str, object], /
    ) -> R | Mapping[str, object]:
        """Send an action, or a thunk, through the whole chain of the store."""
        if callable(action):
            return self._store.dispatch(action)
        return self._store.dispatch(action)

    def __getitem__(self, part: Readable[T], /) -> T:
        """Return the state of a slice as it is now: ``api[roles]``.

        Raises:
            InvalidSlice: the store does not have it.
        """
        return self._store[part]

    def get_state(self) -> object:
        """Return the root state as it is now."""
        return self._store.get_state()

    def get_original_state(self) -> object:
        """Return the root state as it was before the action.

        Raises:
            UsageError: the effect has waited since, and the state is not kept so long.
        """
        return self._run.original_state()

    def cancel(self) -> None:
        """Stop this run: its next wait does not come back."""
        self._run.cancel()

    def cancel_active_listeners(self) -> None:
        """Stop every other run of this listener that has begun: the latest one wins."""
        self._run.cancel_others()

    async def debounce(self, seconds: float) -> None:
        """Stop the earlier runs and wait; it comes back if no later run begins."""
        self.cancel_active_listeners()
        await self.delay(seconds)

    def subscribe(self) -> None:
        """Hear of actions again, from the next one on."""
        self._run.resume()

    def unsubscribe(self) -> None:
        """Hear of no more actions, from the next one on; this run goes on."""
        self._run.suspend()

    async def take(
        self,
        pattern: Pattern,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - of the timer, not of the loop
    ) -> Taken | None:
        """Wait for an action.

        Args:
            pattern: a creator, a type, a matcher, or a predicate of the action, the
                state after it and the state before it.
            timeout: in seconds; without one, it may wait for ever.

        Returns:
            The action and the states around it; None when the time was over first.
        """
        self.throw_if_cancelled()
        found: asyncio.Future[Taken | None]
        found = asyncio.get_running_loop().create_future()

        def seen(action: Action, api: ListenerApi) -> None:
            api.unsubscribe()
            resolve(found, Taken(action, api.get_state(), api.get_original_state()))

        stop = self._run.listen(pattern, seen)
        handle = None
        if timeout is not None:
            handle = self._call_later(timeout, lambda: resolve(found, None))
        try:
            return await found
        finally:
            stop()
            if handle is not None:
                handle.cancel()

    async def condition(
        self,
        pattern: Pattern,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> bool:
        """Wait for an action; say whether it came before the time was over."""
        return await self.take(pattern, timeout=timeout) is not None

    @overload
    def fork(
        self, executor: Callable[[TaskApi], Awaitable[T]], *, auto_join: bool = False
    ) -> Forked[T]: ...

    @overload
    def fork(
        self, executor: Callable[[TaskApi], T], *, auto_join: bool = False
    ) -> Forked[T]: ...

    def fork(
        self,
        executor: Callable[[TaskApi], Awaitable[T] | T],
        *,
        auto_join: bool = False,
    ) -> Forked[T]:
        """Start a task beside this run. It is cancelled when this run ends.

        Args:
            executor: a function or a coroutine function.
            auto_join: let this run end only when the task has ended.
        """
        self.throw_if_cancelled()
        forked = Forked(executor, self.signal, self._timer)
        if auto_join:
            self._run.join(forked)
        return forked
