"""Values by a key of the application's choice: what both faces share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from stateroom.cache.canonical import canonical
from stateroom.cache.declaring import Declaration, Time, recipe_for
from stateroom.cache.engine import Engine
from stateroom.cache.keeping import Job, stored
from stateroom.cache.places import Place, member_tags
from stateroom.cache.policy import milliseconds
from stateroom.cache.recipe import Recipe
from stateroom.cache.serving_async import AsyncServing
from stateroom.cache.serving_blocking import BlockingServing
from stateroom.cache.tally import Tally
from stateroom.cache.voiding import Voiding
from stateroom.catalogue.keys import PUBLIC
from stateroom.flows import Flow, ask

__all__ = ("ITEM", "Absent", "Values", "place_of", "storing")

R = TypeVar("R")
T = TypeVar("T")

ITEM = "values"
"""The item that all of them belong to."""
MOST_SERVINGS = 256
"""Types, TTLs and tags whose recipes are remembered."""
FOREVER_S = 10 * 365 * 86_400.0
"""A value that was set lives as its setter said; who reads it sets no limit."""


class Values:
    """What both faces share: the recipe of each type and TTL."""

    def __init__(self, engine: Engine, voiding: Voiding, keys: tuple[bytes, ...]):
        self.engine = engine
        self.voiding = voiding
        self.tally: Tally = Tally()
        self._signing_keys = keys
        self._async: dict[tuple[object, ...], AsyncServing[object]] = {}
        self._blocking: dict[tuple[object, ...], BlockingServing[object]] = {}

    def serving_async(
        self, of: object, ttl: Time = FOREVER_S, tags: tuple[str, ...] = ()
    ) -> AsyncServing[object]:
        """Return what serves values of a type."""
        name = (of, ttl, tags)
        if name not in self._async:
            _make_room(self._async)
            self._async[name] = AsyncServing(
                self.engine, self._recipe(of, ttl, tags), self.tally
            )
        return self._async[name]

    def serving(
        self, of: object, ttl: Time = FOREVER_S, tags: tuple[str, ...] = ()
    ) -> BlockingServing[object]:
        """Return what serves values of a type, blocking."""
        name = (of, ttl, tags)
        if name not in self._blocking:
            _make_room(self._blocking)
            recipe = self._recipe(of, ttl, tags)
            self._blocking[name] = BlockingServing(self.engine, recipe, self.tally)
        return self._blocking[name]

    def _recipe(self, of: object, ttl: Time, tags: tuple[str, ...]) -> Recipe[object]:
        return recipe_for(
            ITEM,
            Declaration(ttl=ttl, tags=tags, returns=of, early=0.0, jitter=0.0),
            where=f"the value of {of!r}",
            namespace=self.voiding.namespace,
            signing_keys=self._signing_keys,
            is_split=self.engine.server.is_cluster,
        )


def _make_room(servings: dict[tuple[object, ...], T]) -> None:
    """Keep the memory bounded: tags of a call may be others each time."""
    while len(servings) >= MOST_SERVINGS:
        del servings[next(iter(servings))]


def place_of(serving: AsyncServing[R] | BlockingServing[R], key: str) -> Place:
    """Return where the value of a key stands."""
    return serving.recipe.namer.place(PUBLIC, canonical((key,), names=("key",)))


def storing(
    serving: AsyncServing[R] | BlockingServing[R],
    key: str,
    value: R,
    *,
    ttl: Time,
    tags: Iterable[str],
) -> Flow[None]:
    """Write a value that a caller has, under the tags as they are now."""
    namer = serving.recipe.namer
    job = Job(place=place_of(serving, key), recipe=serving.recipe, fence=b"")
    extra = member_tags(namer.namespace, tags)
    ttl_ms = milliseconds(ttl, "ttl", least=1)
    write = yield from stored(job, value, ttl_ms, extra)
    yield from ask(write)


class Absent(Exception):
    """A loader of many keys left one out: there is no such value."""
