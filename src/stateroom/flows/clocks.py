"""Time and dice of the running cache; tests put their own in their place."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from typing import Protocol

__all__ = ("Clock", "Dice", "ManualClock", "SystemClock", "SystemDice")


class Clock(Protocol):
    """Where the time is from."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Return seconds since any moment; never goes back."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that stands still until it is told to advance. For tests."""

    def __init__(self, now_ms: int = 1_800_000_000_000) -> None:
        self._now_ms = now_ms
        self._start_ms = now_ms
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def advance(self, seconds: float) -> None:
        """Let so much time pass."""
        if seconds < 0:
            raise ValueError(f"time does not go back: {seconds}")
        with self._lock:
            self._now_ms += round(seconds * 1000)
        for each in tuple(self._listeners):
            each()

    def on_advance(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called after each advance: for what waits for the time."""
        self._listeners.append(listener)

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic(self) -> float:
        return (self._now_ms - self._start_ms) / 1000


class Dice(Protocol):
    """Where chance is from."""

    def draw(self) -> float:
        """Return a number in (0, 1], uniform."""
        ...

    def random(self, count: int) -> bytes:
        """Return so many bytes that nobody can guess."""
        ...


class SystemDice:
    """Chance as the system gives it."""

    def draw(self) -> float:
        return 1.0 - random.random()

    def random(self, count: int) -> bytes:
        return os.urandom(count)
