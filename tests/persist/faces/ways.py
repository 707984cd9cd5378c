"""The two faces of a persistor, on storages of both kinds, behind one way to ask."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias, TypeVar, Unpack

from stateroom.errors import StateroomError
from stateroom.persist import AsyncPersistor, Memory, Persistor, Problem
from stateroom.persist.storages.port import AnyStorage, Stored
from stateroom.store import Store
from stateroom.store.roots import StorePart
from stateroom.testing.timing import ManualClock
from tests.persist.scenes import Moody, Options

__all__ = ("WAYS", "Awaited", "Face", "Scene", "done", "ending")

T = TypeVar("T")
Face: TypeAlias = Persistor | AsyncPersistor


async def done(result: T | Awaitable[T]) -> T:
    """Return a result, awaited where it has to be."""
    if inspect.isawaitable(result):
        awaited: T = await result
        return awaited
    return result


def ending(face: Face) -> Awaitable[None] | None:
    """Close a face, as its kind is closed; give the result to ``done``."""
    if isinstance(face, AsyncPersistor):
        return face.aclose()
    face.close()
    return None


class Awaited:
    """A storage that is awaited; others get their turn before and after each call."""

    def __init__(self, *, shared: Memory | None = None) -> None:
        self.moody: Moody = Moody(shared=shared)

    @property
    def name(self) -> str:
        return self.moody.name

    @property
    def quota(self) -> int | None:
        return self.moody.quota

    async def read(self, key: str, *, limit: int) -> Stored:
        return await self._turn(lambda: self.moody.read(key, limit=limit))

    async def peek(self, key: str) -> bytes | None:
        return await self._turn(lambda: self.moody.peek(key))

    async def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        await self._turn(
            lambda: self.moody.write(
                key, data, replaces=replaces, demotes=demotes, durable=durable
            )
        )

    async def delete(self, key: str) -> None:
        await self._turn(lambda: self.moody.delete(key))

    async def keys(self) -> tuple[str, ...]:
        return await self._turn(self.moody.keys)

    async def pulse(self) -> object:
        return await self._turn(self.moody.pulse)

    async def close(self) -> None:
        self.moody.close()

    async def _turn(self, call: Callable[[], T]) -> T:
        await asyncio.sleep(0)
        result = call()
        await asyncio.sleep(0)
        return result


class Scene:
    """A store and a persistor of one of the ways.

    Attributes:
        moody: the storage, or what is beneath it.
        problems: what was reported.
    """

    def __init__(
        self,
        way: str,
        *parts: StorePart,
        place: Memory | None = None,
        clock: ManualClock | None = None,
        **options: Unpack[Options],
    ) -> None:
        self.clock: ManualClock = clock or ManualClock()
        self.store: Store = Store(*parts)
        self.problems: list[Problem] = []
        told: Options = {"background": False, "poll": None, **options}
        storage: AnyStorage
        if way == "async":
            storage = awaited = Awaited(shared=place)
            self.moody: Moody = awaited.moody
        else:
            storage = self.moody = Moody(shared=place)
        kind = Persistor if way == "blocking" else AsyncPersistor
        self.face: Face = kind(
            self.store,
            storage,
            clock=self.clock,
            on_problem=self.problems.append,
            **told,
        )

    async def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await done(self.face.tick())

    async def end(self) -> None:
        with suppress(StateroomError):
            await done(ending(self.face))


WAYS = ("blocking", "threaded", "async")
"""``Persistor``; ``AsyncPersistor`` on a blocking storage; and on an awaited one."""
