"""A database of IndexedDB: opened when it is asked, and again when it was lost.

A newer release in another tab cannot change a database while this one is connected. So
a connection ends as soon as another tab asks for that, and the next call opens it anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal, TypeAlias, TypeVar

from stateroom.errors import StorageUnavailable
from stateroom.persist.browser.crossing import (
    page,
    plain_object,
    refusals,
    to_javascript,
)
from stateroom.persist.browser.javascript import Database
from stateroom.persist.browser.listening import listen
from stateroom.persist.browser.openings import Opening
from stateroom.persist.browser.transactions import Steps

__all__ = ("Connection", "Durability")

T = TypeVar("T")

Durability: TypeAlias = Literal["relaxed", "strict"]

TRIES: Final = 5
"""How often others may change the database while it is opened."""


class Connection:
    """A connection to one database, for transactions on a few of its tables.

    Args:
        database: its name.
        tables: what it is for; made where none of them is there.
        wanted: whose connection it is, for errors.
        timeout: seconds to wait for an answer, each time.

    Raises:
        InvalidPersist: this Python does not run in a browser.
    """

    def __init__(
        self, database: str, tables: tuple[str, ...], *, wanted: str, timeout: float
    ) -> None:
        self._page = page(wanted)
        self.name: str = f"IndexedDB {database!r} of {self._page.location.origin}"
        self._database = database
        self._tables = tables
        self._timeout = timeout
        self._opened: Database | None = None
        self._opening = asyncio.Lock()
        self._unwatch: Callable[[], None] | None = None

    async def run(
        self,
        steps: Callable[[Steps], T],
        *,
        durability: Durability | None = None,
        key: str = "",
    ) -> T:
        """Return what ``steps`` returned, once its transaction is complete.

        Args:
            steps: asks for everything that it needs, see ``Steps``.
            durability: what a browser does before it says that a write is complete;
                one that knows no such choice does what it always does. None: to read.
            key: that it is about, for errors.

        Raises:
            StorageUnavailable: nothing was changed.
            StorageFull: nothing was changed.
        """
        begun = await self._begun(durability, key)
        try:
            with refusals(self.name, key=key):
                returned = steps(begun)
        except BaseException:
            begun.abandon()
            raise
        await begun.done(within=self._timeout)
        return returned

    def close(self) -> None:
        """Disconnect; the next call connects again."""
        opened, self._opened = self._opened, None
        unwatch, self._unwatch = self._unwatch, None
        if unwatch is not None:
            unwatch()
        if opened is not None:
            opened.close()

    async def _begun(self, durability: Durability | None, key: str) -> Steps:
        try:
            return self._begin(await self._connected(), durability, key)
        except StorageUnavailable:
            # It may have been closed over us: by another tab, or by the browser.
            self.close()
        return self._begin(await self._connected(), durability, key)

    def _begin(
        self, database: Database, durability: Durability | None, key: str
    ) -> Steps:
        mode = "readonly" if durability is None else "readwrite"
        options = plain_object(durability=durability or "default")
        with refusals(self.name, key=key):
            begun = database.transaction(to_javascript(self._tables), mode, options)
        return Steps(begun, name=self.name, key=key)

    async def _connected(self) -> Database:
        async with self._opening:
            version: int | None = None
            for _ in range(TRIES):
                if self._opened is None:
                    await self._open(version)
                if self._opened is None:
                    version = None
                    continue
                version = self._version_to_make(self._opened)
                if version is None:
                    return self._opened
                self.close()
            raise StorageUnavailable(f"{self.name}: others change it all the time")

    async def _open(self, version: int | None) -> None:
        with refusals(self.name):
            factory = self._page.indexedDB
        if not hasattr(factory, "open"):  # null, where somebody has turned it off
            raise StorageUnavailable(f"{self.name}: turned off in this browser")
        opening = Opening(
            factory,
            self._database,
            version=version,
            tables=self._tables,
            name=self.name,
        )
        await opening.done(within=self._timeout, adopt=self._adopt)

    def _adopt(self, database: Database) -> None:
        self._opened = database
        names = ("versionchange",)
        self._unwatch = listen(database, names, heard=lambda _event: self.close())

    def _version_to_make(self, database: Database) -> int | None:
        """Return at which version it will have our tables; None when it has them."""
        there = [database.objectStoreNames.contains(name) for name in self._tables]
        if all(there):
            return None
        if any(there):
            raise StorageUnavailable(
                f"{self.name}: {self._tables[0]} is a table of another program",
                hint="choose another name for the database, or for the table",
            )
        return database.version + 1
