"""Opens the ears of a process: a tracker for each server that can change a key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from stateroom.errors import TierError
from stateroom.link.cluster import Cluster
from stateroom.link.doors import door_to
from stateroom.link.targets import Budgets, Place, Target
from stateroom.link.tracking import PING_S, Listener, Tracker

__all__ = ("Ear", "open_ear")


class Ear(Protocol):
    """Something that hears of changes.

    Attributes:
        trusted_until: monotonic seconds up to which no change was missed.
        is_tracking: whether every server tracks; None before that is known.
    """

    @property
    def trusted_until(self) -> float: ...

    @property
    def is_tracking(self) -> bool | None: ...

    def stop(self) -> None: ...


def open_ear(
    target: Target,
    budgets: Budgets,
    listener: Listener,
    *,
    prefixes: Sequence[bytes],
    channel: bytes,
    doubt_s: float,
    on_trust: Callable[[], None],
    on_mode: Callable[[bool], None],
) -> Ear:
    """Begin to listen to what a target names.

    Args:
        target: a server, a cluster or sentinels.
        budgets: for connecting, and for one operation.
        listener: is told what changes.
        prefixes: of the keys it wants to hear of; none begins with another.
        channel: where changes are announced when the server does not track.
        doubt_s: seconds of silence after which nothing is trusted.
        on_trust: called when ``trusted_until`` has changed.
        on_mode: told whether the server tracks, when that is known or has changed.
    """
    opening = _Opening(
        budgets=budgets, listener=listener, prefixes=prefixes, channel=channel,
        doubt_s=doubt_s, on_trust=on_trust, on_mode=on_mode,
    )  # fmt: skip
    if target.kind == "cluster":
        return _ClusterEar(target, opening)
    tracker = opening.tracker(target)
    tracker.start()
    return tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """How trackers are made, for one listener."""

    budgets: Budgets
    listener: Listener
    prefixes: Sequence[bytes]
    channel: bytes
    doubt_s: float
    on_trust: Callable[[], None]
    on_mode: Callable[[bool], None]

    def tracker(self, target: Target) -> Tracker:
        return Tracker(
            door_to(target, self.budgets, reads_s=self.doubt_s),
            self.listener,
            prefixes=self.prefixes,
            channel=self.channel,
            doubt_s=self.doubt_s,
            on_trust=self.on_trust,
            on_mode=self.on_mode,
        )


class _ClusterEar:
    """A tracker for every primary; looks every second whether they still are it."""

    def __init__(self, target: Target, opening: _Opening) -> None:
        self._target = target
        self._opening = opening
        self._trackers: dict[Place, Tracker] = {}
        self._mapped_at = 0.0
        self._mode: bool | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._watch, name="stateroom-primaries", daemon=True
        )
        self._thread.start()

    @property
    def trusted_until(self) -> float:
        # A slot may have moved since, to a server that nobody listens to yet.
        known = self._mapped_at + self._opening.doubt_s
        return min((known, *(t.trusted_until for t in self._trackers.values())))

    @property
    def is_tracking(self) -> bool | None:
        modes = [each.is_tracking for each in self._trackers.values()]
        return None if None in modes or not modes else all(modes)

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(PING_S * 3)
        self._replace(set())

    def _watch(self) -> None:
        cluster = Cluster(self._target, self._opening.budgets)
        while not self._stopping.is_set():
            asked = time.monotonic()
            try:
                self._replace(set(cluster.primaries()))
            except TierError:
                pass  # the trackers notice what is gone; the map is read again below
            else:
                self._mapped_at = asked
                self._opening.on_trust()
            self._stopping.wait(PING_S)
        cluster.close()

    def _replace(self, wanted: set[Place]) -> None:
        """Listen to exactly these servers; a change of them is a gap in hearing."""
        if wanted == set(self._trackers):
            return
        kept = {place: t for place, t in self._trackers.items() if place in wanted}
        gone = [t for place, t in self._trackers.items() if place not in wanted]
        for place in wanted - set(kept):
            kept[place] = self._tracker(place)
        self._trackers = kept
        # First, so that nothing is kept after everything was dropped.
        self._opening.on_trust()
        self._opening.listener.lost()
        for each in gone:
            each.hang_up()
        for each in gone:
            each.stop()

    def _tracker(self, place: Place) -> Tracker:
        opening = replace(self._opening, on_mode=self._told_mode)
        tracker = opening.tracker(self._target.at(place))
        tracker.start()
        return tracker

    def _told_mode(self, _: bool) -> None:  # noqa: FBT001 - a callback
        """Tell of the mode of all of them: the weakest counts."""
        mode = self.is_tracking
        if mode is not None and mode is not self._mode:
            self._mode = mode
            self._opening.on_mode(mode)
