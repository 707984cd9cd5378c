"""Opens a link to what a target names, asyncio or blocking."""

from __future__ import annotations

from stateroom.link.cluster import Cluster
from stateroom.link.cluster_async import AsyncCluster
from stateroom.link.doors import door_to
from stateroom.link.doors_async import async_door_to
from stateroom.link.node import Node
from stateroom.link.node_async import AsyncNode
from stateroom.link.ports import AsyncServerLink, ServerLink
from stateroom.link.targets import Budgets, Target

__all__ = ("open_async_link", "open_link")


def open_link(target: Target, budgets: Budgets) -> ServerLink:
    """Return a blocking link; nothing is connected before it is used."""
    if target.kind == "cluster":
        return Cluster(target, budgets)
    return Node(door_to(target, budgets))


def open_async_link(target: Target, budgets: Budgets) -> AsyncServerLink:
    """Return a link for the running event loop; nothing is connected yet."""
    if target.kind == "cluster":
        return AsyncCluster(target, budgets)
    return AsyncNode(async_door_to(target, budgets), budgets)
