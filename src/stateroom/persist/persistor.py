"""Keeps slices of a store, for blocking code.

Example::

    kept = persist(roles, fields={"selected"}, transient={"loading"})
    store = Store(kept, ui)
    with Persistor(store, Files("~/.local/share/careers")) as persistor:
        persistor.hydrate()
        ...
        persistor.flush()
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from types import TracebackType
from typing import Final, Self, TypeVar

from stateroom.errors import NotDurable, StateroomError
from stateroom.flows import Flow
from stateroom.persist.budgets import TOTAL_BUDGET
from stateroom.persist.clocks import Clock
from stateroom.persist.exiting import EXIT_TIMEOUT, at_exit, on_signals
from stateroom.persist.faces import Face, blocked, check_scope, engine_of, owner_text
from stateroom.persist.forking import survive_forks
from stateroom.persist.hydrating import hydrate
from stateroom.persist.keys import Scope
from stateroom.persist.noticing import when_leaving
from stateroom.persist.options import OnFull, OnProblem
from stateroom.persist.owning import enter, leave
from stateroom.persist.performing import is_async
from stateroom.persist.purging import purge, sweep
from stateroom.persist.refreshing import refresh
from stateroom.persist.rounds import flush, losses, reasons, waiting
from stateroom.persist.status import Status
from stateroom.persist.storages.port import AnyStorage
from stateroom.persist.workers import worker_for
from stateroom.store.store import Store

__all__ = ("Persistor",)

T = TypeVar("T")
_log: Final = logging.getLogger("stateroom.persist")


class Persistor(Face):
    """Keeps the persisted slices of a store, and brings them back.

    Reading and writing happen in one background thread, in order; every method may be
    called from any thread, but not from a listener of the same store, which would wait
    for itself.
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
        """Find what is to be kept; nothing is read or written before ``hydrate``.

        Args:
            store: its parts that ``persist`` made are kept, later ones too.
            storage: where, for slices that do not name their own.
            namespace: of the application; the first part of every key.
            owner: the user who is signed in; slices of scope ``user`` wait for one.
            budget: bytes that all records may have together.
            poll: seconds between looks for what other processes wrote; None for never.
            on_full: called with the problem when there is no room; the write is tried
                once more afterwards, so it may dispatch what makes the state smaller.
            on_problem: called with everything that goes wrong; the log tells it too.
            background: whether what is due is written by itself. Otherwise by ``tick``.
            clock: where the time is from.

        Raises:
            InvalidPersist: the store keeps nothing, two slices have one key, a slice
                has no storage, or a storage has to be awaited.
        """
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
        for each in engine.storages():
            blocked([each], is_async=is_async(each))
        super().__init__(engine)
        self._worker = worker_for(engine, background=background)
        survive_forks(self._worker)
        self._forget_exit: Callable[[], None] = at_exit(
            lambda: self.flush(EXIT_TIMEOUT)
        )
        self._forget_leaving: Callable[[], None] = when_leaving(self._leave)

    # -- reading

    def hydrate(self, timeout: float | None = None) -> Status:
        """Read what is stored, and bring it into the state.

        Actions before it are not lost: both sides are merged. Calling it again reads
        what could not be read, and slices that came since.

        Args:
            timeout: seconds to wait; a storage that is slower is not given up: what it
                gives later is merged then. None waits.

        Returns:
            The status; slices that are still being read are ``pending``.
        """
        future = self._ask("hydrate", hydrate(self._engine))
        self._result(future, timeout)
        if future.done():
            self._ask("hydrate", sweep(self._engine))
        return self.status()

    def refresh(self, timeout: float | None = None) -> Status:
        """Take in what other processes wrote now, without waiting for the next poll."""
        self._result(self._ask("refresh", refresh(self._engine)), timeout)
        return self.status()

    # -- writing

    def flush(self, timeout: float | None = None) -> None:
        """Return when all that was dispatched before is stored durably.

        Args:
            timeout: seconds to wait; None waits.

        Raises:
            NotDurable: something could not be stored; each slice is named with why.
        """
        future = self._ask("flush", flush(self._engine))
        self._result(future, timeout)
        if not future.done():
            found = {**waiting(self._engine), **reasons(self._engine)}
            raise NotDurable(
                f"not all is stored within {timeout} s", reasons=found,
                hint="it is still being written; see persistor.status()",
            )  # fmt: skip

    def dispatch_durable(self, action: Mapping[str, object]) -> Mapping[str, object]:
        """Dispatch an action, and return when what it changed is stored durably.

        Raises:
            NotDurable: it could not be stored; the state has changed nevertheless.
        """
        self._refuse_now("dispatch_durable")
        losses(self._engine)  # what was lost before was told then
        result = self._engine.store.dispatch(action)
        self.flush()
        self._refuse_loss()
        return result

    def tick(self) -> None:
        """Do what is due now, where nothing happens in the background."""
        self._refuse_now("tick")
        self._worker.tick()

    # -- erasing

    def purge(
        self,
        scope: Scope | None = None,
        *,
        owner: str | int | None = None,
        reset: bool = True,
    ) -> int:
        """Erase what is stored; no write under way, of anybody, brings it back.

        Args:
            scope: ``"device"`` or ``"user"``; both if not given.
            owner: whose slices of scope ``user``; those of who is signed in if not
                given.
            reset: whether the states begin anew, too. Otherwise the next change stores
                the whole slice again.

        Returns:
            How many records were erased, those of slices unknown here included.

        Raises:
            PersistError: a storage did not erase; what it did not is still there.
        """
        whose = None if owner is None else owner_text(owner)
        flow = purge(self._engine, scope=check_scope(scope), owner=whose, reset=reset)
        return self._ask("purge", flow).result()

    def sign_in(self, owner: str | int) -> Status:
        """Keep slices of scope ``user`` for this user, and read theirs.

        Raises:
            PersistError: somebody else is signed in.
        """
        name = self._check_owner(owner)
        if self._engine.owner != name:
            self._ask("sign_in", enter(self._engine, name)).result()
        return self.hydrate()

    def sign_out(self, *, purge: bool = True) -> None:
        """Begin anew with the slices of scope ``user``; those of the device stay.

        Args:
            purge: whether what is stored of this user is erased. Otherwise it is stored
                before, and there when they sign in again.

        Raises:
            NotDurable: it was to be stored and could not; nobody was signed out.
            PersistError: it was to be erased and could not; nobody was signed out.
        """
        if self._engine.owner:
            self._ask("sign_out", leave(self._engine, purges=purge)).result()

    # -- ending

    def on_signals(self, *numbers: int) -> Callable[[], None]:
        """Flush when the process is told to end, and then do as it did before.

        Args:
            numbers: of signals; SIGTERM if none is given.

        Returns:
            A function that puts back what was installed.
        """
        return on_signals(self, numbers)

    def close(self) -> None:
        """Store what is not stored, and stop. Closing twice is no error.

        The storages stay open; they may be others' as well.

        Raises:
            NotDurable: something could not be stored; it is closed nevertheless.
        """
        if self._is_closed:
            return
        flushed = self._ask("close", flush(self._engine))
        try:
            flushed.result()
        finally:
            self._end()
            self._forget_exit()
            self._forget_leaving()
            self._worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except NotDurable as second:
            if error is None:
                raise
            # What went wrong first is what to tell.
            error.add_note(f"and then: {second}")
            _log.warning("%s", second)

    def _leave(self) -> None:
        """Store what can be stored, as the page may end now."""
        try:
            self.flush()
        except StateroomError as error:
            _log.warning("%s", error)

    def _ask(self, what: str, flow: Flow[T]) -> Future[T]:
        self._refuse_now(what)
        return self._worker.run(flow)

    def _result(self, future: Future[T], timeout: float | None) -> None:
        try:
            future.result(timeout)
        except FutureTimeout:
            if future.done():
                raise
