"""One call of a quota, beside the bare commands that count it in a window."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from benchmarks.cache.servers import HOST, Server
from benchmarks.figures import Measures
from benchmarks.live.workload import Sizes, seconds_each
from stateroom.live import Live

__all__ = ("measure_quotas",)

LIMIT = 10_000_000
MONTH_S = 30 * 86_400


def measure_quotas(server: Server, sizes: Sizes) -> Measures:
    """Return what ``take`` costs, of a calendar and of a rate, and ``INCR, EXPIRE``.

    The bare commands know of no limit: they only count, and let the count expire.
    """
    return asyncio.run(_measure(server, sizes))


async def _measure(server: Server, sizes: Sizes) -> Measures:
    async with (
        Live(server.url(), namespace="quotas") as live,
        Redis(host=HOST, port=server.port) as redis,
    ):
        calendar = live.quota("calendar", limit=LIMIT, per="month")
        rate = live.quota("rate", limit=LIMIT, per=3600)

        async def bare(number: int) -> object:
            del number  # each call is the same
            async with redis.pipeline(transaction=False) as both:
                _ = both.incr("bare-quota")
                _ = both.expire("bare-quota", MONTH_S, nx=True)
                return await both.execute()

        async def ours(_: int) -> object:
            return await calendar.take()

        async def smooth(_: int) -> object:
            return await rate.take()

        for each in (bare, ours, smooth):
            await each(0)
        before = (await calendar.usage()).used
        told = await seconds_each((bare, ours, smooth), sizes)
        used = (await calendar.usage()).used - before
        assert used == sizes.calls * sizes.blocks, "calls were not counted"
    return dict(zip(("quota_bare", "quota_take", "quota_rate"), told, strict=True))
