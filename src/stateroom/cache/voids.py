"""Invalidation as an application asks for it: tags, items, scopes, everything."""

from __future__ import annotations

from stateroom.cache.engine import Engine
from stateroom.cache.erasing import Erased, erase, erase_async, pattern_of
from stateroom.cache.functions import done
from stateroom.cache.transactions import after_commit, after_commit_async
from stateroom.cache.values import Values
from stateroom.cache.values_blocking import BlockingValues
from stateroom.cache.voiding import Voiding
from stateroom.catalogue.keys import Scope
from stateroom.errors import UsageError
from stateroom.flows.blocking import refuse_in_loop
from stateroom.link.facts import ServerFacts

__all__ = ("AsyncVoids", "Blocking")

ERASED_AT_ONCE = 1_000_000


class AsyncVoids:
    """Invalidate, awaited."""

    _engine: Engine
    _voiding: Voiding

    async def invalidate_tags(self, *tags: str, after: object = None) -> int:
        """Make every entry with one of these tags invalid, in every process.

        Args:
            tags: such as ``"Job:42"``, or ``"Job"`` for the whole family.
            after: a SQLAlchemy session: invalidate after it commits, not before.

        Returns:
            How many of the tags were in use; 0 when it is yet to be done.

        Raises:
            NotInvalidated: Redis did not answer; it is queued.
        """
        if after is None:
            return await self._voiding.tags_async(tags)
        self._voiding.keys(tags)  # what is no tag is refused now, not after a commit

        async def invalidate() -> None:
            await self._voiding.tags_async(tags)

        after_commit_async(after, invalidate)
        return 0

    async def invalidate_item(self, name: str) -> int:
        """Make every entry of one item invalid, whichever function writes it."""
        return await self._voiding.implicit_async(name)

    async def invalidate_scope(self, scope: Scope) -> int:
        """Make every entry of one user or group invalid: sign-out, erasure."""
        return await self._voiding.implicit_async(_scope(scope))

    async def clear(self, *, erase: bool = False) -> int:
        """Make every entry of the namespace invalid; one step, however many.

        Args:
            erase: give their memory back at once too, which goes through all keys;
                otherwise it comes back as their lives end.

        Returns:
            How many entries were erased; 0 without ``erase``.
        """
        await self._voiding.implicit_async(None)
        return (await self.delete_pattern("*")).count if erase else 0

    async def delete_pattern(
        self, pattern: str, *, resume: str = "", most: int = ERASED_AT_ONCE
    ) -> Erased:
        """Erase entries by a pattern of their keys; an admin's work, not a request's.

        It looks at every key of every primary. To invalidate, use tags.

        Args:
            pattern: of what stands behind ``NAMESPACE:v:``, e.g. ``"pub:jobs:*"``.
            resume: from an earlier call, to go on where it stopped.
            most: stop after about so many entries.
        """
        here = self._engine.here()
        glob = pattern_of(self._voiding.namespace, pattern)
        return await erase_async(here.link, glob, resume=resume, most=most)

    async def facts(self) -> tuple[ServerFacts, ...]:
        """Return what each server says of itself: version, policy, memory.

        For start-up checks and health pages; needs no CONFIG. A cache in memory has no
        server.

        Raises:
            Refused: a server is older than Redis 6.2.
            Unavailable: one does not answer.
        """
        return await self._engine.server.facts_async()


class Blocking(BlockingValues):
    """A cache's direct calls for blocking code; refused inside a running loop."""

    def __init__(self, engine: Engine, voiding: Voiding, values: Values) -> None:
        self._engine = engine
        self._voiding = voiding
        self._values = values

    def invalidate_tags(self, *tags: str, after: object = None) -> int:
        """See ``Cache.invalidate_tags``."""
        refuse_in_loop("invalidate_tags")
        if after is None:
            return self._voiding.tags(tags)
        self._voiding.keys(tags)
        after_commit(after, lambda: done(self._voiding.tags(tags)))
        return 0

    def invalidate_item(self, name: str) -> int:
        """See ``Cache.invalidate_item``."""
        refuse_in_loop("invalidate_item")
        return self._voiding.implicit(name)

    def invalidate_scope(self, scope: Scope) -> int:
        """See ``Cache.invalidate_scope``."""
        refuse_in_loop("invalidate_scope")
        return self._voiding.implicit(_scope(scope))

    def clear(self, *, erase: bool = False) -> int:
        """See ``Cache.clear``."""
        refuse_in_loop("clear")
        self._voiding.implicit(None)
        return self.delete_pattern("*").count if erase else 0

    def delete_pattern(
        self, pattern: str, *, resume: str = "", most: int = ERASED_AT_ONCE
    ) -> Erased:
        """See ``Cache.delete_pattern``."""
        refuse_in_loop("delete_pattern")
        glob = pattern_of(self._voiding.namespace, pattern)
        link = self._engine.link
        return erase(link, glob, resume=resume, most=most)

    def facts(self) -> tuple[ServerFacts, ...]:
        """See ``Cache.facts``."""
        refuse_in_loop("facts")
        return self._engine.server.facts()


def _scope(given: object) -> Scope:
    """Refuse what would void an item of that name, and forget nobody."""
    if isinstance(given, Scope):
        return given
    raise UsageError(
        f"whose entries? found {given!r:.100}",
        hint="say Scope.user(7), or Scope.group(7)",
    )
