"""Carries out invalidations: in Redis, in this process, and later if it must be."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable

from stateroom import signals
from stateroom.cache.engine import Engine
from stateroom.cache.invalidating import invalidate_place, invalidate_tags
from stateroom.cache.performing_async import AsyncPerforming
from stateroom.cache.places import Place, member_tags
from stateroom.cache.recipe import moved_key
from stateroom.catalogue.keys import ImplicitTagKey, Scope, Tag
from stateroom.errors import NotInvalidated, TierError, Unavailable, UsageError
from stateroom.flows import Flow, run, run_async

__all__ = ("Voiding",)


class Voiding:
    """The invalidations of one cache."""

    def __init__(self, engine: Engine, namespace: str) -> None:
        self.engine = engine
        self.namespace = namespace

    def place(self, place: Place, item: str) -> int:
        """Invalidate one entry, blocking; return how many were stored."""
        return self._run(invalidate_place(place), (place,), (), item)

    async def place_async(self, place: Place, item: str) -> int:
        """Invalidate one entry; return how many were stored."""
        return await self._run_async(invalidate_place(place), (place,), (), item)

    def tags(self, tags: Iterable[str]) -> int:
        """Invalidate an application's tags, blocking; return how many were in use."""
        keys, moved = self.keys(tags)
        return self._run(invalidate_tags(keys, moved), (), (*moved, *keys), "")

    async def tags_async(self, tags: Iterable[str]) -> int:
        """Invalidate an application's tags; return how many were in use."""
        keys, moved = self.keys(tags)
        flow = invalidate_tags(keys, moved)
        return await self._run_async(flow, (), (*moved, *keys), "")

    def implicit(self, of: str | Scope | None) -> int:
        """Invalidate all entries of an item, of a scope, or all there are, blocking."""
        key = self._implicit_key(of)
        item = of if isinstance(of, str) else ""
        return self._run(invalidate_tags((key,), ()), (), (key,), item)

    async def implicit_async(self, of: str | Scope | None) -> int:
        """Invalidate all entries of an item, of a scope, or all there are."""
        key = self._implicit_key(of)
        item = of if isinstance(of, str) else ""
        return await self._run_async(invalidate_tags((key,), ()), (), (key,), item)

    def _run(
        self, flow: Flow[int], places: tuple[Place, ...], tags: tuple[bytes, ...],
        item: str,
    ) -> int:  # fmt: skip
        start = time.monotonic()
        performing = self.engine.performing()
        try:
            count = run(flow, performing)
            self.announce(places, tags)
        except Unavailable as error:
            raise self._queued(places, tags, item, error) from error
        self._forget(places, tags)
        self._report(places, tags, item, "ok", time.monotonic() - start)
        return count

    async def _run_async(
        self, flow: Flow[int], places: tuple[Place, ...], tags: tuple[bytes, ...],
        item: str,
    ) -> int:  # fmt: skip
        start = time.monotonic()
        performing = AsyncPerforming(self.engine.here().link, self.engine.shared)
        try:
            count = await run_async(flow, performing)
            await self.announce_async(places, tags)
        except Unavailable as error:
            raise self._queued(places, tags, item, error) from error
        except asyncio.CancelledError as error:  # whether it arrived is not known
            self._queued(places, tags, item, error)
            raise
        self._forget(places, tags)
        self._report(places, tags, item, "ok", time.monotonic() - start)
        return count

    def announce(self, places: tuple[Place, ...], tags: tuple[bytes, ...] = ()) -> None:
        """Tell other processes, where the server does not."""
        told = self.engine.announcement((*(each.value for each in places), *tags))
        if told is not None:
            with contextlib.suppress(TierError):  # copies there are bounded in age
                self.engine.link.run([told])

    async def announce_async(
        self, places: tuple[Place, ...], tags: tuple[bytes, ...] = ()
    ) -> None:
        """Tell other processes, where the server does not."""
        told = self.engine.announcement((*(each.value for each in places), *tags))
        if told is not None:
            with contextlib.suppress(TierError):  # as above
                await self.engine.here().link.run([told])

    def _queued(
        self, places: tuple[Place, ...], tags: tuple[bytes, ...], item: str,
        error: BaseException,
    ) -> NotInvalidated:  # fmt: skip
        """Queue what did not arrive, and return what to raise."""
        self.engine.recovery.add(places, tags)
        self._forget(places, tags)
        self._report(places, tags, item, "queued", 0.0)
        keys = tuple(k.decode() for k in (*(each.value for each in places), *tags))
        shown = ", ".join(keys[:3]) + (" ..." if len(keys) > 3 else "")  # noqa: PLR2004
        return NotInvalidated(
            f"the invalidation of {shown} did not arrive: {error}",
            keys=keys,
            hint="it is queued here; other processes may serve the old value",
        )

    def _forget(self, places: tuple[Place, ...], tags: tuple[bytes, ...]) -> None:
        """Drop local copies, and let nobody join a load that began before now."""
        self.engine.changed_here((*(each.value for each in places), *tags))
        if tags:
            self.engine.void_flights()
        for each in places:
            self.engine.void_flights(each.value)

    def _report(
        self, places: tuple[Place, ...], tags: tuple[bytes, ...], item: str,
        result: str, seconds: float,
    ) -> None:  # fmt: skip
        self.engine.invalidations[result] += 1
        if signals.recorder is not None:
            names = (*(each.value for each in places), *tags)
            signals.recorder(
                signals.CacheInvalidated(
                    namespace=self.namespace,
                    item=item,
                    keys=tuple(each.decode() for each in names),
                    result="ok" if result == "ok" else "queued",
                    seconds=seconds,
                )
            )

    def keys(self, tags: Iterable[str]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Return the keys of tags, and those that tell of changes in their families."""
        named = [Tag.of(each) for each in dict.fromkeys(map(_tag_text, tags))]
        keys = [member_tags(self.namespace, [_text(each)])[-1] for each in named]
        families = dict.fromkeys(each.family for each in named)
        moved = [moved_key(self.namespace), *(
            moved_key(self.namespace, each) for each in families
        )]  # fmt: skip
        return tuple(keys), tuple(moved)

    def _implicit_key(self, of: str | Scope | None) -> bytes:
        return str(ImplicitTagKey(namespace=self.namespace, of=of)).encode()


def _tag_text(given: object) -> str:
    if isinstance(given, str):
        return given
    raise UsageError(
        f"a tag is a text such as 'Job:42'; found {given!r:.100}",
        hint="give several one by one: invalidate_tags(*tags)",
    )


def _text(tag: Tag) -> str:
    return f"{tag.family}:{tag.member}" if tag.member else tag.family
