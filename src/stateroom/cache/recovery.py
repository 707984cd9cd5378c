"""Invalidations that did not arrive: told, queued, and made good as soon as possible.

Until one is made good, this process reads past the cache for every entry that it may
concern. Other processes do not know: so the call that failed reports it. The queue is
lost with the process.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import TypeAlias

from stateroom.cache.places import Place
from stateroom.errors import TierError

__all__ = ("Queue", "Recovery")

MOST_QUEUED = 10_000
"""Invalidations that are remembered one by one; beyond it everything is bypassed."""
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0

Queue: TypeAlias = dict[bytes, tuple[Place | None]]
"""By key, in a new tuple each time it is queued: that tells one time from another."""

_log = logging.getLogger("stateroom.cache")


class Recovery:
    """The queue of one cache, and the thread that empties it.

    Attributes:
        pending: what is queued, by its key: a value key of a place, or a tag's key.
            Empty almost always: reads look at it with one attribute test.
        replayed: how many invalidations were made good.
    """

    def __init__(self, replay: Callable[[Queue], None]) -> None:
        self.pending: Queue = {}
        self.replayed: int = 0
        self._replay = replay
        self._is_overfull = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def add(self, places: Iterable[Place], tags: Iterable[bytes]) -> None:
        """Queue the invalidation of places and tags, and begin to try again."""
        with self._lock:
            added: Queue = {each.value: (each,) for each in places}
            added |= dict.fromkeys(tags, (None,))
            if len(self.pending) + len(added) > MOST_QUEUED:
                self._is_overfull = True
            self.pending = self.pending | added
            if self._thread is None and not self._stopping.is_set():
                _log.warning(
                    "an invalidation did not reach Redis; it is queued, and what it "
                    "concerns is read past the cache until it arrives"
                )
                self._thread = threading.Thread(
                    target=self._work, name="stateroom-recovery", daemon=True
                )
                self._thread.start()

    def concerns(self, place: Place) -> bool:
        """Say whether a queued invalidation may concern the entry of ``place``.

        An entry may have tags that only its value tells, and that were never read
        here: as long as a tag of that kind is queued, every entry may be concerned.
        """
        pending = self.pending
        if self._is_overfull or place.value in pending:
            return True
        # Entries of one place under several fingerprints share its fence.
        fence = place.fence
        return any(each is None or each.fence == fence for (each,) in pending.values())

    def stop(self) -> None:
        """Stop trying; what is queued is lost."""
        self._stopping.set()
        thread = self._thread
        if thread is not None:
            thread.join(LONGEST_PAUSE_S)

    def forget(self) -> None:
        """Forget a thread that a fork did not bring along; begin a new one."""
        self._lock = threading.Lock()
        self._thread = None
        if self.pending:
            self.add((), ())

    def _work(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.wait(pause):
            queued = self.pending
            try:
                self._replay(queued)
            except TierError:
                pause = min(pause * 2, LONGEST_PAUSE_S)
                continue
            if self._made_good(queued):
                return

    def _made_good(self, queued: Queue) -> bool:
        """Take off what arrived; say whether nothing is left to do."""
        with self._lock:
            left = {
                key: each
                for key, each in self.pending.items()
                if queued.get(key) is not each
            }
            self.replayed += len(queued)
            self.pending = left
            if left:
                return False
            self._is_overfull = False
            self._thread = None
        _log.warning("every queued invalidation has arrived")
        return True
