"""The parts of a client, put together; and what concerns all of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from stateroom.query.asking import Query
from stateroom.query.core import Core
from stateroom.query.invalidating import Invalidating
from stateroom.query.mutating import Mutations
from stateroom.query.queries import Queries
from stateroom.query.state import ApiState
from stateroom.query.telling import upserted, upsertion
from stateroom.query.tending import Tending
from stateroom.query.updates import Stacks
from stateroom.query.watching import Watchers
from stateroom.store.drafts import freeze

__all__ = ("Engine",)


class Engine:
    """All parts of one client.

    Attributes:
        core: what they share.
        queries: the queries.
        mutations: the mutations.
        updates: the updates of data.
        watchers: who hears of changes.
    """

    def __init__(self, core: Core) -> None:
        self.core: Core = core
        self.updates: Stacks = Stacks(core)
        self.queries: Queries = Queries(core, updates=self.updates)
        invalidating = Invalidating(self.queries)
        self._tending = Tending(
            core, update=self.updates.push, update_finally=self.updates.change
        )
        self.queries.join(invalidating, self._tending)
        self.mutations: Mutations = Mutations(
            core, invalidating=invalidating, tending=self._tending
        )
        self.watchers: Watchers = Watchers(core, self.queries.results)

    # -- entries from elsewhere

    def upsert_many(self, entries: Iterable[tuple[Query[object], object]]) -> None:
        """Give queries their data, in one action."""
        core = self.core
        given = [(query, freeze(data)) for query, data in entries]
        for query, _ in given:
            core.query(query)
        before = core.state.queries
        made = tuple(
            upserted(query, data, core.tags_in(query, data)) for query, data in given
        )
        request_id, now = core.next_id(), core.timers.now_ms()
        action = upsertion(core.types.upserted, made, request_id, now_ms=now)
        self.queries.write_many(action, given)
        for query, _ in given:
            self.queries.unused(query.key)
        new = {query for query, _ in given if query.key not in before}
        for query, data in given:
            self._came(query, data, request_id, is_new=query in new)
            new.discard(query)

    def _came(
        self, query: Query[object], data: object, request_id: str, *, is_new: bool
    ) -> None:
        key = query.key
        function = self.core.definition(query).on_entry_added
        if function is not None and is_new and self.core.entry(key) is not None:
            self._tending.add(
                function,
                key,
                request_id=request_id,
                query=query,
                arg=query.arg,
                read=lambda: self.queries.result_of(key),
            )
        self._tending.given(key, data)

    def rehydrate(self, stored: ApiState) -> None:
        """Take what was stored into the state, and let the time of all of it run."""
        self.core.send({"type": self.core.types.rehydrated, "payload": stored})
        for key in stored.queries:
            self.updates.forget(key)
            self.queries.unused(key)

    # -- the end

    def reset(self) -> None:
        """Forget everything, and abort what runs."""
        self.queries.subscribers.clear()
        self.core.send({"type": self.core.types.reset})
        self.forget()

    def forget(self) -> None:
        """Abort what runs, and stop all times; the state is another one already."""
        self.queries.lifetimes.clear()
        self.queries.abort_all()
        self.mutations.abort_all()
        self.queries.invalidating.clear()
        self.queries.polling.clear()
        self._tending.removed_all()
        self.updates.clear()
        self.queries.results.clear()

    async def close(self, grace_s: float) -> None:
        """End everything, and wait for it.

        Args:
            grace_s: seconds for which functions beside entries may clean up; those that
                take longer are cancelled.
        """
        self.core.is_closed = True
        try:
            await self._end(grace_s)
        except asyncio.CancelledError:
            # Who closes it cannot wait any longer: nothing is left all the same.
            self.forget()
            for each in self.core.tasks - {asyncio.current_task()}:
                each.cancel()
            raise

    async def _end(self, grace_s: float) -> None:
        self.watchers.clear()
        self.queries.invalidating.clear()
        await self.queries.end_all()
        await self.mutations.end_all()
        self.queries.subscribers.clear()
        self.forget()
        await _ended(frozenset(self.core.tasks), grace_s)


async def _ended(tasks: frozenset[asyncio.Task[object]], grace_s: float) -> None:
    here = asyncio.current_task()
    left = {each for each in tasks if each is not here}
    if left:
        _, left = await asyncio.wait(left, timeout=grace_s)
    for each in left:
        each.cancel()
    if left:
        await asyncio.wait(left, timeout=grace_s)
