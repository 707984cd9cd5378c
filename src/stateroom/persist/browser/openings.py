"""Asks for a database of IndexedDB, and makes its tables when that is the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, cast

from stateroom.errors import PersistError, StorageUnavailable
from stateroom.persist.browser.crossing import refusal, refusals
from stateroom.persist.browser.javascript import Database, Event, Factory, Request
from stateroom.persist.browser.listening import listen

__all__ = ("Opening",)

SUCCESS: Final = "success"
ERROR: Final = "error"
UPGRADE: Final = "upgradeneeded"
OUTRUN: Final = "VersionError"


class Opening:
    """One request for a database.

    Args:
        factory: ``indexedDB``.
        database: its name.
        version: to bring it to; None for the one that it has.
        tables: made when it is new, or brought to a version.
        name: of the storage, for errors.
    """

    def __init__(
        self,
        factory: Factory,
        database: str,
        *,
        version: int | None,
        tables: tuple[str, ...],
        name: str,
    ) -> None:
        self._tables = tables
        self._name = name
        self._over: asyncio.Future[PersistError | None] = (
            asyncio.get_running_loop().create_future()
        )
        self._is_outrun = False
        with refusals(name):
            self._request: Request = (
                factory.open(database)
                if version is None
                else factory.open(database, version)
            )
        self._adopt: Callable[[Database], None] | None = None
        names = (SUCCESS, ERROR, UPGRADE)
        self._end = listen(self._request, names, heard=self._heard)

    async def done(self, *, within: float, adopt: Callable[[Database], None]) -> bool:
        """Hand the connection over; say whether there was one to hand over.

        There is none where the database has become newer than what was asked for.

        Args:
            within: seconds to wait at most.
            adopt: takes the connection, before any other event comes to it.

        Raises:
            StorageUnavailable: it cannot be opened, or not within that time.
        """
        self._adopt = adopt
        try:
            await asyncio.wait((self._over,), timeout=within)
        finally:
            # What comes too late is closed as soon as it is there.
            self._adopt = None
        if not self._over.done():
            raise StorageUnavailable(
                f"{self._name}: not opened within {within:g} s",
                hint="close the other tabs that have it open in an older version",
            )
        error = self._over.result()
        if error is not None:
            raise error
        return not self._is_outrun

    def _heard(self, event: Event) -> None:
        if event.type == UPGRADE:
            self._make_tables(cast("Database", self._request.result))
            return
        self._end()
        if event.type == ERROR:
            error = self._request.error
            self._is_outrun = getattr(error, "name", "") == OUTRUN
            is_failure = not self._is_outrun
            self._over.set_result(refusal(error, self._name) if is_failure else None)
            return
        database = cast("Database", self._request.result)
        if self._adopt is None:
            database.close()
        else:
            self._adopt(database)
        self._over.set_result(None)

    def _make_tables(self, database: Database) -> None:
        for name in self._tables:
            if not database.objectStoreNames.contains(name):
                database.createObjectStore(name)
