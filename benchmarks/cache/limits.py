"""What cannot be beaten: a value that is at hand in this process, and always right."""

from __future__ import annotations

import asyncio
from functools import lru_cache

from benchmarks.cache.rates import Reader, seconds_per_hit, seconds_per_plain_hit
from benchmarks.cache.workload import (
    Job,
    Sizes,
    job_of,
)
from benchmarks.figures import Measures

__all__ = ("measure_limits",)


def measure_limits(sizes: Sizes) -> Measures:
    """Return what a hit of ``functools.lru_cache`` takes, and of a dict, awaited."""
    keys = range(sizes.keys)

    @lru_cache(maxsize=sizes.keys)
    def cached(key: int) -> Job:
        return job_of(key)

    for key in keys:
        cached(key)
    held = {key: job_of(key) for key in keys}

    async def load(key: int) -> Job:
        return held[key]

    reader = Reader(read=load, keys=keys)
    return {
        "lru_cache": seconds_per_plain_hit(cached, keys, span=sizes.span),
        "dict_coroutine": asyncio.run(seconds_per_hit(reader, span=sizes.span)),
    }
