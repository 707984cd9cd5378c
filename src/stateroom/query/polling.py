"""Asks anew, again and again, for data that somebody wants to be so fresh.

Of several subscriptions to an entry the shortest interval counts. The time to the next
request runs from the end of the last one, and from when an interval is changed.

Source:
    ``buildPollingHandler`` of RTK Query 2.14.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from stateroom.query.state import (
    PENDING,
    UNINITIALIZED,
    QueryEntry,
    SubscriptionOptions,
)
from stateroom.query.timers import Timer, Timers

__all__ = ("LONGEST_MS", "Polled", "Polling")

LONGEST_MS: Final = 2_147_483_647
"""The longest interval, in ms. RTK Query's: that of a timer in a browser."""


class Polled(Protocol):
    """What polling asks about an entry, and does."""

    def entry(self, key: str) -> QueryEntry | None:
        """Return what is known of a query."""
        ...

    def pollers(self, key: str) -> Mapping[str, SubscriptionOptions]:
        """Return who wants it again and again."""
        ...

    @property
    def is_focused(self) -> bool:
        """Whether somebody looks at the application."""
        ...

    def renew(self, key: str) -> object:
        """Ask for its data anew."""
        ...


@dataclass(slots=True)
class _Poll:
    due_ms: float
    interval_ms: float
    timer: Timer


class Polling:
    """The requests that are to come, by cache key."""

    def __init__(self, timers: Timers, polled: Polled) -> None:
        self._timers = timers
        self._polled = polled
        self._polls: dict[str, _Poll] = {}
        self._changed: dict[str, None] = {}
        self._updating: Timer | None = None

    def changed(self, key: str) -> None:
        """See, soon, whether the interval of a key is another one."""
        if key not in self._polls and math.isinf(self._shortest_ms(key)):
            return
        self._changed[key] = None
        if self._updating is None:
            self._updating = self._timers.call_later(0.0, self._update_all)

    def begin(self, key: str, *, after_ms: float | None = None) -> None:
        """Let the time to the next request of a key run from now on.

        Args:
            key: of the entry.
            after_ms: how long it is; the interval, if not given.
        """
        interval = self._shortest_ms(key)
        if math.isinf(interval) or not self._is_known(key):
            self.end(key)
            return
        self.end(key)
        interval = min(interval, LONGEST_MS)
        wait = max(0.0, interval if after_ms is None else after_ms)
        timer = self._timers.call_later(wait / 1000, lambda: self._due(key))
        self._polls[key] = _Poll(self._timers.now_ms() + wait, interval, timer)

    def end(self, key: str) -> None:
        """Make no further request for a key."""
        poll = self._polls.pop(key, None)
        if poll is not None:
            poll.timer.cancel()

    def clear(self) -> None:
        """Make no further request."""
        for poll in self._polls.values():
            poll.timer.cancel()
        self._polls.clear()
        self._changed.clear()
        if self._updating is not None:
            self._updating.cancel()
            self._updating = None

    def _due(self, key: str) -> None:
        entry = self._polled.entry(key)
        if math.isinf(self._shortest_ms(key)) or not self._is_known(key):
            self.end(key)
            return
        # The end of the request that runs lets the time run again.
        if entry is not None and entry.status == PENDING:
            self.end(key)
            return
        if self._polled.is_focused or not self._skips_unfocused(key):
            self._polled.renew(key)
        self.begin(key)

    def _update_all(self) -> None:
        for key in tuple(self._changed):
            self._update(key)
        self._changed.clear()
        self._updating = None

    def _update(self, key: str) -> None:
        if not self._is_known(key):
            return
        interval = self._shortest_ms(key)
        if math.isinf(interval):
            self.end(key)
            return
        poll = self._polls.get(key)
        if poll is None:
            self.begin(key)
            return
        interval = min(interval, LONGEST_MS)
        now = self._timers.now_ms()
        if interval > poll.interval_ms:
            # Longer: counted from when the wait began that is now prolonged.
            began = poll.due_ms - poll.interval_ms
            self.begin(key, after_ms=began + interval - now)
        elif now + interval < poll.due_ms:
            self.begin(key)

    def _is_known(self, key: str) -> bool:
        entry = self._polled.entry(key)
        return entry is not None and entry.status != UNINITIALIZED

    def _shortest_ms(self, key: str) -> float:
        """Return the shortest interval that anybody wants, in ms; infinite for none."""
        shortest = math.inf
        for each in self._polled.pollers(key).values():
            shortest = min(shortest, each.polling * 1000)
        return shortest

    def _skips_unfocused(self, key: str) -> bool:
        pollers = self._polled.pollers(key).values()
        return any(each.skip_polling_if_unfocused for each in pollers)
