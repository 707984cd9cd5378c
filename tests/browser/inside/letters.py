"""An application in the page: a letter that is kept, in any of the storages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from stateroom.errors import NotDurable
from stateroom.persist import AsyncPersistor, AsyncStorage, Persistor, persist
from stateroom.persist.browser import IndexedDB, LocalStorage, LockedLocalStorage
from stateroom.store import Slice, Store

__all__ = (
    "begin",
    "flush",
    "lines",
    "sending",
    "until_lines",
    "write",
    "write_each_flushed",
)

BLOCKING: Final = "LocalStorage"
PATIENCE: Final = 30.0
"""Seconds that another tab, or the browser, may take."""
BUDGET: Final = 4_000_000
AWAITED: Final[dict[str, Callable[[], AsyncStorage]]] = {
    "IndexedDB": lambda: IndexedDB("careers", timeout=PATIENCE),
    "LockedLocalStorage": lambda: LockedLocalStorage(timeout=PATIENCE),
}


@dataclass
class Letter:
    lines: list[str] = field(default_factory=list)
    sending: list[str] = field(default_factory=list)


class Application:
    """What the page remembers."""

    def __init__(self, kind: str, max_delay: float, namespace: str) -> None:
        letter = Slice("letter", Letter)
        self.letter = letter
        self.add = letter.reducer(_add)
        kept = persist(
            letter,
            fields={"lines"},
            transient={"sending"},
            max_delay=max_delay,
            budget=BUDGET,
        )
        self.store = Store(kept)
        self.changed = asyncio.Event()
        self.store.subscribe(self.changed.set)
        self.blocking: Persistor | None = None
        self.awaited: AsyncPersistor | None = None
        if kind == BLOCKING:
            self.blocking = Persistor(
                self.store, LocalStorage(), namespace=namespace, budget=BUDGET
            )
        else:
            self.awaited = AsyncPersistor(
                self.store, AWAITED[kind](), namespace=namespace, budget=BUDGET
            )

    @property
    def state(self) -> Letter:
        return self.store[self.letter]

    async def hydrate(self) -> str:
        if self.awaited is not None:
            return str((await self.awaited.hydrate()).phase)
        assert self.blocking is not None
        return str(self.blocking.hydrate().phase)

    async def flush(self) -> None:
        if self.awaited is not None:
            await self.awaited.flush()
        if self.blocking is not None:
            self.blocking.flush()


def _add(state: Letter, line: str) -> None:
    state.lines.append(line)
    state.sending.append(line)


_applications: list[Application] = []


async def begin(kind: str, max_delay: float, namespace: str) -> str:
    """Begin the application, bring back what is stored, and say how it stands.

    Args:
        kind: of its storage.
        max_delay: milliseconds until a change is written.
        namespace: of the application; one that began before in this tab goes on.
    """
    application = Application(kind, max_delay, namespace)
    _applications.append(application)
    return await application.hydrate()


def write(line: str) -> None:
    running = _applications[-1]
    running.store.dispatch(running.add(line))


async def flush() -> str:
    """Flush, and return ``"stored"``, or why not."""
    try:
        await _applications[-1].flush()
    except NotDurable as error:
        return "; ".join(error.reasons.values())
    return "stored"


async def write_each_flushed(name: str, times: int) -> str:
    """Write line after line, each of them durably."""
    for number in range(times):
        write(f"{name} {number}")
        told = await flush()
        if told != "stored":
            return told
    return "stored"


def lines() -> list[str]:
    return list(_applications[-1].state.lines)


def sending() -> list[str]:
    return list(_applications[-1].state.sending)


async def until_lines(count: int) -> list[str]:
    """Wait until the letter has so many lines, from wherever, and return them."""
    running = _applications[-1]
    async with asyncio.timeout(PATIENCE):
        while len(running.state.lines) < count:
            running.changed.clear()
            await running.changed.wait()
    return lines()
