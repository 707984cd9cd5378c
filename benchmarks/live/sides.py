"""All sides of the area ``live``, on one server of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from benchmarks.cache.servers import private_redis
from benchmarks.figures import Sides
from benchmarks.live import handover, leaderboards
from benchmarks.live.logins import measure_logins
from benchmarks.live.quotas import measure_quotas
from benchmarks.live.workload import Sizes

__all__ = ("prepared",)


@contextmanager
def prepared(sizes: Sizes) -> Iterator[Sides]:
    """Start the server and the processes; yield what is measured on them."""
    with (
        private_redis() as server,
        handover.prepared(server, turns=sizes.turns) as handing,
        leaderboards.prepared(server, sizes) as ranking,
    ):
        yield {
            "quotas": partial(measure_quotas, server, sizes),
            "a leaderboard of a million": ranking,
            "login sessions": partial(measure_logins, server, sizes),
            "a mutex between processes": handing,
        }
