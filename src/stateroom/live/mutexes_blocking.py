"""A mutex between processes, for blocking code."""

from __future__ import annotations

import threading
import weakref
from types import TracebackType

from stateroom.errors import UsageError
from stateroom.flows.blocking import refuse_in_loop
from stateroom.live.kinds import Head
from stateroom.live.mutex_blocks import NoAsyncBlock, NoBlock
from stateroom.live.mutex_flows import Claim, acquire, holder_of, try_acquire
from stateroom.live.mutex_holds import BlockingHeld
from stateroom.live.mutex_leases import Holder, Lease, MutexRule, busy, check_wait
from stateroom.live.mutex_renewals import Watch
from stateroom.live.mutex_sharing import Mutexes, claim_of
from stateroom.live.mutex_turns import NoTurnError
from stateroom.live.owners import UNSAID

__all__ = ("BlockingHold", "BlockingMutex")


class BlockingMutex(NoBlock, NoAsyncBlock):
    """``Mutex`` for blocking code: held by a thread."""

    _block = "with mutex.hold() as held:"
    _async_block = "async with mutex.hold() as held:, of a Mutex"

    def __init__(self, head: Head[MutexRule]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> BlockingMutex:
        """Return the mutex of somebody, or of something: ``mutex.of("order", 7)``."""
        return BlockingMutex(self._head.of(*parts, user=user, group=group))

    def hold(self, *, wait: float | None = None) -> BlockingHold:
        """Return a block in which it is held; see ``Mutex.hold``.

        Args:
            wait: seconds to wait for it; what was declared, if not given.

        Raises:
            InvalidValue: it is no time to wait.
            MutexBusy: on entering: it was not free for so long.
            MutexLost: on leaving: it was lost meanwhile. Where the block has raised,
                this is a note on its error instead.
            Unavailable: on entering: no answer. If it was taken all the same, it is
                free when the lease ends.
        """
        return BlockingHold(self, None if wait is None else check_wait(wait))

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
        with head.engine.calling("mutex.acquire", item=head.place.item):
            refuse_in_loop("mutex.acquire")  # before it waits for its turn
            return self._held(self._leased(claim_of(head, wait)))

    def try_acquire(self) -> BlockingHeld | None:
        """Take it if it is free now; else return None; see ``Mutex.try_acquire``.

        Raises:
            Unavailable: no answer. If it was taken all the same, it is free when the
                lease ends.
        """
        flow = try_acquire(claim_of(self._head, 0))
        lease = self._head.call(flow, "mutex.try_acquire")
        return None if lease is None else self._held(lease)

    def holder(self) -> Holder | None:
        """Return who holds it, for people to read; None where nobody does."""
        return self._head.call(holder_of(self._head.place), "mutex.holder")

    @property
    def _shared(self) -> Mutexes:
        return self._head.engine.part(Mutexes)

    def _leased(self, claim: Claim) -> Lease:
        head = self._head
        if not claim.wait:
            return head.engine.run(acquire(claim), "mutex.acquire")
        try:
            with self._shared.turns.turn(head.place.key, claim.wait):
                return head.engine.run(acquire(claim), "mutex.acquire")
        except NoTurnError:
            raise busy(head.place, claim.wait, None) from None

    def _held(self, lease: Lease) -> BlockingHeld:
        renewals = self._shared.renewals
        held = BlockingHeld(self._head.engine, lease, lambda: renewals.end(lease))
        if lease.rule.renew:
            is_alive = threading.current_thread().is_alive
            renewals.begin(Watch(lease, weakref.ref(held), is_alive))
        return held


class BlockingHold(NoAsyncBlock):
    """A block in which a mutex is held; see ``BlockingMutex.hold``."""

    _async_block = "with mutex.hold() as held:"

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
