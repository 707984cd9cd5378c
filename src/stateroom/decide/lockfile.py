"""Reads and writes the lock file. The only I/O of the lock."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stateroom import signals
from stateroom.decide.lock import Change, Lock, changes, moved, with_retired
from stateroom.decide.locktext import parse_lock, print_lock
from stateroom.decide.moves import Plan, check_plan, parse_plan
from stateroom.errors import LockError, UsageError

if sys.platform != "win32":
    import fcntl

__all__ = (
    "LOCK_NAME",
    "lock_path",
    "read_lock",
    "read_plan",
    "replace_text",
    "write_lock",
)

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
    if not file.exists() and not file.is_symlink():
        return None
    try:
        return parse_lock(_text_of(file), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise LockError(f"{file}: cannot be read: {error}") from error


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Return the plan of moves at ``path``.

    Raises:
        UsageError: it cannot be read, or is not a plan.
    """
    try:
        return parse_plan(_text_of(Path(path)), str(path))
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
    # Through a link: the file that it names is the lock, and stays where it is.
    file = Path(path).resolve()
    _refuse_homeless(new)
    try:
        with _alone_in(file.parent):
            _sweep(file)
            old = read_lock(file)
            _refuse_stranger(old, new)
            moves = moved(old, new)
            check_plan(moves, plan)
            replace_text(file, print_lock(with_retired(old, new)))
    except OSError as error:
        raise LockError(f"{path}: cannot be written: {error}") from error
    if signals.recorder is not None:
        names = tuple(move.item for move in moves)
        signals.recorder(signals.LockWritten(str(path), len(new.items), names))
    return changes(old, new)


def replace_text(path: Path, text: str) -> None:
    """Replace a file in one step: whoever reads sees the old text or the new one.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    prefix = f".{path.name}."
    descriptor, name = tempfile.mkstemp(prefix=prefix, dir=path.parent)
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


def _text_of(file: Path) -> str:
    """Return the text of a regular file: a pipe or a device would never end."""
    if not file.is_file():
        raise OSError("not a regular file")
    if file.stat().st_size > LARGEST:
        raise OSError(f"larger than {LARGEST} bytes")
    return file.read_text("utf-8")


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other writers out of a folder, so that none misses what another pinned."""
    if sys.platform == "win32":  # it has no flock: two writers are not kept apart
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(file: Path) -> None:
    """Remove what writers that were killed left behind; no other is at work now."""
    for left in file.parent.glob(f".{file.name}.*"):
        left.unlink(missing_ok=True)


def _refuse_homeless(new: Lock) -> None:
    names = [
        name
        for name, pinned in new.items.items()
        if pinned.rule == "none" and pinned.home.place == "nowhere"
    ]
    if names:
        raise LockError(
            f"no rule gives a home to {', '.join(names)}",
            hint="close the gaps of the ruleset: stateroom prove --rules "
            f"{new.ruleset.name}",
        )


def _refuse_stranger(old: Lock | None, new: Lock) -> None:
    """Refuse to write over the lock of another application in the same folder."""
    if old is None or old.app == new.app or old.items.keys() & new.items.keys():
        return
    raise LockError(
        f"the lock there pins the application {old.app!r}, and this is {new.app!r}",
        hint="give each application a folder of its own",
    )


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
