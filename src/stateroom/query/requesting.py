"""When a request for data is made, and what happens before and after, in its order.

Source:
    ``buildInitiate``, ``buildThunks`` and the middleware of RTK Query 2.14, in the
    order of what they do.
"""

from __future__ import annotations

from collections.abc import Mapping

from stateroom import signals
from stateroom.query.actions import RequestArg, batched
from stateroom.query.asking import Query
from stateroom.query.conditions import (
    Force,
    is_cached,
    is_due,
    is_pending,
    is_wanted_anew,
)
from stateroom.query.core import Core
from stateroom.query.definitions import Definition
from stateroom.query.fetching import Run
from stateroom.query.invalidating import Invalidating
from stateroom.query.lifetimes import Lifetimes
from stateroom.query.polling import Polling
from stateroom.query.reporting import report_end
from stateroom.query.results import QueryResult, Results
from stateroom.query.state import (
    QueryEntry,
    SubscriptionOptions,
)
from stateroom.query.subscriptions import Subscribers
from stateroom.query.telling import (
    fulfilment,
    refusal,
    rejection,
)
from stateroom.query.tending import Tending
from stateroom.query.updates import Stacks
from stateroom.store.undefined import UNDEFINED

__all__ = ("Requests",)


class Requests:
    """The requests for data of one client."""

    invalidating: Invalidating
    polling: Polling
    tending: Tending

    def __init__(self, core: Core, *, updates: Stacks) -> None:
        self._core = core
        self._types = core.types
        self._updates = updates
        self.subscribers: Subscribers = Subscribers(core.timers, self._mirror)
        self.lifetimes: Lifetimes = Lifetimes(core.timers, remove=self._expire)
        self.results: Results = Results()
        self._running: dict[str, Run] = {}
        self._runs: dict[str, Run] = {}
        self._skipped: dict[str, Query[object]] = {}

    # -- reading

    def entry(self, key: str) -> QueryEntry | None:
        """Return what is known of a query; None for nothing."""
        return self._core.state.queries.get(key)

    def result_of(self, key: str) -> QueryResult[object]:
        """Return the same, as the users of it want it."""
        return self.results.of(key, self._core.state.queries.get(key))

    # -- asking

    def start(
        self,
        query: Query[object],
        *,
        subscribe: bool,
        force: Force = None,
        options: SubscriptionOptions | None = None,
        upsert: object = UNDEFINED,
    ) -> tuple[str, Run | None]:
        """Ask for data, if the conditions for it hold.

        Args:
            query: what is asked for.
            subscribe: whether somebody wants it from now on.
            force: whether it is asked for though it is there; or how many seconds old
                it must be for that. None: what the api says of who subscribes.
            options: of the subscription.
            upsert: the data, instead of a request.

        Returns:
            The id of the subscription, and the request whose end is to be waited for.
        """
        definition = self._core.definition(query)
        entry = self._core.state.queries.get(query.key)
        is_forced = self._is_forced(entry, subscribe=subscribe, force=force)
        about = _about(query, subscribe=subscribe, force=force)
        running = self._running.get(query.key)
        is_upsert = upsert is not UNDEFINED
        if not is_upsert and not self._may_run(
            definition, query, entry, is_forced=is_forced
        ):
            return self._skip(about, options), running
        run = Run(
            self._core,
            definition,
            about=about,
            key=query.key,
            settle=self._settle,
            is_forced=is_forced,
            is_upsert=is_upsert,
        )
        run.before = None if is_upsert else running
        self._begin(run, entry, options)
        if is_upsert:
            run.give(upsert)
        else:
            run.begin()
        return run.request_id, run

    def _is_forced(
        self, entry: QueryEntry | None, *, subscribe: bool, force: Force
    ) -> bool:
        if force is None:
            force = subscribe and self._core.state.config.refetch_on_mount
        return is_due(entry, force, now_ms=self._core.timers.now_ms)

    def _may_run(
        self,
        definition: Definition,
        query: Query[object],
        entry: QueryEntry | None,
        *,
        is_forced: bool,
    ) -> bool:
        if self._core.is_travelling:
            self._skipped[query.key] = query
            return False
        is_running = entry is not None and entry.request_id in self._runs
        if is_pending(entry, is_running=is_running):
            return False
        return (
            is_forced
            or is_wanted_anew(definition, query.arg, entry)
            or not is_cached(entry)
        )

    # -- what happens, in its order

    def _begin(
        self, run: Run, before: QueryEntry | None, options: SubscriptionOptions | None
    ) -> None:
        key, subscribe = run.key, run.about["subscribe"]
        if before is None:
            self.gone(key)  # it may have been taken along, with what it had to come
        self._runs[run.request_id] = run
        if not run.is_upsert:
            self._running[key] = run
        if subscribe:
            self.subscribers.add(key, run.request_id, options=options)
        else:
            self.subscribers.touch(key)
        self._core.begin(run, self._types.query_pending)
        if subscribe:
            self.lifetimes.end(key)
        self.invalidating.begin(run.request_id)
        self.polling.changed(key)
        definition = run.definition
        if definition.on_entry_added is not None:
            if before is None and self.entry(key) is not None:
                self.tending.added(run, key, read=lambda: self.result_of(key))
            self.tending.asked(key, run.request_id)
        if definition.on_started is not None:
            self.tending.started(run, read=lambda: self.result_of(key))

    def _skip(self, about: RequestArg, options: SubscriptionOptions | None) -> str:
        key, request_id = about["queryCacheKey"], self._core.next_id()
        if about["subscribe"]:
            self.subscribers.add(key, request_id, options=options)
            self.lifetimes.end(key)
        else:
            self._core.send(refusal(self._types.query_rejected, about, request_id))
        self.invalidating.end(request_id)
        self.polling.changed(key)
        return request_id

    def _settle(self, run: Run) -> None:
        key = run.key
        is_written = run.error is None and self._write_data(run)
        if not is_written:
            self._write_error(run)
        if signals.recorder is not None:
            core = self._core
            report_end(run, api=core.api.name, now_ms=core.timers.now_ms())
        self.unused(key)
        self.invalidating.end(run.request_id)
        self.polling.begin(key)
        if is_written:
            self.tending.loaded(run)
        else:
            self.tending.rejected(run)
        self._runs.pop(run.request_id, None)
        current = self._running.get(key)
        if current is not None and current.is_all_over:
            del self._running[key]

    def _write_data(self, run: Run) -> bool:
        """Write an answer; say whether the state took it, as ``merge`` may fail."""
        core, is_merged = self._core, run.definition.merge is not None
        tags = core.tags_of(run)
        action = fulfilment(
            self._types.query_fulfilled, run, now_ms=core.timers.now_ms(), tags=tags
        )
        with self._updates.lifted(run.key, is_merged=is_merged):
            error = core.try_send(action)
        if error is not None:
            run.turn_out(error)
        return error is None

    def _write_error(self, run: Run) -> None:
        core, tags = self._core, None
        if run.is_handled and not run.is_upsert:
            tags = core.tags_of(run)
        error = core.try_send(rejection(self._types.query_rejected, run, tags=tags))
        if error is not None:
            core.report(error, "a failure could not be written")

    def unused(self, key: str) -> None:
        """Let the time of an entry run, if nobody wants it."""
        if self.subscribers.has(key):
            return
        state = self._core.state
        entry = state.queries.get(key)
        if entry is None:
            return
        definition = self._core.api.definitions.get(entry.endpoint)
        seconds = None if definition is None else definition.keep_unused
        self.lifetimes.begin(
            key, state.config.keep_unused if seconds is None else seconds
        )

    def _mirror(self, patches: tuple[Mapping[str, object], ...]) -> None:
        self._core.send(batched(self._types.subscribed, patches))

    def _expire(self, key: str, along: tuple[str, ...]) -> None:
        """Remove an entry of which the time is over, and what runs for it."""
        running = self._running.get(key)
        if running is not None:
            running.abort()
        self.remove(key, along)

    def remove(self, key: str, along: tuple[str, ...] = ()) -> None:
        """Remove an entry, with who wants it.

        Args:
            key: of the entry.
            along: entries that will be removed next: their state goes now, as taking
                one out of a table costs as much as taking out many.
        """
        self.subscribers.drop(key)
        payload: dict[str, object] = {"queryCacheKey": key}
        if along:
            payload["alongWith"] = along
        self._core.send(batched(self._types.removed, payload))
        self.gone(key)

    def gone(self, key: str) -> None:
        """Leave nothing here of an entry that is gone."""
        self.lifetimes.end(key)
        self.polling.end(key)
        self.tending.removed(key)
        self.results.forget(key)
        self._updates.forget(key)


def _about(query: Query[object], *, subscribe: bool, force: Force) -> RequestArg:
    return {
        "type": "query",
        "endpointName": query.endpoint,
        "originalArgs": query.arg,
        "queryCacheKey": query.key,
        "subscribe": subscribe,
        "forceRefetch": force,
    }
