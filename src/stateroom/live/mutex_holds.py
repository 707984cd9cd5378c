"""A mutex that somebody holds, for asyncio and for blocking code."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

from stateroom.errors import MutexLost, TierError, UsageError
from stateroom.live.calling import Calling
from stateroom.live.engine import Engine
from stateroom.live.mutex_blocks import NoAsyncBlock, NoBlock
from stateroom.live.mutex_flows import release, renew
from stateroom.live.mutex_leases import Lease

__all__ = ("BlockingHeld", "Held", "Holding")

_log = logging.getLogger("stateroom.live")


class Holding:
    """What a mutex that is held tells, without asking Redis.

    Attributes:
        fence: a number that is greater than that of everybody who held it before. Hand
            it to the resource with each write: one that has seen a greater number
            refuses.
        token: what proves to Redis whose it is.
    """

    def __init__(self, engine: Engine, lease: Lease, stop: Callable[[], None]) -> None:
        self._engine = engine
        self._lease = lease
        self._stop = stop
        self._is_entered = False
        self.fence: int = lease.fence
        self.token: str = lease.token

    @property
    def is_lost(self) -> bool:
        """Whether somebody else may hold it: its time is over, or Redis said so."""
        return self._lease.is_lost(self._engine.moment())

    def check(self) -> None:
        """Do nothing while it is held. Ask before each step that cannot be undone.

        Raises:
            MutexLost: it is not: its lease has ended, or it was given back.
        """
        if self.is_lost:
            raise self._lease.loss()
        if self._lease.is_released:
            raise self._lease.loss("it was given back")

    def _calling(self, method: str) -> Calling:
        return self._engine.calling(f"mutex.{method}", item=self._lease.place.item)

    def _enter(self) -> None:
        if self._is_entered:
            raise UsageError(
                f"{self._lease.place.item}: this one was entered before",
                hint="one block for each acquisition: call hold() or acquire() again",
            )
        self._is_entered = True
        self.check()

    def _begins_release(self) -> bool:
        """Say whether there is anything to send; from now on nothing is renewed."""
        lease = self._lease
        if lease.is_released:
            return False
        if not lease.is_ours:
            lease.lose("it is held by the process that this one was forked from")
            raise lease.loss()
        lease.is_lost(self._engine.moment())
        lease.is_released = True
        self._stop()
        return True

    def _tell_unsent(self, error: TierError) -> None:
        name = self._lease.place.item
        _log.warning(
            "%s: could not be given back; it is free when its lease has ended, %g s "
            "after its last renewal: %s",
            name,
            self._lease.rule.lease,
            error,
        )

    def _raise_if_lost(self) -> None:
        if self._lease.why_lost:
            raise self._lease.loss()


class Held(Holding, NoBlock):
    """A mutex that a task holds; see ``Mutex.acquire``. A block gives it back."""

    _block = "async with held:"

    async def release(self) -> None:
        """Give it back. Again does nothing.

        Where Redis does not answer, that is logged: the lease ends by itself.

        Raises:
            MutexLost: it was not held any more: somebody else may have had it.
        """
        with self._calling("release") as calling:
            if not self._begins_release():
                return
            try:
                await self._engine.run_async(release(self._lease))
            except TierError as error:
                self._tell_unsent(error)
                calling.failed(error)
            self._raise_if_lost()

    async def renew(self) -> float:
        """Hold it for one more lease from now, but not beyond ``most``.

        Returns:
            For how many seconds it is held now.

        Raises:
            MutexLost: it is not held any more.
            Unavailable: no answer; it may have been renewed, or not.
        """
        with self._calling("renew"):
            self.check()
            await self._engine.run_async(renew((self._lease,)))
            self.check()
            return self._lease.left_s(self._engine.moment())

    async def __aenter__(self) -> Self:
        self._enter()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self.release()
        except MutexLost as lost:
            _leave(lost, error)


class BlockingHeld(Holding, NoAsyncBlock):
    """``Held`` for blocking code: held by a thread."""

    _async_block = "with held:"

    def release(self) -> None:
        """Give it back. Again does nothing; see ``Held.release``.

        Raises:
            MutexLost: it was not held any more: somebody else may have had it.
        """
        with self._calling("release") as calling:
            if not self._begins_release():
                return
            try:
                self._engine.run(release(self._lease), "mutex.release")
            except TierError as error:
                self._tell_unsent(error)
                calling.failed(error)
            self._raise_if_lost()

    def renew(self) -> float:
        """Hold it for one more lease from now, but not beyond ``most``.

        Returns:
            For how many seconds it is held now.

        Raises:
            MutexLost: it is not held any more.
            Unavailable: no answer; it may have been renewed, or not.
        """
        with self._calling("renew"):
            self.check()
            self._engine.run(renew((self._lease,)), "mutex.renew")
            self.check()
            return self._lease.left_s(self._engine.moment())

    def __enter__(self) -> Self:
        self._enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.release()
        except MutexLost as lost:
            _leave(lost, error)


def _leave(lost: MutexLost, error: BaseException | None) -> None:
    """Raise that a mutex was lost; where the block has raised, add it to that."""
    if error is None:
        raise lost
    error.add_note(str(lost))
