"""A link behind a breaker: asks only while there is hope, and reports what came."""

from __future__ import annotations

import time
from collections.abc import Sequence

from stateroom.cache.breaker import Breaker
from stateroom.errors import Refused, Unavailable
from stateroom.link import AsyncLink, Call, Command, Link

__all__ = ("AsyncGuarded", "Guarded")


def _is_open() -> Unavailable:
    return Unavailable("Redis did not answer, and is not asked for the moment")


def _told(breaker: Breaker, error: Unavailable) -> None:
    if error.is_full:
        breaker.worked()  # it answered, and has no room
    else:
        breaker.failed(time.monotonic())


class Guarded:
    """A blocking link behind a breaker."""

    def __init__(self, link: Link, breaker: Breaker) -> None:
        self._link = link
        self._breaker = breaker
        self.is_cluster = link.is_cluster

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        if not self._breaker.admits(time.monotonic()):
            raise _is_open()
        try:
            found = self._link.get_many(keys)
        except Unavailable as error:
            _told(self._breaker, error)
            raise
        except Refused:
            self._breaker.worked()
            raise
        self._breaker.worked()
        return found

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        if not self._breaker.admits(time.monotonic()):
            raise _is_open()
        try:
            replies = self._link.run(calls)
        except Unavailable as error:
            _told(self._breaker, error)
            raise
        except Refused:
            self._breaker.worked()
            raise
        self._breaker.worked()
        return replies

    def close(self) -> None:
        self._link.close()


class AsyncGuarded:
    """A link of an event loop behind a breaker."""

    def __init__(self, link: AsyncLink, breaker: Breaker) -> None:
        self._link = link
        self._breaker = breaker
        self.is_cluster = link.is_cluster

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        if not self._breaker.admits(time.monotonic()):
            raise _is_open()
        try:
            found = await self._link.get_many(keys)
        except Unavailable as error:
            _told(self._breaker, error)
            raise
        except Refused:
            self._breaker.worked()
            raise
        self._breaker.worked()
        return found

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        if not self._breaker.admits(time.monotonic()):
            raise _is_open()
        try:
            replies = await self._link.run(calls)
        except Unavailable as error:
            _told(self._breaker, error)
            raise
        except Refused:
            self._breaker.worked()
            raise
        self._breaker.worked()
        return replies

    async def aclose(self) -> None:
        await self._link.aclose()
