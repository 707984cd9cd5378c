"""The rank of one of a million, beside the bare commands on the same sorted set."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager

from redis.asyncio import Redis

from benchmarks.cache.servers import HOST, Server
from benchmarks.figures import Measures, Side
from benchmarks.live.workload import Sizes, seconds_each
from stateroom.live import Live

__all__ = ("prepared",)

SEED = 7
PATIENT_S = 30.0


@contextmanager
def prepared(server: Server, sizes: Sizes) -> Iterator[Side]:
    """Fill the leaderboard, and yield what reads ranks in it."""
    key = asyncio.run(_fill(server, sizes))
    yield lambda: asyncio.run(_measure(server, sizes, key))


async def _fill(server: Server, sizes: Sizes) -> bytes:
    """Fill it from a ledger; return the key of its sorted set."""
    dice = random.Random(SEED)
    ledger = ((f"member:{number}", dice.random()) for number in range(sizes.members))
    async with (
        Live(server.url(), namespace="board", timeout=PATIENT_S) as live,
        Redis(host=HOST, port=server.port) as redis,
    ):
        board = live.leaderboard("points")
        await board.rebuild(ledger)
        assert await board.count() == sizes.members
        keys: list[bytes] = [key async for key in redis.scan_iter("board:*", 1000)]
        sets = [key for key in keys if await redis.type(key) == b"zset"]
        (key,) = sets
    return key


async def _measure(server: Server, sizes: Sizes, key: bytes) -> Measures:
    dice = random.Random(SEED)
    asked = [f"member:{dice.randrange(sizes.members)}" for _ in range(4096)]
    async with (
        Live(server.url(), namespace="board") as live,
        Redis(host=HOST, port=server.port) as redis,
    ):
        board = live.leaderboard("points")

        async def bare(number: int) -> object:
            member = asked[number % len(asked)]
            async with redis.pipeline(transaction=False) as both:
                _ = both.zrank(key, member)  # better scores come first
                _ = both.zscore(key, member)
                return await both.execute()

        async def ours(number: int) -> object:
            return await board.standing(asked[number % len(asked)])

        found = await board.standing(asked[0])
        rank, score = await _pair(bare)
        assert found is not None
        assert (found.rank, found.score) == (rank + 1, -score)
        told = await seconds_each((bare, ours), sizes)
    return dict(zip(("rank_bare", "rank_standing"), told, strict=True))


async def _pair(bare: object) -> tuple[int, float]:
    rank, score = await bare(0)  # type: ignore[operator] # one of the two above
    return int(rank), float(score)
