"""Books and adapters that the tests of statement S13 share."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from stateroom.store.entities import EntityAdapter, EntityState

__all__ = ("BOTH", "SORTED", "UNSORTED", "Adapter", "Book", "State", "shelf", "titles")


@dataclass(slots=True)
class Book:
    id: str
    title: str
    pages: int = 0


State = EntityState[Book, str]
Adapter = EntityAdapter[Book, str]

UNSORTED = Adapter()
SORTED = Adapter(sort_key=lambda book: book.title)
BOTH = pytest.mark.parametrize("adapter", [UNSORTED, SORTED])


def shelf(adapter: Adapter, *titles: str) -> State:
    """Return a state of books whose ids are their titles in small letters."""
    books = [Book(title.lower(), title) for title in titles]
    return adapter.get_initial_state(entities=books)


def titles(state: State) -> list[str]:
    return [state.entities[key].title for key in state.ids]
