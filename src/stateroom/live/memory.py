"""A stand-in for Redis inside one process, for tests and first steps.

It does what the scripts and commands of live data do, one exchange at a time, on a
table of Python values; so everything above it is the same code as with Redis. What it
can do is registered in ``stateroom.live.twins``.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from stateroom.flows.clocks import Clock
from stateroom.link import Call, Command, Word
from stateroom.link.facts import ServerFacts
from stateroom.live.twins import COMMANDS, SCRIPTS, load_twins
from stateroom.live.twins.table import Table

__all__ = ("MemoryServer",)


class MemoryServer:
    """What ``Live.memory()`` talks to."""

    shown = "memory"
    is_cluster = False

    def __init__(self, clock: Clock) -> None:
        load_twins()
        self.table: Table = Table(clock)
        self._link = MemoryLink(self.table)

    def open(self) -> MemoryLink:
        return self._link

    def open_async(self) -> AsyncMemoryLink:
        return AsyncMemoryLink(self._link)

    def facts(self) -> tuple[ServerFacts, ...]:
        return ()

    async def facts_async(self) -> tuple[ServerFacts, ...]:
        return ()

    def close(self) -> None:
        """Nothing is open."""


class MemoryLink:
    """Runs commands and scripts on the table, one exchange at a time."""

    is_cluster = False

    def __init__(self, table: Table) -> None:
        self._table = table
        self._lock = threading.RLock()

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        found = self.run([("GET", key) for key in keys])
        return [each if isinstance(each, bytes) else None for each in found]

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        with self._lock:
            return [self._one(each) for each in calls]

    def nodes(self) -> list[str]:
        return [""]

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        raise NotImplementedError("live data is never scanned for")

    def close(self) -> None:
        """Nothing is open."""

    def _one(self, call: Call | Command) -> object:
        if isinstance(call, Call):
            words = [as_bytes(each) for each in call.arguments]
            return SCRIPTS[call.script.name](self._table, list(call.keys), words)
        name, *rest = call
        return COMMANDS[str(name)](self._table, [as_bytes(each) for each in rest])


class AsyncMemoryLink:
    """The same for an event loop; it never waits."""

    is_cluster = False

    def __init__(self, link: MemoryLink) -> None:
        self._link = link

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return self._link.get_many(keys)

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        return self._link.run(calls)

    async def nodes(self) -> list[str]:
        return self._link.nodes()

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        return self._link.scan(node, cursor, pattern, count)

    async def aclose(self) -> None:
        """Nothing is open."""


def as_bytes(word: Word) -> bytes:
    """Return a word as the server reads it."""
    return word if isinstance(word, bytes) else str(word).encode()
