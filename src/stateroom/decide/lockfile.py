"""Reads and writes the lock file. The only I/O of the lock."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from stateroom import signals
from stateroom.decide.lock import Change, Lock, changes, moved, parse_lock, print_lock
from stateroom.decide.moves import Plan, check_plan, parse_plan
from stateroom.errors import LockError, UsageError

__all__ = ("LOCK_NAME", "lock_path", "read_lock", "read_plan", "write_lock")

LOCK_NAME = "stateroom.lock"
LARGEST = 256 * 1024 * 1024
"""Bytes of a lock; 100,000 items have about 60 MB."""


def lock_path(catalogue: str | os.PathLike[str]) -> Path:
    """Return where the lock of a catalogue lies: ``stateroom.lock``, beside it."""
    return Path(catalogue).parent / LOCK_NAME


def read_lock(path: str | os.PathLike[str]) -> Lock | None:
    """Return the lock at ``path``, or None when nothing is there.

    Raises:
        LockError: it cannot be read, or is not a lock.
    """
    file = Path(path)
    try:
        if not file.exists():
            return None
        if not file.is_file() or file.stat().st_size > LARGEST:
            raise LockError(f"{file}: not a regular file of at most {LARGEST} bytes")
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LockError(f"{file}: cannot be read: {error}") from error
    return parse_lock(text, str(file))


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Return the plan of moves at ``path``.

    Raises:
        UsageError: it cannot be read, or is not a plan.
    """
    try:
        return parse_plan(Path(path).read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def write_lock(
    path: str | os.PathLike[str], new: Lock, plan: Plan | None = None
) -> tuple[Change, ...]:
    """Pin ``new`` at ``path`` and return what changed.

    The file is replaced in one step: a reader sees the old lock or the new one, and a
    crash in between leaves the old one.

    Args:
        path: where the lock lies, or shall lie.
        new: what to pin.
        plan: the moves that were made, when originals get a new home.

    Raises:
        MoveNeeded: originals would get a new home that no plan names.
        LockError: the old lock cannot be read, or the new one cannot be written.
    """
    old = read_lock(path)
    moves = moved(old, new)
    check_plan(moves, plan)
    try:
        _replace(Path(path), print_lock(new))
    except OSError as error:
        raise LockError(f"{path}: cannot be written: {error}") from error
    if signals.recorder is not None:
        names = tuple(move.item for move in moves)
        signals.recorder(signals.LockWritten(str(path), len(new.items), names))
    return changes(old, new)


def _replace(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            # mkstemp makes it private; a lock is as readable as its catalogue.
            os.fchmod(file.fileno(), _mode(path))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
