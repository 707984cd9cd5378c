"""The backends that the promises of live data are tested on."""

from __future__ import annotations

from stateroom.flows.clocks import SystemDice
from stateroom.live import Live, ManualClock
from stateroom.live.engine import Engine
from stateroom.live.memory import MemoryServer

__all__ = ("MemoryBackend", "RedisBackend")

PATIENT_S = 5.0
"""For one exchange: the machine may be busy, and these tests are not about time."""


class MemoryBackend:
    """One table in memory, under every ``Live`` that is opened on it."""

    def __init__(self, clock: ManualClock) -> None:
        self.server = MemoryServer(clock)

    def open(self, *, namespace: str, clock: ManualClock) -> Live:
        live = Live.__new__(Live)
        live._engine = Engine(  # noqa: SLF001 - as Live.memory() does, on one table
            self.server, namespace=namespace, clock=clock, dice=SystemDice()
        )
        return live


class RedisBackend:
    """A real server, or several, by the URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    def open(self, *, namespace: str, clock: ManualClock) -> Live:
        return Live(
            self.url, namespace=namespace, clock=clock,
            timeout=PATIENT_S, connect_timeout=PATIENT_S,
        )  # fmt: skip
