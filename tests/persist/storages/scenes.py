"""What is done to a key in tests of faults, and what is there before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stateroom.persist.storages import Files, Stored
from stateroom.persist.storages.disk import Disk
from stateroom.persist.storages.files_names import is_temporary

KEY = "careers:p:device:Roles"
OLDER = b"the older one, " * 700
OLD = b"the old one, " * 900
NEW = b"the new one, " * 1100
LIMIT = 1 << 20

Act = Callable[[Files], None]


@dataclass(frozen=True)
class Scene:
    """One call of a storage, in a directory where something is stored already."""

    name: str
    before: Stored
    after: Stored
    act: Act

    def __str__(self) -> str:
        return self.name

    def set(self, directory: Path) -> None:
        """Store what is there before."""
        storage = Files(directory)
        stamp: bytes | None = None
        for data in filter(None, reversed(self.before)):
            storage.write(KEY, data, replaces=stamp, durable=False)
            stamp = storage.peek(KEY)


def _write(*, demotes: bool, durable: bool) -> Act:
    def act(storage: Files) -> None:
        stamp = storage.peek(KEY)
        storage.write(KEY, NEW, replaces=stamp, demotes=demotes, durable=durable)

    return act


def _delete(storage: Files) -> None:
    storage.delete(KEY)


def _of_writes(*, durable: bool) -> tuple[Scene, ...]:
    kind = "durable" if durable else "relaxed"
    demoting = _write(demotes=True, durable=durable)
    keeping = _write(demotes=False, durable=durable)
    both = Stored(OLD, OLDER)
    return (
        Scene(f"first {kind} write", Stored(None), Stored(NEW), demoting),
        Scene(f"second {kind} write", Stored(OLD), Stored(NEW, OLD), demoting),
        Scene(f"{kind} write", both, Stored(NEW, OLD), demoting),
        Scene(f"{kind} write without demotion", both, Stored(NEW, OLDER), keeping),
    )


SCENES = (
    *_of_writes(durable=True),
    *_of_writes(durable=False),
    Scene("deletion", Stored(OLD, OLDER), Stored(None), _delete),
    Scene("deletion of one generation", Stored(OLD), Stored(None), _delete),
)


def found_in(directory: Path, *, disk: Disk | None = None) -> Stored:
    """Return what a process finds that comes later."""
    return Files(directory, lock_timeout=0, disk=disk).read(KEY, limit=LIMIT)


def leftovers(directory: Path) -> list[str]:
    """Return the names of temporary files."""
    if not directory.is_dir():
        return []
    return [each.name for each in directory.iterdir() if is_temporary(each.name)]


def expect_writable(directory: Path) -> None:
    """Fail unless the lock is free, and the next write does all that it should."""
    storage = Files(directory, lock_timeout=0)
    before = storage.read(KEY, limit=LIMIT).current
    storage.write(KEY, b"the next one", replaces=storage.peek(KEY))
    assert found_in(directory) == Stored(b"the next one", before)
    assert leftovers(directory) == []
