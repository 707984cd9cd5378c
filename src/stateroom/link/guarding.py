"""A link behind a breaker: asks only while there is hope, and reports what came."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import TypeVar

from stateroom.errors import Refused, Unavailable
from stateroom.link import AsyncLink, Call, Command, Link
from stateroom.link.breaker import Breaker

__all__ = ("AsyncGuarded", "Guarded")

T = TypeVar("T")

EXCHANGES = 32
"""Exchanges of one event loop at once, each on a connection of its own. A thousand
misses in one tick would otherwise open a thousand connections, and run out of time."""


def _check(breaker: Breaker) -> None:
    if not breaker.admits(time.monotonic()):
        raise Unavailable("Redis did not answer, and is not asked for the moment")


def _note(breaker: Breaker, error: Unavailable | Refused) -> None:
    """Count a failure; a server that is full, moves keys, or refuses has answered."""
    has_answered = (
        not isinstance(error, Unavailable) or error.is_full or error.is_moving
    )
    if not has_answered:
        breaker.failed(time.monotonic())
    else:
        breaker.worked()


class Guarded:
    """A blocking link behind a breaker."""

    def __init__(self, link: Link, breaker: Breaker) -> None:
        self._link = link
        self._breaker = breaker
        self.is_cluster: bool = link.is_cluster

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return self._through(lambda: self._link.get_many(keys))

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        return self._through(lambda: self._link.run(calls))

    def nodes(self) -> list[str]:
        return self._through(self._link.nodes)

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        return self._through(lambda: self._link.scan(node, cursor, pattern, count))

    def close(self) -> None:
        self._link.close()

    def _through(self, exchange: Callable[[], T]) -> T:
        _check(self._breaker)
        try:
            answer = exchange()
        except (Unavailable, Refused) as error:
            _note(self._breaker, error)
            raise
        self._breaker.worked()
        return answer


class AsyncGuarded:
    """A link of an event loop behind a breaker.

    A caller that waits for its turn is no failure of Redis; when its turn comes, the
    breaker is asked again.
    """

    def __init__(self, link: AsyncLink, breaker: Breaker) -> None:
        self._link = link
        self._breaker = breaker
        self._turns = asyncio.Semaphore(EXCHANGES)
        self.is_cluster: bool = link.is_cluster

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return await self._through(lambda: self._link.get_many(keys))

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        return await self._through(lambda: self._link.run(calls))

    async def nodes(self) -> list[str]:
        return await self._through(self._link.nodes)

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        return await self._through(
            lambda: self._link.scan(node, cursor, pattern, count)
        )

    async def aclose(self) -> None:
        await self._link.aclose()

    async def _through(self, exchange: Callable[[], Coroutine[object, object, T]]) -> T:
        async with self._turns:
            _check(self._breaker)
            try:
                answer = await exchange()
            except (Unavailable, Refused) as error:
                _note(self._breaker, error)
                raise
        self._breaker.worked()
        return answer
