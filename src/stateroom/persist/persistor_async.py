"""Keeps slices of a store, in an event loop; also in a browser.

Example::

    async with AsyncPersistor(store, IndexedDB("careers")) as persistor:
        await persistor.hydrate()
        ...
        await persistor.flush()
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, Self, TypeVar

from stateroom.errors import NotDurable
from stateroom.flows import Flow, run
from stateroom.persist.budgets import TOTAL_BUDGET
from stateroom.persist.clocks import Clock
from stateroom.persist.exiting import at_exit
from stateroom.persist.faces import Face, check_scope, engine_of, owner_text
from stateroom.persist.forking import survive_forks
from stateroom.persist.hydrating import hydrate
from stateroom.persist.keys import Scope
from stateroom.persist.noticing import when_leaving
from stateroom.persist.options import OnFull, OnProblem
from stateroom.persist.owning import enter, leave
from stateroom.persist.performing import Blocking, blocking_of, is_async
from stateroom.persist.purging import purge, sweep
from stateroom.persist.refreshing import refresh
from stateroom.persist.rounds import flush, losses, reasons, waiting, work
from stateroom.persist.status import Status
from stateroom.persist.storages.port import AnyStorage
from stateroom.persist.tasks import TaskWorker, within
from stateroom.persist.writing import write_slice
from stateroom.store.store import Store

__all__ = ("AsyncPersistor",)

T = TypeVar("T")
_log: Final = logging.getLogger("stateroom.persist")


class AsyncPersistor(Face):
    """Keeps the persisted slices of a store, and brings them back.

    The methods are those of ``Persistor``, awaited. Storages may be of either kind: a
    blocking one is called in a thread, where there are threads. It belongs to the loop
    in which it is first awaited.
    """

    def __init__(
        self,
        store: Store,
        storage: AnyStorage | None = None,
        *,
        namespace: str = "app",
        owner: str | int | None = None,
        budget: int = TOTAL_BUDGET,
        poll: float | None = 1.0,
        on_full: OnFull | None = None,
        on_problem: OnProblem | None = None,
        background: bool = True,
        clock: Clock | None = None,
    ) -> None:
        """Find what is to be kept; see ``Persistor`` for the arguments."""
        engine = engine_of(
            store,
            storage,
            namespace=namespace,
            owner=owner,
            budget=budget,
            poll=poll,
            on_full=on_full,
            on_problem=on_problem,
            clock=clock,
        )
        super().__init__(engine)
        self._worker = TaskWorker(engine, background=background)
        survive_forks(self._worker)
        # What is awaited cannot be stored then: the loop has ended before.
        self._forget_exit: Callable[[], None] = at_exit(self._store_blocking)
        self._forget_leaving: Callable[[], None] = when_leaving(self.flush_now)

    # -- reading

    async def hydrate(  # what is slow goes on, and is not cancelled
        self,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Status:
        """Read what is stored, and bring it into the state; see ``Persistor``."""
        task = self._begin("hydrate", hydrate(self._engine))
        if await within(task, timeout):
            await self._ask("hydrate", sweep(self._engine))
        return self.status()

    async def refresh(  # what is slow goes on, and is not cancelled
        self,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Status:
        """Take in what others wrote now, without waiting for the next poll."""
        await within(self._begin("refresh", refresh(self._engine)), timeout)
        return self.status()

    # -- writing

    async def flush(  # what is slow goes on, and is not cancelled
        self,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> None:
        """Return when all that was dispatched before is stored durably.

        Raises:
            NotDurable: something could not be stored; each slice is named with why.
        """
        task = self._begin("flush", flush(self._engine))
        if not await within(task, timeout):
            found = {**waiting(self._engine), **reasons(self._engine)}
            raise NotDurable(
                f"not all is stored within {timeout} s", reasons=found,
                hint="it is still being written; see persistor.status()",
            )  # fmt: skip

    def flush_now(self) -> None:
        """Store, without awaiting anything, what blocking storages keep.

        It is for moments after which nothing is awaited any more: a page that goes
        away. What only awaited storages keep is begun at most.
        """
        self._store_blocking()
        if any(map(is_async, self._engine.storages())):
            self._worker.begin(flush(self._engine))

    def _store_blocking(self) -> None:
        for tracked in tuple(self._engine.slices.values()):
            is_blocking = blocking_of(tracked.storage) is not None
            if is_blocking and tracked.phase.is_written:
                run(write_slice(self._engine, tracked, durable=True), Blocking())

    async def dispatch_durable(
        self, action: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Dispatch an action, and return when what it changed is stored durably.

        Raises:
            NotDurable: it could not be stored; the state has changed nevertheless.
        """
        self._refuse_now("dispatch_durable")
        losses(self._engine)  # what was lost before was told then
        result = self._engine.store.dispatch(action)
        await self.flush()
        self._refuse_loss()
        return result

    async def tick(self) -> None:
        """Do what is due now, where nothing happens in the background."""
        await self._ask("tick", work(self._engine, self._engine.plan()))

    # -- erasing

    async def purge(
        self,
        scope: Scope | None = None,
        *,
        owner: str | int | None = None,
        reset: bool = True,
    ) -> int:
        """Erase what is stored; no write under way, of anybody, brings it back.

        Returns:
            How many records were erased.
        """
        whose = None if owner is None else owner_text(owner)
        flow = purge(self._engine, scope=check_scope(scope), owner=whose, reset=reset)
        return await self._ask("purge", flow)

    async def sign_in(self, owner: str | int) -> Status:
        """Keep slices of scope ``user`` for this user, and read theirs.

        Raises:
            PersistError: somebody else is signed in.
        """
        name = self._check_owner(owner)
        if self._engine.owner != name:
            await self._ask("sign_in", enter(self._engine, name))
        return await self.hydrate()

    async def sign_out(self, *, purge: bool = True) -> None:
        """Begin anew with the slices of scope ``user``; those of the device stay.

        Raises:
            NotDurable: it was to be stored and could not; nobody was signed out.
            PersistError: it was to be erased and could not; nobody was signed out.
        """
        if self._engine.owner:
            await self._ask("sign_out", leave(self._engine, purges=purge))

    # -- ending

    async def aclose(self) -> None:
        """Store what is not stored, and stop. Closing twice is no error.

        Raises:
            NotDurable: something could not be stored; it is closed nevertheless.
        """
        if self._is_closed:
            return
        self._refuse_now("aclose")
        try:
            await self.flush()
        finally:
            self._end()
            self._forget_exit()
            self._forget_leaving()
            await self._worker.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        try:
            await self.aclose()
        except NotDurable as second:
            if error is None:
                raise
            # What went wrong first is what to tell.
            error.add_note(f"and then: {second}")
            _log.warning("%s", second)

    def _begin(self, what: str, flow: Flow[T]) -> asyncio.Task[T]:
        return asyncio.ensure_future(self._ask(what, flow))

    async def _ask(self, what: str, flow: Flow[T]) -> T:
        self._refuse_now(what)
        return await self._worker.run(flow)
