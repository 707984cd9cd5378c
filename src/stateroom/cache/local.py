"""The local copies of one process (L1), and what makes them disappear.

A copy is served without asking Redis, so it must go when the entry does. Every change
of a key below the namespace is told to ``changed``, after it happened. Two hazards
remain, and each has its guard:

* a reply can be older than a change that was told while it was on its way. So a read
  notes ``mark`` before it asks, and its answer is kept only if its key, and each of
  its tags, has not changed since (the in-flight marker);
* telling can stop. So nothing is served after ``trusted_until``.

Safe to use from several threads: the order of the steps matters, and is explained
where it does. A hit takes no lock.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

__all__ = ("ANNOUNCED_AGE_S", "Copy", "Local")

MOST_MARKS = 65_536
"""Changed keys that are remembered; older answers than the oldest are not kept."""
ANNOUNCED_AGE_S = 5.0
"""No copy is served longer where the server does not track: an announcement can be
lost, and evictions and expiries are announced by nobody."""
COPY_BYTES = 400
"""What a copy takes beside its payload: the object, its place in the table, its key."""


class Copy:
    """One entry, as this process keeps it.

    Attributes:
        value: to hand out as it is, or the payload to decode for each caller.
        is_shared: whether ``value`` is handed out as it is: nobody can change it.
        fresh_until: monotonic seconds.
        created_ms: when its load began, ms since the epoch.
        soft_ms: its soft expiry, ms since the epoch.
        tags: keys of its tags.
        mark: up to which change its tags are known to be current.
        size: bytes it counts.
        is_used: whether it was served since it was last looked at for eviction.
    """

    __slots__ = (
        "created_ms", "fresh_until", "is_shared", "is_used", "mark", "size", "soft_ms",
        "tags", "value",
    )  # fmt: skip

    def __init__(
        self,
        value: object,
        *,
        is_shared: bool,
        fresh_until: float,
        created_ms: int,
        soft_ms: int,
        tags: tuple[bytes, ...],
        size: int,
    ) -> None:
        self.value: object = value
        self.is_shared: bool = is_shared
        self.fresh_until: float = fresh_until
        self.created_ms: int = created_ms
        self.soft_ms: int = soft_ms
        self.tags: tuple[bytes, ...] = tags
        self.mark: int = 0
        self.size: int = size + COPY_BYTES
        self.is_used: bool = False


class Local:
    """The copies, bounded in bytes and age.

    Attributes:
        copies: by value key. Read directly on the hot path; written only here.
        mark: number of the last change that was told.
        trusted_until: monotonic seconds up to which every change has been told.
        most_age_s: no copy is served longer than that.
        is_announced: whether only other processes tell of changes, not the server.
        drops: how often everything was dropped.
    """

    def __init__(self, *, most_bytes: int, most_age_s: float) -> None:
        self.copies: OrderedDict[bytes, Copy] = OrderedDict()
        self.mark: int = 0
        self.most_bytes = most_bytes
        self.most_age_s = most_age_s
        self.is_announced = False
        self.used_bytes: int = 0
        self.trusted_until: float = 0.0
        self.drops: int = 0
        self._changed: OrderedDict[bytes, int] = OrderedDict()
        self._floor = 0
        self._writing = threading.Lock()

    @property
    def age_s(self) -> float:
        """For how long a copy is served at most, as things are."""
        if self.is_announced:
            return min(self.most_age_s, ANNOUNCED_AGE_S)
        return self.most_age_s

    def is_current(self, copy: Copy) -> bool:
        """Say whether no tag of a copy changed since it was read."""
        mark = self.mark  # first: what changes from here on is seen at the next hit
        since = copy.mark
        changed = self._changed
        for tag in copy.tags:
            if changed.get(tag, 0) > since:
                return False
        # Last: a change may have been forgotten while its tag was not looked at yet.
        if since < self._floor:
            return False
        copy.mark = mark
        return True

    def keep(self, key: bytes, copy: Copy, *, mark: int) -> None:
        """Keep a copy of an answer that was asked for at ``mark``."""
        copy.mark = mark
        if copy.size > self.most_bytes:
            return
        with self._writing:
            self._forget(key)
            self.copies[key] = copy
            self.used_bytes += copy.size
            self._shrink()
            # After it stands there: a change that is told from now on removes it, and
            # one that was told since the read is seen here.
            if self._changed.get(key, 0) > mark or mark < self._floor:
                self._forget(key)

    def changed(self, keys: Sequence[bytes]) -> None:
        """Drop the copies under ``keys``, and void answers that are on their way."""
        with self._writing:
            mark = self.mark + 1
            for key in keys:
                self._changed[key] = mark
                self._changed.move_to_end(key)
                self._forget(key)
            while len(self._changed) > MOST_MARKS:
                # The floor first: a hit takes no lock, and looks at the floor last.
                oldest = next(iter(self._changed))
                self._floor = self._changed[oldest]
                del self._changed[oldest]
            # Last: a hit that notes this mark has seen every change up to it.
            self.mark = mark

    def drop(self) -> None:
        """Drop everything, also what is on its way."""
        with self._writing:
            self.mark += 1
            self._floor = self.mark
            self.copies.clear()
            self._changed.clear()
            self.used_bytes = 0
            self.drops += 1

    def _forget(self, key: bytes) -> None:
        found = self.copies.pop(key, None)
        if found is not None:
            self.used_bytes -= found.size

    def _shrink(self) -> None:
        """Evict the oldest, except that one served since gets a second chance."""
        while self.used_bytes > self.most_bytes:
            key, copy = self.copies.popitem(last=False)
            if copy.is_used:
                copy.is_used = False
                self.copies[key] = copy
            else:
                self.used_bytes -= copy.size

    def after_fork(self) -> None:
        """Begin anew in a child: whoever held the lock is not there."""
        self._writing = threading.Lock()
        self.trusted_until = 0.0
        self.drop()
