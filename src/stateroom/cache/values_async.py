"""Get, set and delete values by key, in an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar, cast, overload

from stateroom.cache.declaring import Time
from stateroom.cache.many import Many, lease_many, load_many
from stateroom.cache.performing_async import AsyncPerforming
from stateroom.cache.places import Place
from stateroom.cache.serving_async import AsyncServing
from stateroom.cache.values import ITEM, Absent, Values, place_of, storing
from stateroom.errors import Unavailable
from stateroom.flows import run_async

__all__ = ("AsyncValues",)

D = TypeVar("D")
R = TypeVar("R")


class AsyncValues:
    """Get, set and delete, awaited."""

    _values: Values

    @overload
    async def get(self, key: str, *, of: type[R]) -> R | None: ...

    @overload
    async def get(self, key: str, *, of: type[R], default: D) -> R | D: ...

    async def get(
        self, key: str, *, of: type[R], default: D | None = None
    ) -> R | D | None:
        """Return the value of ``key``, or ``default`` where there is none.

        Args:
            key: of the application's choice; any text.
            of: the type of the value. What is stored under another type is not seen.
            default: returned when there is none, or Redis does not answer.
        """
        serving = self._values.serving_async(of)
        outcome = await serving.peek(place_of(serving, key))
        return default if outcome is None else cast("R", outcome.value)

    async def set(
        self, key: str, value: R, *, of: type[R], ttl: Time, tags: Iterable[str] = ()
    ) -> bool:
        """Store a value, and void every load of it that is under way.

        Returns:
            False when Redis did not answer, so that it is not stored.
        """
        serving = self._values.serving_async(of)
        place = place_of(serving, key)
        flow = storing(serving, key, value, ttl=ttl, tags=tags)
        performing = AsyncPerforming(
            self._values.engine.here().link, self._values.engine.shared
        )
        try:
            await run_async(flow, performing)
        except Unavailable:
            return False
        self._values.engine.changed_here((place.value,))
        self._values.engine.void_flights(place.value)
        await self._values.voiding.announce_async((place,))
        return True

    async def delete(self, key: str) -> int:
        """Forget the value of a key, whatever its type; return how many there were.

        Raises:
            NotInvalidated: Redis did not answer; it is queued.
        """
        place = place_of(self._values.serving_async(bytes), key)
        return await self._values.voiding.place_async(place, ITEM)

    async def get_or_load(
        self,
        key: str,
        loader: Callable[[], Awaitable[R]],
        *,
        of: type[R],
        ttl: Time,
        tags: Iterable[str] = (),
        fresh: bool = False,
    ) -> R:
        """Return the value of ``key``; load and store it where there is none."""
        serving = self._values.serving_async(of, ttl, tuple(tags))
        place = place_of(serving, key)
        outcome = await serving.outcome(place, loader, is_fresh=fresh)
        return cast("R", outcome.value)

    async def get_many_or_load(
        self,
        keys: Iterable[str],
        loader: Callable[[list[str]], Awaitable[Mapping[str, R]]],
        *,
        of: type[R],
        ttl: Time,
        tags: Iterable[str] = (),
    ) -> dict[str, R]:
        """Return the values of many keys; load those that are not there in one call.

        Args:
            keys: duplicates count once.
            loader: is given the keys that nobody has, and nobody else is loading, and
                returns their values; a key that it leaves out has none.
            of: the type of a value.
            ttl: of each.
            tags: of each.
        """
        serving = self._values.serving_async(of, ttl, tuple(tags))
        places = {key: place_of(serving, key) for key in dict.fromkeys(keys)}
        found, seen = await serving.peek_many(places)
        missing = {key: place for key, place in places.items() if key not in found}
        if missing:
            found |= await _filled(serving, missing, seen, loader)
        return {key: cast("R", found[key]) for key in places if key in found}


async def _filled(
    serving: AsyncServing[object],
    missing: dict[str, Place],
    seen: Mapping[str, bytes],
    loader: Callable[[list[str]], Awaitable[Mapping[str, object]]],
) -> dict[str, object]:
    """Load what nobody loads, in one call; wait beside it for what others load."""
    engine = serving.engine
    many = Many(recipe=serving.recipe, places=missing, seen=seen)
    link = engine.here().link
    try:
        leases = await run_async(lease_many(many), AsyncPerforming(link, engine.shared))
    except Unavailable:
        return await _bypassed(serving, list(missing), loader)

    async def load() -> object:
        return await loader(list(leases))

    async def mine() -> dict[str, object]:
        if not leases:
            return {}
        performing = AsyncPerforming(link, engine.shared, load)
        return await run_async(load_many(many, leases), performing)

    async def theirs(key: str) -> dict[str, object]:
        async def one() -> object:
            values = await loader([key])
            if key not in values:
                raise Absent(key)
            return values[key]

        try:
            outcome = await serving.outcome(missing[key], one)
        except Absent:
            return {}
        return {key: outcome.value}

    others = [theirs(key) for key in missing if key not in leases]
    parts = await asyncio.gather(mine(), *others)
    return {key: value for part in parts for key, value in part.items()}


async def _bypassed(
    serving: AsyncServing[object],
    keys: list[str],
    loader: Callable[[list[str]], Awaitable[Mapping[str, object]]],
) -> dict[str, object]:
    async with serving.engine.shared.bulkhead.turn_async():
        loaded = await loader(keys)
    settle = serving.recipe.codec.settle
    return {key: settle(loaded[key])[1] for key in keys if key in loaded}
