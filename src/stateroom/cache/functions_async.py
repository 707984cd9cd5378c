"""Cached coroutine functions, with parameters and types unchanged."""

from __future__ import annotations

import asyncio
import functools
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from typing import Concatenate, Generic, ParamSpec, TypeVar, cast, overload

from stateroom import signals
from stateroom.cache.functions import Head, look_alike
from stateroom.cache.hits import MISS
from stateroom.cache.outcomes import Entry
from stateroom.cache.places import Place
from stateroom.cache.serving_async import AsyncServing, Missed
from stateroom.cache.transactions import after_commit_async

__all__ = ("AsyncBound", "AsyncCached")

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")
S = TypeVar("S")
Self = TypeVar("Self")


class _AsyncCalls(Generic[P, R]):
    """What can be done with a cached coroutine function, beside calling it."""

    _head: Head[R]
    serving: AsyncServing[R]

    @abstractmethod
    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        """Return the arguments as the function itself takes them."""

    def key(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """Return the key under which the result of these arguments stands."""
        return self._place(args, kwargs).value.decode()

    async def entry(self, *args: P.args, **kwargs: P.kwargs) -> Entry[R]:
        """Return the value with its origin, its age and its tags."""
        place, load = self._place(args, kwargs), self._loader(args, kwargs)
        return self.serving.entry_of(await self.serving.outcome(place, load))

    async def fresh(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return a value whose TTL is not over; never a stale one."""
        place, load = self._place(args, kwargs), self._loader(args, kwargs)
        return (await self.serving.outcome(place, load, is_fresh=True)).value

    async def refresh(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Load now, store the result and return it."""
        place, load = self._place(args, kwargs), self._loader(args, kwargs)
        return (await self.serving.forced(place, load)).value

    async def invalidate(self, *args: P.args, **kwargs: P.kwargs) -> int:
        """Forget the result of these arguments, in every process and every release.

        Returns:
            How many entries were stored.

        Raises:
            NotInvalidated: Redis did not answer; it is queued.
        """
        place = self._place(args, kwargs)
        return await self._head.voiding.place_async(place, self._head.item)

    def invalidate_after(
        self, session: object, /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Invalidate when a SQLAlchemy session has committed; never, if it does not."""
        place, item = self._place(args, kwargs), self._head.item
        void = self._head.voiding.place_async
        after_commit_async(session, lambda: void(place, item))

    async def invalidate_all(self) -> int:
        """Forget every result of this function; one step, however many there are."""
        return await self._head.voiding.implicit_async(self._head.item)

    async def get_many(self, calls: Iterable[object]) -> list[R]:
        """Return the results of several calls, in order, read together.

        Args:
            calls: the arguments of each: a tuple of them, or the only one.
        """
        given = [each if isinstance(each, tuple) else (each,) for each in calls]
        values = await asyncio.gather(*(self._get(each, {}) for each in given))
        return list(values)

    async def _get(self, args: tuple[object, ...], kwargs: dict[str, object]) -> R:
        place, load = self._place(args, kwargs), self._loader(args, kwargs)
        if signals.recorder is not None:
            return await self.serving.reported(place, load)
        found = self.serving.found_local(place)
        if found is not MISS:
            return found
        return await self.serving.value(place, load)

    def _place(self, args: tuple[object, ...], kwargs: dict[str, object]) -> Place:
        return self._head.locate(*self._given(args), **kwargs)

    def _loader(
        self, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> Callable[[], Awaitable[R]]:
        call = functools.partial(self._head.function, *self._given(args), **kwargs)
        return cast("Callable[[], Awaitable[R]]", call)


class AsyncCached(_AsyncCalls[P, R]):
    """A coroutine function served from a cache."""

    def __init__(self, head: Head[R], serving: AsyncServing[R]) -> None:
        self._head = head
        self.serving: AsyncServing[R] = serving
        look_alike(self, head.function, is_async=True)
        # On the hot path each attribute that is not looked up counts.
        self._locate = head.locate
        self._hit = serving.hit
        self._found_local = serving.found_local if serving.local else None

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        place = self._locate(*args, **kwargs)
        if signals.recorder is not None:
            return await self.serving.reported(place, self._loader(args, kwargs))
        if self._found_local is not None:
            found = self._found_local(place)
            if found is not MISS:
                return found
        value = await self._hit(place)
        if isinstance(value, Missed):
            load = self._loader(args, kwargs)
            return (await self.serving.missed(place, value, load)).value
        return value

    @overload
    def __get__(self: Self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(
        self: AsyncCached[Concatenate[S, Q], R], instance: S, owner: type
    ) -> AsyncBound[Q, R]: ...

    def __get__(self, instance: object, owner: type) -> object:
        if instance is None:
            return self
        return AsyncBound(self._head, self.serving, instance)

    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        return args


class AsyncBound(_AsyncCalls[P, R]):
    """A cached method of one instance."""

    def __init__(
        self, head: Head[R], serving: AsyncServing[R], instance: object
    ) -> None:
        self._head = head
        self.serving: AsyncServing[R] = serving
        self._instance = instance
        look_alike(self, head.function, is_async=True, is_bound=True)

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._get(args, kwargs)

    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        return (self._instance, *args)
