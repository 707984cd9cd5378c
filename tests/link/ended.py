"""Loops that were closed without a word, and what a server still has of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from tests.servers.processes import RedisProcess

__all__ = ("clients", "closed")

T = TypeVar("T")


def closed(work: Coroutine[object, object, T]) -> T:
    """Run something in a loop that is closed without a word."""
    loop = asyncio.new_event_loop()
    found = loop.run_until_complete(work)
    loop.close()
    return found


def clients(server: RedisProcess) -> set[str]:
    """Return the numbers of our connections."""
    lines = server.cli("CLIENT", "LIST").splitlines()
    return {each.split()[0] for each in lines if "name=stateroom" in each}
