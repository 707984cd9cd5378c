"""Records in ``window.localStorage``, exact between tabs."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.persist.browser.fences import Fence
from stateroom.persist.browser.local import LocalStorage, count_of
from stateroom.persist.storages.port import Stored

__all__ = ("LockedLocalStorage",)


class LockedLocalStorage:
    """Bytes by key in ``window.localStorage``; an ``AsyncStorage``.

    Everything lies where ``LocalStorage`` with the same prefix has it. A write waits
    for the other tabs, and compares and sets after it has seen what they wrote, so that
    none is lost. That holds among writers that all do so; one that uses
    ``LocalStorage`` itself while another tab is at work may still come in between.

    Needs ``navigator.locks``, which pages have that are served by https or from
    localhost, and IndexedDB.

    Args:
        prefix: put before every key, so that several programs can share one origin.
        timeout: seconds to wait for other tabs before ``StorageUnavailable``.

    Raises:
        InvalidPersist: this Python does not run in a page, or that has no locks.
    """

    def __init__(self, prefix: str = "", *, timeout: float = 5.0) -> None:
        self._fence = Fence(
            f"stateroom:localStorage:{prefix}",
            seen=lambda: count_of(self._local.pulse()),
            wanted="LockedLocalStorage",
            timeout=timeout,
        )
        self._local = LocalStorage(prefix)

    @property
    def blocking(self) -> LocalStorage:
        """The same place without waiting: for the last write of a page being left."""
        return self._local

    @property
    def name(self) -> str:
        return self._local.name

    @property
    def quota(self) -> int | None:
        return self._local.quota

    async def read(self, key: str, *, limit: int) -> Stored:
        return self._local.read(key, limit=limit)

    async def peek(self, key: str) -> bytes | None:
        return self._local.peek(key)

    async def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        async with self._fence.passed():
            self._local.write(
                key, data, replaces=replaces, demotes=demotes, durable=durable
            )

    async def delete(self, key: str) -> None:
        async with self._fence.passed():
            self._local.delete(key)

    async def keys(self) -> tuple[str, ...]:
        return self._local.keys()

    async def pulse(self) -> object:
        return self._local.pulse()

    def notice(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call ``callback`` as ``LocalStorage.notice`` does."""
        return self._local.notice(callback)

    async def close(self) -> None:
        self._local.close()
        self._fence.close()
