"""What runs beside requests and entries: ``on_started`` and ``on_entry_added``.

Both begin at once, with the request or entry that they are for, and run until they
return. A failure of the request that they let pass ends them silently, as it stands in
the state; any other error is told to the loop's exception handler.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import Generic, NamedTuple, TypeAlias, TypeVar, cast

from stateroom.errors import InvalidQuery, NeverResolved, QueryFailed
from stateroom.query.asking import Query
from stateroom.query.faces import Client
from stateroom.query.optimistic import Recipe
from stateroom.query.results import MutationResult, QueryResult
from stateroom.query.updating import Update

__all__ = (
    "EntryLifecycle",
    "Later",
    "Lifecycle",
    "Loaded",
    "MakeUpdate",
    "Origin",
    "RequestLifecycle",
)

R = TypeVar("R")
T = TypeVar("T")

AnyRecipe: TypeAlias = Callable[..., object]
"""A recipe for data of which the type is not known here: that of the endpoint."""
MakeUpdate: TypeAlias = Callable[[Query[object], Recipe[object]], Update]
"""Changes the data of a query here."""
Result = QueryResult[object] | MutationResult[object]


class Loaded(NamedTuple):
    """What a request brought.

    Attributes:
        data: the result of the endpoint.
        meta: what the transport told besides.
    """

    data: object
    meta: Mapping[str, object]


class Origin(NamedTuple):
    """What a lifecycle is of, and what it needs of that.

    Attributes:
        client: that runs the endpoint.
        request_id: of the request that is running, or that made the entry.
        query: that is asked for; None for a mutation.
        read: says what is known of it.
        update: changes the data of a query.
        loop: in which all of it runs.
    """

    client: Client
    request_id: str
    query: Query[object] | None
    read: Callable[[], Result]
    update: MakeUpdate
    loop: asyncio.AbstractEventLoop


class Later(Generic[T]):
    """Something that will be known. It can be awaited by several, or by nobody.

    Who waits goes on at the loop's next turn: before those who wait for the request,
    which are told later. So they find what was done here.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: list[asyncio.Future[None]] = []
        self._value: tuple[T] | None = None
        self._error: Exception | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is known, or known not to come."""
        return self._value is not None or self._error is not None

    def __await__(self) -> Generator[object, None, T]:
        if not self.is_known:
            # Each waits for itself: who stops waiting does not end it for others.
            told = self._loop.create_future()
            self._waiting.append(told)
            yield from told
        if self._value is None:
            raise cast("Exception", self._error)
        return self._value[0]

    def tell(self, value: T) -> None:
        """Say what it is; nothing happens when it is known."""
        if not self.is_known:
            self._value = (value,)
            self._wake()

    def refuse(self, error: Exception) -> None:
        """Say that it will not come; nothing happens when it is known."""
        if not self.is_known:
            self._error = error
            self._wake()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)


class Lifecycle:
    """What both kinds can do.

    Attributes:
        client: that runs the endpoint.
        request_id: of the request that is running, or that made the entry.
        failure: what ends the function without being an error of its own.
    """

    def __init__(self, origin: Origin) -> None:
        self.client: Client = origin.client
        self.request_id: str = origin.request_id
        self.failure: Exception | None = None
        self._query = origin.query
        self._read = origin.read
        self._update = origin.update

    @property
    def extra(self) -> object:
        """What the client was given for its endpoints."""
        return self.client.extra

    @property
    def result(self) -> Result:
        """What is known of the query, or of the mutation, now."""
        return self._read()

    def update(self, recipe: AnyRecipe) -> Update:
        """Change the data of the query here; see ``QueryClient.update``.

        Raises:
            InvalidQuery: it is a mutation, which has no data of a server.
        """
        if self._query is None:
            raise InvalidQuery(
                "a mutation has no data that could be updated",
                hint="lifecycle.update_query(jobs_in('Berlin'), recipe)",
            )
        return self._update(self._query, recipe)

    def update_query(self, query: Query[R], recipe: Recipe[R]) -> Update:
        """Change the data of any query here; see ``QueryClient.update``."""
        return self._update(query, cast("Recipe[object]", recipe))


class RequestLifecycle(Lifecycle):
    """What ``on_started`` is given.

    Updates are open until the function ends: they are committed if it returns, and
    undone if it raises, as it does when it lets a failure of the request pass.

    Attributes:
        fulfilled: to be awaited: what the request brought. It raises ``QueryFailed``.
    """

    fulfilled: Later[Loaded]

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self.fulfilled = Later(origin.loop)

    def fail(self, failure: QueryFailed) -> None:
        """Say that the request failed."""
        self.failure: Exception | None = failure
        self.fulfilled.refuse(failure)


class EntryLifecycle(Lifecycle):
    """What ``on_entry_added`` is given. Updates are final.

    Attributes:
        data_loaded: to be awaited: the first data. It raises ``NeverResolved`` when the
            entry is removed before.
        removed: to be awaited: the end of the entry.
        requests: those that may bring the first data; None when it is there.
    """

    data_loaded: Later[Loaded]
    removed: Later[None]

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self.data_loaded = Later(origin.loop)
        self.removed = Later(origin.loop)
        self.requests: set[str] | None = {origin.request_id}

    async def until_removed(self, work: Coroutine[object, object, T]) -> T | None:
        """Do something for as long as the entry is there, then cancel it.

        Returns:
            What ``work`` returned; None when the entry was removed before.

        Raises:
            Exception: what ``work`` raised.
        """
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(_waited(self.removed))
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            for each in (task, gone):
                each.cancel()
            await asyncio.gather(task, gone, return_exceptions=True)

    def load(self, loaded: Loaded, *, request_id: str | None) -> None:
        """Say what the first data is; None for data that no request brought."""
        if self.requests is None:
            return
        if request_id is None or request_id in self.requests:
            self.requests = None
            self.data_loaded.tell(loaded)

    def end(self) -> None:
        """Say that the entry is gone."""
        self.requests = None
        never = NeverResolved(
            "the entry was removed before its first data arrived",
            hint="that ends on_entry_added; await lifecycle.removed to clean up",
        )
        self.failure: Exception | None = never
        self.data_loaded.refuse(never)
        self.removed.tell(None)


async def _waited(later: Later[T]) -> T:
    return await later
