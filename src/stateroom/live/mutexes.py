"""A mutex between processes: one of them at a time, and a number that says which.

For efficiency it is enough by itself: that two do not do the same work. For correctness
its fence has to be checked by the resource, because nobody can know that he still holds
a lease at the moment at which what he wrote arrives.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from types import CoroutineType, TracebackType

from stateroom.errors import UsageError
from stateroom.live.kinds import Head
from stateroom.live.mutex_blocks import NoAsyncBlock, NoBlock
from stateroom.live.mutex_flows import Claim, acquire, holder_of, try_acquire
from stateroom.live.mutex_holds import Held
from stateroom.live.mutex_leases import Holder, Lease, MutexRule, busy, check_wait
from stateroom.live.mutex_renewals import Watch
from stateroom.live.mutex_sharing import Here, Mutexes, claim_of
from stateroom.live.mutex_turns import NoTurnError
from stateroom.live.mutexes_blocking import BlockingMutex
from stateroom.live.owners import UNSAID

__all__ = ("Hold", "Mutex")


class Mutex(NoBlock, NoAsyncBlock):
    """A mutex between processes, awaited; see ``Live.mutex``.

    What is kept: who holds it, and the last fence. A restart of Redis without a log of
    writes (AOF) loses both, and with one up to the last second; a failover loses what
    had not been copied. Then somebody else may get the mutex while the one before still
    works: so a lock on one server, this or any other, never proves that two are not at
    work. The fence does: it goes on growing, as it is never below the clock of the
    server in microseconds.

    It is not reentrant: who asks for it again while he holds it waits.
    """

    _block = "with mutex.blocking.hold() as held:"
    _async_block = "async with mutex.hold() as held:"

    def __init__(self, head: Head[MutexRule]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> Mutex:
        """Return the mutex of somebody, or of something: ``mutex.of("order", 7)``."""
        return Mutex(self._head.of(*parts, user=user, group=group))

    @property
    def blocking(self) -> BlockingMutex:
        """The same for blocking code."""
        return BlockingMutex(self._head)

    def hold(self, *, wait: float | None = None) -> Hold:
        """Return a block in which it is held: ``async with mutex.hold() as held:``.

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
        return Hold(self, None if wait is None else check_wait(wait))

    async def acquire(self, *, wait: float | None = None) -> Held:
        """Wait until it is free, and take it; ``release`` gives it back.

        It is renewed as long as the task that called this is at work, and the object
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
            return self._held(await self._leased(claim_of(head, wait)))

    async def try_acquire(self) -> Held | None:
        """Take it if it is free now; else return None.

        Also None is the answer while somebody who waited is about to take it.

        Raises:
            Unavailable: no answer. If it was taken all the same, it is free when the
                lease ends.
        """
        head = self._head
        flow = try_acquire(claim_of(head, 0))
        lease = await head.call_async(flow, "mutex.try_acquire")
        return None if lease is None else self._held(lease)

    async def holder(self) -> Holder | None:
        """Return who holds it, for people to read; None where nobody does."""
        return await self._head.call_async(holder_of(self._head.place), "mutex.holder")

    @property
    def _here(self) -> Here:
        return self._head.engine.part(Mutexes).here

    async def _leased(self, claim: Claim) -> Lease:
        head = self._head
        if not claim.wait:
            return await head.engine.run_async(acquire(claim))
        try:
            async with self._here.turns.turn(head.place.key, claim.wait):
                return await head.engine.run_async(acquire(claim))
        except NoTurnError:
            raise busy(head.place, claim.wait, None) from None

    def _held(self, lease: Lease) -> Held:
        renewals = self._here.renewals
        held = Held(self._head.engine, lease, lambda: renewals.end(lease))
        if lease.rule.renew:
            renewals.begin(Watch(lease, weakref.ref(held), _keeper()))
        return held


class Hold(NoBlock):
    """A block in which a mutex is held; see ``Mutex.hold``."""

    _block = "with mutex.blocking.hold() as held:"

    def __init__(self, mutex: Mutex, wait: float | None) -> None:
        self._mutex = mutex
        self._wait = wait
        self._held: Held | None = None
        self._is_entered = False

    async def __aenter__(self) -> Held:
        if self._is_entered:
            raise UsageError(
                "this block of a mutex was entered before",
                hint="one block for each acquisition: call hold() again",
            )
        self._is_entered = True
        self._held = await self._mutex.acquire(wait=self._wait)
        return await self._held.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        held, self._held = self._held, None
        if held is not None:
            await held.__aexit__(kind, error, trace)


_OURS = frozenset(
    (Mutex.acquire.__code__, Mutex.try_acquire.__code__),
)


def _keeper() -> Callable[[], bool]:
    """Return what says whether the task that asked is still at work.

    ``asyncio.gather``, and ``wait_for`` before Python 3.12, run a coroutine in a task
    of its own, which ends as soon as the mutex is acquired: that one is no holder.
    """
    task = asyncio.current_task()
    coroutine = None if task is None else task.get_coro()
    is_ours = isinstance(coroutine, CoroutineType) and coroutine.cr_code in _OURS
    if task is None or is_ours:
        return lambda: True
    return lambda: not task.done()
