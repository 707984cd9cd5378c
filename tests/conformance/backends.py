"""The backends that the promises are tested on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from stateroom.cache import Cache, Clock
from stateroom.cache.bulkhead import LOADS
from stateroom.cache.engine import Engine
from stateroom.cache.local import Local
from stateroom.cache.memory import MOST_BYTES, MemoryServer
from stateroom.link import Budgets, Link, read_url
from stateroom.link.opening import open_link
from tests.servers.processes import RedisProcess

__all__ = ("MemoryBackend", "RedisBackend")

PATIENT_S = 5.0
"""For one exchange: the machine may be busy, and these tests are not about time."""
BARRIER_S = 0.05
LONG_MS = 3_600_000


class MemoryBackend:
    """One table in memory, under every cache that is opened on it."""

    def __init__(self, clock: Clock, *, local: bool = False) -> None:
        self._server = MemoryServer(clock, most_bytes=MOST_BYTES)
        self._local = local

    def open(
        self, *, namespace: str, clock: Clock, signing_keys: Iterable[bytes] = ()
    ) -> Cache:
        cache = Cache.__new__(Cache)
        local = Local(most_bytes=MOST_BYTES, most_age_s=60.0) if self._local else None
        cache._open(  # noqa: SLF001 - as Cache.memory() does, with a table that is shared
            self._server, namespace, local=local, bulkhead=LOADS,
            signing_keys=signing_keys, clock=clock,
        )  # fmt: skip
        return cache

    async def get(self, key: str) -> bytes | None:
        return self._server.table.get(key.encode())

    async def put(self, key: str, data: bytes) -> None:
        self._server.table.put(key.encode(), data, LONG_MS)

    async def delete(self, *keys: str) -> None:
        for key in keys:
            self._server.table.delete(key.encode())

    async def flush(self) -> None:
        keys = self._server.table.keys()
        await self.delete(*(key.decode() for key in keys))

    async def heard(self) -> None:
        """All is told at once."""


class RedisBackend:
    """A real server, or several, by the URL."""

    def __init__(
        self, url: str, servers: Sequence[RedisProcess], *, local: bool = False
    ) -> None:
        self.url = url
        self._servers = servers
        self._local = local
        self._opened: list[Cache] = []
        budgets = Budgets(connect_s=PATIENT_S, operation_s=PATIENT_S)
        self._link: Link = open_link(read_url(url), budgets)
        self._barriers = 0

    @classmethod
    def on(
        cls, url: str, servers: Sequence[RedisProcess], *, local: bool = False
    ) -> Iterator[RedisBackend]:
        """Yield one to a fixture; ``servers`` are those that hold data."""
        backend = cls(url, servers, local=local)
        yield backend
        backend.close()

    def open(
        self, *, namespace: str, clock: Clock, signing_keys: Iterable[bytes] = ()
    ) -> Cache:
        cache = Cache(
            self.url, namespace=namespace, local=self._local, timeout=PATIENT_S,
            connect_timeout=PATIENT_S, signing_keys=signing_keys, clock=clock,
        )  # fmt: skip
        self._opened.append(cache)
        return cache

    async def get(self, key: str) -> bytes | None:
        return self._link.get_many([key.encode()])[0]

    async def put(self, key: str, data: bytes) -> None:
        self._link.run([("SET", key, data, "PX", LONG_MS)])
        await self.heard()

    async def put_list(self, key: str) -> None:
        """Put something under a key that is no bytes."""
        self._link.run([("DEL", key), ("RPUSH", key, "x")])
        await self.heard()

    async def left_ms(self, key: str) -> int:
        """Return for how long the server keeps a key."""
        (left,) = self._link.run([("PTTL", key)])
        assert isinstance(left, int)
        return left

    async def delete(self, *keys: str) -> None:
        self._link.run([("DEL", key) for key in keys])
        await self.heard()

    async def flush(self) -> None:
        for each in self._servers:
            each.cli("FLUSHALL")
        await self.heard()

    async def heard(self) -> None:
        """Write a key in each namespace until it is heard of: all before it was too."""
        if self._local:
            for cache in self._opened:
                await self._heard_by(cache)

    def close(self) -> None:
        self._link.close()

    async def _heard_by(self, cache: Cache) -> None:
        engine: Engine = cache._engine  # noqa: SLF001 - what is heard is nobody's business
        local = engine.local
        assert local is not None
        self._barriers += 1
        key = f"{cache.namespace}:v:barrier{self._barriers}".encode()
        end = time.monotonic() + PATIENT_S
        while key not in local._changed:  # noqa: SLF001 - as above
            assert time.monotonic() < end, "this cache hears of nothing"
            # Written again: before the first subscription, nothing is heard.
            self._link.run([("SET", key, b"", "PX", 1000)])
            await _until(lambda: key in local._changed, within=BARRIER_S)  # noqa: SLF001


async def _until(is_true: Callable[[], bool], *, within: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            while not is_true():  # noqa: ASYNC110 - a thread hears it
                await asyncio.sleep(0.0005)
