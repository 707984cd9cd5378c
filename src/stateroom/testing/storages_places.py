"""Where a case of the storages' suite works, and how it says what it expects.

Cases are written once, for storages that are awaited. A blocking storage is wrapped
as one whose answers are there at once, so that no event loop is needed for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from stateroom.errors import WriteConflict
from stateroom.persist.storages.port import AsyncStorage, Storage, Stored

__all__ = ("LIMIT", "Awaited", "Opening", "Place", "expect", "expect_conflict")

LIMIT: Final = 1 << 20
"""Bytes that a case reads at most, where the limit is not its subject."""

MOST_SHOWN: Final = 200
"""Characters of a value in the message of a broken promise."""

Opening: TypeAlias = Callable[[], AsyncStorage]
"""Opens one more storage on the same place."""


class Awaited:
    """A blocking storage behind the face of one that is awaited."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @property
    def name(self) -> str:
        return self._storage.name

    @property
    def quota(self) -> int | None:
        return self._storage.quota

    async def read(self, key: str, *, limit: int) -> Stored:
        return self._storage.read(key, limit=limit)

    async def peek(self, key: str) -> bytes | None:
        return self._storage.peek(key)

    async def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        self._storage.write(
            key, data, replaces=replaces, demotes=demotes, durable=durable
        )

    async def delete(self, key: str) -> None:
        self._storage.delete(key)

    async def keys(self) -> tuple[str, ...]:
        return self._storage.keys()

    async def pulse(self) -> object:
        return self._storage.pulse()

    async def close(self) -> None:
        self._storage.close()


class Place:
    """One place that holds nothing yet; a case opens storages on it."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._opened: list[AsyncStorage] = []

    def open(self) -> AsyncStorage:
        """Open one more storage on this place."""
        storage = self._opening()
        self._opened.append(storage)
        return storage

    async def empty(self) -> None:
        """Delete what the case has left, as a browser has one place for all cases."""
        storage = self.open()
        for key in await storage.keys():
            await storage.delete(key)

    async def leave(self) -> None:
        """Close every storage that the case has opened."""
        while self._opened:
            await self._opened.pop().close()


def expect(actual: object, *, equals: object) -> None:
    """Fail with both values where they differ: nobody rewrites asserts in a browser."""
    assert actual == equals, f"found {_shown(actual)}, promised {_shown(equals)}"


async def expect_conflict(writing: Awaitable[None], *, key: str) -> None:
    """Fail unless ``writing`` is refused with a conflict about ``key``."""
    try:
        await writing
    except WriteConflict as error:
        expect(error.key, equals=key)
        return
    raise AssertionError(f"the write to {key!r} was accepted")


def _shown(value: object) -> str:
    text = repr(value)
    if len(text) <= MOST_SHOWN:
        return text
    return f"{text[:MOST_SHOWN]}... ({len(text)} characters)"
