"""Cached functions: what the decorator returns, with parameters and types unchanged."""

from __future__ import annotations

import asyncio
import functools
import inspect
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from typing import Concatenate, Generic, ParamSpec, TypeVar, cast, overload

from stateroom import signals
from stateroom.cache.hits import MISS
from stateroom.cache.locating import Locator
from stateroom.cache.outcomes import Entry
from stateroom.cache.places import Place
from stateroom.cache.serving_async import AsyncServing, Missed
from stateroom.cache.serving_blocking import BlockingServing
from stateroom.cache.voiding import Voiding
from stateroom.errors import BlockingCall

__all__ = ("AsyncBound", "AsyncCached", "BlockingBound", "BlockingCached", "Head")

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
Self = TypeVar("Self")

_running_loop = asyncio._get_running_loop  # noqa: SLF001 - documented; does not raise


class Head(Generic[R]):
    """What is known of a cached function besides how it is called.

    Attributes:
        function: as it was decorated.
        locate: from its arguments to the place of their entry.
        item: the name under which its entries stand.
        voiding: carries out its invalidations.
    """

    __slots__ = ("function", "item", "locate", "voiding")

    def __init__(
        self,
        function: Callable[..., object],
        locate: Locator[Place],
        *,
        item: str,
        voiding: Voiding,
    ) -> None:
        self.function = function
        self.locate = locate
        self.item = item
        self.voiding = voiding


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
        self.serving = serving
        _look_alike(self, head.function)
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
        self: AsyncCached[Concatenate[S, P], R], instance: S, owner: type
    ) -> AsyncBound[P, R]: ...

    def __get__(self, instance: object, owner: type) -> object:
        return self if instance is None else AsyncBound(self, instance)

    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        return args


class AsyncBound(_AsyncCalls[P, R]):
    """A cached method of one instance."""

    def __init__(self, of: AsyncCached[..., R], instance: object) -> None:
        self._head = of._head  # noqa: SLF001 - the same function
        self.serving = of.serving
        self._instance = instance
        _look_alike(self, of._head.function)  # noqa: SLF001 - as above

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._get(args, kwargs)

    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        return (self._instance, *args)


class _BlockingCalls(Generic[P, R]):
    """What can be done with a cached function, beside calling it."""

    _head: Head[R]
    serving: BlockingServing[R]

    @abstractmethod
    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        """Return the arguments as the function itself takes them."""

    def key(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """Return the key under which the result of these arguments stands."""
        return self._place(args, kwargs).value.decode()

    def entry(self, *args: P.args, **kwargs: P.kwargs) -> Entry[R]:
        """Return the value with its origin, its age and its tags."""
        place, load = self._called(args, kwargs)
        return self.serving.entry_of(self.serving.outcome(place, load))

    def fresh(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return a value whose TTL is not over; never a stale one."""
        place, load = self._called(args, kwargs)
        return self.serving.outcome(place, load, is_fresh=True).value

    def refresh(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Load now, store the result and return it."""
        place, load = self._called(args, kwargs)
        return self.serving.forced(place, load).value

    def invalidate(self, *args: P.args, **kwargs: P.kwargs) -> int:
        """Forget the result of these arguments, in every process and every release.

        Returns:
            How many entries were stored.

        Raises:
            NotInvalidated: Redis did not answer; it is queued.
        """
        place, _ = self._called(args, kwargs)
        return self._head.voiding.place(place, self._head.item)

    def invalidate_all(self) -> int:
        """Forget every result of this function; one step, however many there are."""
        refuse_in_loop(self._head.item)
        return self._head.voiding.implicit(self._head.item)

    def get_many(self, calls: Iterable[object]) -> list[R]:
        """Return the results of several calls, in order.

        Args:
            calls: the arguments of each: a tuple of them, or the only one.
        """
        refuse_in_loop(self._head.item)
        given = [each if isinstance(each, tuple) else (each,) for each in calls]
        return [self._get(args, {}) for args in given]

    def _get(self, args: tuple[object, ...], kwargs: dict[str, object]) -> R:
        place, load = self._place(args, kwargs), self._loader(args, kwargs)
        if signals.recorder is not None:
            return self.serving.reported(place, load)
        found = self.serving.found_local(place)
        if found is not MISS:
            return found
        return self.serving.value(place, load)

    def _called(
        self, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> tuple[Place, Callable[[], R]]:
        refuse_in_loop(self._head.item)
        return self._place(args, kwargs), self._loader(args, kwargs)

    def _place(self, args: tuple[object, ...], kwargs: dict[str, object]) -> Place:
        return self._head.locate(*self._given(args), **kwargs)

    def _loader(
        self, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> Callable[[], R]:
        call = functools.partial(self._head.function, *self._given(args), **kwargs)
        return cast("Callable[[], R]", call)


class BlockingCached(_BlockingCalls[P, R]):
    """A function served from a cache, in the calling thread."""

    def __init__(self, head: Head[R], serving: BlockingServing[R]) -> None:
        self._head = head
        self.serving = serving
        _look_alike(self, head.function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if _running_loop() is not None:
            refuse_in_loop(self._head.item)
        return self._get(args, kwargs)

    @overload
    def __get__(self: Self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(
        self: BlockingCached[Concatenate[S, P], R], instance: S, owner: type
    ) -> BlockingBound[P, R]: ...

    def __get__(self, instance: object, owner: type) -> object:
        return self if instance is None else BlockingBound(self, instance)

    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        return args


class BlockingBound(_BlockingCalls[P, R]):
    """A cached method of one instance."""

    def __init__(self, of: BlockingCached[..., R], instance: object) -> None:
        self._head = of._head  # noqa: SLF001 - the same function
        self.serving = of.serving
        self._instance = instance
        _look_alike(self, of._head.function)  # noqa: SLF001 - as above

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if _running_loop() is not None:
            refuse_in_loop(self._head.item)
        return self._get(args, kwargs)

    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        return (self._instance, *args)


def refuse_in_loop(what: str) -> None:
    """Refuse a blocking call where an event loop runs, before anything is looked at.

    Raises:
        BlockingCall: it would stop every other task of the loop.
    """
    if _running_loop() is not None:
        raise BlockingCall(
            f"{what}: a blocking call inside a running event loop",
            hint="make the function async, or call it with asyncio.to_thread",
        )


def _look_alike(
    cached: _AsyncCalls[P, R] | _BlockingCalls[P, R], function: Callable[..., object]
) -> None:
    """Carry the name, the documentation and the signature of the function.

    Frameworks look at the signature, and at whether it is a coroutine function.
    """
    carry = cast("Callable[[object, object], object]", functools.update_wrapper)
    carry(cached, function)
    if isinstance(cached, _AsyncCalls):
        mark = getattr(inspect, "markcoroutinefunction", None)
        if mark is not None:
            mark(cached)
