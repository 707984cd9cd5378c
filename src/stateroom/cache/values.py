"""Values by a key of the application's choice, without a function around them."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar, cast

from stateroom.cache.canonical import canonical
from stateroom.cache.declaring import Declaration, Time, recipe_for
from stateroom.cache.effects import Leased
from stateroom.cache.engine import Engine
from stateroom.cache.functions import refuse_in_loop
from stateroom.cache.keeping import Job, stored
from stateroom.cache.many import Many, lease_many, load_many
from stateroom.cache.performing_async import AsyncPerforming
from stateroom.cache.places import Place, member_tags
from stateroom.cache.policy import milliseconds
from stateroom.cache.recipe import Recipe
from stateroom.cache.serving_async import AsyncServing
from stateroom.cache.serving_blocking import BlockingServing
from stateroom.cache.voiding import Voiding
from stateroom.catalogue.keys import PUBLIC
from stateroom.errors import Unavailable
from stateroom.flows import Flow, ask, run, run_async

__all__ = ("ITEM", "AsyncValues", "BlockingValues", "Values")

D = TypeVar("D")
R = TypeVar("R")

ITEM = "values"
"""The item that all of them belong to."""
FOREVER_S = 10 * 365 * 86_400.0
"""A value that was set lives as its setter said; who reads it sets no limit."""


class Values:
    """What both faces share: the recipe of each type and TTL."""

    def __init__(self, engine: Engine, voiding: Voiding, keys: tuple[bytes, ...]):
        self.engine = engine
        self.voiding = voiding
        self._signing_keys = keys
        self._async: dict[tuple[object, ...], AsyncServing[object]] = {}
        self._blocking: dict[tuple[object, ...], BlockingServing[object]] = {}

    def serving_async(
        self, of: object, ttl: Time = FOREVER_S, tags: tuple[str, ...] = ()
    ) -> AsyncServing[object]:
        """Return what serves values of a type."""
        name = (of, ttl, tags)
        if name not in self._async:
            self._async[name] = AsyncServing(self.engine, self._recipe(of, ttl, tags))
        return self._async[name]

    def serving(
        self, of: object, ttl: Time = FOREVER_S, tags: tuple[str, ...] = ()
    ) -> BlockingServing[object]:
        """Return what serves values of a type, blocking."""
        name = (of, ttl, tags)
        if name not in self._blocking:
            recipe = self._recipe(of, ttl, tags)
            self._blocking[name] = BlockingServing(self.engine, recipe)
        return self._blocking[name]

    def _recipe(self, of: object, ttl: Time, tags: tuple[str, ...]) -> Recipe[object]:
        return recipe_for(
            ITEM,
            Declaration(ttl=ttl, tags=tags, returns=of, early=0.0, jitter=0.0),
            where=f"the value of {of!r}",
            namespace=self.voiding.namespace,
            signing_keys=self._signing_keys,
        )


def place_of(serving: AsyncServing[R] | BlockingServing[R], key: str) -> Place:
    """Return where the value of a key stands."""
    return serving.recipe.namer.place(PUBLIC, canonical((key,), names=("key",)))


def _storing(
    serving: AsyncServing[R] | BlockingServing[R],
    key: str,
    value: R,
    *,
    ttl: Time,
    tags: Iterable[str],
) -> Flow[None]:
    namer = serving.recipe.namer
    job = Job(place=place_of(serving, key), recipe=serving.recipe, fence=b"")
    extra = member_tags(namer.namespace, tags)
    ttl_ms = milliseconds(ttl, "ttl", least=1)
    write = yield from stored(job, value, ttl_ms, extra)
    yield from ask(write)


class AsyncValues:
    """Get, set and delete, awaited."""

    _values: Values

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
        flow = _storing(serving, key, value, ttl=ttl, tags=tags)
        performing = AsyncPerforming(
            self._values.engine.here().link, self._values.engine.shared
        )
        try:
            await run_async(flow, performing)
        except Unavailable:
            return False
        self._values.engine.changed_here((place.value,))
        self._values.engine.void_flights(place.value)
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
                raise _Absent(key)
            return values[key]

        try:
            outcome = await serving.outcome(missing[key], one)
        except _Absent:
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


class _Absent(Exception):
    """A loader of many keys left one out: there is no such value."""


class BlockingValues:
    """Get, set and delete, blocking; refused inside a running event loop."""

    _values: Values

    def get(self, key: str, *, of: type[R], default: D | None = None) -> R | D | None:
        """See ``Cache.get``."""
        refuse_in_loop("get")
        serving = self._values.serving(of)
        outcome = serving.peek(place_of(serving, key))
        return default if outcome is None else cast("R", outcome.value)

    def set(
        self, key: str, value: R, *, of: type[R], ttl: Time, tags: Iterable[str] = ()
    ) -> bool:
        """See ``Cache.set``."""
        refuse_in_loop("set")
        serving = self._values.serving(of)
        place = place_of(serving, key)
        flow = _storing(serving, key, value, ttl=ttl, tags=tags)
        try:
            run(flow, self._values.engine.performing())
        except Unavailable:
            return False
        self._values.engine.changed_here((place.value,))
        self._values.engine.void_flights(place.value)
        return True

    def delete(self, key: str) -> int:
        """See ``Cache.delete``."""
        refuse_in_loop("delete")
        place = place_of(self._values.serving(bytes), key)
        return self._values.voiding.place(place, ITEM)

    def get_or_load(
        self,
        key: str,
        loader: Callable[[], R],
        *,
        of: type[R],
        ttl: Time,
        tags: Iterable[str] = (),
        fresh: bool = False,
    ) -> R:
        """See ``Cache.get_or_load``."""
        refuse_in_loop("get_or_load")
        serving = self._values.serving(of, ttl, tuple(tags))
        place = place_of(serving, key)
        return cast("R", serving.outcome(place, loader, is_fresh=fresh).value)

    def get_many_or_load(
        self,
        keys: Iterable[str],
        loader: Callable[[list[str]], Mapping[str, R]],
        *,
        of: type[R],
        ttl: Time,
        tags: Iterable[str] = (),
    ) -> dict[str, R]:
        """See ``Cache.get_many_or_load``."""
        refuse_in_loop("get_many_or_load")
        serving = self._values.serving(of, ttl, tuple(tags))
        places = {key: place_of(serving, key) for key in dict.fromkeys(keys)}
        found, seen = serving.peek_many(places)
        missing = {key: place for key, place in places.items() if key not in found}
        if missing:
            found |= _filled_blocking(serving, missing, seen, loader)
        return {key: cast("R", found[key]) for key in places if key in found}


def _filled_blocking(
    serving: BlockingServing[object],
    missing: dict[str, Place],
    seen: Mapping[str, bytes],
    loader: Callable[[list[str]], Mapping[str, object]],
) -> dict[str, object]:
    """Load what nobody loads, in one call; then wait for what others load."""
    engine = serving.engine
    many = Many(recipe=serving.recipe, places=missing, seen=seen)
    try:
        leases: Mapping[str, Leased] = run(lease_many(many), engine.performing())
    except Unavailable:
        with engine.shared.bulkhead.turn():
            loaded = loader(list(missing))
        settle = serving.recipe.codec.settle
        return {key: settle(loaded[key])[1] for key in missing if key in loaded}
    found: dict[str, object] = {}
    if leases:
        performing = engine.performing(lambda: loader(list(leases)))
        found |= run(load_many(many, leases), performing)
    for key, place in missing.items():
        if key in leases:
            continue
        try:
            load = functools.partial(_one, loader, key)
            found[key] = serving.outcome(place, load).value
        except _Absent:
            continue
    return found


def _one(loader: Callable[[list[str]], Mapping[str, object]], key: str) -> object:
    values = loader([key])
    if key not in values:
        raise _Absent(key)
    return values[key]
