"""Declares the work of a slice that waits; a part of ``Slice``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import (
    TYPE_CHECKING,
    Concatenate,
    Generic,
    ParamSpec,
    TypeVar,
    Unpack,
    overload,
)

if TYPE_CHECKING:
    from stateroom.store.thunks import Api, AsyncThunk, ThunkOptions, Verdict

__all__ = ("SliceThunks",)

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


class SliceThunks(Generic[S]):
    """What makes thunks of the functions that belong to a slice.

    Attributes:
        name: of the slice; the types of the actions begin with it.
    """

    name: str

    @overload
    def thunk(
        self, function: Callable[Concatenate[Api[S], P], Awaitable[R]], /
    ) -> AsyncThunk[P, R]: ...

    @overload
    def thunk(
        self,
        *,
        condition: Callable[Concatenate[Api[S], P], Verdict],
        pending_meta: Callable[Concatenate[Api[S], P], Mapping[str, object]]
        | None = ...,
        **options: Unpack[ThunkOptions],
    ) -> Callable[
        [Callable[Concatenate[Api[S], P], Awaitable[R]]], AsyncThunk[P, R]
    ]: ...

    @overload
    def thunk(
        self,
        *,
        pending_meta: Callable[Concatenate[Api[S], P], Mapping[str, object]],
        **options: Unpack[ThunkOptions],
    ) -> Callable[
        [Callable[Concatenate[Api[S], P], Awaitable[R]]], AsyncThunk[P, R]
    ]: ...

    @overload
    def thunk(
        self, **options: Unpack[ThunkOptions]
    ) -> Callable[
        [Callable[Concatenate[Api[S], P], Awaitable[R]]], AsyncThunk[P, R]
    ]: ...

    def thunk(  # type: ignore[misc] # the overloads above say what it takes
        self,
        function: Callable[..., Awaitable[object]] | None = None,
        /,
        *,
        condition: Callable[..., Verdict] | None = None,
        pending_meta: Callable[..., Mapping[str, object]] | None = None,
        **options: Unpack[ThunkOptions],
    ) -> object:
        """Declare work that waits, and the three actions that tell of it.

        It dispatches ``<name>/pending``, and then ``/fulfilled`` or ``/rejected``.

        Args:
            function: a coroutine function of the api and the arguments of a run.
            condition: says whether a run may begin, from the same arguments.
            pending_meta: more to know about a run, from the same arguments.
            options: see ``stateroom.store.thunks.ThunkOptions``.
        """
        # Thunks need asyncio, which costs more to import than the rest of the store.
        from stateroom.store.thunks import declare  # noqa: PLC0415 - on use

        def declared(given: Callable[..., Awaitable[object]]) -> object:
            return declare(
                self,
                given,
                condition=condition,
                pending_meta=pending_meta,
                **options,
            )

        return declared if function is None else declared(function)
