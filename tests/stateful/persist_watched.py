"""Sees each step of a flow as it happens, between a persistor and its storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stateroom.persist.storages.port import Storage, Stored
from tests.stateful.persist_contents import LIMIT
from tests.stateful.persist_ledger import Ledger

if TYPE_CHECKING:
    from tests.stateful.persist_held import Held

__all__ = ("Watched",)


class Watched:
    """A storage that tells the ledger what a process asks of it."""

    def __init__(self, storage: Storage, ledger: Ledger, life: Held) -> None:
        self._storage = storage
        self._ledger = ledger
        self._life = life

    @property
    def name(self) -> str:
        return self._storage.name

    @property
    def quota(self) -> int | None:
        return self._storage.quota

    def read(self, key: str, *, limit: int) -> Stored:
        stored = self._storage.read(key, limit=limit)
        self._ledger.note_read(self._life, key, stored)
        return stored

    def peek(self, key: str) -> bytes | None:
        return self._storage.peek(key)

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        before = self._storage.read(key, limit=LIMIT)
        self._storage.write(
            key, data, replaces=replaces, demotes=demotes, durable=durable
        )
        after = self._storage.read(key, limit=LIMIT)
        self._ledger.note_generations(self._life, key, before, after)
        self._ledger.note_write(self._life, key, before, data)

    def delete(self, key: str) -> None:
        self._storage.delete(key)
        self._ledger.note_delete(self._life, key)

    def keys(self) -> tuple[str, ...]:
        return self._storage.keys()

    def pulse(self) -> object:
        return self._storage.pulse()

    def close(self) -> None:
        self._storage.close()
