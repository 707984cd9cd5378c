"""Asks for what a page or a worker does not have, and says what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from stateroom.errors import PersistError
from stateroom.persist.browser import (
    IndexedDB,
    LocalStorage,
    LockedLocalStorage,
    on_leaving,
)
from stateroom.testing import storages

__all__ = ("keep_promises", "make", "make_and_use", "use")

MAKERS: Final[dict[str, Callable[[], object]]] = {
    "IndexedDB": lambda: IndexedDB("refused"),
    "LocalStorage": lambda: LocalStorage("refused:"),
    "LockedLocalStorage": lambda: LockedLocalStorage("refused:"),
    "on_leaving": lambda: on_leaving(list),
}


def make(kind: str) -> str:
    """Make one; return what comes of it."""
    try:
        MAKERS[kind]()
    except PersistError as error:
        return f"{type(error).__name__}: {error}"
    return "made"


def use() -> list[str]:
    """Do everything that there is with a ``LocalStorage``; return what comes of it."""
    storage = LocalStorage("refused:")
    calls: tuple[Callable[[], object], ...] = (
        lambda: storage.read("key", limit=9),
        lambda: storage.peek("key"),
        lambda: storage.write("key", b"one", replaces=None),
        lambda: storage.delete("key"),
        storage.keys,
        storage.pulse,
    )
    return [_outcome(call) for call in calls]


async def make_and_use() -> str:
    """Make an ``IndexedDB`` and ask it for its keys; return what comes of it."""
    storage = IndexedDB("refused")
    try:
        await storage.keys()
    except PersistError as error:
        return f"{type(error).__name__}: {error}"
    return "used"


async def keep_promises(names: list[str]) -> None:
    """Run some cases of the suite for ``IndexedDB``."""
    for name in names:
        await storages.run_case_async(name, lambda: lambda: IndexedDB("promises"))


def _outcome(call: Callable[[], object]) -> str:
    try:
        call()
    except PersistError as error:
        return f"{type(error).__name__}: {error}"
    return "used"
