"""A table of jobs in a real database, and a cache that reads through to it.

The database is an SQLite file with a write-ahead log, or another one, empty, that the
variable ``STATEROOM_TEST_DATABASE`` names by its URL.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, Engine, ForeignKey, event, select
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

__all__ = ("Base", "Job", "TitleCache", "begins_as_asked", "database_url", "title_in")


class Base(DeclarativeBase):
    pass


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    # Looked at by the commit, not before: so that a commit can fail.
    parent: Mapped[int | None] = mapped_column(
        ForeignKey("jobs.id", deferrable=True, initially="DEFERRED")
    )


class TitleCache:
    """Keeps the titles that it has read, through a session of its own each time."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._kept: dict[int, str] = {}

    def read(self, number: int) -> str:
        if number not in self._kept:
            with self._sessions() as session:
                self._kept[number] = title_in(session, number)
        return self._kept[number]

    def forget(self, number: int) -> None:
        self._kept.pop(number, None)


def title_in(session: Session, number: int) -> str:
    return session.scalars(select(Job.title).where(Job.id == number)).one()


def database_url(folder: Path, driver: str) -> str:
    return os.environ.get(
        "STATEROOM_TEST_DATABASE", f"sqlite+{driver}:///{folder / 'jobs.db'}"
    )


def begins_as_asked(engine: Engine) -> Engine:
    """Have SQLite begin where SQLAlchemy does, so that its savepoints work."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_alone)
        event.listen(engine, "begin", _begin)
    return engine


def _leave_alone(connection: object, _record: object) -> None:
    # Of the driver, which is one of two; neither may begin by itself.
    setattr(connection, "isolation_level", None)  # noqa: B010 - no type has it


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    connection.exec_driver_sql("BEGIN")


class TwoPhases(SQLiteDialect_pysqlite):
    """SQLite has no two phases: here the first one does nothing."""

    supports_statement_cache = True

    def do_begin_twophase(self, connection: Connection, *_: object) -> None:
        _begin(connection)

    def do_prepare_twophase(self, *_: object) -> None: ...

    def do_rollback_twophase(self, connection: Connection, *_: object) -> None:
        connection.connection.rollback()

    def do_commit_twophase(self, connection: Connection, *_: object) -> None:
        connection.connection.commit()


registry.register("sqlite.twophases", __name__, TwoPhases.__name__)
