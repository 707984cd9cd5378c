"""What a client hands out for a request: it can be awaited, aborted, and let go of.

Nobody has to await one. A request runs on whether anybody waits for it or not, and that
it failed stands in the state.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar, cast

from stateroom.query.asking import Mutation, Query
from stateroom.query.failing import aborted, failed
from stateroom.query.fetching import Run
from stateroom.query.results import MutationResult, QueryResult
from stateroom.query.state import REJECTED, QueryEntry, SubscriptionOptions
from stateroom.query.telling import failure_of
from stateroom.store.undefined import UNDEFINED

__all__ = ("Fetching", "MutationRun", "Source", "Subscription")

R_co = TypeVar("R_co", covariant=True)


class Source(Protocol):
    """What these ask of the client that made them."""

    def entry(self, key: str) -> QueryEntry | None:
        """Return what is known of a query."""
        ...

    def result_of(self, key: str) -> QueryResult[object]:
        """Return the same, as the users of it want it."""
        ...

    def refetch(self, query: Query[object]) -> Fetching[object]:
        """Ask for the data anew."""
        ...

    def change(self, key: str, id_: str, *, options: SubscriptionOptions) -> None:
        """Give a subscription other options."""
        ...

    def has(self, key: str, id_: str) -> bool:
        """Say whether a subscription is known: not ended, and not reset."""
        ...

    def unsubscribe(self, key: str, id_: str) -> None:
        """End a subscription."""
        ...


class Fetching(Generic[R_co]):
    """Data that was asked for. Awaited, it gives the data as it is then.

    Attributes:
        query: what was asked for.
        request_id: names this asking, in actions and in the state.
    """

    __slots__ = ("__weakref__", "_run", "_source", "query", "request_id")

    def __init__(
        self,
        source: Source,
        query: Query[R_co],
        *,
        request_id: str,
        run: Run | None,
    ) -> None:
        self._source = source
        self._run = run
        self.query: Query[R_co] = query
        self.request_id: str = request_id

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} of {self.query!r}>"

    @property
    def result(self) -> QueryResult[R_co]:
        """What is known of the query now."""
        return cast("QueryResult[R_co]", self._source.result_of(self.query.key))

    def abort(self, reason: str = "Aborted") -> None:
        """Abort the request that this asking began, if it began one."""
        if self._run is not None and self._run.request_id == self.request_id:
            self._run.abort(reason)

    def __await__(self) -> Generator[object, None, R_co]:
        """Wait for the requests that run, and return the data.

        Raises:
            QueryFailed: the last request failed, or was aborted.
        """
        return self._data().__await__()

    async def _data(self) -> R_co:
        run = self._run
        if run is not None:
            await run.ended()
        entry = self._source.entry(self.query.key)
        if entry is not None and entry.error is not None and entry.status == REJECTED:
            if run is None or run.error is not entry.error:
                raise failed(self.query.key, entry.error)
            raise failure_of(run)
        if entry is not None and entry.data is not UNDEFINED:
            return cast("R_co", entry.data)
        # The entry is gone, or nothing but begun anew: what this request brought.
        if run is not None and run.error is not None:
            raise failure_of(run)
        if run is None or self._is_forgotten():
            nothing = aborted("There is no data, and no request for it")
            raise failed(self.query.key, nothing)
        return cast("R_co", run.data)

    def _is_forgotten(self) -> bool:
        return False


class Subscription(Fetching[R_co]):
    """Somebody's wish for the data of a query, until it is ended.

    While there is one the data stays, and is asked for anew when tags of it are
    invalidated. A context manager that ends it.
    """

    __slots__ = ("_is_over", "_when_over")

    def __init__(
        self,
        source: Source,
        query: Query[R_co],
        *,
        request_id: str,
        run: Run | None,
        when_over: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(source, query, request_id=request_id, run=run)
        self._is_over = False
        self._when_over = when_over

    def _is_forgotten(self) -> bool:
        # Data of a subscription goes with a reset alone: somebody signed out, say.
        # Whoever comes next must not get what the one before was told.
        is_known = self._source.has(self.query.key, self.request_id)
        return not (self._is_over or is_known)

    @property
    def is_over(self) -> bool:
        """Whether it was ended."""
        return self._is_over

    def refetch(self) -> Fetching[R_co]:
        """Ask for the data anew, unless a request runs already."""
        return cast("Fetching[R_co]", self._source.refetch(self.query))

    def change(
        self,
        *,
        polling: float = 0.0,
        skip_polling_if_unfocused: bool = False,
        refetch_on_focus: bool | None = None,
        refetch_on_reconnect: bool | None = None,
    ) -> None:
        """Want the data in another way; what is not given is as if never given.

        Raises:
            InvalidQuery: ``polling`` is no number of seconds.
        """
        self._source.change(
            self.query.key,
            self.request_id,
            options=SubscriptionOptions(
                polling=polling,
                skip_polling_if_unfocused=skip_polling_if_unfocused,
                refetch_on_focus=refetch_on_focus,
                refetch_on_reconnect=refetch_on_reconnect,
            ),
        )

    def unsubscribe(self) -> None:
        """End the subscription; nothing happens when it was ended."""
        if self._is_over:
            return
        self._is_over = True
        if self._when_over is not None:
            self._when_over()
        self._source.unsubscribe(self.query.key, self.request_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.unsubscribe()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.unsubscribe()


class MutationRun(Generic[R_co]):
    """A change that was asked for. Awaited, it gives the result.

    Attributes:
        mutation: what was asked for.
        request_id: names it, in actions and in the state.
        key: the fixed key; None for none.
    """

    __slots__ = (
        "__weakref__",
        "_read",
        "_reset",
        "_run",
        "key",
        "mutation",
        "request_id",
    )

    def __init__(
        self,
        mutation: Mutation[R_co],
        run: Run,
        *,
        key: str | None,
        read: Callable[[str], MutationResult[object]],
        reset: Callable[[str, str | None], object],
    ) -> None:
        self._run = run
        self._read = read
        self._reset = reset
        self.mutation: Mutation[R_co] = mutation
        self.request_id: str = run.request_id
        self.key: str | None = key

    def __repr__(self) -> str:
        return f"<run of {self.mutation.api}/{self.mutation.endpoint}>"

    @property
    def result(self) -> MutationResult[R_co]:
        """What the state knows of it: nothing, after ``reset`` or without tracking."""
        return cast("MutationResult[R_co]", self._read(self.key or self.request_id))

    def abort(self, reason: str = "Aborted") -> None:
        """Wait for it no longer; whether the server does it nevertheless is open."""
        self._run.abort(reason)

    def reset(self) -> None:
        """Take what is known of it out of the state."""
        self._reset(self.request_id, self.key)

    def __await__(self) -> Generator[object, None, R_co]:
        """Wait for the end, and return the result.

        Raises:
            QueryFailed: it failed, or was aborted.
        """
        return self._data().__await__()

    async def _data(self) -> R_co:
        await self._run.ended()
        if self._run.error is not None:
            raise failure_of(self._run)
        return cast("R_co", self._run.data)
