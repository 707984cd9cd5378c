"""Both faces of a cache behind one, so that a promise is written down once.

A test declares a plain function. On the asyncio face it becomes a coroutine function;
on the blocking one it stays as it is, and whatever is called runs in a thread.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, ParamSpec, Protocol, TypedDict, TypeVar, Unpack, cast

from stateroom.cache import AsyncCached, BlockingCached, Cache, Entry
from stateroom.testing.conformance_direct import (
    AwaitedDirect,
    Direct,
    ThreadedDirect,
    Threads,
)
from stateroom.testing.loads import Loads

__all__ = ("AsyncFace", "BlockingFace", "Face", "Function", "Options", "Threaded")

P = ParamSpec("P")
R = TypeVar("R")


class Options(TypedDict, Generic[R], total=False):
    """The options of ``Cache.cached`` that the promises are about."""

    tags: Iterable[str] | Callable[[R], Iterable[str]]
    version: str | int
    stale_for: float
    stale_if_error: float
    negative_ttl: float
    keep: Callable[[R], bool]
    scope: str
    ignore: Iterable[str]
    name: str
    returns: object
    early: float
    jitter: float
    load_timeout: float
    soft_timeout: float
    wait: float


class Function(Protocol[P, R]):
    """A cached function of either face, as a coroutine function."""

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    def key(self, *args: P.args, **kwargs: P.kwargs) -> str: ...

    async def entry(self, *args: P.args, **kwargs: P.kwargs) -> Entry[R]: ...

    async def fresh(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    async def refresh(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    async def invalidate(self, *args: P.args, **kwargs: P.kwargs) -> int: ...

    async def invalidate_all(self) -> int: ...

    async def get_many(self, calls: Iterable[object]) -> list[R]: ...


class Face(Protocol):
    """One of the two ways to call a cache."""

    name: str

    def cached(
        self,
        cache: Cache,
        function: Callable[P, R],
        *,
        loads: Loads | None = None,
        ttl: float = 60.0,
        **options: Unpack[Options[R]],
    ) -> Function[P, R]:
        """Declare a plain function; without jitter, unless that is asked for."""
        ...

    def direct(self, cache: Cache, *, loads: Loads | None = None) -> Direct:
        """Return the direct calls; ``loads`` counts their loaders."""
        ...

    def close(self) -> None: ...


class AsyncFace:
    """Coroutine functions, in the loop of the test."""

    name = "async"

    def cached(
        self,
        cache: Cache,
        function: Callable[P, R],
        *,
        loads: Loads | None = None,
        ttl: float = 60.0,
        **options: Unpack[Options[R]],
    ) -> AsyncCached[P, R]:
        counted = (loads or Loads())(_awaited(function))
        declared: object = _declared(cache, counted, ttl, options)
        return cast("AsyncCached[P, R]", declared)

    def direct(self, cache: Cache, *, loads: Loads | None = None) -> Direct:
        return AwaitedDirect(cache, loads or Loads())

    def close(self) -> None:
        """Nothing is open."""


class BlockingFace:
    """Plain functions, each call in a thread."""

    name = "blocking"

    def __init__(self) -> None:
        self._threads = Threads()

    def cached(
        self,
        cache: Cache,
        function: Callable[P, R],
        *,
        loads: Loads | None = None,
        ttl: float = 60.0,
        **options: Unpack[Options[R]],
    ) -> Threaded[P, R]:
        counted = (loads or Loads())(function)
        declared: object = _declared(cache, counted, ttl, options)
        return Threaded(self._threads, cast("BlockingCached[P, R]", declared))

    def direct(self, cache: Cache, *, loads: Loads | None = None) -> Direct:
        return ThreadedDirect(self._threads, cache.blocking, loads or Loads())

    def close(self) -> None:
        self._threads.close()


class Threaded(Generic[P, R]):
    """A cached function for threads, each call in one."""

    def __init__(self, threads: Threads, cached: BlockingCached[P, R]) -> None:
        self._call = threads.call
        self._cached = cached
        self.key: Callable[P, str] = cached.key

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._call(functools.partial(self._cached, *args, **kwargs))

    async def entry(self, *args: P.args, **kwargs: P.kwargs) -> Entry[R]:
        return await self._call(functools.partial(self._cached.entry, *args, **kwargs))

    async def fresh(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._call(functools.partial(self._cached.fresh, *args, **kwargs))

    async def refresh(self, *args: P.args, **kwargs: P.kwargs) -> R:
        call = functools.partial(self._cached.refresh, *args, **kwargs)
        return await self._call(call)

    async def invalidate(self, *args: P.args, **kwargs: P.kwargs) -> int:
        call = functools.partial(self._cached.invalidate, *args, **kwargs)
        return await self._call(call)

    async def invalidate_all(self) -> int:
        return await self._call(self._cached.invalidate_all)

    async def get_many(self, calls: Iterable[object]) -> list[R]:
        return await self._call(lambda: self._cached.get_many(calls))


def _awaited(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Return a plain function as a coroutine function."""

    @functools.wraps(function)
    async def awaited(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return awaited


def _declared(
    cache: Cache, function: Callable[P, object], ttl: float, options: Options[R]
) -> object:
    chosen: Options[R] = {"jitter": 0.0, **options}
    declare = cast("_Declare", cache.cached)
    return declare(ttl, **chosen)(function)


class _Declare(Protocol):
    """``Cache.cached``, as far as it is used here."""

    def __call__(self, ttl: float, **options: object) -> Callable[[object], object]: ...
