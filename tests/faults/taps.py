"""A tap on the line between a cache and its Redis: holds replies, and counts exchanges.

Below the cache, above the connections: a fault here is one of the order in which
things happen. For faults of the line itself there is ``FaultProxy``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from stateroom.cache import Cache
from stateroom.cache.engine import Server
from stateroom.cache.hearing import Hearing
from stateroom.cache.local import Local
from stateroom.link import AsyncLink, Call, Command, Link
from stateroom.link.facts import ServerFacts
from tests.faults.watching import engine_of

__all__ = ("Tap", "tap")

Names = Callable[[str], Awaitable[None]]
"""Called with what an exchange begins with: a command, or the name of a script."""


async def _pass(_: str) -> None:
    """Do nothing."""


class Tap:
    """What happens before an exchange is sent, and after its replies came.

    Attributes:
        before: awaited before it is sent.
        after: awaited when the replies are there, and nobody has seen them yet.
        seen: the exchanges so far.
    """

    def __init__(self) -> None:
        self.before: Names = _pass
        self.after: Names = _pass
        self.seen: list[str] = []

    def hold_next(self, name: str) -> asyncio.Event:
        """Hold the replies of the next exchange of a name, until the event is set."""
        go_on = asyncio.Event()

        async def after(found: str) -> None:
            if found == name:
                self.after = _pass
                await go_on.wait()

        self.after = after
        return go_on


class _TappedLink:
    def __init__(self, link: AsyncLink, tapped: Tap) -> None:
        self._link = link
        self._tap = tapped
        self.is_cluster = link.is_cluster

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        await self._begin("MGET")
        found = await self._link.get_many(keys)
        await self._tap.after("MGET")
        return found

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        first = calls[0]
        name = first.script.name if isinstance(first, Call) else str(first[0])
        await self._begin(name)
        replies = await self._link.run(calls)
        await self._tap.after(name)
        return replies

    async def nodes(self) -> list[str]:
        return await self._link.nodes()

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        return await self._link.scan(node, cursor, pattern, count)

    async def aclose(self) -> None:
        await self._link.aclose()

    async def _begin(self, name: str) -> None:
        self._tap.seen.append(name)
        await self._tap.before(name)


class _TappedServer:
    def __init__(self, server: Server, tapped: Tap) -> None:
        self._server = server
        self._tap = tapped

    @property
    def shown(self) -> str:
        return self._server.shown

    @property
    def is_cluster(self) -> bool:
        return self._server.is_cluster

    @property
    def channel(self) -> bytes:
        return self._server.channel

    def open(self) -> Link:
        return self._server.open()

    def open_async(self) -> AsyncLink:
        return _TappedLink(self._server.open_async(), self._tap)

    def hearing(self, local: Local | None) -> Hearing:
        return self._server.hearing(local)

    def facts(self) -> tuple[ServerFacts, ...]:
        return self._server.facts()

    async def facts_async(self) -> tuple[ServerFacts, ...]:
        return await self._server.facts_async()

    def close(self) -> None:
        self._server.close()


def tap(cache: Cache) -> Tap:
    """Return a tap on the asyncio links of a cache that was not used yet."""
    tapped, engine = Tap(), engine_of(cache)
    engine.server = _TappedServer(engine.server, tapped)
    return tapped
