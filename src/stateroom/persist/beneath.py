"""What a vault asks of the storage beneath it and of the application, and who does it.

The steps of a vault are one text for blocking and awaited storages; these are its two
drivers. A test plays the other side, and decides whose step is next.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar, cast

from stateroom.errors import InvalidPersist
from stateroom.flows import Effect
from stateroom.persist.keyring import FetchKey
from stateroom.persist.storages.port import AsyncStorage, Storage, Stored

__all__ = (
    "AsyncBeneath",
    "Beneath",
    "ListKeys",
    "PeekAt",
    "ReadFrom",
    "WriteTo",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListKeys(Effect[tuple[str, ...]]):
    """The keys in the storage beneath."""


@dataclass(frozen=True, slots=True)
class PeekAt(Effect[bytes | None]):
    """The stamp of what the storage beneath has."""

    key: str


@dataclass(frozen=True, slots=True)
class ReadFrom(Effect[Stored]):
    """Both generations, as the storage beneath has them."""

    key: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTo(Effect[None]):
    """Sealed bytes for the storage beneath."""

    key: str
    data: bytes
    replaces: bytes | None
    demotes: bool
    durable: bool


class Beneath:
    """Performs the effects of a vault, blocking.

    Args:
        storage: keeps the sealed bytes.
        fetch: returns a key by its name.
    """

    def __init__(self, storage: Storage, fetch: Callable[[str], object]) -> None:
        self._storage: Final = storage
        self._fetch: Final = fetch

    def perform(self, effect: Effect[T]) -> T:
        asked: object = effect  # a class pattern narrows it; Effect[T] it does not
        match asked:
            case ReadFrom():
                found = self._storage.read(asked.key, limit=asked.limit)
                return cast("T", found)
            case PeekAt():
                return cast("T", self._storage.peek(asked.key))
            case WriteTo():
                return cast("T", self._write(asked))
            case ListKeys():
                return cast("T", self._storage.keys())
            case FetchKey():
                return cast("T", self._fetched(asked.key_id))
        raise _unknown(effect)

    def _write(self, step: WriteTo) -> None:
        self._storage.write(
            step.key,
            step.data,
            replaces=step.replaces,
            demotes=step.demotes,
            durable=step.durable,
        )

    def _fetched(self, key_id: str) -> object:
        answer = self._fetch(key_id)
        if inspect.iscoroutine(answer):
            answer.close()
            raise InvalidPersist("key: an async function needs EncryptedAsync")
        return answer


class AsyncBeneath:
    """Performs the effects of a vault, awaiting what it asks.

    Args:
        storage: keeps the sealed bytes.
        fetch: returns a key by its name.
    """

    def __init__(
        self, storage: AsyncStorage, fetch: Callable[[str], Awaitable[object]]
    ) -> None:
        self._storage: Final = storage
        self._fetch: Final = fetch

    async def perform(self, effect: Effect[T]) -> T:
        asked: object = effect  # as above
        match asked:
            case ReadFrom():
                found = await self._storage.read(asked.key, limit=asked.limit)
                return cast("T", found)
            case PeekAt():
                return cast("T", await self._storage.peek(asked.key))
            case WriteTo():
                return cast("T", await self._write(asked))
            case ListKeys():
                return cast("T", await self._storage.keys())
            case FetchKey():
                return cast("T", await self._fetched(asked.key_id))
        raise _unknown(effect)

    async def _write(self, step: WriteTo) -> None:
        await self._storage.write(
            step.key,
            step.data,
            replaces=step.replaces,
            demotes=step.demotes,
            durable=step.durable,
        )

    async def _fetched(self, key_id: str) -> object:
        answer = self._fetch(key_id)
        if not inspect.isawaitable(answer):
            raise InvalidPersist("key: EncryptedAsync needs an async function")
        return await answer


def _unknown(effect: object) -> TypeError:
    return TypeError(f"nobody performs {type(effect).__name__}")
