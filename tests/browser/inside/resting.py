"""Counts what a persistor leaves to JavaScript: timers, and functions of Python."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol, cast

from tests.browser.inside import careers

__all__ = ("LONG", "delays_of_timers", "delays_while_flushing", "left_by")

LONG: Final = 3_600_000.0
"""Milliseconds that a change may wait here."""
SOON: Final = 20.0
TURNS: Final = 50
PATIENCE: Final = 30.0


class _Map(Protocol):
    size: int


class _Module(Protocol):
    pyproxy_alloc_map: _Map

    def enable_pyproxy_allocation_tracing(self) -> None: ...


class _Pyodide(Protocol):
    _module: _Module


class _Page(Protocol):
    pyodide: _Pyodide
    setTimeout: Callable[[object, float], object]  # noqa: N815 - JavaScript's name


def _page() -> _Page:
    return cast("_Page", importlib.import_module("js"))


@contextmanager
def _watched() -> Iterator[list[float]]:
    """Note the delay of each timer that is asked for within the block."""
    here, delays = _page(), list[float]()
    usual = here.setTimeout
    create = importlib.import_module("pyodide.ffi").create_proxy

    def noted(call: object, delay: float = 0.0, *_: object) -> object:
        delays.append(delay)
        return usual(call, delay)

    proxy = create(noted)
    here.setTimeout = proxy
    try:
        yield delays
    finally:
        here.setTimeout = usual
        proxy.destroy()


async def delays_of_timers(kind: str, poll: float) -> list[float]:
    """Return the milliseconds of each timer of an application that only begins."""
    with _watched() as delays:
        await careers.begin(kind, SOON, poll)
        await careers.flush(kind)
        for _ in range(TURNS):
            await asyncio.sleep(0)
    return delays


async def delays_while_flushing(kind: str, times: int) -> list[float]:
    """Return those of one whose changes are flushed, one after another."""
    await careers.begin(kind, LONG, None)
    with _watched() as delays:
        for number in range(times):
            careers.select(kind, f"role {number}")
            for _ in range(5):
                await asyncio.sleep(0)
            await careers.flush(kind)
    return delays


async def left_by(kind: str) -> int:
    """Use an application twice; return how many more functions are held after that."""
    module = _page().pyodide._module  # noqa: SLF001
    module.enable_pyproxy_allocation_tracing()
    await _use(kind)  # what is made once only, is made now
    before = module.pyproxy_alloc_map.size
    await _use(kind)
    try:
        async with asyncio.timeout(PATIENCE):
            # A timer that was taken back is there until its time has come.
            while module.pyproxy_alloc_map.size > before:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)
    except TimeoutError:
        pass
    # There may be fewer, as timers of the first use have ended since.
    return max(0, module.pyproxy_alloc_map.size - before)


async def _use(kind: str) -> None:
    await careers.begin(kind, SOON, 1.0)
    for role in ("Cook", "Nurse"):
        careers.select(kind, role)
        await careers.flush(kind)
    careers.select(kind, "Clerk")
    await careers.end(kind)
