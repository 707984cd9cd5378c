"""What the user of a client changes here: data, and what is known of the outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from stateroom.query.adopting import Adopting
from stateroom.query.asking import Query
from stateroom.query.awaiting import Fetching
from stateroom.query.checking import check_recipe
from stateroom.query.engine import Engine
from stateroom.query.optimistic import Recipe
from stateroom.query.reading import Reading
from stateroom.query.state import ApiState
from stateroom.query.tags import TagLike
from stateroom.query.updating import Update

__all__ = ("Changing",)

R = TypeVar("R")


class Changing(Reading):
    """The part of a client that changes the state without asking a server."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._adopting = Adopting(engine)

    def _open(self) -> None:
        self._core.open()
        self._adopting.begin()

    # -- changing data here

    def update(
        self, query: Query[R], recipe: Recipe[R], /, *, is_final: bool = False
    ) -> Update:
        """Change the data of a query here; nothing happens where there is none.

        An update stays above whatever the server says, until it is undone or
        committed. One that is final is what the server will say, too: it is made below
        those that are open, and cannot be undone.

        Args:
            query: whose data.
            recipe: changes a draft of it, or returns other data. That of an open update
                is run again when an earlier one is undone and when an answer comes. So
                it must not use a variable that has another value then, as that of a
                loop: ``lambda draft, name=name: ...``. A final one is run once.
            is_final: whether the server will say so, too.

        Raises:
            Exception: what the recipe raises; then nothing was changed.
            InvalidQuery: the query is none of this api, or the recipe no function.
        """
        self._open()
        self._core.query(query)
        check_recipe(recipe)
        updates = self._engine.updates
        make = updates.change if is_final else updates.push
        return make(query, cast("Recipe[object]", recipe))

    def upsert(self, query: Query[R], data: R, /) -> Fetching[R]:
        """Give a query its data, soon, as if a request had brought it."""
        self._open()
        self._core.query(query)
        made = self._queries.upsert(query, data)
        return cast("Fetching[R]", made)

    def upsert_many(self, entries: Iterable[tuple[Query[object], object]], /) -> None:
        """Give several queries their data, now and in one action."""
        self._open()
        self._engine.upsert_many(entries)

    def invalidate(self, *tags: TagLike) -> None:
        """Say that what these tags name is not true any more.

        Raises:
            InvalidQuery: the api does not declare a kind.
        """
        self._open()
        self._queries.invalidate(tags)

    # -- outside

    def set_focused(self, is_focused: bool, /) -> None:  # noqa: FBT001 - as one says it
        """Say whether somebody looks at the application."""
        self._open()
        self._queries.focus(is_focused=is_focused)

    def set_online(self, is_online: bool, /) -> None:  # noqa: FBT001 - as one says it
        """Say whether there is a network."""
        self._open()
        self._queries.connect(is_online=is_online)

    def rehydrate(self, stored: ApiState, /) -> None:
        """Take what a storage held, but for what was not at its end then."""
        self._open()
        self._engine.rehydrate(stored)
