"""A stand-in for Redis inside one process, for tests and first steps.

It does what the scripts and commands of live data do, one exchange at a time, on a
table of Python values; so everything above it is the same code as with Redis. What it
can do is registered in ``stateroom.live.twins``; but for BLPOP, which waits for others.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from stateroom.flows.clocks import Clock, ManualClock
from stateroom.link import Call, Command, Word
from stateroom.link.facts import ServerFacts
from stateroom.live.twins import COMMANDS, SCRIPTS, load_twins
from stateroom.live.twins.table import Table
from stateroom.live.waits import Wait, Waits, wait_in_loop, wait_in_thread

__all__ = ("MemoryServer",)


class MemoryServer:
    """What ``Live.memory()`` talks to."""

    shown = "memory"
    is_cluster = False

    def __init__(self, clock: Clock) -> None:
        load_twins()
        self.table: Table = Table(clock)
        self._link = MemoryLink(self.table)
        if isinstance(clock, ManualClock):
            clock.on_advance(self._link.serve)

    def open(self, *, patience_s: float = 0.0) -> MemoryLink:
        del patience_s  # it answers when it has an answer
        return self._link

    def open_async(self, *, patience_s: float = 0.0) -> AsyncMemoryLink:
        del patience_s  # as above
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
        self._waits = Waits(table)
        self._lock = threading.RLock()

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        found = self.run([("GET", key) for key in keys])
        return [each if isinstance(each, bytes) else None for each in found]

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        wait = _wait_of(calls)
        if wait is not None:
            try:
                wait_in_thread(wait, lambda: self.begin(wait))
            finally:
                self.end(wait)
            return [wait.reply]
        with self._lock:
            replies = [self._one(each) for each in calls]
            self._waits.serve()
        return replies

    def serve(self) -> None:
        """Look who need not wait any longer, as time has passed."""
        with self._lock:
            self._waits.serve()

    def begin(self, wait: Wait) -> None:
        """Let somebody wait."""
        with self._lock:
            self._waits.add(wait)

    def end(self, wait: Wait) -> None:
        """Let him wait no longer."""
        with self._lock:
            self._waits.drop(wait)

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
    """The same for an event loop."""

    is_cluster = False

    def __init__(self, link: MemoryLink) -> None:
        self._link = link

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return self._link.get_many(keys)

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        wait = _wait_of(calls)
        if wait is None:
            return self._link.run(calls)
        try:
            await wait_in_loop(wait, lambda: self._link.begin(wait))
        finally:
            self._link.end(wait)
        return [wait.reply]

    async def nodes(self) -> list[str]:
        return self._link.nodes()

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        return self._link.scan(node, cursor, pattern, count)

    async def aclose(self) -> None:
        """Nothing is open."""


def _wait_of(calls: Sequence[Call | Command]) -> Wait | None:
    """Return what a BLPOP waits for, which is sent alone; None for anything else."""
    if len(calls) != 1 or isinstance(calls[0], Call) or calls[0][0] != "BLPOP":
        return None
    _, key, seconds = calls[0]
    return Wait(as_bytes(key), float(seconds))


def as_bytes(word: Word) -> bytes:
    """Return a word as the server reads it."""
    return word if isinstance(word, bytes) else str(word).encode()
