"""What one cache holds in one process: links, local copies, hearing, recovery.

Everything that is bound to a process or to an event loop is made on first use there,
and made anew after a fork: a child never uses a socket or a thread of its parent.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from stateroom import signals
from stateroom.cache.batching import AsyncReader
from stateroom.cache.bulkhead import Bulkhead
from stateroom.cache.flights import AsyncFlights, Flights
from stateroom.cache.hearing import Hearing
from stateroom.cache.invalidating import invalidate_place
from stateroom.cache.local import Local
from stateroom.cache.performing import Performing, Shared
from stateroom.cache.recovery import Queue, Recovery
from stateroom.flows import run
from stateroom.flows.clocks import Clock, Dice
from stateroom.link import AsyncLink, Command, Link
from stateroom.link.belonging import PerLoop, after_fork, inherit
from stateroom.link.breaker import Breaker, Circuit, log_circuit
from stateroom.link.facts import ServerFacts
from stateroom.link.guarding import AsyncGuarded, Guarded

__all__ = ("Engine", "Here", "Server")

_log = logging.getLogger("stateroom.cache")


class Server(Protocol):
    """Opens links to one Redis, or to what stands in for it."""

    @property
    def shown(self) -> str:
        """Its place, for messages; no password."""
        ...

    @property
    def is_cluster(self) -> bool:
        """Whether keys of one command must share a slot."""
        ...

    @property
    def channel(self) -> bytes:
        """Where changes are announced; empty where nobody needs it."""
        ...

    def open(self) -> Link: ...

    def open_async(self) -> AsyncLink: ...

    def hearing(self, local: Local | None) -> Hearing: ...

    def facts(self) -> tuple[ServerFacts, ...]: ...

    async def facts_async(self) -> tuple[ServerFacts, ...]: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Here:
    """What belongs to one event loop.

    Attributes:
        refreshing: value keys that are being refreshed in the background.
        tasks: what runs in the background, so that nothing collects it.
    """

    link: AsyncLink
    reader: AsyncReader
    flights: AsyncFlights
    refreshing: set[bytes] = field(default_factory=set)
    tasks: set[asyncio.Future[object]] = field(default_factory=set)


class Engine:
    """The machinery of one cache.

    Attributes:
        here: returns what belongs to the running event loop.
    """

    def __init__(
        self,
        server: Server,
        *,
        local: Local | None,
        clock: Clock,
        dice: Dice,
        breaker: Breaker | None,
        bulkhead: Bulkhead,
    ) -> None:
        self.server = server
        self.namespace = ""
        self.local = local
        self.clock = clock
        self.dice = dice
        self.breaker: Breaker = breaker or Breaker(
            dice.draw, on_change=self._log_circuit
        )
        self.hearing: Hearing = server.hearing(local)
        self.flights: Flights = Flights()
        self.recovery: Recovery = Recovery(self._replay)
        self.shared: Shared = Shared(
            clock=clock,
            dice=dice,
            changes=self.hearing.changes,
            bulkhead=bulkhead,
            is_heard=lambda: self.hearing.is_heard(clock.monotonic()),
        )
        self.invalidations: Counter[str] = Counter()
        self._link: Link | None = None
        self._loops: PerLoop[Here] = PerLoop(self._open_here, end=_ended)
        self.here: Callable[[], Here] = self._loops.here
        self._lock = threading.Lock()
        after_fork(self)

    @property
    def link(self) -> Link:
        """The blocking link of this process."""
        if self._link is None:
            with self._lock:
                if self._link is None:
                    self._link = Guarded(self.server.open(), self.breaker)
                    self._listen()
        return self._link

    def performing(self, load: Callable[[], object] | None = None) -> Performing:
        """Return what performs one flow in the calling thread."""
        return Performing(self.link, self.shared, load)

    def changed_here(self, keys: tuple[bytes, ...]) -> None:
        """Forget what this process knows of keys that it has itself changed.

        Its own connection tells it too, but later than the acknowledgement.
        """
        if self.local is not None:
            self.local.changed(keys)

    def announcement(self, keys: tuple[bytes, ...]) -> Command | None:
        """Return what tells other processes of a change; None where the server does."""
        if not self.server.channel or self.hearing.is_tracking:
            return None
        self.hearing.start()  # then the next one is known to be needed, or not
        return ("PUBLISH", self.server.channel, b" ".join(keys))

    def void_flights(self, key: bytes | None = None) -> None:
        """Let nobody join a load that began before now; of one key, or any."""
        self.flights.void(key)
        for here in self._loops.all():
            here.flights.void(key)

    def told_background(self, item: str, error: BaseException) -> None:
        """Say that a refresh failed; nobody else does, as the old value is served."""
        _log.warning("%s: a refresh failed: %s: %s", item, type(error).__name__, error)

    def close(self) -> None:
        """End threads and blocking connections."""
        self.recovery.stop()
        self.hearing.stop()
        self.flights.close()
        link, self._link = self._link, None
        if link is not None:
            link.close()
        self._loops.drop_closed()
        self.server.close()

    async def aclose_here(self) -> None:
        """End what belongs to the running loop: refreshes first, then connections."""
        await self._loops.aclose_here()

    def after_fork(self) -> None:
        """Drop, in a child, what belongs to its parent, without touching it."""
        inherit(self._link, *self._loops.forget())
        self._link = None
        self._lock = threading.Lock()
        self.flights = Flights()
        self.hearing.forget()
        if self.local is not None:
            self.local.after_fork()
        self.shared.bulkhead.after_fork()
        self.recovery.forget()

    def _open_here(self) -> Here:
        link = AsyncGuarded(self.server.open_async(), self.breaker)
        self._listen()
        local = self.local
        mark = (lambda: 0) if local is None else (lambda: local.mark)
        return Here(link, AsyncReader(link, mark, self.clock.now_ms), AsyncFlights())

    def _listen(self) -> None:
        """Hear of changes where copies are kept; a child does at its first use."""
        if self.local is not None:
            self.hearing.start()

    def _replay(self, queued: Queue) -> None:
        tags = [key for key, (place,) in queued.items() if place is None]
        link = self.link
        for at in range(0, len(tags), 500):
            chunk = tags[at : at + 500]
            if link.is_cluster:
                link.run([("DEL", key) for key in chunk])
            else:
                link.run([("DEL", *chunk)])
        for key, (place,) in queued.items():
            if place is not None:
                run(invalidate_place(place), self.performing())
            self.changed_here((key,))

    def _log_circuit(self, circuit: Circuit) -> None:
        log_circuit(_log, self.server.shown, circuit)
        if signals.recorder is not None:
            signals.recorder(
                signals.CacheCircuit(
                    namespace=self.namespace,
                    server=self.server.shown,
                    circuit=circuit.value,
                )
            )


async def _ended(here: Here) -> None:
    """End what belongs to the running loop, which may be at its end itself."""
    for each in here.tasks:
        each.cancel()
    await asyncio.gather(*here.tasks, return_exceptions=True)
    await here.flights.aclose()
    await here.link.aclose()
