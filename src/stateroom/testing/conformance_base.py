"""What every promise of a cache is tested with: a backend, a clock, two faces."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Protocol, Unpack

import pytest

from stateroom.cache import Cache, Clock, ManualClock
from stateroom.catalogue.keys import LeaseKey, ValueKey, parse_key
from stateroom.testing.conformance_faces import (
    AsyncFace,
    BlockingFace,
    Face,
    Function,
    Options,
)
from stateroom.testing.loads import Loads

__all__ = ("Backend", "OpensCache", "Promises", "Titles", "eventually", "lease_of")

POLL_S = 0.002
PATIENCE_S = 5.0


class Backend(Protocol):
    """What a cache stands on: opens caches on it, and tampers with what they stored."""

    def open(
        self, *, namespace: str, clock: Clock, signing_keys: Iterable[bytes] = ()
    ) -> Cache:
        """Return one more cache on the same server."""
        ...

    async def get(self, key: str) -> bytes | None:
        """Return what is stored under a key."""
        ...

    async def put(self, key: str, data: bytes) -> None:
        """Store bytes, past every cache; return when all caches have heard of it."""
        ...

    async def delete(self, *keys: str) -> None:
        """Delete keys, as an eviction does; return when all caches have heard of it."""
        ...

    async def flush(self) -> None:
        """Lose everything; return when all caches have heard of it."""
        ...

    async def heard(self) -> None:
        """Return when all caches have heard of every change so far."""
        ...


class OpensCache(Protocol):
    """The type of ``open_cache``: each plays a process; closed after the test."""

    async def __call__(self, *, signing_keys: Iterable[bytes] = ()) -> Cache: ...


@pytest.mark.anyio
class Promises:
    """Fixtures of all promises. The class that inherits provides ``backend``."""

    @pytest.fixture(scope="class")
    @classmethod
    def anyio_backend(cls) -> str:
        return "asyncio"

    @pytest.fixture
    def clock(self) -> ManualClock:
        """The time of every cache of a test."""
        return ManualClock()

    @pytest.fixture
    def namespace(self) -> str:
        return f"c{secrets.token_hex(6)}"

    @pytest.fixture(params=[AsyncFace, BlockingFace], ids=lambda each: each.name)
    def face(self, request: pytest.FixtureRequest) -> Iterator[Face]:
        face: Face = request.param()
        yield face
        face.close()

    @pytest.fixture
    async def open_cache(
        self, backend: Backend, namespace: str, clock: ManualClock
    ) -> AsyncIterator[OpensCache]:
        opened: list[Cache] = []

        async def open_it(*, signing_keys: Iterable[bytes] = ()) -> Cache:
            cache = backend.open(
                namespace=namespace, clock=clock, signing_keys=signing_keys
            )
            opened.append(cache)
            await backend.heard()
            return cache

        yield open_it
        # Threads first, all at once: each is waited for.
        await asyncio.gather(*(asyncio.to_thread(each.close) for each in opened))
        for each in opened:
            await each.aclose()

    @pytest.fixture
    async def cache(self, open_cache: OpensCache) -> Cache:
        """A cache whose namespace is empty."""
        return await open_cache()

    @pytest.fixture
    async def other(self, open_cache: OpensCache) -> Cache:
        """Another one on the same namespace: it plays another process."""
        return await open_cache()


class Titles:
    """A cached function, and the source that it reads.

    Attributes:
        value: what the source says; part of each title.
        loads: of the function.
        get: the cached function.
    """

    def __init__(
        self,
        face: Face,
        cache: Cache,
        *,
        ttl: float = 60.0,
        **options: Unpack[Options[str]],
    ) -> None:
        self.value = "old"
        self.loads: Loads = Loads()

        def title(id: int) -> str:  # noqa: A002 - as applications call it
            return f"{self.value} {id}"

        named: Options[str] = {"name": "titles", **options}
        self.get: Function[[int], str] = face.cached(
            cache, title, loads=self.loads, ttl=ttl, **named
        )


def lease_of(key: str) -> str:
    """Return the key of the lease that goes with a value's key."""
    parsed = parse_key(key)
    assert isinstance(parsed, ValueKey)
    lease: LeaseKey = parsed.lease("lease")
    return str(lease)


async def eventually(is_true: Callable[[], bool], what: str) -> None:
    """Wait until something is true that happens in the background.

    Raises:
        TimeoutError: it did not become true in five seconds.
    """
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain until {what}")
        await asyncio.sleep(POLL_S)
