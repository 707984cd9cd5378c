"""A mutex between processes, for blocking code."""

from __future__ import annotations

import threading
import weakref
from types import TracebackType

from stateroom.errors import UsageError
from stateroom.flows.blocking import refuse_in_loop
from stateroom.live.kinds import Head
from stateroom.live.mutex_flows import acquire, holder_of, try_acquire
from stateroom.live.mutex_holds import BlockingHeld
from stateroom.live.mutex_leases import Holder, Lease, MutexRule, busy
from stateroom.live.mutex_renewals import Watch
from stateroom.live.mutex_sharing import Mutexes, claim_of
from stateroom.live.mutex_turns import NoTurnError

__all__ = ("BlockingHold", "BlockingMutex")


class BlockingMutex:
    """``Mutex`` for blocking code: held by a thread."""

    def __init__(self, head: Head[MutexRule]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int | None = None,
        group: str | int | None = None,
    ) -> BlockingMutex:
        """Return the mutex of somebody, or of something: ``mutex.of("order", 7)``."""
        return BlockingMutex(self._head.of(*parts, user=user, group=group))

    def hold(self, *, wait: float | None = None) -> BlockingHold:
        """Return a block in which it is held; see ``Mutex.hold``.

        Args:
            wait: seconds to wait for it; what was declared, if not given.

        Raises:
            MutexBusy: on entering: it was not free for so long.
            MutexLost: on leaving: it was lost meanwhile. Where the block has raised,
                this is a note on its error instead.
            Unavailable: on entering: no answer. If it was taken all the same, it is
                free when the lease ends.
        """
        return BlockingHold(self, wait)

    def acquire(self, *, wait: float | None = None) -> BlockingHeld:
        """Wait until it is free, and take it; see ``Mutex.acquire``.

        It is renewed as long as the thread that called this is alive, and the object
        that it got is not collected.

        Args:
            wait: seconds to wait for it; what was declared, if not given.

        Raises:
            MutexBusy: it was not free for so long.
            Unavailable: no answer. If it was taken all the same, it is free when the
                lease ends.
        """
        head = self._head
        refuse_in_loop("mutex.acquire")  # before it waits for its turn
        claim = claim_of(head, wait)
        if not claim.wait:
            return self._held(head.engine.run(acquire(claim), "mutex.acquire"))
        try:
            with self._shared.turns.turn(head.place.key, claim.wait):
                lease = head.engine.run(acquire(claim), "mutex.acquire")
        except NoTurnError:
            raise busy(head.place, claim.wait, None) from None
        return self._held(lease)

    def try_acquire(self) -> BlockingHeld | None:
        """Take it if it is free now; else return None; see ``Mutex.try_acquire``.

        Raises:
            Unavailable: no answer. If it was taken all the same, it is free when the
                lease ends.
        """
        flow = try_acquire(claim_of(self._head, 0))
        lease = self._head.engine.run(flow, "mutex.try_acquire")
        return None if lease is None else self._held(lease)

    def holder(self) -> Holder | None:
        """Return who holds it, for people to read; None where nobody does."""
        return self._head.engine.run(holder_of(self._head.place), "mutex.holder")

    @property
    def _shared(self) -> Mutexes:
        return self._head.engine.part(Mutexes)

    def _held(self, lease: Lease) -> BlockingHeld:
        renewals = self._shared.renewals
        held = BlockingHeld(self._head.engine, lease, lambda: renewals.end(lease))
        if lease.rule.renew:
            is_alive = threading.current_thread().is_alive
            renewals.begin(Watch(lease, weakref.ref(held), is_alive))
        return held


class BlockingHold:
    """A block in which a mutex is held; see ``BlockingMutex.hold``."""

    def __init__(self, mutex: BlockingMutex, wait: float | None) -> None:
        self._mutex = mutex
        self._wait = wait
        self._held: BlockingHeld | None = None
        self._is_entered = False

    def __enter__(self) -> BlockingHeld:
        if self._is_entered:
            raise UsageError(
                "this block of a mutex was entered before",
                hint="one block for each acquisition: call hold() again",
            )
        self._is_entered = True
        self._held = self._mutex.acquire(wait=self._wait)
        return self._held.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.__exit__(kind, error, trace)
