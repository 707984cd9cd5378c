"""The statements of SQL, for one name of a table."""

# The name of the table was checked to be one; all else is given as parameters.
# ruff: noqa: S608

from __future__ import annotations

__all__ = ("Statements",)


class Statements:
    """What is asked of one table. CAST is for rows that somebody made by hand."""

    def __init__(self, table: str) -> None:
        self.make: str = (
            f"CREATE TABLE IF NOT EXISTS {table} ("
            "key TEXT NOT NULL PRIMARY KEY, current BLOB NOT NULL, previous BLOB)"
        )
        self.exists: str = (
            f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{table}'"
        )
        self.read: str = (
            "SELECT substr(CAST(current AS BLOB), 1, :size), "
            "substr(CAST(previous AS BLOB), 1, :size) "
            f"FROM {table} WHERE key = :key"
        )
        self.peek: str = (
            "SELECT substr(CAST(current AS BLOB), 1, :size) "
            f"FROM {table} WHERE key = :key"
        )
        self.insert: str = f"INSERT INTO {table} (key, current) VALUES (:key, :data)"
        self.demote: str = (
            f"UPDATE {table} SET previous = current, current = :data WHERE key = :key"
        )
        self.replace: str = f"UPDATE {table} SET current = :data WHERE key = :key"
        self.delete: str = f"DELETE FROM {table} WHERE key = :key"
        self.keys: str = f"SELECT key FROM {table} ORDER BY key"
