"""One transaction of IndexedDB, from its first request to its end.

A transaction is over as soon as nothing is asked of it, and Python's loop is too late
to ask again. So everything is asked at once, or in the answer to another request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from stateroom.errors import StorageUnavailable
from stateroom.persist.browser.crossing import refusal
from stateroom.persist.browser.javascript import Event, Request, Table, Transaction
from stateroom.persist.browser.listening import listen

__all__ = ("Steps",)

COMPLETE: Final = "complete"
ABORT: Final = "abort"


class Steps:
    """What is asked within one transaction, and how that ends.

    Args:
        transaction: that was just begun.
        name: of the storage, for errors.
        key: that it is about, for errors.

    Attributes:
        table: gives an object store of the transaction by its name.
    """

    def __init__(self, transaction: Transaction, *, name: str, key: str) -> None:
        self.table: Callable[[str], Table] = transaction.objectStore
        self._transaction = transaction
        self._name = name
        self._key = key
        self._failure: Exception | None = None
        self._over: asyncio.Future[Exception | None] = (
            asyncio.get_running_loop().create_future()
        )
        self._ends = [listen(transaction, (COMPLETE, ABORT), heard=self._ended)]

    def then(self, request: Request, *, answered: Callable[[object], None]) -> None:
        """Call ``answered`` with the result, still within the transaction.

        What it raises aborts the transaction, and comes out of ``done``.
        """

        def heard(_event: Event) -> None:
            try:
                answered(request.result)
            except Exception as error:
                self._failure = error
                self.abort()

        self._ends.append(listen(request, ("success",), heard=heard))

    async def done(self, *, within: float) -> None:
        """Return when the transaction is complete; otherwise nothing was changed.

        Args:
            within: seconds to wait, then it is aborted.

        Raises:
            StorageUnavailable: it was aborted, or took too long.
            StorageFull: what was written has no room.
        """
        try:
            await asyncio.wait((self._over,), timeout=within)
            if not self._over.done() and not self.abort():
                # It is being committed: its end is on the way, and is what counts.
                await self._over
        finally:
            self.abandon()
        if not self._over.done():
            raise StorageUnavailable(
                f"{self._name}: no answer within {within:g} s",
                key=self._key,
                hint="another tab may be at work on it, or be suspended",
            )
        error = self._over.result()
        if error is not None:
            raise error

    def abandon(self) -> None:
        """Abort it unless it is over, and listen no longer."""
        if not self._over.done():
            self.abort()
        while self._ends:
            self._ends.pop()()

    def abort(self) -> bool:
        """Undo it all; say whether there still was time for that."""
        try:
            self._transaction.abort()
        except Exception:  # it is being committed, or was aborted
            return False
        return True

    def _ended(self, event: Event) -> None:
        if self._over.done():
            return
        if event.type == COMPLETE:
            self._over.set_result(None)
            return
        self._over.set_result(self._failure or self._reason())

    def _reason(self) -> Exception:
        """Return why the browser has aborted it."""
        error = self._transaction.error
        if hasattr(error, "name"):
            return refusal(error, self._name, key=self._key)
        return StorageUnavailable(
            f"{self._name}: the browser gave up the transaction", key=self._key
        )
