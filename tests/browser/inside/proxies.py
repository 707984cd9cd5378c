"""Counts the functions of Python that JavaScript holds in this page."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, cast

from stateroom.errors import StorageUnavailable, WriteConflict
from stateroom.persist.browser import IndexedDB, LockedLocalStorage, on_leaving
from stateroom.persist.storages.port import AsyncStorage, Noticing

__all__ = ("PROGRAMS", "left_by")


class _Map(Protocol):
    size: int


class _Module(Protocol):
    pyproxy_alloc_map: _Map

    def enable_pyproxy_allocation_tracing(self) -> None: ...


class _Pyodide(Protocol):
    _module: _Module


class _Page(Protocol):
    pyodide: _Pyodide


async def _use(storage: AsyncStorage) -> None:
    assert isinstance(storage, Noticing)
    end = storage.notice(list)
    storage.notice(list)
    await storage.write("key", b"one", replaces=None)
    await storage.write("key", b"two", replaces=b"one")
    try:
        await storage.write("key", b"three", replaces=b"one")
    except WriteConflict:
        await storage.read("key", limit=10)
    await storage.delete("key")
    end()
    await storage.close()


async def _locked() -> None:
    await _use(LockedLocalStorage("proxies:"))


async def _database() -> None:
    await _use(IndexedDB("proxies"))


async def _leave() -> None:
    on_leaving(list)()


async def _cancelled() -> None:
    """Cancel writes at every moment of their lives."""
    for storage in (LockedLocalStorage("proxies:"), IndexedDB("proxies")):
        for turns in range(60):
            found = await storage.read("count", limit=10)
            data = b"%d" % turns
            write = storage.write("count", data, replaces=found.current)
            task = asyncio.ensure_future(write)
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait((task,))
        await storage.close()


async def _denied() -> None:
    """Ask for what is not given within its time."""
    for storage in (
        LockedLocalStorage("proxies:", timeout=0),
        IndexedDB("proxies", timeout=0),
    ):
        try:
            await storage.write("key", b"one", replaces=None)
        except StorageUnavailable:
            pass
        await storage.close()
    await _database()  # what was asked for first, has come by now


PROGRAMS: Final[dict[str, Callable[[], Awaitable[None]]]] = {
    "cancelled": _cancelled,
    "database": _database,
    "denied": _denied,
    "leave": _leave,
    "locked": _locked,
}


async def left_by(program: str) -> int:
    """Run it twice; return how many more functions JavaScript holds the second time."""
    module = cast("_Page", importlib.import_module("js")).pyodide._module  # noqa: SLF001
    module.enable_pyproxy_allocation_tracing()
    await PROGRAMS[program]()  # what is made once only, is made now
    before = module.pyproxy_alloc_map.size
    await PROGRAMS[program]()
    return module.pyproxy_alloc_map.size - before
