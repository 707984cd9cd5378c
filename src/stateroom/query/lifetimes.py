"""How long data stays that nobody wants.

When the last subscription ends, and when an answer comes that nobody waits for, a time
begins to run. Whoever subscribes meanwhile finds the data; otherwise the entry is
removed, and a request that still runs for it is aborted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from stateroom.query.timers import Timer, Timers

__all__ = ("LONGEST_S", "MANY", "TOLERANCE_MS", "Lifetimes")

MANY: Final = 32
"""Entries from which on those that are to be removed are taken out together."""
TOLERANCE_MS: Final = 5
"""A timer that is due so much too early is due, in ms: a loop has its own clock."""
LONGEST_S: Final = 2_147_482.647
"""Seconds that data is kept at most, if not for ever. RTK Query's: 24.8 days."""


@dataclass(slots=True)
class _Life:
    seconds: float
    due_ms: float
    timer: Timer


class Lifetimes:
    """The times that run, by cache key.

    Args:
        timers: measure them.
        remove: removes the entry of a key, of which the time is over; it is given the
            keys of others, too, whose turn is next.
    """

    def __init__(
        self,
        timers: Timers,
        *,
        remove: Callable[[str, tuple[str, ...]], object],
    ) -> None:
        self._timers = timers
        self._remove = remove
        # In the order of their beginnings: those of one length end in that order.
        self._running: dict[str, _Life] = {}
        self._told = 0

    def has(self, key: str) -> bool:
        """Say whether the time of a key runs."""
        return key in self._running

    def prolong(self, key: str) -> None:
        """Let the time of a key, if it runs, run from now on.

        The timer stays, and is set anew when it is due: data is read more often.
        """
        life = self._running.get(key)
        if life is not None:
            life.due_ms = self._timers.now_ms() + life.seconds * 1000

    def begin(self, key: str, seconds: float) -> None:
        """Let the time of a key that nobody wants run from now on.

        Args:
            key: of the entry.
            seconds: ``math.inf`` for ever, what is below zero for no time.
        """
        if seconds == math.inf:
            return
        self.end(key)
        wait = max(0.0, min(seconds, LONGEST_S))
        due_ms = self._timers.now_ms() + wait * 1000
        timer = self._timers.call_later(wait, lambda: self._over(key))
        self._running[key] = _Life(wait, due_ms, timer)

    def end(self, key: str) -> None:
        """Stop the time of a key."""
        life = self._running.pop(key, None)
        if life is not None:
            life.timer.cancel()

    def clear(self) -> None:
        """Stop all times."""
        for life in self._running.values():
            life.timer.cancel()
        self._running.clear()
        self._told = 0

    def _over(self, key: str) -> None:
        life = self._running.pop(key)
        now_ms = self._timers.now_ms()
        # A clock that was set back must not keep data for ever.
        left_ms = min(life.due_ms - now_ms, life.seconds * 1000)
        if left_ms > TOLERANCE_MS:
            life.timer = self._timers.call_later(
                left_ms / 1000, lambda: self._over(key)
            )
            self._running[key] = life
        else:
            self._remove(key, self._also_over(now_ms))

    def _also_over(self, now_ms: int) -> tuple[str, ...]:
        """Return the keys whose times are over as well; once for all of them."""
        if self._told:
            self._told -= 1
            return ()
        found: list[str] = []
        for key, life in self._running.items():
            if life.due_ms > now_ms:
                break
            found.append(key)
        if len(found) < MANY:
            return ()
        self._told = len(found)
        return tuple(found)
