"""Makes storages in the page, for the shipped suite and for tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final

from stateroom.persist.browser import IndexedDB, LocalStorage, LockedLocalStorage
from stateroom.persist.storages.port import AsyncStorage
from stateroom.testing import storages

__all__ = ("keep_promise", "keep_promise_blocking")

PLACES: Final[dict[str, Callable[[str], AsyncStorage]]] = {
    "IndexedDB": IndexedDB,
    "LockedLocalStorage": LockedLocalStorage,
}
"""What is awaited, by name; each takes the name of its place."""
_counts = itertools.count()


async def keep_promise(kind: str, name: str) -> None:
    """Run one case of the suite for a storage that is awaited."""
    make = PLACES[kind]
    places = (f"place{count}" for count in _counts)

    def place() -> Callable[[], AsyncStorage]:
        here = next(places)
        return lambda: make(here)

    await storages.run_case_async(name, place)


def keep_promise_blocking(name: str) -> None:
    """Run one case of the suite for ``LocalStorage``."""

    def place() -> Callable[[], LocalStorage]:
        prefix = f"place{next(_counts)}:"
        return lambda: LocalStorage(prefix)

    storages.run_case(name, place)
