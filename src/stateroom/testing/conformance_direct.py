"""A cache's direct calls, on either face, as coroutine functions with plain loaders."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from stateroom.cache import Blocking, Cache, Erased
from stateroom.catalogue.keys import Scope
from stateroom.testing.loads import Loads

__all__ = ("AwaitedDirect", "Direct", "ThreadedDirect", "Threads")

R = TypeVar("R")

MOST_THREADS = 64
"""More than callers in any test: none may wait for a thread, and hide that it waits."""
ALL = 1_000_000


class Threads:
    """Runs blocking calls, each in a thread of its own."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="promises")

    async def call(self, call: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


class Direct(Protocol):
    """The direct calls of either face, as coroutine functions; loaders are plain."""

    async def get(
        self, key: str, *, of: type[R], default: R | None = None
    ) -> R | None: ...

    async def set(
        self, key: str, value: R, *, of: type[R], ttl: float, tags: Iterable[str] = ()
    ) -> bool: ...

    async def delete(self, key: str) -> int: ...

    async def get_or_load(
        self,
        key: str,
        loader: Callable[[], R],
        *,
        of: type[R],
        ttl: float,
        tags: Iterable[str] = (),
        fresh: bool = False,
    ) -> R: ...

    async def get_many_or_load(
        self,
        keys: Iterable[str],
        loader: Callable[[list[str]], Mapping[str, R]],
        *,
        of: type[R],
        ttl: float,
        tags: Iterable[str] = (),
    ) -> dict[str, R]: ...

    async def invalidate_tags(self, *tags: str) -> int: ...

    async def invalidate_item(self, name: str) -> int: ...

    async def invalidate_scope(self, scope: Scope) -> int: ...

    async def clear(self, *, erase: bool = False) -> int: ...

    async def delete_pattern(
        self, pattern: str, *, resume: str = "", most: int = ALL
    ) -> Erased: ...


class AwaitedDirect:
    """Those of the asyncio face."""

    def __init__(self, cache: Cache, loads: Loads) -> None:
        self._cache = cache
        self._loads = loads

    async def get(self, key: str, *, of: type[R], default: R | None = None) -> R | None:
        return await self._cache.get(key, of=of, default=default)

    async def set(
        self, key: str, value: R, *, of: type[R], ttl: float, tags: Iterable[str] = ()
    ) -> bool:
        return await self._cache.set(key, value, of=of, ttl=ttl, tags=tags)

    async def delete(self, key: str) -> int:
        return await self._cache.delete(key)

    async def invalidate_item(self, name: str) -> int:
        return await self._cache.invalidate_item(name)

    async def invalidate_scope(self, scope: Scope) -> int:
        return await self._cache.invalidate_scope(scope)

    async def clear(self, *, erase: bool = False) -> int:
        return await self._cache.clear(erase=erase)

    async def delete_pattern(
        self, pattern: str, *, resume: str = "", most: int = ALL
    ) -> Erased:
        return await self._cache.delete_pattern(pattern, resume=resume, most=most)

    async def invalidate_tags(self, *tags: str) -> int:
        return await self._cache.invalidate_tags(*tags)

    async def get_or_load(
        self,
        key: str,
        loader: Callable[[], R],
        *,
        of: type[R],
        ttl: float,
        tags: Iterable[str] = (),
        fresh: bool = False,
    ) -> R:
        async def load() -> R:
            return loader()

        counted: Callable[[], Awaitable[R]] = self._loads(load)
        return await self._cache.get_or_load(
            key, counted, of=of, ttl=ttl, tags=tags, fresh=fresh
        )

    async def get_many_or_load(
        self,
        keys: Iterable[str],
        loader: Callable[[list[str]], Mapping[str, R]],
        *,
        of: type[R],
        ttl: float,
        tags: Iterable[str] = (),
    ) -> dict[str, R]:
        async def load(missing: list[str]) -> Mapping[str, R]:
            return loader(missing)

        counted: Callable[[list[str]], Awaitable[Mapping[str, R]]] = self._loads(load)
        return await self._cache.get_many_or_load(
            keys, counted, of=of, ttl=ttl, tags=tags
        )


class ThreadedDirect:
    """Those of the blocking face."""

    def __init__(self, threads: Threads, blocking: Blocking, loads: Loads) -> None:
        self._call = threads.call
        self._blocking = blocking
        self._loads = loads

    async def get(self, key: str, *, of: type[R], default: R | None = None) -> R | None:
        return await self._call(lambda: self._blocking.get(key, of=of, default=default))

    async def set(
        self, key: str, value: R, *, of: type[R], ttl: float, tags: Iterable[str] = ()
    ) -> bool:
        return await self._call(
            lambda: self._blocking.set(key, value, of=of, ttl=ttl, tags=tags)
        )

    async def delete(self, key: str) -> int:
        return await self._call(lambda: self._blocking.delete(key))

    async def get_or_load(
        self,
        key: str,
        loader: Callable[[], R],
        *,
        of: type[R],
        ttl: float,
        tags: Iterable[str] = (),
        fresh: bool = False,
    ) -> R:
        call = functools.partial(
            self._blocking.get_or_load, key, self._loads(loader), of=of, ttl=ttl,
            tags=tags, fresh=fresh,
        )  # fmt: skip
        return await self._call(call)

    async def get_many_or_load(
        self,
        keys: Iterable[str],
        loader: Callable[[list[str]], Mapping[str, R]],
        *,
        of: type[R],
        ttl: float,
        tags: Iterable[str] = (),
    ) -> dict[str, R]:
        call = functools.partial(
            self._blocking.get_many_or_load, keys, self._loads(loader), of=of, ttl=ttl,
            tags=tags,
        )  # fmt: skip
        return await self._call(call)

    async def invalidate_tags(self, *tags: str) -> int:
        return await self._call(lambda: self._blocking.invalidate_tags(*tags))

    async def invalidate_item(self, name: str) -> int:
        return await self._call(lambda: self._blocking.invalidate_item(name))

    async def invalidate_scope(self, scope: Scope) -> int:
        return await self._call(lambda: self._blocking.invalidate_scope(scope))

    async def clear(self, *, erase: bool = False) -> int:
        return await self._call(lambda: self._blocking.clear(erase=erase))

    async def delete_pattern(
        self, pattern: str, *, resume: str = "", most: int = ALL
    ) -> Erased:
        return await self._call(
            lambda: self._blocking.delete_pattern(pattern, resume=resume, most=most)
        )
