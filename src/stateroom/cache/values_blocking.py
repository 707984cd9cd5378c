"""Get, set and delete values by key, blocking."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar, cast, overload

from stateroom.cache.declaring import Time
from stateroom.cache.leasing import Leased
from stateroom.cache.many import Many, lease_many, load_many
from stateroom.cache.places import Place
from stateroom.cache.serving_blocking import BlockingServing
from stateroom.cache.values import ITEM, Absent, Values, place_of, storing
from stateroom.errors import Unavailable
from stateroom.flows import run
from stateroom.flows.blocking import refuse_in_loop

__all__ = ("BlockingValues",)

D = TypeVar("D")
R = TypeVar("R")


class BlockingValues:
    """Get, set and delete, blocking; refused inside a running event loop."""

    _values: Values

    @overload
    def get(self, key: str, *, of: type[R]) -> R | None: ...

    @overload
    def get(self, key: str, *, of: type[R], default: D) -> R | D: ...

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
        flow = storing(serving, key, value, ttl=ttl, tags=tags)
        try:
            run(flow, self._values.engine.performing())
        except Unavailable:
            return False
        self._values.engine.changed_here((place.value,))
        self._values.engine.void_flights(place.value)
        self._values.voiding.announce((place,))
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
        except Absent:
            continue
    return found


def _one(loader: Callable[[list[str]], Mapping[str, object]], key: str) -> object:
    values = loader([key])
    if key not in values:
        raise Absent(key)
    return values[key]
