"""What all parts of a client share: the store, the loop, the time, and its tasks."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from stateroom.errors import InvalidQuery
from stateroom.query.actions import ActionTypes
from stateroom.query.api import QueryApi
from stateroom.query.asking import Mutation, Query
from stateroom.query.calls import QueryCall
from stateroom.query.definitions import Definition
from stateroom.query.faces import Client
from stateroom.query.fetching import Run
from stateroom.query.ports import Transport
from stateroom.query.state import ApiState, QueryEntry, initial_state
from stateroom.query.tags import Tag
from stateroom.query.telling import beginning
from stateroom.query.timers import Timers
from stateroom.store.loops import running_loop
from stateroom.store.store import Store

__all__ = ("Core",)

_ID_BYTES = 6
"""48 random bits before the number: ids of two clients never meet."""


class Core:
    """The store of a client and what it needs besides.

    Attributes:
        store: holds the state.
        api: whose endpoints are run.
        types: of the actions.
        timers: where time is from.
        draw: where chance is from.
        transport: carries requests; None for none.
        client: as endpoints see it.
        is_closed: whether it was closed.
        tasks: those that run; who runs one puts it here and takes it out.
        sending: the type of the action that is on its way to the reducer.
    """

    client: Client

    def __init__(
        self,
        store: Store,
        api: QueryApi,
        *,
        transport: Transport | None,
        timers: Timers,
        draw: Callable[[], float],
        extra: object,
    ) -> None:
        self.store: Store = store
        self.api: QueryApi = api
        self.types: ActionTypes = api.types
        self.timers: Timers = timers
        self.draw: Callable[[], float] = draw
        self.transport: Transport | None = transport
        self.extra: object = extra
        self.is_closed: bool = False
        self.sending: object = None
        self._name = api.name
        self._definitions = api.definitions
        self._loop: asyncio.AbstractEventLoop | None = None
        self.tasks: set[asyncio.Task[object]] = set()
        self._prefix = os.urandom(_ID_BYTES).hex()
        self._count = 0

    # -- the state

    @property
    def state(self) -> ApiState:
        """The part of the state that is the api's; empty while there is none."""
        root = cast("Mapping[str, ApiState]", self.store.root_state())
        found = root.get(self._name)
        return initial_state(self.api.config) if found is None else found

    @property
    def state_or_none(self) -> ApiState | None:
        """The same; None while the store is without the api."""
        root = cast("Mapping[str, ApiState]", self.store.root_state())
        return root.get(self._name)

    @property
    def is_travelling(self) -> bool:
        """Whether devtools show another state than the newest."""
        return self.store.is_time_travelling

    def entry(self, key: str) -> QueryEntry | None:
        """Return what is known of a query; None for nothing."""
        return self.state.queries.get(key)

    def send(self, action: Mapping[str, object]) -> None:
        """Dispatch an action."""
        self.sending = action["type"]
        self.store.dispatch(action)

    def try_send(self, action: Mapping[str, object]) -> Exception | None:
        """Dispatch an action, and return why the state did not take it, if so.

        That a listener failed afterwards is told to the loop's exception handler.
        """
        try:
            self.send(action)
        except Exception as error:
            if self.sending is not None:
                return error
            self.report(error, f"a listener failed at {action['type']!r:.100}")
        return None

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Tell the listeners of the store once, at the end of the block.

        That one failed is told to the loop's exception handler: what was done is done,
        and the rest of it must not be left undone.
        """
        done = False
        try:
            with self.store.batch():
                yield
                done = True
        except Exception as error:
            if not done:
                raise
            self.report(error, "a listener failed")

    def begin(self, run: Run, kind: str) -> None:
        """Say that a request begins; where nobody takes that, it fails soon."""
        error = self.try_send(beginning(kind, run))
        if error is not None:
            run.refuse(error)

    def next_id(self) -> str:
        """Return an id that no other request has."""
        self._count += 1
        return f"{self._prefix}-{self._count}"

    # -- the loop

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that runs here, to which the client belongs from its first use.

        Raises:
            InvalidQuery: none runs here, or another one.
        """
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            raise InvalidQuery(
                f"{self._name}: no event loop is running here",
                hint="use the client inside a coroutine: asyncio.run(main())",
            ) from None
        if self._loop is None:
            self._loop = running
        elif self._loop is not running:
            raise InvalidQuery(
                f"{self._name}: the client belongs to another event loop",
                hint="make one client for each loop, inside of it",
            )
        return running

    @property
    def is_alive(self) -> bool:
        """Whether it can still be used, as far as its loop goes."""
        return self._loop is not None and not self._loop.is_closed()

    @property
    def is_here(self) -> bool:
        """Whether this is the thread of its loop."""
        return self._loop is not None and running_loop() is self._loop

    def open(self) -> None:
        """See that the client can be used here.

        Raises:
            InvalidQuery: it was closed, or no loop runs here, or another one.
        """
        if self.is_closed:
            raise InvalidQuery(
                f"{self._name}: the client is closed",
                hint="make another one; the data in the store is still there",
            )
        if not self.is_here:
            _ = self.loop

    def hold(self, task: asyncio.Task[object]) -> None:
        """Keep a task until it has ended."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def soon(self, call: Callable[[], object]) -> None:
        """Make a call at the loop's next turn, from whichever thread."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        if running_loop() is loop:
            loop.call_soon(call)
        else:
            loop.call_soon_threadsafe(call)

    def report(self, error: BaseException, what: str) -> None:
        """Tell the loop's exception handler of an error that nobody waits for."""
        told = {"message": f"{self._name}: {what}", "exception": error}
        self.loop.call_exception_handler(told)

    # -- endpoints

    def definition(self, asked: Query[object] | Mutation[object]) -> Definition:
        """Return what was declared of an endpoint.

        Raises:
            InvalidQuery: the query, or mutation, is none of this api.
        """
        if asked.api == self._name:
            found = self._definitions.get(asked.endpoint)
            if found is not None:
                return found
        raise self._strange(asked, "query or mutation")

    def query(self, asked: object) -> None:
        """See that something is a query of this api.

        Raises:
            InvalidQuery: it is not.
        """
        if not isinstance(asked, Query) or asked.api != self._name:
            raise self._strange(asked, "query")

    def mutation(self, asked: object) -> None:
        """See that something is a mutation of this api.

        Raises:
            InvalidQuery: it is not.
        """
        if not isinstance(asked, Mutation) or asked.api != self._name:
            raise self._strange(asked, "mutation")

    def _strange(self, found: object, kind: str) -> InvalidQuery:
        name: object = getattr(found, "name", None)
        hint = f"call an endpoint of it: client.fetch({name or 'jobs_in'}(...))"
        if isinstance(found, Mutation):
            hint = f"a change is made by client.mutate({found.endpoint}(...))"
        elif isinstance(found, Query) and found.api == self._name:
            hint = f"data is asked for by client.fetch({found.endpoint}(...))"
        return InvalidQuery(
            f"{self._name}: found {found!r:.200}, expected a {kind} of this api",
            hint=hint,
        )

    def call_for(self, run: Run) -> QueryCall:
        """Return what the function of an endpoint is given."""
        definition = run.definition
        return QueryCall(
            self.transport,
            endpoint=definition.name,
            kind=definition.kind,
            request_id=run.request_id,
            forced=run.is_forced,
            signal=run.signal,
            client=self.client,
            extra=self.extra,
        )

    def tags_of(self, run: Run) -> tuple[Tag, ...]:
        """Return what an outcome provides or invalidates; none where that fails."""
        try:
            return run.definition.tags(
                None if run.error is not None else run.data,
                error=run.error,
                arg=run.arg,
                meta=run.meta,
            )
        except InvalidQuery as failure:
            self.report(failure, "no tags are known of an answer")
            return ()

    def tags_in(self, query: Query[object], data: object) -> tuple[Tag, ...]:
        """Return what data provides that was given here; none where that fails."""
        try:
            return self.definition(query).tags(data, error=None, arg=query.arg, meta={})
        except InvalidQuery as failure:
            self.report(failure, "no tags are known of data that was given")
            return ()
