"""Says what of the slices is to be written, read or looked at, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from stateroom.persist.options import Options
from stateroom.persist.status import Phase
from stateroom.persist.storages.port import Noticing
from stateroom.persist.tracking import Tracked

__all__ = ("RETRY", "Plan", "Planner")

RETRY: Final = (0.25, 30.0)
"""Seconds before what failed is tried again: the first time, and at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done now.

    Attributes:
        writes: the slices to write.
        reads: whether slices that could not be read are to be read again.
        polls: whether to look for the writes of others.
        at: when to ask again, by the monotonic clock; None when a change will tell.
    """

    writes: tuple[Tracked, ...]
    reads: bool
    polls: bool
    at: float | None


MOST_LEAD: Final = 0.9
"""The share of a delay that writing may take off it: some changes still come together
where a storage is so slow that it does nothing but write."""


class Planner:
    """What is due of the slices that are kept.

    Attributes:
        options: what holds for all of them.
        is_paused: whether nothing is written of itself.
        wake: called when something became due earlier than was known.
        lead: seconds that writing takes lately: so much earlier it begins.
        due: when the next write is due, by the monotonic clock; None for not known.
        poll_at: when to look for the writes of others, by the monotonic clock.
        began: when writing began that has not ended, by the monotonic clock.
        make_way: called at dispatches while writing takes long; None for nothing.
    """

    def __init__(self, options: Options) -> None:
        self.options: Options = options
        self.is_paused: bool = False
        self.wake: Callable[[], object] = lambda: None
        self.lead: float = 0.0
        self.due: float | None = None
        self.poll_at: float = 0.0
        self.began: float | None = None
        self.make_way: Callable[[], object] | None = None
        self._kept: tuple[Tracked, ...] = ()
        self._overdue_told = False
        self._is_noticed = False

    def due_of(self, tracked: Tracked) -> float | None:
        """Return when a slice has to be written, by the monotonic clock."""
        since = tracked.since  # another thread may change it at any moment
        if since is None or not tracked.phase.is_written or self.is_paused:
            return None
        settings = tracked.part.settings
        delay = 0.0 if settings.durability == "fsync" else settings.max_delay / 1000
        # It is to be stored by then, not begun: what writing takes comes off.
        return max(since + delay - min(self.lead, MOST_LEAD * delay), tracked.retry_at)

    def plan(self) -> Plan:
        """Return what is to be done now, and when to ask again.

        As soon as one slice is due, all that changed are written: they share the cost.
        """
        now = self.options.clock.monotonic()
        # First forgotten, so that a change while this is worked out is seen again.
        self.due, self._overdue_told = None, False
        times = {each: self.due_of(each) for each in self._kept}
        known = [each for each in times.values() if each is not None]
        writes: tuple[Tracked, ...] = ()
        if known and min(known) <= now:
            writes = tuple(
                each
                for each, due in times.items()
                if due is not None and each.retry_at <= now
            )
        later = [
            due for each, due in times.items() if due is not None and each not in writes
        ]
        self.due = min(later, default=None)
        reads = [each.retry_at for each in self._kept if each.phase is Phase.DEGRADED]
        polls = self._polls(now)
        return Plan(
            writes=writes,
            reads=any(each <= now for each in reads),
            polls=any(each <= now for each in polls),
            at=min(
                (*later, *(each for each in (*reads, *polls) if each > now)),
                default=None,
            ),
        )

    def _polls(self, now: float) -> list[float]:
        """Return when to look for the writes of others, if ever."""
        if not any(each.phase.is_written for each in self._kept):
            return []
        if self._is_noticed:
            return [now]
        # Those that tell need not be asked.
        is_asked = not all(isinstance(each.storage, Noticing) for each in self._kept)
        return [self.poll_at] if is_asked and self.options.poll is not None else []

    def forget_times(self) -> None:
        """Know of nothing that is due."""
        self.due, self.poll_at = None, 0.0

    def note_others(self) -> None:
        """Look for the writes of others as soon as possible."""
        self._is_noticed = True
        self.wake()

    def note_polled(self) -> None:
        """Look for the writes of others again after the usual time."""
        now = self.options.clock.monotonic()
        self.poll_at = now + (self.options.poll or 0.0)
        self._is_noticed = False

    def note_dirty(self, tracked: Tracked) -> None:
        """See that a slice is written in its time."""
        if tracked.since is None:
            tracked.since = self.options.clock.monotonic()
        self._schedule(tracked)

    def backoff(self, tracked: Tracked) -> float:
        """Return when what failed is tried again, by the monotonic clock."""
        first, most = RETRY
        delay = min(most, first * 2.0 ** min(tracked.failures, 16))
        return self.options.clock.monotonic() + delay

    def _schedule(self, tracked: Tracked) -> None:
        due = self.due_of(tracked)
        if due is None or (self.due is not None and self.due <= due):
            return
        self.due = due
        self._overdue_told = False
        self.wake()
