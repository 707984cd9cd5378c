"""Reads and writes records in the page, through storages that stay open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from stateroom.errors import PersistError, WriteConflict
from stateroom.persist.browser import IndexedDB, LocalStorage, LockedLocalStorage
from stateroom.persist.storages.port import AsyncStorage, Noticing, stamp_of
from stateroom.testing.storages_places import Awaited

__all__ = (
    "KINDS",
    "WRITTEN",
    "close",
    "count_up",
    "delete",
    "keys",
    "listen",
    "noticed",
    "open_impatient",
    "open_one",
    "pulse",
    "read",
    "write",
    "write_relaxed",
)

LIMIT: Final = 8 * 1024 * 1024
WRITTEN: Final = "written"
SOON: Final = 0.4
"""Seconds that a storage waits for others which was opened by ``open_impatient``."""
PATIENCE: Final = 30.0


def _blocking(place: str) -> AsyncStorage:
    return Awaited(LocalStorage(place))


KINDS: Final[dict[str, Callable[[str], AsyncStorage]]] = {
    "IndexedDB": lambda place: IndexedDB(place, timeout=PATIENCE),
    "LocalStorage": _blocking,
    "LockedLocalStorage": lambda place: LockedLocalStorage(place, timeout=PATIENCE),
}
_opened: dict[tuple[str, str], AsyncStorage] = {}
_notices: dict[tuple[str, str], asyncio.Queue[str]] = {}


def open_one(kind: str, place: str) -> AsyncStorage:
    """Return the storage of this kind and place, opened by whoever asks first."""
    if (kind, place) not in _opened:
        _opened[kind, place] = KINDS[kind](place)
    return _opened[kind, place]


def open_impatient(kind: str, place: str) -> None:
    """Open the storage of this kind and place, not to wait long for others."""
    made: AsyncStorage = IndexedDB(place, timeout=SOON)
    if kind == "LockedLocalStorage":
        made = LockedLocalStorage(place, timeout=SOON)
    _opened[kind, place] = made


async def write(
    kind: str, place: str, key: str, text: str, replaces: str | None
) -> str:
    """Write a text; return ``"written"``, or the error's name, key and message."""
    stamp = None if replaces is None else stamp_of(replaces.encode())
    try:
        await open_one(kind, place).write(key, text.encode(), replaces=stamp)
    except PersistError as error:
        return f"{type(error).__name__} {error.key} {error}"
    return WRITTEN


async def write_relaxed(kind: str, place: str, key: str, text: str) -> None:
    """Write a first text that may be lost with the power."""
    storage = open_one(kind, place)
    await storage.write(key, text.encode(), replaces=None, durable=False)


async def read(kind: str, place: str, key: str) -> list[str | None]:
    """Return both generations as texts."""
    found = await open_one(kind, place).read(key, limit=LIMIT)
    return [None if each is None else each.decode() for each in found]


async def delete(kind: str, place: str, key: str) -> None:
    await open_one(kind, place).delete(key)


async def keys(kind: str, place: str) -> tuple[str, ...]:
    return await open_one(kind, place).keys()


async def pulse(kind: str, place: str) -> object:
    return await open_one(kind, place).pulse()


async def close(kind: str, place: str) -> None:
    await _opened.pop((kind, place)).close()


async def listen(kind: str, place: str) -> None:
    """Note from now on when another has written, and what the pulse is then."""
    storage = open_one(kind, place)
    notices = _notices[kind, place] = asyncio.Queue()
    tasks: list[asyncio.Task[None]] = []

    async def note() -> None:
        notices.put_nowait(str(await storage.pulse()))

    source = LocalStorage(place) if kind == "LocalStorage" else storage
    assert isinstance(source, Noticing)
    source.notice(lambda: tasks.append(asyncio.create_task(note())))


async def noticed(kind: str, place: str) -> str:
    """Wait for a write of another; return the pulse as it was when that was told."""
    return await _notices[kind, place].get()


async def count_up(kind: str, place: str, times: int) -> int:
    """Add one to a number, so many times; return how often another was quicker."""
    storage = open_one(kind, place)
    conflicts = 0
    for _ in range(times):
        while not await _add_one(storage):
            conflicts += 1
    return conflicts


async def _add_one(storage: AsyncStorage) -> bool:
    current = (await storage.read("count", limit=LIMIT)).current
    data = b"%d" % (int(current or b"0") + 1)
    try:
        await storage.write("count", data, replaces=current, durable=False)
    except WriteConflict:
        return False
    return True
