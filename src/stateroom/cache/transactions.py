"""Holds work back until the database transaction that it belongs to has committed.

An invalidation that is sent before the commit is undone by the next reader, who still
sees the old row and caches it again. So it waits in the SQLAlchemy session:

    registered in     which ends by                     the work
    a transaction     a commit                          is done, in the order given
    a transaction     a rollback, or being closed       is dropped
    a savepoint       a release                         waits for what is around it
    a savepoint       a rollback, of it or around it    is dropped

It is done when SQLAlchemy reports the end of the transaction, a step after the commit:
then the connection is back in its pool and the session ready for its next use, so that
an error which passes through SQLAlchemy leaves nothing half done.

SQLAlchemy is imported when a session is handed in, and is no dependency of ours.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
import weakref
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from stateroom.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, SessionTransaction

__all__ = ("after_commit", "after_commit_async")

Work: TypeAlias = Callable[[], object]

# Not GeneratorExit and its like: they say that nothing more can be awaited here.
_HELD_BACK = (Exception, asyncio.CancelledError, KeyboardInterrupt, SystemExit)
SESSION_WORDS = "a Session or an AsyncSession of SQLAlchemy, or a scoped one"


def after_commit(session: object, work: Callable[[], None]) -> None:
    """Call ``work`` once, when the transaction of ``session`` has committed.

    Registering begins a transaction when none is in progress, as adding an object
    does. Of a session that joined a transaction from outside, the session's own
    commit counts.

    Args:
        session: an SQLAlchemy ``Session`` or ``AsyncSession``, or a scoped one.
        work: must not use the session. It is dropped when the transaction, or the
            savepoint in which this was called, does not commit. When it raises, the
            work after it is still done, and ``commit()`` then raises the first error;
            the data is committed all the same.

    Raises:
        UsageError: ``session`` is none, or cannot begin a transaction here.
    """
    _register(_blocking(_present(session)), work)


def after_commit_async(session: object, work: Callable[[], Awaitable[object]]) -> None:
    """Await ``work()`` once, before ``await session.commit()`` returns.

    As ``after_commit``, with which it shares one order. A task that is cancelled
    meanwhile is told so when all the work is done: the data is committed, and an
    invalidation left out would be wrong data. So ``work`` must end by itself.

    Args:
        session: an SQLAlchemy ``AsyncSession``, or inside its ``run_sync`` the session
            that is given there.
        work: called in the event loop of the session.

    Raises:
        UsageError: ``session`` is none, blocks, or cannot begin a transaction here.
    """
    present = _present(session)
    inner = _blocking(present)
    if present is inner and not _is_in_greenlet():
        raise UsageError(
            "a blocking session cannot await what is to follow its commit",
            hint="use after_commit, with work that blocks",
        )
    _register(inner, lambda: _wait_for(_to_its_end(work)))


class _Waiting:
    """The work of one session, by the transaction in which it was registered.

    Only the session's own listeners hold this, so that both are garbage together.
    """

    def __init__(self) -> None:
        self._works: dict[SessionTransaction, list[Work]] = {}
        self._committed: SessionTransaction | None = None

    def add(self, work: Work, transaction: SessionTransaction) -> None:
        self._works.setdefault(transaction, []).append(work)

    def note_commit(self, session: Session) -> None:
        """Remember which transaction, or savepoint, has just committed."""
        self._committed = _innermost(session)

    def end(self, _session: Session, transaction: SessionTransaction) -> None:
        """Do, hand on or drop the work of a transaction that is over."""
        works = self._works.pop(transaction, [])
        if transaction is not self._committed:
            return
        self._committed = None
        around = _around(transaction)
        if around is None:
            _do_all(works)
        elif works:
            self._works.setdefault(around, []).extend(works)


_waiting: weakref.WeakKeyDictionary[Session, weakref.ref[_Waiting]] = (
    weakref.WeakKeyDictionary()
)


def _register(session: Session, work: Work) -> None:
    transaction = _innermost(session) or _begun(session)
    known = _waiting.get(session)
    waiting = (known and known()) or _listening(session)
    waiting.add(work, transaction)


def _listening(session: Session) -> _Waiting:
    from sqlalchemy import event  # noqa: PLC0415 - an optional library

    waiting = _Waiting()
    # First, as a listener before it that raises would hide the commit.
    event.listen(session, "after_commit", waiting.note_commit, insert=True)
    event.listen(session, "after_transaction_end", waiting.end)
    _waiting[session] = weakref.ref(waiting)
    return waiting


def _present(given: object) -> object:
    """Return the session of this thread, or of this task, when ``given`` is scoped."""
    registry = getattr(given, "registry", None)
    return registry() if callable(registry) else given


def _blocking(given: object) -> Session:
    """Return ``given``, or the blocking session that is inside it."""
    if "sqlalchemy.orm" not in sys.modules:
        raise _no_session(given)
    from sqlalchemy.orm import Session  # noqa: PLC0415 - an optional library

    session = getattr(given, "sync_session", given)
    if not isinstance(session, Session):
        raise _no_session(given)
    return session


def _is_in_greenlet() -> bool:
    """Say whether an ``AsyncSession`` has called the code that calls this."""
    from sqlalchemy.util import concurrency  # noqa: PLC0415 - an optional library

    try:
        return concurrency.in_greenlet()
    except ImportError:  # without greenlet there is none
        return False


def _wait_for(awaitable: Awaitable[None]) -> None:
    from sqlalchemy.util import concurrency  # noqa: PLC0415 - an optional library

    # Named await_ since SQLAlchemy 2.1, before that await_only.
    wait: Callable[[Awaitable[None]], None] = (
        getattr(concurrency, "await_", None) or concurrency.await_only
    )
    wait(awaitable)


def _no_session(given: object) -> UsageError:
    return UsageError(
        f"{type(given).__name__} is not {SESSION_WORDS}",
        hint="hand in the session whose commit() makes the change visible",
    )


def _innermost(session: Session) -> SessionTransaction | None:
    """Return the savepoint in progress, else the transaction, else None."""
    return session.get_nested_transaction() or session.get_transaction()


def _begun(session: Session) -> SessionTransaction:
    from sqlalchemy.exc import InvalidRequestError  # noqa: PLC0415 - optional

    hint = "register inside the transaction whose commit is waited for"
    if not session.autobegin:
        raise UsageError("the session is in no transaction", hint=hint)
    try:
        return session.begin()
    except InvalidRequestError as error:
        raise UsageError(f"the session cannot begin: {error}", hint=hint) from error


def _around(transaction: SessionTransaction) -> SessionTransaction | None:
    """Return the savepoint or transaction around a savepoint."""
    outer = transaction.parent
    # A flush has a transaction of its own, which is neither.
    while outer is not None and outer.parent is not None and not outer.nested:
        outer = outer.parent
    return outer


def _do_all(works: Iterable[Work]) -> None:
    """Do every work, also after one that raised, and then raise what went wrong."""
    errors: list[BaseException] = []
    for work in works:
        try:
            _do(work)
        except _HELD_BACK as error:
            errors.append(error)
    if not errors:
        return
    # A cancellation or an interrupt must not be lost behind an ordinary error.
    first = next((e for e in errors if not isinstance(e, Exception)), errors[0])
    for other in errors:
        if other is not first:
            first.add_note(f"other work after this commit failed too: {other!r}")
    raise first


def _do(work: Work) -> None:
    result = work()
    if inspect.iscoroutine(result):
        result.close()
        raise UsageError(
            "the work after a commit gave a coroutine that nobody awaits",
            hint="use after_commit_async",
        )


async def _to_its_end(work: Callable[[], Awaitable[object]]) -> None:
    """Await ``work()`` even while the caller is cancelled, and only then say so."""
    task = asyncio.ensure_future(work())
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        task.result()
        return
    failure = None if task.cancelled() else task.exception()
    if failure is not None:
        cancelled.add_note(f"work after the commit failed too: {failure!r}")
    raise cancelled
