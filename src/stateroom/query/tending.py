"""Starts the functions that run beside requests and entries, and tells them news."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from functools import partial

from stateroom.query.asking import Query
from stateroom.query.core import Core
from stateroom.query.definitions import BesideCall
from stateroom.query.fetching import Run
from stateroom.query.lifecycles import (
    EntryLifecycle,
    Lifecycle,
    Loaded,
    MakeUpdate,
    Origin,
    RequestLifecycle,
    Result,
)
from stateroom.query.optimistic import Recipe
from stateroom.query.telling import failure_of
from stateroom.query.updating import Update
from stateroom.store.eager import begin

__all__ = ("Tending",)


class Tending:
    """The lifecycles of one client, of requests by id and of entries by key.

    Args:
        core: of the client.
        update: makes an update that is open.
        update_finally: makes one that is final.
    """

    def __init__(
        self, core: Core, *, update: MakeUpdate, update_finally: MakeUpdate
    ) -> None:
        self._core = core
        self._update = update
        self._update_finally = update_finally
        self._requests: dict[str, RequestLifecycle] = {}
        self._entries: dict[str, EntryLifecycle] = {}

    # -- entries

    def added(self, run: Run, key: str, *, read: Callable[[], Result]) -> None:
        """Begin the lifecycle of an entry that a request made."""
        function = run.definition.on_entry_added
        if function is None:
            return
        self.add(
            function,
            key,
            request_id=run.request_id,
            query=self._query_of(run),
            arg=run.arg,
            read=read,
        )

    def add(
        self,
        function: BesideCall,
        key: str,
        *,
        request_id: str,
        query: Query[object] | None,
        arg: object,
        read: Callable[[], Result],
    ) -> None:
        """Begin the lifecycle of an entry."""
        core = self._core
        lifecycle = EntryLifecycle(
            Origin(
                core.client, request_id, query, read, self._update_finally, core.loop
            )
        )
        self._entries[key] = lifecycle
        self._begin(function, arg, lifecycle)

    def asked(self, key: str, request_id: str) -> None:
        """Say that one more request may bring the first data of an entry."""
        lifecycle = self._entries.get(key)
        if lifecycle is not None and lifecycle.requests is not None:
            lifecycle.requests.add(request_id)

    def loaded(self, run: Run) -> None:
        """Say that a request succeeded, to itself and then to its entry."""
        loaded = Loaded(run.data, run.meta)
        request = self._requests.pop(run.request_id, None)
        if request is not None:
            request.fulfilled.tell(loaded)
        entry = self._entries.get(run.key)
        if entry is not None:
            entry.load(loaded, request_id=run.request_id)

    def given(self, key: str, data: object) -> None:
        """Say that data was given to an entry without a request."""
        entry = self._entries.get(key)
        if entry is not None:
            entry.load(Loaded(data, {}), request_id=None)

    def removed(self, key: str) -> None:
        """Say that an entry is gone."""
        lifecycle = self._entries.pop(key, None)
        if lifecycle is not None:
            lifecycle.end()

    def removed_all(self) -> None:
        """Say that all entries are gone."""
        for key in tuple(self._entries):
            self.removed(key)

    # -- requests

    def started(self, run: Run, *, read: Callable[[], Result]) -> None:
        """Begin the lifecycle of a request."""
        function = run.definition.on_started
        if function is None:
            return
        updates: list[Update] = []

        def update(query: Query[object], recipe: Recipe[object]) -> Update:
            if run.is_over:
                return self._update_finally(query, recipe)
            made = self._update(query, recipe)
            updates.append(made)
            return made

        core, query = self._core, self._query_of(run)
        lifecycle = RequestLifecycle(
            Origin(core.client, run.request_id, query, read, update, core.loop)
        )
        self._requests[run.request_id] = lifecycle
        self._begin(function, run.arg, lifecycle, updates)

    def rejected(self, run: Run) -> None:
        """Say that a request failed."""
        request = self._requests.pop(run.request_id, None)
        if request is not None:
            request.fail(failure_of(run))

    # -- both

    def _query_of(self, run: Run) -> Query[object] | None:
        if run.definition.kind == "mutation":
            return None
        name = run.definition.name
        return Query(self._core.api.name, name, arg=run.arg, key=run.key)

    def _begin(
        self,
        function: BesideCall,
        arg: object,
        lifecycle: Lifecycle,
        updates: list[Update] | None = None,
    ) -> None:
        try:
            work = function(arg=arg, lifecycle=lifecycle)
            task = begin(_run(work), self._core.loop)
        except Exception as error:
            self._core.report(error, "a function beside an endpoint failed")
            return
        self._core.hold(task)
        task.add_done_callback(partial(self._when_done, lifecycle, updates or []))

    def _when_done(
        self,
        lifecycle: Lifecycle,
        updates: list[Update],
        task: asyncio.Task[object],
    ) -> None:
        has_failed = task.cancelled() or task.exception() is not None
        for each in reversed(updates):
            if has_failed:
                each.undo()
            else:
                each.commit()
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and error is not lifecycle.failure:
            self._core.report(error, "a function beside an endpoint failed")


async def _run(work: object) -> object:
    return await work if inspect.isawaitable(work) else work
