"""The lock as text: TOML with one value per line, so that a change is one line.

Pure: text in, values out; ``lockfile`` does the reading and writing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import msgspec

from stateroom.decide.pinned import (
    LOCK_VERSION,
    Lock,
    Pinned,
    fields_of,
    printed,
    values_of,
)
from stateroom.errors import LockError

__all__ = ("parse_lock", "print_lock")

_HEAD = """\
# Where this application's data lives. Written by `stateroom decide --write`, read by
# the application. Review changes to it as you would changes to a database schema.
"""

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def parse_lock(text: str, path: str = "stateroom.lock") -> Lock:
    """Read a lock.

    Raises:
        LockError: it is not TOML, not a lock, or of a newer version.
    """
    try:
        document = tomllib.loads(text)
        version = document.get("version")
        if isinstance(version, int) and version > LOCK_VERSION:
            raise LockError(
                f"{path}: version {version} is newer than this Stateroom, which "
                f"reads version {LOCK_VERSION}",
                hint="upgrade Stateroom",
            )
        return msgspec.convert(document, Lock)
    except (ValueError, RecursionError) as error:
        raise LockError(
            f"{path}: not a lock: {_named(text, error)}",
            hint="restore it from version control; where it never pinned anything, "
            "delete it and write it again: stateroom decide --write",
        ) from error


def _named(text: str, error: Exception) -> str:
    """Say what is wrong, with the name of the item, which msgspec does not tell."""
    if not isinstance(error, msgspec.ValidationError):
        return str(error)
    items = tomllib.loads(text).get("items")
    for name, raw in items.items() if isinstance(items, dict) else ():
        try:
            msgspec.convert(raw, Pinned)
        except msgspec.ValidationError as found:
            return f"items.{name}: {found}"
    return str(error)


def print_lock(lock: Lock) -> str:
    """Print a lock as TOML: a value per line, items sorted, so that diffs are small."""
    lines = [
        _HEAD,
        f"version = {lock.version}",
        f"app = {printed(lock.app)}",
        f"catalogue = {printed(lock.catalogue)}",
        f"ruleset.name = {printed(lock.ruleset.name)}",
        f"ruleset.hash = {printed(lock.ruleset.hash)}",
    ]
    for name, pinned in sorted(lock.items.items()):
        lines += _table(f"items.{_key(name)}", pinned)
    for name, pinned in sorted(lock.retired.items()):
        lines += _table(f"retired.{_key(name)}", pinned)
    return "\n".join(lines) + "\n"


def _table(header: str, pinned: Pinned) -> Iterator[str]:
    """Yield the lines of one item: its own table, then one table per copy."""
    yield f"\n[{header}]"
    for field, value in fields_of(pinned):
        if not field.startswith("copies."):
            yield f"{field} = {value}"
    for copy in pinned.copies:
        yield f"\n[[{header}.copies]]"
        yield from (f"{field} = {value}" for field, value in values_of(copy))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else printed(name)
