"""What the functions of endpoints can do with the client that runs them.

A protocol, so that an endpoint knows its client without the client's own parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from stateroom.query.asking import Mutation, Query
from stateroom.query.awaiting import Fetching, MutationRun, Subscription
from stateroom.query.optimistic import Recipe
from stateroom.query.results import MutationResult, QueryResult
from stateroom.query.tags import TagLike
from stateroom.query.updating import Update

__all__ = ("Client", "Named")

R = TypeVar("R")


class Named(Protocol):
    """An endpoint, as far as its name goes."""

    @property
    def name(self) -> str:
        """The name of the endpoint."""
        ...


class Client(Protocol):
    """A client of queries; see ``QueryClient``."""

    @property
    def extra(self) -> object:
        """What the client was given for its endpoints."""
        ...

    def result(self, query: Query[R], /) -> QueryResult[R]:
        """Return what is known of a query."""
        ...

    def selector(self, query: Query[R], /) -> Callable[[object], QueryResult[R]]:
        """Return what reads a query out of the root state."""
        ...

    def mutation_result(self, key: str, /) -> MutationResult[object]:
        """Return what is known of a mutation."""
        ...

    def entries_of(self, *tags: TagLike) -> tuple[Query[object], ...]:
        """Return the queries that invalidating these tags would concern."""
        ...

    def cached_args(self, endpoint: Named, /) -> tuple[object, ...]:
        """Return the arguments for which there is an entry."""
        ...

    async def fetch(self, query: Query[R], /, *, force: bool | float = ...) -> R:
        """Return the data of a query."""
        ...

    def subscribe(
        self,
        query: Query[R],
        /,
        *,
        on_change: Callable[[QueryResult[R]], object] | None = ...,
        polling: float = ...,
    ) -> Subscription[R]:
        """Want the data of a query from now on."""
        ...

    def prefetch(
        self,
        query: Query[object],
        /,
        *,
        force: bool = ...,
        if_older_than: float | None = ...,
    ) -> None:
        """Ask for data that somebody may want soon."""
        ...

    def mutate(
        self, mutation: Mutation[R], /, *, key: str | None = ..., track: bool = ...
    ) -> MutationRun[R]:
        """Change something."""
        ...

    def update(
        self, query: Query[R], recipe: Recipe[R], /, *, is_final: bool = ...
    ) -> Update:
        """Change the data of a query here."""
        ...

    def upsert(self, query: Query[R], data: R, /) -> Fetching[R]:
        """Give a query its data."""
        ...

    def upsert_many(self, entries: Iterable[tuple[Query[object], object]], /) -> None:
        """Give several queries their data."""
        ...

    def invalidate(self, *tags: TagLike) -> None:
        """Say that what these tags name is not true any more."""
        ...
