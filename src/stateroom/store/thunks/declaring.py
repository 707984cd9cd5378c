"""Async thunks as they are declared: functions whose runs become actions."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Awaitable, Callable, Mapping
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeVar, Unpack, cast

from stateroom.errors import InvalidAction, InvalidSlice
from stateroom.store.aborting import AbortSignal
from stateroom.store.middleware import StoreApi
from stateroom.store.payloads import Parameters
from stateroom.store.thunks.api import Api
from stateroom.store.thunks.matching import ActionMatcher, is_any_of
from stateroom.store.thunks.phases import Fulfilled, Pending, Rejected
from stateroom.store.thunks.running import ThunkRun
from stateroom.store.thunks.work import Options, ThunkOptions, Verdict, Work

__all__ = ("AsyncThunk", "Thunk", "create_async_thunk", "declare")

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


class Named(Protocol):
    """What a slice is, seen from here."""

    @property
    def name(self) -> str:
        """The key of its state in the root state, and of its actions."""
        ...


class Thunk(Generic[R]):
    """An async thunk with its arguments, to be dispatched: each time is a run."""

    def __init__(self, work: Work[R], *, link: AbortSignal | None = None) -> None:
        self._work = work
        self._link = link

    def __repr__(self) -> str:
        return f"<Thunk {self._work.prefix}>"

    def __call__(self, store: StoreApi, /) -> ThunkRun[R]:
        """Start a run. ``dispatch`` calls it, and returns what it returns."""
        run = ThunkRun(self._work, store, link=self._link)
        run.start()
        return run

    def linked(self, signal: AbortSignal) -> Thunk[R]:
        """Return a thunk whose runs are aborted when ``signal`` is."""
        return Thunk(self._work, link=signal)


class AsyncThunk(Generic[P, R]):
    """Makes thunks: call it with the arguments of its function, dispatch the result.

    Attributes:
        type: its actions' types begin with it, e.g. ``"roles/load_roles"``.
        pending: the action that is dispatched before the function begins.
        fulfilled: the action that carries the function's result.
        rejected: the action that says why there is none.
        settled: matches the last action of a run, whichever it is.
    """

    def __init__(
        self,
        prefix: str,
        function: Callable[Concatenate[Api[object], P], Awaitable[R]],
        *,
        condition: Callable[Concatenate[Api[object], P], Verdict] | None = None,
        pending_meta: (
            Callable[Concatenate[Api[object], P], Mapping[str, object]] | None
        ) = None,
        find: Callable[[object], object] | None = None,
        options: Options | None = None,
    ) -> None:
        _check_function(prefix, function)
        self.type: str = prefix
        self.pending: Pending = Pending(prefix)
        self.fulfilled: Fulfilled[R] = Fulfilled(prefix)
        self.rejected: Rejected = Rejected(prefix)
        self.settled: ActionMatcher = is_any_of(self.rejected, self.fulfilled)
        self._function = function
        self._condition = condition
        self._pending_meta = pending_meta
        self._find = find or _root
        self._options = options or Options()
        self._parameters = Parameters(function)
        functools.update_wrapper(self, function, updated=())

    def __repr__(self) -> str:
        return f"<AsyncThunk {self.type}>"

    def __str__(self) -> str:
        return self.type

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Thunk[R]:
        """Return the thunk that runs the function with these arguments.

        Raises:
            InvalidAction: it was dispatched itself, and so was called by the store.
        """
        if args and hasattr(args[0], "get_state") and hasattr(args[0], "dispatch"):
            raise InvalidAction(
                f"{self.type} was dispatched, and not what it returns",
                hint="call it first: dispatch(load(...)) and not dispatch(load)",
            )
        condition, meta = self._condition, self._pending_meta
        return Thunk(
            Work(
                prefix=self.type,
                arg=self._parameters.payload(args, kwargs),
                begin=lambda api: self._function(api, *args, **kwargs),
                condition=condition and (lambda api: condition(api, *args, **kwargs)),
                pending_meta=meta and (lambda api: meta(api, *args, **kwargs)),
                find=self._find,
                options=self._options,
            )
        )


def create_async_thunk(
    prefix: str,
    function: Callable[Concatenate[Api[S], P], Awaitable[R]],
    *,
    condition: Callable[Concatenate[Api[S], P], Verdict] | None = None,
    pending_meta: Callable[Concatenate[Api[S], P], Mapping[str, object]] | None = None,
    **options: Unpack[ThunkOptions],
) -> AsyncThunk[P, R]:
    """Return an async thunk that belongs to no slice; ``api.state`` is the root state.

    Args:
        prefix: its actions' types are this and ``/pending``, ``/fulfilled`` or
            ``/rejected``.
        function: a coroutine function; it is given the api first.
        condition: called with the same arguments before anything is dispatched; when
            it answers false, nothing is.
        pending_meta: called so, too; goes into the ``meta`` of ``pending``.
        options: see ``Options``.
    """
    return AsyncThunk(
        prefix,
        _any_state(function),
        condition=condition and _any_state(condition),
        pending_meta=pending_meta and _any_state(pending_meta),
        options=Options(**options),
    )


def declare(
    slice_: Named,
    function: Callable[Concatenate[Api[S], P], Awaitable[R]],
    *,
    condition: Callable[Concatenate[Api[S], P], Verdict] | None = None,
    pending_meta: Callable[Concatenate[Api[S], P], Mapping[str, object]] | None = None,
    **options: Unpack[ThunkOptions],
) -> AsyncThunk[P, R]:
    """Return the async thunk of a slice, named after its function unless told."""
    chosen = Options(**options)
    name = chosen.name or getattr(function, "__name__", "")
    return AsyncThunk(
        f"{slice_.name}/{name}",
        _any_state(function),
        condition=condition and _any_state(condition),
        pending_meta=pending_meta and _any_state(pending_meta),
        find=lambda root: cast("Mapping[str, object]", root)[slice_.name],
        options=chosen,
    )


def _any_state(
    function: Callable[Concatenate[Api[S], P], R],
) -> Callable[Concatenate[Api[object], P], R]:
    """Forget which state a function takes: its api finds the state of its slice."""
    return cast("Callable[Concatenate[Api[object], P], R]", function)


def _root(state: object) -> object:
    return state


def _check_function(prefix: str, function: object) -> None:
    """Refuse a function that forgot to be ``async``."""
    if not callable(function):
        found = type(function).__name__
        raise InvalidSlice(
            f"{prefix} needs a coroutine function, got {found}",
            hint="declare it with `async def`",
        )
    inner = inspect.unwrap(function)
    if isinstance(inner, types.FunctionType) and not inspect.iscoroutinefunction(inner):
        raise InvalidSlice(
            f"{prefix} needs a coroutine function, and {inner.__qualname__} is none",
            hint="declare it with `async def`, or dispatch a plain thunk instead",
        )
