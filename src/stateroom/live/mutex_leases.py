"""A mutex that is held: until when, and whether it still is."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from stateroom.errors import MutexBusy, MutexLost
from stateroom.live.effects import Moment
from stateroom.live.kinds import Place
from stateroom.live.refusals import check_flag, refused, seconds_of

__all__ = ("Holder", "Lease", "MutexRule", "busy", "check_wait")

LEAST_LEASE_S: Final = 0.1
"""Less is over before an exchange with Redis has to be."""
MOST_LEASE_S: Final = 86_400.0
MOST_LABEL: Final = 200
"""Characters; it is for people."""
OVERLAP = (
    "others may have had it meanwhile: a resource that checks the fence refuses what "
    "comes too late"
)
AT_HOME = "a mutex is not reentrant: who holds it waits for himself"


@dataclass(frozen=True, slots=True, kw_only=True)
class MutexRule:
    """What was declared of a mutex.

    Attributes:
        lease: seconds until it is free when its holder has died.
        wait: seconds to wait for it, where a call does not say.
        renew: whether the lease is renewed while the holder is alive.
        most: seconds after which it is not renewed any more; None for no end.
        label: says to people who holds it; None for machine and process.
    """

    lease: float = 30.0
    wait: float = 10.0
    renew: bool = True
    most: float | None = None
    label: str | None = None

    def __post_init__(self) -> None:
        what = "not the lease of a mutex"
        seconds_of(self.lease, what, least=LEAST_LEASE_S, most=MOST_LEASE_S)
        check_wait(self.wait)
        check_flag(self.renew, "not whether a mutex is renewed")
        if self.most is not None:  # at least as long as one lease
            what = "not how long a mutex is held at most"
            seconds_of(self.most, what, least=self.lease, most=math.inf)
        if self.label is not None:
            _check_label(self.label)

    @property
    def lease_ms(self) -> int:
        """The lease, in ms."""
        return round(self.lease * 1000)


def check_wait(wait: float) -> float:
    """Return how long to wait, in seconds, or raise ``InvalidValue``.

    ``math.inf`` is for as long as it takes.
    """
    return seconds_of(wait, "not a time to wait for a mutex", least=0, most=math.inf)


def _check_label(label: object) -> None:
    is_text = isinstance(label, str) and not any(map(_is_half, label))
    if is_text and isinstance(label, str) and len(label) <= MOST_LABEL:
        return
    allowed = f"Unicode text of {MOST_LABEL} characters at most"
    raise refused("not the label of a mutex", label, allowed)


def _is_half(char: str) -> bool:
    """Say whether it is one half of a surrogate pair, which has no bytes."""
    return "\ud800" <= char <= "\udfff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a mutex, for people: it may have changed by the time it is read.

    Attributes:
        label: what the holder calls itself.
        since: when it got it, by its own clock; aware.
        fence: the number that was handed out with it.
    """

    label: str
    since: datetime
    fence: int

    def __str__(self) -> str:
        since = self.since.isoformat(" ", "seconds")
        return f"{self.label} since {since}, fence {self.fence}"


class Lease:
    """What one acquisition of a mutex got, and what has become of it.

    The end is reckoned from before the question was sent: so it is never later than
    in Redis, unless one of the clocks runs much faster.

    Attributes:
        place: of the mutex.
        rule: what was declared of it.
        token: proves to Redis whose it is.
        fence: proves to a resource who came last.
        is_released: whether it was given back, or is about to be.
        why_lost: why it is not held any more; empty as long as nothing is known.
    """

    def __init__(
        self, place: Place, rule: MutexRule, *, token: str, fence: int, begun: Moment
    ) -> None:
        self.place: Place = place
        self.rule: MutexRule = rule
        self.token: str = token
        self.fence: int = fence
        self.is_released: bool = False
        self.why_lost: str = ""
        self._begun = begun
        self._term = begun
        self._term_s = rule.lease_ms / 1000
        self._pid = os.getpid()

    @property
    def is_ours(self) -> bool:
        """Whether it is of this process; not that of its parent."""
        return self._pid == os.getpid()

    def renewal_ms(self, now: Moment) -> int:
        """Return for how long it may be held from now, in ms; 0 for no longer."""
        most = math.inf if self.rule.most is None else self.rule.most
        left_ms = (most - self._begun.until(now)) * 1000
        return max(0, int(min(self.rule.lease_ms, left_ms)))

    def renewed(self, asked: Moment, ms: int) -> None:
        """Note that it is held for so many ms from when that was asked for."""
        self._term, self._term_s = asked, ms / 1000

    def lose(self, why: str) -> None:
        """Note that it is not held any more."""
        self.why_lost = self.why_lost or why

    def is_lost(self, now: Moment) -> bool:
        """Say whether somebody else may hold it by now."""
        if not self.is_ours:
            self.lose("it is held by the process that this one was forked from")
        elif not self.is_released and self._term.until(now) >= self._term_s:
            self.lose("its lease ended before it was renewed")
        return bool(self.why_lost)

    def left_s(self, now: Moment) -> float:
        """Return for how many seconds it is held at least."""
        return max(0.0, self._term_s - self._term.until(now))

    def loss(self, why: str = "") -> MutexLost:
        """Return what to raise when it is not held any more."""
        return MutexLost(
            f"{self.place.item}: this mutex, with the fence {self.fence}, is not held "
            f"any more: {why or self.why_lost}",
            fence=self.fence,
            hint=OVERLAP,
        )


def busy(place: Place, wait: float, holder: Holder | None) -> MutexBusy:
    """Return what to raise when somebody else held a mutex for too long.

    Args:
        place: of the mutex.
        wait: seconds that the call waited.
        holder: None where it is not held, but others came before.
    """
    by = "others who came before" if holder is None else str(holder)
    return MutexBusy(
        f"{place.item}: not free within {wait:g} s: held by {by}", hint=AT_HOME
    )
