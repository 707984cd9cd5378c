"""Cached functions for the calling thread, with parameters and types unchanged."""

from __future__ import annotations

import asyncio
import functools
from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Concatenate, Generic, ParamSpec, TypeVar, cast, overload

from stateroom import signals
from stateroom.cache.functions import Head, done, look_alike
from stateroom.cache.hits import MISS
from stateroom.cache.outcomes import Entry
from stateroom.cache.places import Place
from stateroom.cache.serving_blocking import BlockingServing
from stateroom.cache.transactions import after_commit
from stateroom.flows.blocking import refuse_in_loop

__all__ = ("BlockingBound", "BlockingCached")

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")
S = TypeVar("S")
Self = TypeVar("Self")

_running_loop = asyncio._get_running_loop  # noqa: SLF001 - documented; does not raise


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

    def invalidate_after(
        self, session: object, /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Invalidate when a SQLAlchemy session has committed; never, if it does not."""
        place, item = self._place(args, kwargs), self._head.item
        void = self._head.voiding.place
        after_commit(session, lambda: done(void(place, item)))

    def invalidate_all(self) -> int:
        """Forget every result of this function; one step, however many there are."""
        refuse_in_loop(self._head.item)
        return self._head.voiding.implicit(self._head.item)

    def get_many(self, calls: Iterable[object]) -> list[R]:
        """Return the results of several calls, in order, read together.

        Args:
            calls: the arguments of each: a tuple of them, or the only one.
        """
        refuse_in_loop(self._head.item)
        given = [each if isinstance(each, tuple) else (each,) for each in calls]
        wanted = [(self._place(args, {}), self._loader(args, {})) for args in given]
        return self.serving.values(wanted)

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
        self.serving: BlockingServing[R] = serving
        look_alike(self, head.function, is_async=False)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if _running_loop() is not None:
            refuse_in_loop(self._head.item)
        return self._get(args, kwargs)

    @overload
    def __get__(self: Self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(
        self: BlockingCached[Concatenate[S, Q], R], instance: S, owner: type
    ) -> BlockingBound[Q, R]: ...

    def __get__(self, instance: object, owner: type) -> object:
        if instance is None:
            return self
        return BlockingBound(self._head, self.serving, instance)

    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        return args


class BlockingBound(_BlockingCalls[P, R]):
    """A cached method of one instance."""

    def __init__(
        self, head: Head[R], serving: BlockingServing[R], instance: object
    ) -> None:
        self._head = head
        self.serving: BlockingServing[R] = serving
        self._instance = instance
        look_alike(self, head.function, is_async=False, is_bound=True)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if _running_loop() is not None:
            refuse_in_loop(self._head.item)
        return self._get(args, kwargs)

    def _given(self, args: tuple[object, ...]) -> tuple[object, ...]:
        return (self._instance, *args)
