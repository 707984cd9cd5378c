"""Opens a link to what a target names, asyncio or blocking."""

from __future__ import annotations

import redis
from redis import asyncio as redis_async
from redis.asyncio.sentinel import SentinelConnectionPool as AsyncSentinelPool
from redis.sentinel import Sentinel, SentinelConnectionPool

from stateroom.link.cluster import Cluster
from stateroom.link.cluster_async import AsyncCluster
from stateroom.link.node import Node
from stateroom.link.node_async import AsyncNode
from stateroom.link.ports import AsyncLink, Link
from stateroom.link.settings import made, node_settings, sign_in
from stateroom.link.targets import Budgets, Target

__all__ = ("open_async_link", "open_link", "pool_for")


def open_link(target: Target, budgets: Budgets) -> Link:
    """Return a blocking link; nothing is connected before it is used."""
    if target.kind == "cluster":
        return Cluster(target, budgets)
    return Node(pool_for(target, budgets))


def open_async_link(target: Target, budgets: Budgets) -> AsyncLink:
    """Return a link for the running event loop; nothing is connected yet."""
    if target.kind == "cluster":
        return AsyncCluster(target, budgets)
    # The whole exchange has one deadline: redis-py's own would cost a task each.
    settings = node_settings(budgets) | {"socket_timeout": None}
    if target.kind == "sentinel":
        manager = made(redis_async.Sentinel)(
            list(target.hosts), **_sentinels(target, budgets)
        )
        pool: redis_async.ConnectionPool = made(AsyncSentinelPool)(
            target.service, manager, ssl=target.is_tls, db=target.db,
            **settings, **sign_in(target),
        )  # fmt: skip
    else:
        pool = made(redis_async.ConnectionPool.from_url)(target.url, **settings)
    return AsyncNode(pool, budget_s=budgets.operation_s)


def pool_for(
    target: Target, budgets: Budgets, *, reads_s: float | None = None
) -> redis.ConnectionPool:
    """Return redis-py's pool for blocking connections to one server.

    Args:
        target: a standalone server, or sentinels.
        budgets: for connecting, and for one operation.
        reads_s: how long to wait for a reply, where that is not the budget.
    """
    settings = node_settings(budgets)
    settings["socket_timeout"] = reads_s or budgets.operation_s
    if target.kind != "sentinel":
        return made(redis.ConnectionPool.from_url)(target.url, **settings)
    manager = made(Sentinel)(list(target.hosts), **_sentinels(target, budgets))
    return made(SentinelConnectionPool)(
        target.service, manager, ssl=target.is_tls, db=target.db,
        **settings, **sign_in(target),
    )  # fmt: skip


def _sentinels(target: Target, budgets: Budgets) -> dict[str, object]:
    """Return the settings of connections to the sentinels themselves."""
    return {
        "sentinel_kwargs": {
            "socket_timeout": budgets.operation_s,
            "socket_connect_timeout": budgets.connect_s,
            "ssl": target.is_tls,
        }
    }
