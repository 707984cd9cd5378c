"""What a storage promises: bytes under a key, replaced whole or not at all.

A storage knows nothing of slices. It keeps two generations under each key, and replaces
the newest only for a writer that names the bytes it has seen there.
``stateroom.testing.storages`` has the promises as a suite that any storage can run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol, TypeAlias, runtime_checkable

__all__ = (
    "LONGEST_STAMP",
    "AnyStorage",
    "AsyncStorage",
    "Blockable",
    "Noticing",
    "Storage",
    "Stored",
    "stamp_of",
)

LONGEST_STAMP: Final = 128
"""Bytes from the start of a record that no other record begins with.

A record begins with its checksum, which covers its revision and its writer.
"""


class Stored(NamedTuple):
    """What is under a key.

    Attributes:
        current: the newest bytes; None when nothing is stored.
        previous: what was current before it; None when there was nothing.
    """

    current: bytes | None
    previous: bytes | None = None


def stamp_of(data: bytes | None) -> bytes | None:
    """Return what tells these bytes from any other under the same key."""
    return None if data is None else bytes(data[:LONGEST_STAMP])


class Storage(Protocol):
    """Bytes by key, in two generations, for blocking code.

    Every method may be called from any thread, one call at a time, and raises
    ``StorageUnavailable`` when the storage does not answer or refuses, and nothing
    else beside what is said below.
    """

    @property
    def name(self) -> str:
        """What it is, for errors and status, e.g. ``"files in /home/ann/careers"``."""
        ...

    @property
    def quota(self) -> int | None:
        """Bytes that the storage can hold in all; None where nobody knows."""
        ...

    def read(self, key: str, *, limit: int) -> Stored:
        """Return both generations, each cut off after ``limit`` + 1 bytes."""
        ...

    def peek(self, key: str) -> bytes | None:
        """Return the stamp of the current bytes, reading no more than that."""
        ...

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        """Make ``data`` the current bytes; afterwards it is whole, or nothing changed.

        Args:
            key: 1 to 200 characters of A-Z a-z 0-9 and ``: . _ ~ % -``.
            data: what to store, 1 byte at least.
            replaces: the stamp of what the writer has seen there; None for nothing.
            demotes: whether the bytes replaced become the previous generation;
                otherwise that stays as it is.
            durable: whether it must survive a loss of power when this returns. It
                survives the end of the process in any case.

        Raises:
            WriteConflict: other bytes are there; nothing was written.
            StorageFull: there is no room; nothing was written.
        """
        ...

    def delete(self, key: str) -> None:
        """Forget both generations; nothing happens when there are none."""
        ...

    def keys(self) -> tuple[str, ...]:
        """Return the keys under which something is stored, in order."""
        ...

    def pulse(self) -> object:
        """Return a value that differs from an earlier one after any other's write.

        It may differ without a reason, and costs little: it is asked every second.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections. Closing twice is no error."""
        ...


class AsyncStorage(Protocol):
    """``Storage`` with the same promises, awaited."""

    @property
    def name(self) -> str: ...

    @property
    def quota(self) -> int | None: ...

    async def read(self, key: str, *, limit: int) -> Stored: ...

    async def peek(self, key: str) -> bytes | None: ...

    async def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None: ...

    async def delete(self, key: str) -> None: ...

    async def keys(self) -> tuple[str, ...]: ...

    async def pulse(self) -> object: ...

    async def close(self) -> None: ...


AnyStorage: TypeAlias = Storage | AsyncStorage
"""Either of the two; which one, an instance says by its ``read``."""


@runtime_checkable
class Noticing(Protocol):
    """A storage that is told of others' writes, and need not be asked."""

    def notice(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call ``callback`` after every write of another; return what ends that."""
        ...


@runtime_checkable
class Blockable(Protocol):
    """A storage that is awaited, and can do without when nobody waits any more."""

    @property
    def blocking(self) -> Storage:
        """The same place, without waiting and with weaker promises between writers."""
        ...
