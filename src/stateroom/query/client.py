"""The client: asks for the data of an api, keeps it in a store, and says when it came.

Example::

    async with QueryClient(store, api, transport=transport) as client:
        jobs = await client.fetch(jobs_in("Berlin"))
        watching = client.subscribe(jobs_in("Berlin"), on_change=show, polling=30)
        await client.mutate(rename_job(1, "Cook"))
"""

from __future__ import annotations

import random
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TypeVar, cast

from stateroom import signals
from stateroom.query.api import QueryApi
from stateroom.query.asking import Mutation, Query
from stateroom.query.awaiting import MutationRun, Subscription
from stateroom.query.changing import Changing
from stateroom.query.checking import (
    check_api,
    check_force,
    check_listener,
    check_polling,
)
from stateroom.query.core import Core
from stateroom.query.engine import Engine
from stateroom.query.ports import Transport
from stateroom.query.reporting import report_read
from stateroom.query.results import QueryResult
from stateroom.query.state import REJECTED, SubscriptionOptions
from stateroom.query.timers import LoopTimers, Timers
from stateroom.query.watching import OnChange
from stateroom.store.store import Store

__all__ = ("GRACE_S", "QueryClient")

R = TypeVar("R")

GRACE_S: Final = 5.0
"""Seconds for which functions beside entries may clean up when a client is closed."""


class QueryClient(Changing):
    """Runs the endpoints of an api, for one store and in one event loop.

    Attributes:
        store: holds the data.
        api: whose endpoints are run.
        extra: what endpoints find as ``call.extra``.
    """

    def __init__(
        self,
        store: Store,
        api: QueryApi,
        *,
        transport: Transport | None = None,
        timers: Timers | None = None,
        draw: Callable[[], float] = random.random,
        extra: object = None,
    ) -> None:
        """Make a client. It belongs to the loop in which it is first used.

        Args:
            store: one that has the api as a part.
            api: whose endpoints are run.
            transport: carries requests; closed with the client, if it can be closed.
            timers: where time is from; the loop, if not given.
            draw: where chance is from, which varies the time between attempts: gives
                numbers from 0 to below 1.
            extra: for the functions of endpoints: ``call.extra``.

        Raises:
            InvalidQuery: ``api`` is no api.
            InvalidSlice: the store does not have the api.
        """
        check_api(api)
        _ = store[api]
        self.store: Store = store
        self.api: QueryApi = api
        self.extra: object = extra
        core = Core(
            store,
            api,
            transport=transport,
            timers=LoopTimers() if timers is None else timers,
            draw=draw,
            extra=extra,
        )
        core.client = self
        super().__init__(Engine(core))

    def __repr__(self) -> str:
        return f"<query client of {self.api.name}>"

    # -- asking

    async def fetch(self, query: Query[R], /, *, force: bool | float = False) -> R:
        """Return the data of a query: what is there, or what a request brings.

        Where the last request failed, another one is made.

        Args:
            query: what is asked for.
            force: whether it is asked for though it is there; or how many seconds old
                it must be for that.

        Raises:
            QueryFailed: the request failed, or was aborted.
            InvalidQuery: the query is none of this api, or the client is closed.
        """
        self._open()
        self._core.query(query)
        check_force(force, "force")
        found = None if force else self._queries.at_hand(query)
        if found is not None:
            if signals.recorder is not None:
                report_read(query, "cached")
            return cast("R", found.data)
        entry = self._core.entry(query.key)
        has_failed = entry is not None and entry.status == REJECTED
        with self.subscribe(query, force=force or has_failed) as asking:
            return await asking

    def subscribe(
        self,
        query: Query[R],
        /,
        *,
        on_change: Callable[[QueryResult[R]], object] | None = None,
        polling: float = 0.0,
        skip_polling_if_unfocused: bool = False,
        refetch_on_mount: bool | float | None = None,
        refetch_on_focus: bool | None = None,
        refetch_on_reconnect: bool | None = None,
        force: bool | float = False,
    ) -> Subscription[R]:
        """Want the data of a query from now on.

        Args:
            query: what is wanted.
            on_change: called with what is known of it, whenever that has changed.
            polling: seconds from one answer to the next request; 0 for none such.
            skip_polling_if_unfocused: whether these are left out while nobody looks.
            refetch_on_mount: as ``force``; None for what the api says.
            refetch_on_focus: None for what the api says.
            refetch_on_reconnect: None for what the api says.
            force: whether it is asked for though it is there; or how many seconds old
                it must be for that.

        Raises:
            InvalidQuery: the query is none of this api, an option is not what it
                should be, or the client is closed.
        """
        self._open()
        self._core.query(query)
        check_polling(polling)
        check_force(force, "force")
        check_force(refetch_on_mount, "refetch_on_mount")
        stop = None
        if on_change is not None:
            check_listener(on_change)
            stop = self._engine.watchers.add(query.key, cast("OnChange", on_change))
        options = SubscriptionOptions(
            polling=polling,
            skip_polling_if_unfocused=skip_polling_if_unfocused,
            refetch_on_focus=refetch_on_focus,
            refetch_on_reconnect=refetch_on_reconnect,
        )
        id_, run = self._queries.ask(
            query, subscribe=True, force=force or refetch_on_mount, options=options
        )
        return Subscription(
            self._queries, query, request_id=id_, run=run, when_over=stop
        )

    def prefetch(
        self,
        query: Query[object],
        /,
        *,
        force: bool = False,
        if_older_than: float | None = None,
    ) -> None:
        """Ask for data that somebody may want soon. Nobody waits for it.

        Args:
            query: what is asked for.
            force: whether it is asked for though it is there.
            if_older_than: how many seconds old it must be for that.

        Raises:
            InvalidQuery: the query is none of this api, or the client is closed.
        """
        self._open()
        self._core.query(query)
        check_force(if_older_than, "if_older_than")
        is_due = force
        if not force and if_older_than:
            entry = self._core.entry(query.key)
            at = 0 if entry is None else entry.fulfilled_at
            age_s = (self._core.timers.now_ms() - at) / 1000
            is_due = not at or age_s >= if_older_than
            if not is_due:
                if signals.recorder is not None:
                    report_read(query, "cached")
                return
        self._queries.ask(query, subscribe=False, force=is_due)

    def mutate(
        self, mutation: Mutation[R], /, *, key: str | None = None, track: bool = True
    ) -> MutationRun[R]:
        """Change something. It begins at once, and goes on if nobody waits for it.

        Args:
            mutation: what is to be changed.
            key: under which it stands in the state, so that others see how it goes.
                Without one that is its request id, for as long as what is returned is
                held.
            track: whether it stands in the state.

        Raises:
            InvalidQuery: the mutation is none of this api, or the client is closed.
        """
        self._open()
        self._core.mutation(mutation)
        mutations = self._engine.mutations
        run = mutations.start(mutation, key=key, track=track)
        made = MutationRun(
            mutation, run, key=key, read=mutations.result_of, reset=mutations.reset
        )
        if track and key is None:
            id_ = run.request_id
            mutations.hold(id_, weakref.ref(made, lambda _: mutations.let_go(id_)))
        return made

    # -- the end

    def reset(self) -> None:
        """Forget all data and all subscriptions, and abort what runs."""
        self._open()
        self._engine.reset()

    async def aclose(self, *, grace_s: float = GRACE_S) -> None:
        """End all requests and whatever runs beside them. The data stays in the store.

        Args:
            grace_s: how long functions beside entries may clean up, in seconds.
        """
        if self._core.is_closed:
            return
        self._adopting.end()
        try:
            await self._engine.close(grace_s)
        finally:
            close = getattr(self._core.transport, "aclose", None)
            if close is not None:
                await close()

    async def __aenter__(self) -> Self:
        self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()
