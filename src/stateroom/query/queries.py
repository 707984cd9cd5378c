"""The queries of a client: who wants them, and what becomes of their entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack

from stateroom import signals
from stateroom.query.actions import (
    FOCUSED,
    OFFLINE,
    ONLINE,
    UNFOCUSED,
)
from stateroom.query.asking import Query
from stateroom.query.awaiting import Fetching
from stateroom.query.checking import check_polling
from stateroom.query.conditions import Force
from stateroom.query.core import Core
from stateroom.query.fetching import Run
from stateroom.query.invalidating import Invalidating
from stateroom.query.lifetimes import MANY
from stateroom.query.polling import Polling
from stateroom.query.provided import invalidated
from stateroom.query.reporting import report_invalidated, report_read
from stateroom.query.requesting import Requests
from stateroom.query.state import (
    FULFILLED,
    UNINITIALIZED,
    QueryEntry,
    SubscriptionOptions,
)
from stateroom.query.tags import Tag, TagLike, expand
from stateroom.query.tending import Tending
from stateroom.query.updates import Stacks

__all__ = ("Queries",)


class Queries(Requests):
    """The queries of one client."""

    def __init__(self, core: Core, *, updates: Stacks) -> None:
        super().__init__(core, updates=updates)
        self.polling: Polling = Polling(core.timers, self)

    def join(self, invalidating: Invalidating, tending: Tending) -> None:
        """Take the parts that are made of this one."""
        self.invalidating = invalidating
        self.tending = tending

    # -- subscriptions

    def unsubscribe(self, key: str, id_: str) -> None:
        """End a subscription."""
        core = self._core
        if core.is_closed:
            return
        if not core.is_here:  # in another thread; or when the loop has ended
            core.soon(lambda: self.unsubscribe(key, id_))
            return
        self.subscribers.end(key, id_)
        self.unused(key)
        self.polling.changed(key)

    def change(self, key: str, id_: str, *, options: SubscriptionOptions) -> None:
        """Give a subscription other options."""
        check_polling(options.polling)
        self.subscribers.change(key, id_, options=options)
        self.polling.changed(key)

    def has(self, key: str, id_: str) -> bool:
        """Say whether a subscription is known: not ended, and not reset."""
        return id_ in self.subscribers.of(key)

    def pollers(self, key: str) -> Mapping[str, SubscriptionOptions]:
        """Return who wants an entry again and again."""
        return self.subscribers.polling(key)

    # -- asking

    def ask(
        self,
        query: Query[object],
        *,
        subscribe: bool,
        force: Force = None,
        options: SubscriptionOptions | None = None,
    ) -> tuple[str, Run | None]:
        """Ask for data because somebody called for it; otherwise as ``start``."""
        id_, run = self.start(query, subscribe=subscribe, force=force, options=options)
        if signals.recorder is not None:
            report_read(query, self._how(id_, run))
        return id_, run

    def _how(self, id_: str, run: Run | None) -> str:
        if run is None:
            return "skipped" if self._core.is_travelling else "cached"
        return "requested" if run.request_id == id_ else "joined"

    def refetch(self, query: Query[object]) -> Fetching[object]:
        """Ask for data anew, unless a request for it runs."""
        self._core.open()
        id_, run = self.ask(query, subscribe=False, force=True)
        return Fetching(self, query, request_id=id_, run=run)

    def upsert(self, query: Query[object], data: object) -> Fetching[object]:
        """Give a query its data as if a request had brought it."""
        id_, run = self.start(query, subscribe=False, force=True, upsert=data)
        return Fetching(self, query, request_id=id_, run=run)

    def renew(self, key: str) -> None:
        """Ask anew for the data of an entry."""
        entry = self.entry(key)
        if entry is not None:
            self.start(self.query_of(key, entry), subscribe=False, force=True)

    def query_of(self, key: str, entry: QueryEntry) -> Query[object]:
        """Return the query of an entry."""
        return Query(self._core.api.name, entry.endpoint, arg=entry.arg, key=key)

    # -- tags

    @property
    def is_delayed(self) -> bool:
        """Whether tags wait for requests to end."""
        return self._core.state.config.invalidation == "delayed"

    def invalidate(self, tags: Iterable[TagLike]) -> None:
        """Invalidate tags that somebody named."""
        named = self.tags_in(tags)
        self._core.send({"type": self._types.invalidated, "payload": named})
        self.invalidating.add(named)

    def tags_in(self, tags: Iterable[TagLike]) -> tuple[Tag, ...]:
        """Return what was named as tags.

        Raises:
            InvalidQuery: the api does not declare a kind.
        """
        return expand(tags, kinds=self._core.api.tags, place="invalidate")

    def invalidate_now(self, tags: tuple[Tag, ...]) -> None:
        """Ask anew for the entries of these tags that somebody wants; remove others."""
        state = self._core.state
        found = invalidated(state.provided, tags)
        refetched = removed = 0
        if found:
            refetched, removed = self._renew_found(found, state.queries)
        if signals.recorder is not None:
            report_invalidated(
                tags, api=self._core.api.name, refetched=refetched, removed=removed
            )

    def _renew_found(
        self, found: tuple[str, ...], entries: Mapping[str, QueryEntry]
    ) -> tuple[int, int]:
        """Return how many requests began, and how many entries were removed."""
        refetched = removed = 0
        unwanted = self._unwanted(found)
        with self._core.batch():
            for key in found:
                entry = entries.get(key)
                if entry is None:
                    continue
                removed += not self.subscribers.has(key)
                try:
                    refetched += self._renew(key, entry, unwanted)
                except Exception as error:  # a middleware's: others are untrue, too
                    self._core.report(error, f"{key:.200} could not be renewed")
                unwanted = () if key in unwanted[:1] else unwanted
        return refetched, removed

    def _unwanted(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Return the keys that nobody wants, if these are many."""
        if len(keys) < MANY:
            return ()
        return tuple(key for key in keys if not self.subscribers.has(key))

    def _renew(
        self, key: str, entry: QueryEntry, unwanted: tuple[str, ...] = ()
    ) -> bool:
        """Ask anew for an entry, or remove it; say whether a request began."""
        if not self.subscribers.has(key):
            self.subscribers.touch(key)
            self.remove(key, unwanted)
            return False
        if entry.status == UNINITIALIZED:
            return False
        query = self.query_of(key, entry)
        id_, run = self.start(query, subscribe=False, force=True)
        return run is not None and run.request_id == id_

    # -- outside

    @property
    def is_focused(self) -> bool:
        """Whether somebody looks at the application."""
        return self._core.state.config.focused

    def focus(self, *, is_focused: bool) -> None:
        """Say whether somebody looks at the application."""
        self._core.send({"type": FOCUSED if is_focused else UNFOCUSED})
        if is_focused:
            self.renew_all("refetch_on_focus")

    def connect(self, *, is_online: bool) -> None:
        """Say whether there is a network."""
        self._core.send({"type": ONLINE if is_online else OFFLINE})
        if is_online:
            self.renew_all("refetch_on_reconnect")

    def renew_all(self, option: str) -> None:
        """Ask anew for what is wanted so, by an option of subscriptions."""
        state = self._core.state
        by_default = bool(getattr(state.config, option))
        with self._core.batch():
            for key in self.subscribers.keys:
                entry = state.queries.get(key)
                if entry is None:
                    continue
                wanted = self.subscribers.of(key).values()
                wishes = [getattr(each, option) for each in wanted]
                is_default = all(each is None for each in wishes)
                if any(each is True for each in wishes) or (is_default and by_default):
                    self._renew(key, entry)

    # -- entries

    def at_hand(self, query: Query[object]) -> QueryEntry | None:
        """Return an entry that answers a query without more ado, and is used now."""
        core = self._core
        entry = core.state.queries.get(query.key)
        if entry is None or entry.status != FULFILLED or not entry.fulfilled_at:
            return None
        definition = core.definition(query)
        if definition.force_refetch is not None or core.api.config.refetch_on_mount:
            return None
        self.lifetimes.prolong(query.key)
        return entry

    def found(self, key: str) -> None:
        """Look after an entry that others wrote."""
        if not self.lifetimes.has(key) and key not in self._running:
            self.unused(key)

    def resume(self) -> None:
        """Ask for what was not asked for while devtools showed another state."""
        skipped, self._skipped = self._skipped, {}
        for key, query in skipped.items():
            if self.subscribers.has(key):
                self.start(query, subscribe=False, force=False)

    def write_many(
        self,
        action: Mapping[str, object],
        given: Iterable[tuple[Query[object], object]],
    ) -> None:
        """Write data that was given here, below the updates of each entry."""
        with ExitStack() as stack:
            for query in dict.fromkeys(query for query, _ in given):
                definition = self._core.definition(query)
                if self.entry(query.key) is None:
                    self.gone(query.key)  # as at the beginning of a request
                is_merged = definition.merge is not None
                stack.enter_context(
                    self._updates.lifted(query.key, is_merged=is_merged)
                )
            self._core.send(action)

    # -- the end

    async def end_all(self) -> None:
        """Abort all requests, and wait until the state says so."""
        for run in tuple(self._runs.values()):
            run.abort()
        for run in tuple(self._runs.values()):
            await run.ended()

    def abort_all(self) -> None:
        """Wait for no request any more."""
        for run in tuple(self._running.values()):
            run.abort()
