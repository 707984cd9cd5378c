"""Both kinds of links behind one face, so that each promise is tested on both."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from stateroom.errors import StateroomError, Unavailable
from stateroom.link import Budgets, Call, Command, read_url
from stateroom.link.opening import open_async_link, open_link

__all__ = (
    "COUNT",
    "AsyncTalker",
    "BlockingTalker",
    "Talker",
    "fill",
    "recovered",
    "spread",
)

T = TypeVar("T")

COUNT = 120
"""Keys enough for each node of a cluster to have some."""


class Talker(Protocol):
    """A link; each call takes the running loop's time, or a thread's."""

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]: ...

    async def run(self, calls: Sequence[Call | Command]) -> list[object]: ...

    async def nodes(self) -> list[str]: ...

    async def scan_all(self, pattern: str) -> list[bytes]:
        """Return the keys of every node, as the scans find them."""
        ...

    async def on_each(self, command: Command) -> list[object]: ...

    async def close(self) -> None: ...


class AsyncTalker:
    """An asyncio link."""

    def __init__(self, url: str, budgets: Budgets) -> None:
        self.link = open_async_link(read_url(url), budgets)

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return await self.link.get_many(keys)

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        return await self.link.run(calls)

    async def nodes(self) -> list[str]:
        return await self.link.nodes()

    async def scan_all(self, pattern: str) -> list[bytes]:
        found = []
        for node in await self.link.nodes():
            cursor, is_first = 0, True
            while cursor or is_first:
                cursor, keys = await self.link.scan(node, cursor, pattern, 100)
                found += keys
                is_first = False
        return found

    async def on_each(self, command: Command) -> list[object]:
        return await self.link.on_each(command)

    async def close(self) -> None:
        await self.link.aclose()


class BlockingTalker:
    """A blocking link, used from threads."""

    def __init__(self, url: str, budgets: Budgets) -> None:
        self.link = open_link(read_url(url), budgets)

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return await asyncio.to_thread(self.link.get_many, keys)

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        return await asyncio.to_thread(self.link.run, calls)

    async def nodes(self) -> list[str]:
        return await asyncio.to_thread(self.link.nodes)

    async def scan_all(self, pattern: str) -> list[bytes]:
        return await asyncio.to_thread(self._scan_all, pattern)

    async def on_each(self, command: Command) -> list[object]:
        return await asyncio.to_thread(self.link.on_each, command)

    async def close(self) -> None:
        await asyncio.to_thread(self.link.close)

    def _scan_all(self, pattern: str) -> list[bytes]:
        found = []
        for node in self.link.nodes():
            cursor, is_first = 0, True
            while cursor or is_first:
                cursor, keys = self.link.scan(node, cursor, pattern, 100)
                found += keys
                is_first = False
        return found


async def recovered(call: Callable[[], Awaitable[T]], *, within: float) -> T:
    """Return what a call returns at last; only ``Unavailable`` may come before.

    Raises:
        TimeoutError: it was not there in time.
    """
    end = time.monotonic() + within
    last: StateroomError | None = None
    while time.monotonic() < end:
        try:
            return await call()
        except Unavailable as error:
            last = error
        await asyncio.sleep(0.05)
    raise TimeoutError(f"not there within {within:g} s: {last}")


def spread(prefix: str, count: int = COUNT) -> list[bytes]:
    """Return keys that are spread over all nodes."""
    return [f"{prefix}:{n}".encode() for n in range(count)]


async def fill(link: Talker, keys: list[bytes]) -> None:
    await link.run([("SET", key, key, "EX", 300) for key in keys])
