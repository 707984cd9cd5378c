"""What a client knows, without asking anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from stateroom.query.asking import Query
from stateroom.query.engine import Engine
from stateroom.query.faces import Named
from stateroom.query.provided import invalidated
from stateroom.query.results import MutationResult, QueryResult
from stateroom.query.state import UNINITIALIZED, ApiState
from stateroom.query.tags import TagLike

__all__ = ("Reading",)

R = TypeVar("R")


class Reading:
    """The half of a client that reads the state."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._core = engine.core
        self._queries = engine.queries

    def result(self, query: Query[R], /) -> QueryResult[R]:
        """Return what is known of a query; the same object until that changes.

        Raises:
            InvalidQuery: it is none of this api.
        """
        self._core.query(query)
        return cast("QueryResult[R]", self._queries.result_of(query.key))

    def mutation_result(self, key: str, /) -> MutationResult[object]:
        """Return what is known of a mutation, by its fixed key or request id."""
        return self._engine.mutations.result_of(key)

    def selector(self, query: Query[R], /) -> Callable[[object], QueryResult[R]]:
        """Return what reads a query out of the root state, for ``store.watch``.

        Raises:
            InvalidQuery: it is none of this api.
        """
        self._core.query(query)
        results, key, name = self._queries.results, query.key, self._core.api.name

        def select(root: object) -> QueryResult[R]:
            state = cast("Mapping[str, ApiState]", root)[name]
            return cast("QueryResult[R]", results.of(key, state.queries.get(key)))

        return select

    def entries_of(self, *tags: TagLike) -> tuple[Query[object], ...]:
        """Return the queries that invalidating these tags would concern."""
        state = self._core.state
        found = invalidated(state.provided, self._queries.tags_in(tags))
        return tuple(
            self._queries.query_of(key, state.queries[key])
            for key in found
            if key in state.queries
        )

    def cached_args(self, endpoint: Named, /) -> tuple[object, ...]:
        """Return the arguments for which there is an entry, in order."""
        return tuple(
            entry.arg
            for entry in self._core.state.queries.values()
            if entry.endpoint == endpoint.name and entry.status != UNINITIALIZED
        )
