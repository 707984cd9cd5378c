"""A stand-in for Redis inside one process: the same promises, and no server.

It does what the cache's scripts and commands do, one at a time, on a table of bytes
with expiry; so everything above it is the same code as with Redis, and the tests that
a Redis passes are passed by it too. Bounded in bytes: the oldest goes first.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from fnmatch import fnmatchcase

from stateroom.cache.changes import Changes
from stateroom.cache.hearing import Hearing
from stateroom.cache.local import Local
from stateroom.cache.memory_table import Table, run_script
from stateroom.flows.clocks import Clock
from stateroom.link import Call, Command
from stateroom.link.facts import ServerFacts

__all__ = ("MemoryServer",)

MOST_BYTES = 64 * 1024 * 1024


class MemoryServer:
    """What ``Cache.memory()`` talks to."""

    shown = "memory"
    channel = b""
    is_cluster = False

    def __init__(self, clock: Clock, *, most_bytes: int = MOST_BYTES) -> None:
        self.table: Table = Table(clock, most_bytes)
        self._lock = threading.RLock()

    def open(self) -> _MemoryLink:
        return _MemoryLink(self.table, self._lock)

    def open_async(self) -> _AsyncMemoryLink:
        return _AsyncMemoryLink(_MemoryLink(self.table, self._lock))

    def hearing(self, local: Local | None) -> Hearing:
        return Hearing(self._ear, local)

    def facts(self) -> tuple[ServerFacts, ...]:
        return ()

    async def facts_async(self) -> tuple[ServerFacts, ...]:
        return ()

    def close(self) -> None:
        """Nothing is open."""

    def _ear(self, hearing: Hearing) -> _MemoryEar:
        self.table.ears.append(hearing.changes)
        return _MemoryEar(self.table, hearing.changes)


class _MemoryEar:
    """Hears everything, always."""

    trusted_until = float("inf")
    is_tracking = True

    def __init__(self, table: Table, changes: Changes) -> None:
        self._table = table
        self._changes = changes

    def stop(self) -> None:
        if self._changes in self._table.ears:
            self._table.ears.remove(self._changes)


class _MemoryLink:
    """Runs commands and scripts on the table, one exchange at a time."""

    is_cluster = False

    def __init__(self, table: Table, lock: threading.RLock) -> None:
        self._table = table
        self._lock = lock

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        with self._lock:
            return [self._table.get(key) for key in keys]

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        with self._lock:
            return [self._one(each) for each in calls]

    def nodes(self) -> list[str]:
        return [""]

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        del node, cursor, count  # all in one step
        with self._lock:
            keys = self._table.keys()
        return 0, [key for key in keys if fnmatchcase(key.decode(), pattern)]

    def close(self) -> None:
        """Nothing is open."""

    def _one(self, call: Call | Command) -> object:
        if isinstance(call, Call):
            words = [_as_bytes(each) for each in call.arguments]
            return run_script(call.script, self._table, call.keys, words)
        name, *rest = (_as_bytes(each) for each in call)
        match name:
            case b"DEL" | b"UNLINK":
                return sum(self._table.delete(key) for key in rest)
            case b"GET":
                return self._table.get(rest[0])
            case b"PUBLISH":
                return 0
        raise NotImplementedError(f"{name.decode()} in memory")


class _AsyncMemoryLink:
    """The same for an event loop; it never waits."""

    is_cluster = False

    def __init__(self, link: _MemoryLink) -> None:
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


def _as_bytes(word: bytes | str | int) -> bytes:
    return word if isinstance(word, bytes) else str(word).encode()
