"""A storage in a database of SQLite: all keys in one file, and a log beside it.

Each write is one transaction, begun as a writer (``BEGIN IMMEDIATE``), so that nobody
comes between its look at what it replaces and its end. The database has a write-ahead
log. ``synchronous`` is FULL for a durable write: the log is synced before it returns,
and with it all relaxed writes before. It is NORMAL for a relaxed one, which waits for
nothing: a loss of power may take back the last ones, and leaves whole what is there.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from typing import Final

from stateroom.errors import InvalidPersist, WriteConflict
from stateroom.persist.storages.disk import Disk, is_absent
from stateroom.persist.storages.places import absolute
from stateroom.persist.storages.port import LONGEST_STAMP, Stored
from stateroom.persist.storages.refusals import conflict_text, refusal
from stateroom.persist.storages.sqlite_opening import Opened, open_database, transaction
from stateroom.persist.storages.sqlite_refusals import is_fatal, sqlite_refusal
from stateroom.persist.storages.sqlite_statements import Statements

__all__ = ("SQLite",)

_TABLE: Final = re.compile(r"(?!sqlite_)[A-Za-z_][A-Za-z0-9_]{0,62}", re.ASCII)

_ABANDONED: Final[list[Opened]] = []
"""Connections of a parent process. Closing one here would disturb its locks."""


class SQLite:
    """Keeps all keys in one database.

    Args:
        path: of the file, which is ours alone; ``~`` is the user's home. It is made
            with the first write, for this user alone (0600).
        table: its name; several storages can be in one file.
        timeout: seconds that a call waits for another process's at most.
        disk: what is asked of the operating system, SQLite's own calls aside; for
            tests.

    Raises:
        InvalidPersist: the path, the table or the time cannot be meant.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        table: str = "stateroom_records",
        timeout: float = 5.0,
        disk: Disk | None = None,
    ) -> None:
        if os.fspath(path) == ":memory:":
            raise InvalidPersist(
                "a database in memory keeps nothing", hint="use storages.Memory()"
            )
        if _TABLE.fullmatch(table) is None:
            raise InvalidPersist(
                f"{table!r} is no name of a table",
                hint="letters, digits and _, at most 63 of them, not sqlite_ first",
            )
        if not (math.isfinite(timeout) and timeout >= 0):
            raise InvalidPersist(f"timeout is {timeout!r}, no time in seconds")
        self._path = absolute(path)
        self._timeout = timeout
        self._disk = Disk() if disk is None else disk
        self._sql = Statements(table)
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._opened: Opened | None = None
        self._openings = 0

    @property
    def name(self) -> str:
        return f"SQLite in {self._path}"

    @property
    def quota(self) -> int | None:
        return None

    def read(self, key: str, *, limit: int) -> Stored:
        with self._reading("read", key=key) as connection:
            if connection is None:
                return Stored(None)
            asked = {"key": key, "size": limit + 1}
            row = connection.execute(self._sql.read, asked).fetchone()
        return Stored(None) if row is None else Stored(*row)

    def peek(self, key: str) -> bytes | None:
        with self._reading("read", key=key) as connection:
            return None if connection is None else self._stamp(connection, key)

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        with self._writing("write", key=key, is_durable=durable) as connection:
            found = self._stamp(connection, key)
            if found != replaces:
                text = conflict_text(key, place=self._path, is_there=found is not None)
                raise WriteConflict(text, key=key)
            statement = self._sql.demote if demotes else self._sql.replace
            if found is None:
                statement = self._sql.insert
            connection.execute(statement, {"key": key, "data": data})

    def delete(self, key: str) -> None:
        if self.peek(key) is None:
            return  # also where nothing may be written, or no file is
        with self._writing("delete", key=key, is_durable=True) as connection:
            connection.execute(self._sql.delete, {"key": key})

    def keys(self) -> tuple[str, ...]:
        with self._reading("list what is stored") as connection:
            if connection is None:
                return ()
            return tuple(key for (key,) in connection.execute(self._sql.keys))

    def pulse(self) -> object:
        with self._reading("look for changes") as connection:
            if connection is None:
                return "no file"
            # It counts, for this connection, the commits of all others that it finds;
            # hence the number of the connection.
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            return (self._openings, version)

    def close(self) -> None:
        with self._alone():
            self._forget()

    def _stamp(self, connection: sqlite3.Connection, key: str) -> bytes | None:
        asked = {"key": key, "size": LONGEST_STAMP}
        row = connection.execute(self._sql.peek, asked).fetchone()
        return None if row is None else bytes(row[0])

    @contextlib.contextmanager
    def _reading(
        self, doing: str, *, key: str = ""
    ) -> Iterator[sqlite3.Connection | None]:
        """Lend the connection; None while there is no file."""
        with self._alone(), self._refusing(doing, key=key):
            identity = self._identity()
            yield None if identity is None else self._connected(identity).connection

    @contextlib.contextmanager
    def _writing(
        self, doing: str, *, key: str, is_durable: bool
    ) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one transaction; the file is made if need be."""
        with self._alone(), self._refusing(doing, key=key):
            opened = self._connected(self._identity())
            level = "FULL" if is_durable else opened.relaxed
            opened.connection.execute(f"PRAGMA synchronous={level}")
            with transaction(opened.connection, is_writing=True):
                yield opened.connection

    def _connected(self, identity: tuple[int, int] | None) -> Opened:
        """Return a connection to the file that has the name now."""
        if self._opened is not None and self._opened.identity != identity:
            self._forget()
        if self._opened is None:
            self._opened = open_database(
                self._disk, self._path, sql=self._sql, timeout=self._timeout
            )
            self._openings += 1
        return self._opened

    def _identity(self) -> tuple[int, int] | None:
        """Return which file has the name; a connection would go on with a lost one."""
        try:
            facts = self._disk.facts(self._path)
        except OSError as error:
            if is_absent(error):
                return None
            raise
        return facts.st_dev, facts.st_ino

    def _forget(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.connection.close()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads out, and leave to a parent process what is its own."""
        if self._process != os.getpid():
            if self._opened is not None:
                _ABANDONED.append(self._opened)
            self._opened, self._process = None, os.getpid()
            self._lock = threading.RLock()  # a thread of the parent may have held it
        with self._lock:
            yield

    @contextlib.contextmanager
    def _refusing(self, doing: str, *, key: str) -> Iterator[None]:
        """Raise the errors of the port for those of SQLite."""
        try:
            yield
        except sqlite3.Error as error:
            if is_fatal(error):
                self._forget()
            raise sqlite_refusal(
                error, doing=doing, path=self._path, key=key
            ) from error
        except OSError as error:
            raise refusal(error, doing=doing, path=self._path, key=key) from error
