"""Counts, and says once, what a quota decides while Redis is away."""

from __future__ import annotations

import logging
import threading
from typing import Literal

__all__ = ("Outage",)

_log = logging.getLogger("stateroom.live")


class Outage:
    """What one declared quota decided without Redis, in this process. Thread-safe.

    Attributes:
        is_on: whether Redis did not answer the last time it was asked.
        allowed: calls that were allowed and counted nowhere, so far.
        denied: calls that were denied, so far.
    """

    __slots__ = ("_before", "_lock", "allowed", "denied", "is_on")

    def __init__(self) -> None:
        self.is_on: bool = False
        self.allowed: int = 0
        self.denied: int = 0
        self._before = (0, 0)
        self._lock = threading.Lock()

    def decided(self, name: str, way: Literal["allow", "deny"], calls: int) -> None:
        """Note what became of calls; the first of an outage is logged.

        Args:
            name: of the quota.
            way: what was declared.
            calls: how many they were.
        """
        with self._lock:
            is_news = not self.is_on
            if is_news:
                self._before = (self.allowed, self.denied)
            self.is_on = True
            if way == "allow":
                self.allowed += calls
            else:
                self.denied += calls
        if is_news:
            done = "allowed, and not counted" if way == "allow" else "denied"
            _log.warning("%s: Redis is away; until it is back calls are %s", name, done)

    def ended(self, name: str) -> None:
        """Note that Redis has answered."""
        with self._lock:
            was_on, self.is_on = self.is_on, False
            allowed = self.allowed - self._before[0]
            denied = self.denied - self._before[1]
        if was_on:
            _log.warning(
                "%s: Redis is back; without it %d calls were allowed, %d denied",
                name, allowed, denied,
            )  # fmt: skip
