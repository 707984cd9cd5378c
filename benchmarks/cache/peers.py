"""The asyncio peers, each in the way that its own documentation shows for this job.

redis-py and valkey-glide return the bytes as they are; a decorated function of cashews
or aiocache returns a ``Job``, through the fastest codec that each lets one plug in.
Pools are those that proved fastest for that peer at that concurrency.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Protocol, cast

import aiocache  # type: ignore[import-untyped] # ships no types
import cashews
from aiocache.serializers import BaseSerializer  # type: ignore[import-untyped] # same
from cashews.serialize import register_type
from glide import GlideClient, GlideClientConfiguration, NodeAddress
from redis.asyncio import BlockingConnectionPool, Redis

from benchmarks.cache.rates import (
    CONCURRENCY,
    Opened,
    Rate,
    Reader,
    at_any,
    checked,
    hits_per_second,
    rates_of,
)
from benchmarks.cache.servers import HOST, Server
from benchmarks.cache.workload import TTL, Job, Sizes, Source, decode, encode, job_of
from benchmarks.figures import Measures

__all__ = ("PEERS", "measure_peer", "raw_name")

POOL_MOST = 100
"""Connections: redis-py's own default, and beyond it callers have to wait for one."""
POOL_WAITING = 50
"""Connections that proved best for redis-py where callers wait for one."""
POOL_AIOCACHE = 10
"""The same for aiocache."""
IN_FLIGHT = 2 * max(CONCURRENCY)
"""glide refuses what goes beyond its limit, which is 1000 unless told."""


class _Wraps(Protocol):
    """A decorator of a peer, with its types where the peer has none."""

    def __call__(
        self, function: Callable[[int], Awaitable[Job]], /
    ) -> Callable[[int], Awaitable[Job]]: ...


def measure_peer(name: str, server: Server, sizes: Sizes) -> Measures:
    """Return a peer's hits per second at each concurrency, in a loop of its own."""
    return asyncio.run(rates_of(name, PEERS[name], server, sizes))


@asynccontextmanager
async def _redis_py(server: Server, sizes: Sizes) -> AsyncIterator[Rate]:
    plain = Redis(host=HOST, port=server.port)
    pool = BlockingConnectionPool(
        host=HOST, port=server.port, max_connections=POOL_WAITING, timeout=None
    )
    async with plain, Redis.from_pool(pool) as waiting:
        names = await _filled(plain, sizes)
        assert await plain.get(names[0]) == encode(job_of(0))

        def rate(callers: int, span: float) -> Awaitable[float]:
            client = plain if callers <= POOL_MOST else waiting
            reader = Reader(read=client.get, keys=names)
            return hits_per_second(reader, callers, span=span)

        yield rate


@asynccontextmanager
async def _glide(server: Server, sizes: Sizes) -> AsyncIterator[Rate]:
    async with Redis(host=HOST, port=server.port) as plain:
        names = await _filled(plain, sizes)
    client = await GlideClient.create(
        GlideClientConfiguration(
            [NodeAddress(HOST, server.port)], inflight_requests_limit=IN_FLIGHT
        )
    )
    try:
        assert await client.get(names[0]) == encode(job_of(0))
        yield at_any(Reader(read=client.get, keys=names))
    finally:
        await client.close()


@asynccontextmanager
async def _cashews(server: Server, sizes: Sizes) -> AsyncIterator[Rate]:
    cache, source = _cashews_cache(server), Source()

    @cache(ttl=TTL, key="job:{key}", tags=("jobs",))
    async def load(key: int) -> Job:
        return source.job(key)

    try:
        async with checked(load, source, sizes) as reader:
            yield at_any(reader)
    finally:
        await cache.close()


@asynccontextmanager
async def _cashews_get(server: Server, sizes: Sizes) -> AsyncIterator[Rate]:
    cache = _cashews_cache(server)
    values = {f"cashews:{key}": job_of(key) for key in range(sizes.keys)}
    names = list(values)
    try:
        await cache.set_many(values, expire=TTL)
        assert await cache.get(names[0]) == job_of(0)
        yield at_any(Reader(read=cache.get, keys=names))
    finally:
        await cache.close()


@asynccontextmanager
async def _aiocache(server: Server, sizes: Sizes) -> AsyncIterator[Rate]:
    source = Source()
    plain = _aiocache_load(server, source, {"pool_max_size": POOL_MOST})
    waiting = _aiocache_load(
        server,
        source,
        {
            "pool_max_size": POOL_AIOCACHE,
            "connection_pool_class": BlockingConnectionPool,
        },
    )
    try:
        async with checked(plain, source, sizes) as reader:
            beyond = Reader(read=waiting, keys=reader.keys)

            def rate(callers: int, span: float) -> Awaitable[float]:
                chosen = reader if callers <= POOL_MOST else beyond
                return hits_per_second(chosen, callers, span=span)

            yield rate
    finally:
        for each in (plain, waiting):
            await _cache_of(each).close()


PEERS: Mapping[str, Opened] = {
    "redis_py": _redis_py,
    "glide": _glide,
    "cashews": _cashews,
    "cashews_get": _cashews_get,
    "aiocache": _aiocache,
}
"""By the names that their figures carry."""


def raw_name(key: int) -> str:
    """Return the name under which a value's bare bytes are stored."""
    return f"raw:{key}"


async def _filled(client: Redis, sizes: Sizes) -> list[str]:
    """Store the bare bytes of each value; return the names of all."""
    values = {raw_name(key): encode(job_of(key)) for key in range(sizes.keys)}
    await client.mset(values)
    return list(values)


def _cashews_cache(server: Server) -> cashews.Cache:
    cache = cashews.Cache()
    cache.setup(
        server.url(), client_side=False, pickle_type="null", check_repr=False
    )  # the registered codec below does all the work
    return cache


async def _to_cashews(value: Job, *_: object) -> bytes:
    return encode(value)


async def _from_cashews(value: bytes, *_: object) -> Job:
    return decode(value)


register_type(Job, _to_cashews, _from_cashews)


class _JobSerializer(BaseSerializer):  # type: ignore[misc] # of an untyped package
    DEFAULT_ENCODING = None

    def dumps(self, value: Job) -> bytes:
        return encode(value)

    def loads(self, value: bytes | None) -> Job | None:
        return None if value is None else decode(value)


class _Closing(Protocol):
    async def close(self) -> None: ...


def _aiocache_load(
    server: Server, source: Source, pool: Mapping[str, object]
) -> Callable[[int], Awaitable[Job]]:
    decorate = cast(
        "_Wraps",
        aiocache.cached(
            ttl=TTL,
            cache=aiocache.Cache.REDIS,
            endpoint=HOST,
            port=server.port,
            namespace="aiocache",
            serializer=_JobSerializer(),
            key_builder=lambda _, key: f"job:{key}",
            timeout=0,
            **pool,
        ),
    )

    @decorate
    async def load(key: int) -> Job:
        return source.job(key)

    return load


def _cache_of(load: object) -> _Closing:
    """Return the cache behind a function that aiocache has decorated."""
    return cast("_Closing", vars(load)["cache"])
