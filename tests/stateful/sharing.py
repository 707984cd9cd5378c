"""Several caches on one server in memory, as several processes on one Redis."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stateroom.cache import Cache, ManualClock
from stateroom.cache.flights import Flights
from stateroom.cache.local import Local
from stateroom.cache.memory import MemoryServer

__all__ = ("Brisk", "Later", "sharing")


class Brisk(ManualClock):
    """A clock whose seconds end a billionth early.

    Sums of seconds are rounded: an end that is exact in milliseconds would otherwise
    come now and then a moment after itself.
    """

    def monotonic(self) -> float:
        return super().monotonic() * (1 + 1e-9)


class Later(Flights):
    """Refreshes in the background when a test says so, not in a thread.

    Attributes:
        waiting: what is to be done, by value key.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[bytes, Callable[[], object]] = {}

    def refresh(self, key: bytes, work: Callable[[], object]) -> None:
        self.waiting.setdefault(key, work)

    def run(self) -> None:
        """Do what waits; what that asks for waits for the next time."""
        waiting, self.waiting = self.waiting, {}
        for work in waiting.values():
            work()


def sharing(
    clock: ManualClock, *, local: Sequence[bool]
) -> tuple[MemoryServer, list[Cache]]:
    """Return a server and as many caches on it as there are answers in ``local``.

    Args:
        clock: of all of them.
        local: whether each keeps copies.
    """
    server = MemoryServer(clock)
    caches = []
    for has_copies in local:
        cache = Cache.__new__(Cache)
        copies = Local(most_bytes=1_000_000, most_age_s=60.0) if has_copies else None
        cache._open(  # noqa: SLF001 - there is no public way to share a server
            server, "shared", local=copies, bulkhead=64, signing_keys=(), clock=clock
        )
        cache._engine.flights = Later()  # noqa: SLF001 - as above
        caches.append(cache)
    return server, caches
