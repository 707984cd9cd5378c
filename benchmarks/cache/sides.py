"""All sides of the area ``cache``, on one server of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from benchmarks.cache import crowds, staleness, stampede
from benchmarks.cache.blocking import measure_dogpile, measure_redis_py
from benchmarks.cache.limits import measure_limits
from benchmarks.cache.ours import measure_blocking, measure_local, measure_remote
from benchmarks.cache.peers import PEERS, measure_peer
from benchmarks.cache.servers import private_redis
from benchmarks.cache.workload import Sizes
from benchmarks.figures import Sides

__all__ = ("prepared",)


@contextmanager
def prepared(sizes: Sizes) -> Iterator[Sides]:
    """Start the server and the processes; yield what is measured on them."""
    with (
        private_redis() as server,
        stampede.prepared(server, sizes) as stampeding,
        staleness.prepared(server, sizes) as racing,
        crowds.prepared(server, sizes) as invalidating,
    ):
        peers = {name: partial(measure_peer, name, server, sizes) for name in PEERS}
        yield {
            **peers,
            "stateroom": partial(measure_remote, server, sizes),
            "redis_py, blocking": partial(measure_redis_py, server, sizes),
            "dogpile.cache": partial(measure_dogpile, server, sizes),
            "stateroom, blocking": partial(measure_blocking, server, sizes),
            "stateroom, in the process": partial(measure_local, server, sizes),
            "the limits": partial(measure_limits, sizes),
            "a stampede": stampeding,
            "reads that race writes": racing,
            "a large tag": invalidating,
            "memory": partial(crowds.measure_memory, server, sizes),
        }
