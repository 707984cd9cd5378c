"""What live data of one application shares in one process: links, clock, health."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Protocol, TypeVar, cast

from stateroom import signals
from stateroom.errors import Refused, TierError
from stateroom.flows import Flow, run, run_async
from stateroom.flows.blocking import refuse_in_loop
from stateroom.flows.clocks import Clock, Dice
from stateroom.link import AsyncLink, Link
from stateroom.link.belonging import PerLoop, after_fork, inherit
from stateroom.link.breaker import Breaker, Circuit, log_circuit
from stateroom.link.facts import ServerFacts
from stateroom.link.guarding import AsyncGuarded, Guarded
from stateroom.live.calling import SILENT, Calling, Told
from stateroom.live.ears import Ears
from stateroom.live.effects import Moment
from stateroom.live.health import Health, judge_servers, refusal_of
from stateroom.live.performing import AsyncPerforming, Performing, moment_of

__all__ = ("Engine", "Part", "Server")

T = TypeVar("T")
P = TypeVar("P", bound="Part")

_log = logging.getLogger("stateroom.live")
INSTEAD = "await the same method without .blocking, or use asyncio.to_thread"
UNTOLD = Health(standing="unknown", reason="the server does not tell what it evicts")
UNHEARD = Health(standing="unknown", reason="the server does not answer")


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

    def open(self, *, patience_s: float = 0.0) -> Link:
        """Return a blocking link, whose answers may take so much longer."""
        ...

    def open_async(self, *, patience_s: float = 0.0) -> AsyncLink:
        """Return a link for the running loop."""
        ...

    def facts(self) -> tuple[ServerFacts, ...]: ...

    async def facts_async(self) -> tuple[ServerFacts, ...]: ...

    def close(self) -> None: ...


class Part(Protocol):
    """What one kind of live data has running beside its flows."""

    def close(self) -> None:
        """End what belongs to no loop."""
        ...

    async def aclose_here(self) -> None:
        """End what belongs to the running loop."""
        ...

    def after_fork(self) -> None:
        """Drop, in a child, what belongs to its parent, without touching it."""
        ...


class Engine:
    """The machinery behind every kind of live data of one ``Live``.

    Attributes:
        namespace: what its keys begin with.
        is_strict: whether a server that may evict is refused.
        health: what was found of the server; None while nobody asked.
        kinds: what was declared under each name: ``"counter"``.
    """

    def __init__(
        self,
        server: Server,
        *,
        namespace: str,
        clock: Clock,
        dice: Dice,
        is_strict: bool = False,
    ) -> None:
        self.server: Server = server
        self.namespace: str = namespace
        self.clock: Clock = clock
        self.dice: Dice = dice
        self.is_strict: bool = is_strict
        self.health: Health | None = None
        self.kinds: dict[str, str] = {}
        self._breaker = Breaker(dice.draw, on_change=self._log_circuit)
        self._link: Link | None = None
        self._links: PerLoop[AsyncLink] = PerLoop(
            self._open_async, end=lambda link: link.aclose()
        )
        self._ears = Ears(server)
        self._parts: dict[Callable[[Engine], Part], Part] = {}
        self._lock = threading.Lock()
        after_fork(self)

    # -- doing

    def call(self, flow: Flow[T], what: str, *, item: str, shown: str = "") -> T:
        """``run`` a flow that is a call of an application; a recorder is told.

        Args:
            flow: not begun yet.
            what: is called: ``"quota.take"``.
            item: the name that was declared.
            shown: what messages say is called, where that is not ``what``.
        """
        if signals.recorder is None:
            return self.run(flow, shown or what)
        with self.calling(what, item=item):
            return self.run(flow, shown or what)

    def call_async(
        self, flow: Flow[T], what: str, *, item: str
    ) -> Coroutine[object, object, T]:
        """``call``, awaited."""
        if signals.recorder is None:
            return self.run_async(flow)
        return self._told_async(flow, what, item=item)

    def calling(self, what: str, *, item: str) -> Calling:
        """Return a block that is one call, of several flows; a recorder is told."""
        if signals.recorder is None:
            return SILENT
        seconds = self.clock.monotonic
        return Told(self.namespace, what, item=item, seconds=seconds)

    async def _told_async(self, flow: Flow[T], what: str, *, item: str) -> T:
        with self.calling(what, item=item):
            return await self.run_async(flow)

    def run(self, flow: Flow[T], what: str) -> T:
        """Run a flow, blocking; nobody is told.

        Args:
            flow: not begun yet.
            what: is done, for messages: ``"quota.take"``.

        Raises:
            BlockingCall: an event loop runs in this thread.
            MayEvict: the server may evict, and that is refused.
            Unavailable: it does not answer.
        """
        refuse_in_loop(what, hint=INSTEAD)
        if self.health is None:
            self.check()
        self._refuse()
        return run(flow, Performing(self.link, self._ears, self.clock, self.dice))

    async def run_async(self, flow: Flow[T]) -> T:
        """``run``, awaited, in the running event loop."""
        if self.health is None:
            await self.check_async()
        self._refuse()
        link = self._links.here()
        performing = AsyncPerforming(link, self._ears, self.clock, self.dice)
        return await run_async(flow, performing)

    @property
    def link(self) -> Link:
        """The blocking link of this process."""
        if self._link is None:
            with self._lock:
                if self._link is None:
                    self._link = Guarded(self.server.open(), self._breaker)
        return self._link

    def moment(self) -> Moment:
        """Return what the clocks say, to measure how much time passes."""
        return moment_of(self.clock)

    def part(self, make: Callable[[Engine], P]) -> P:
        """Return what a kind of live data has running, made when first asked for."""
        found = self._parts.get(make)
        if found is None:
            with self._lock:
                found = self._parts.get(make) or make(self)
                self._parts[make] = found
        return cast("P", found)

    # -- health

    def check(self) -> Health:
        """Look, once in each process, whether the server keeps what it is given.

        A server that does not answer is asked again with the next call, which fails
        for that reason anyway; at once, as soon as the circuit is open.
        """
        if not self._breaker.admits(time.monotonic()):
            return UNHEARD
        try:
            health = judge_servers(self.server.facts())
        except Refused:
            health = UNTOLD
        except TierError:
            self._breaker.failed(time.monotonic())
            return UNHEARD
        return self._told(health)

    async def check_async(self) -> Health:
        """``check``, awaited."""
        if not self._breaker.admits(time.monotonic()):
            return UNHEARD
        try:
            health = judge_servers(await self.server.facts_async())
        except Refused:
            health = UNTOLD
        except TierError:
            self._breaker.failed(time.monotonic())
            return UNHEARD
        return self._told(health)

    def _told(self, health: Health) -> Health:
        self._breaker.worked()
        is_news = self.health != health
        self.health = health
        if is_news and health.standing == "degraded" and not self.is_strict:
            _log.warning("%s: %s", health.code, health.reason)
        return health

    def _refuse(self) -> None:
        health = self.health
        if self.is_strict and health is not None and health.standing == "degraded":
            raise refusal_of(health)

    # -- ending

    def close(self) -> None:
        """Close the blocking link, and let go of the server."""
        for each in tuple(self._parts.values()):
            each.close()
        link, self._link = self._link, None
        if link is not None:
            link.close()
        self._links.drop_closed()
        self._ears.close()
        self.server.close()

    async def aclose_here(self) -> None:
        """Close what belongs to the running loop."""
        for each in tuple(self._parts.values()):
            await each.aclose_here()
        await self._links.aclose_here()
        await self._ears.aclose_here()

    def after_fork(self) -> None:
        """Drop, in a child, what belongs to its parent, without touching it."""
        inherit(self._link, *self._links.forget())
        self._link = None
        self._lock = threading.Lock()
        self._ears.after_fork()
        for each in self._parts.values():
            each.after_fork()

    def _open_async(self) -> AsyncLink:
        return AsyncGuarded(self.server.open_async(), self._breaker)

    def _log_circuit(self, circuit: Circuit) -> None:
        log_circuit(_log, self.server.shown, circuit)
        if signals.recorder is not None:
            signals.recorder(
                signals.LiveCircuit(
                    namespace=self.namespace,
                    server=self.server.shown,
                    circuit=circuit.value,
                )
            )
