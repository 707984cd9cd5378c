"""A memory whose scripts a test can watch, wait for, and let fail."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence

from stateroom.errors import TierError
from stateroom.flows.clocks import Clock, SystemClock, SystemDice
from stateroom.link import Call, Command, Script
from stateroom.live import Live
from stateroom.live.engine import Engine
from stateroom.live.memory import MemoryLink, MemoryServer

__all__ = ("PATIENCE_S", "WatchedServer", "opened")

PATIENCE_S = 10.0


class WatchedServer(MemoryServer):
    """What ``Live.memory()`` talks to, and what was asked of it.

    Attributes:
        calls: how often each script was called.
        failing: errors to raise, by the name of a script; each is raised once.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock or SystemClock())
        self.calls: Counter[str] = Counter()
        self.failing: dict[str, list[TierError]] = {}
        self._changed = threading.Condition()
        self._link = _WatchedLink(self)

    def note(self, calls: Sequence[Call | Command]) -> None:
        """Count what is called, and raise what is to be raised."""
        names = [each.script.name for each in calls if isinstance(each, Call)]
        with self._changed:
            self.calls.update(names)
            self._changed.notify_all()
        for name in names:
            if self.failing.get(name):
                raise self.failing[name].pop()

    def seen(self, script: Script, count: int) -> None:
        """Wait until a script was called so often."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: self.calls[script.name] >= count, PATIENCE_S
            )

    async def seen_async(self, script: Script, count: int) -> None:
        """``seen``, awaited."""
        await asyncio.to_thread(self.seen, script, count)


class _WatchedLink(MemoryLink):
    def __init__(self, server: WatchedServer) -> None:
        super().__init__(server.table)
        self._server = server

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        self._server.note(calls)
        return super().run(calls)


def opened(server: MemoryServer, clock: Clock | None = None) -> Live:
    """Return one more ``Live`` on a server: it plays another process."""
    live = Live.__new__(Live)
    live._engine = Engine(  # noqa: SLF001 - as Live.memory() does, on one table
        server, namespace="app", clock=clock or SystemClock(), dice=SystemDice()
    )
    return live
