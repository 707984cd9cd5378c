"""Live data on a cluster whose slots are moved while it is used."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import pytest

from stateroom.errors import Unavailable
from stateroom.live import Live
from tests.link.moves import moving
from tests.servers.cluster import ClusterOf

SHORT_S = 0.3
LONG_S = 10.0
"""For one exchange: longer than a move takes on a busy machine."""


@pytest.fixture
def namespace() -> str:
    """Keeps the keys of a test apart: the cluster is shared."""
    return f"t{secrets.token_hex(6)}"


def opened(cluster: ClusterOf, namespace: str, *, timeout: float = LONG_S) -> Live:
    return Live(
        cluster.url, namespace=namespace, timeout=timeout, connect_timeout=LONG_S
    )


def key_of(cluster: ClusterOf, namespace: str) -> str:
    """Return a key of the only data there is; all of them share a slot."""
    found = [each.cli("KEYS", f"*{namespace}*") for each in cluster.primaries]
    return "\n".join(filter(None, found)).splitlines()[0]


async def through_a_move(
    cluster: ClusterOf,
    namespace: str,
    *,
    call: Callable[[], Awaitable[None]],
    hasty: Callable[[], Awaitable[object]],
) -> None:
    """Call while the slot of a key is being moved; the move ends during the call.

    Args:
        cluster: on which it is.
        namespace: of the data, which stand in one slot.
        call: waits for the move.
        hasty: the same of somebody who does not wait for so long.
    """
    key = key_of(cluster, namespace)
    async with moving(cluster, key) as to:
        with pytest.raises(Unavailable, match="is being moved"):
            await hasty()
        calling = asyncio.ensure_future(call())
        await asyncio.wait([calling], timeout=SHORT_S)
        assert not calling.done()
        slot = cluster.slot_of(key)
        await asyncio.to_thread(cluster.finish_move, slot, to)
        await calling


async def test_an_event_counts_once_through_a_move(
    cluster: ClusterOf, namespace: str
) -> None:
    hasty = opened(cluster, namespace, timeout=SHORT_S)
    async with opened(cluster, namespace) as live, hasty:
        orders = live.counter("orders")
        assert await orders.add(5) == 5

        async def count() -> None:
            assert await orders.add(2, once="order 7") == 7

        await through_a_move(
            cluster,
            namespace,
            call=count,
            hasty=lambda: hasty.counter("orders").add(2, once="order 7"),
        )
        assert await orders.add(2, once="order 7") == 7
        assert await orders.get() == 7


async def test_a_mutex_is_taken_and_given_back_through_a_move(
    cluster: ClusterOf, namespace: str
) -> None:
    hasty = opened(cluster, namespace, timeout=SHORT_S)
    async with opened(cluster, namespace) as live, hasty:
        mutex = live.mutex("ledger")
        fences: list[int] = []

        async def take() -> None:
            async with mutex.hold() as held:
                fences.append(held.fence)

        async def snatch() -> None:
            async with hasty.mutex("ledger").hold(wait=0):
                raise AssertionError("it was free to take")

        await take()
        await through_a_move(cluster, namespace, call=take, hasty=snatch)
        await take()
        assert fences == sorted(set(fences))
        assert len(fences) == 3
        assert await mutex.holder() is None
