"""Lets a write come late, as one of another tab does, and writes upon it."""

from __future__ import annotations

import asyncio
import importlib
from typing import Final, Protocol, cast

from stateroom.errors import PersistError
from stateroom.persist.browser import LockedLocalStorage, fences
from stateroom.persist.browser.crossing import plain_object
from stateroom.persist.browser.databases import Connection
from stateroom.persist.browser.javascript import Area, Request
from stateroom.persist.browser.local import PULSE, count_of
from stateroom.persist.browser.transactions import Steps

__all__ = ("write_after_a_late_one", "write_after_a_lost_one")

KEY: Final = "roles"
LONG_ENOUGH: Final = 30
"""Answers of a database, of which a write needs two."""


class _Maker(Protocol):
    def new(self, name: str, details: object, /) -> object: ...


class _Page(Protocol):
    localStorage: Area  # noqa: N815 - JavaScript's own name
    StorageEvent: _Maker

    def dispatchEvent(self, event: object, /) -> None: ...  # noqa: N802 - as above


async def write_after_a_late_one(place: str) -> list[object]:
    """Write while the write of another, that has ended, is not to be seen here yet.

    Returns:
        Whether it waits, and what comes of it when the other's has arrived.
    """
    storage, number = await _announced(place)
    write = asyncio.create_task(_outcome(storage))
    for _ in range(LONG_ENOUGH):
        await _fences().run(_nothing)
    is_waiting = not write.done()
    _arrive(place, number)
    return [is_waiting, await write]


async def write_after_a_lost_one(place: str) -> list[object]:
    """Write, twice, after a write of another that will never be seen.

    Returns:
        What comes of the first, and what is there after both.
    """
    storage, _ = await _announced(place)
    usual = fences.PATIENCE
    _wait_at_most(0.05)
    first = await _outcome(storage)
    _wait_at_most(3_600)
    await storage.write("other", b"one", replaces=None)
    _wait_at_most(usual)
    return [first, await storage.keys()]


async def _announced(place: str) -> tuple[LockedLocalStorage, int]:
    """Leave the number of a write that nobody has made here."""
    storage = LockedLocalStorage(place, timeout=30)
    await storage.write(KEY, b"one", replaces=None)
    number = count_of(await storage.pulse()) + 1

    def leave(steps: Steps) -> None:
        steps.table(fences.TABLE).put(number, f"stateroom:localStorage:{place}")

    await _fences().run(leave, durability="relaxed")
    return storage, number


def _wait_at_most(seconds: float) -> None:
    fences.PATIENCE = seconds  # type: ignore[misc] # final for everybody but a test


def _arrive(place: str, number: int) -> None:
    here = cast("_Page", importlib.import_module("js"))
    here.localStorage.setItem(f"{place}{KEY}", "late")
    here.localStorage.setItem(f"{place}{PULSE}", f"{number:012d}.late-one")
    here.dispatchEvent(here.StorageEvent.new("storage", plain_object(key="any")))


async def _outcome(storage: LockedLocalStorage) -> str:
    try:
        await storage.write(KEY, b"two", replaces=b"one")
    except PersistError as error:
        return type(error).__name__
    return "written"


def _fences() -> Connection:
    return Connection(fences.DATABASE, (fences.TABLE,), wanted="a test", timeout=30)


def _nothing(steps: Steps) -> Request:
    return steps.table(fences.TABLE).get("nothing")
