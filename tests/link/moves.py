"""Slots of a cluster that move from one node to another while they are used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.servers.cluster import ClusterOf
from tests.servers.processes import RedisProcess

__all__ = ("moving",)


@asynccontextmanager
async def moving(cluster: ClusterOf, key: str) -> AsyncIterator[RedisProcess]:
    """Begin to move the slot of a key; move it back at the end of the block."""
    slot = cluster.slot_of(key)
    owner = cluster.primary_of(slot)
    to = next(each for each in cluster.primaries if each is not owner)
    await asyncio.to_thread(cluster.begin_move, slot, to)
    try:
        yield to
    finally:
        if cluster.primary_of(slot) is owner:
            await asyncio.to_thread(cluster.finish_move, slot, to)
        await asyncio.to_thread(cluster.move_slot, slot, owner)
