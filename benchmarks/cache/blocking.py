"""The blocking peers: redis-py, and a function that dogpile.cache has decorated."""

from __future__ import annotations

from collections.abc import Callable

from dogpile.cache import make_region
from redis import Redis

from benchmarks.cache.rates import seconds_per_plain_hit
from benchmarks.cache.servers import HOST, Server
from benchmarks.cache.workload import (
    TTL,
    Job,
    Sizes,
    Source,
    checked_loads,
    decode,
    encode,
    job_of,
)
from benchmarks.figures import Measures

__all__ = ("measure_dogpile", "measure_redis_py")


def measure_redis_py(server: Server, sizes: Sizes) -> Measures:
    """Return what one ``get`` of bare bytes takes."""
    with Redis(host=HOST, port=server.port) as client:
        values = {f"raw-sync:{key}": encode(job_of(key)) for key in range(sizes.keys)}
        client.mset(values)
        names = list(values)
        assert client.get(names[0]) == encode(job_of(0))
        taken = seconds_per_plain_hit(client.get, names, span=sizes.span)
    return {"sync_redis_py": taken, "sync_rate_redis_py": 1 / taken}


def measure_dogpile(server: Server, sizes: Sizes) -> Measures:
    """Return what one hit of a decorated function takes."""
    region = make_region(
        function_key_generator=_key_generator, serializer=encode, deserializer=decode
    ).configure(
        "dogpile.cache.redis",
        expiration_time=TTL,
        arguments={
            "host": HOST,
            "port": server.port,
            "redis_expiration_time": 2 * TTL,
            "distributed_lock": True,  # as several processes need it; no hit takes it
            "thread_local_lock": False,
        },
    )
    source = Source()

    @region.cache_on_arguments()
    def load(key: int) -> Job:
        return source.job(key)

    keys = range(sizes.keys)
    seconds_per_plain_hit(load, keys, span=0)
    filled = source.loads
    assert load(0) == job_of(0)
    taken = seconds_per_plain_hit(load, keys, span=sizes.span)
    checked_loads(source, filled)
    region.backend.writer_client.close()
    return {"sync_dogpile": taken, "sync_rate_dogpile": 1 / taken}


def _key_generator(_: object, __: object, **___: object) -> Callable[[int], str]:
    return lambda key: f"dogpile:{key}"
