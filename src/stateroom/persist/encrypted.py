"""Storages that keep everything encrypted: AES-256-GCM around any other storage.

What is beneath sees no bytes of a record, and cannot change, exchange or invent any
without being found out. It still sees the keys, how long records are, and when they are
written; and it can delete a record, or put an older one of the same key back.

Needs the extra ``encryption``, and is loaded by whoever names it.
"""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

from stateroom.errors import InvalidPersist, MissingExtra
from stateroom.flows import run, run_async
from stateroom.persist.beneath import AsyncBeneath, Beneath
from stateroom.persist.keyring import Keyring, Secret
from stateroom.persist.sealed import NONCE_SIZE, Sealed, associated, pack
from stateroom.persist.sealing import Sealer
from stateroom.persist.storages.port import (
    AnyStorage,
    AsyncStorage,
    Noticing,
    Storage,
    Stored,
)
from stateroom.persist.vault import Resealed, Vault

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ModuleNotFoundError as _error:
    raise MissingExtra("an encrypted storage", extra="encryption") from _error

__all__ = ("Encrypted", "EncryptedAsync", "seal")


def seal(data: bytes, *, key: str, secret: Secret, nonce: bytes) -> bytes:
    """Return the bytes to store for ``data``.

    Args:
        data: what nobody may read.
        key: under which it is stored, and nowhere else.
        secret: opens it.
        nonce: 12 bytes that were never used with this secret, and never will be:
            two records of one nonce give both away. Take them at random.
    """
    sealed = AESGCM(secret.key).encrypt(
        nonce, data, associated(key, key_id=secret.key_id)
    )
    return pack(
        Sealed(key_id=secret.key_id, check=secret.check, nonce=nonce, data=sealed)
    )


class _AesGcm:
    """AES-256-GCM with a nonce at random.

    After 2**32 records of one key the chance that two had one nonce is no longer
    negligible; with four writes a second that takes 34 years.
    Source: NIST SP 800-38D, 8.3.
    """

    def seal(self, data: bytes, *, key: str, secret: Secret) -> bytes:
        nonce = secrets.token_bytes(NONCE_SIZE)
        return seal(data, key=key, secret=secret, nonce=nonce)

    def open(self, sealed: Sealed, *, key: str, secret: Secret) -> bytes | None:
        about = associated(key, key_id=sealed.key_id)
        try:
            return AESGCM(secret.key).decrypt(sealed.nonce, sealed.data, about)
        except InvalidTag:
            return None


class _Face:
    """What the two have in common: all that asks nothing of the storage beneath."""

    notice: Callable[[Callable[[], object]], Callable[[], None]]
    """There where the storage beneath has it: see ``Noticing``."""

    is_encrypted: Final[bool] = True
    """Sealed bytes that come from here are damaged; see ``refuse_sealed``."""

    def __init__(
        self, storage: AnyStorage, key: object, *, key_id: str, accept_plain: bool
    ) -> None:
        if not hasattr(storage, "read"):
            raise InvalidPersist(
                f"what is encrypted is a storage; found {storage!r:.100}",
                hint='Encrypted(Files("~/.local/share/careers"), key=read_key)',
            )
        if not callable(key):
            raise InvalidPersist(
                f"key must be a function from a key's name to its bytes, not "
                f"{type(key).__name__}",
                hint="a key that stands in the program is no secret: "
                "key=lambda key_id: ...",
            )
        if isinstance(storage, Noticing):
            self.notice = storage.notice
        self._beneath = storage
        self._vault = Vault(
            Sealer(_AesGcm(), Keyring(key_id), accept_plain=accept_plain)
        )

    @property
    def name(self) -> str:
        return f"{self._beneath.name}, encrypted"

    @property
    def quota(self) -> int | None:
        quota = self._beneath.quota
        return None if quota is None else max(1, quota * 3 // 4)  # base64: 4 for 3


class Encrypted(_Face):
    """Keeps in another storage what only this application can read.

    Beside what a storage raises, ``read`` and ``peek`` raise ``Undecipherable`` when
    the key of what is stored is not here; then nothing is ever written over it.

    Args:
        storage: keeps the sealed bytes.
        key: returns the 32 bytes of a key by its name. ``LookupError`` or None: there
            is none; any other error: not right now. It is asked once for each name.
        key_id: names the key that is written with: 1 to 64 of A-Z a-z 0-9 and
            ``. _ : ~ % -``. Give a new key a new name.
        accept_plain: whether what is not encrypted is read as it is: for as long as
            there are records from before. It lets whoever can write to ``storage``
            invent records.

    Raises:
        InvalidPersist: an argument is wrong.

    Example::

        storage = Encrypted(Files("~/.local/share/careers"), key=read_key)
        persistor = Persistor(store, storage, namespace="careers")
    """

    def __init__(
        self,
        storage: Storage,
        key: Callable[[str], bytes | None],
        *,
        key_id: str = "1",
        accept_plain: bool = False,
    ) -> None:
        if inspect.iscoroutinefunction(getattr(storage, "read", None)):
            raise InvalidPersist("an AsyncStorage needs EncryptedAsync")
        super().__init__(storage, key, key_id=key_id, accept_plain=accept_plain)
        self._storage = storage
        self._performer = Beneath(storage, key)

    def read(self, key: str, *, limit: int) -> Stored:
        return run(self._vault.read(key, limit=limit), self._performer)

    def peek(self, key: str) -> bytes | None:
        return run(self._vault.peek(key), self._performer)

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        writing = self._vault.write(
            key, data, replaces=replaces, demotes=demotes, durable=durable
        )
        run(writing, self._performer)

    def reseal(self) -> Resealed:
        """Seal with the key of ``key_id`` whatever is not, in both generations.

        Afterwards no other key is needed for what is named in ``keys``. A record that
        does not open is left as it is, and named with the reason.
        """
        return run(self._vault.reseal(), self._performer)

    def delete(self, key: str) -> None:
        self._vault.forget(key)
        self._storage.delete(key)

    def keys(self) -> tuple[str, ...]:
        return self._storage.keys()

    def pulse(self) -> object:
        return self._storage.pulse()

    def close(self) -> None:
        self._vault.close()
        self._storage.close()


class EncryptedAsync(_Face):
    """``Encrypted`` for a storage that is awaited; so is the key.

    Args:
        storage: keeps the sealed bytes.
        key: as that of ``Encrypted``, an ``async`` function.
        key_id: as that of ``Encrypted``.
        accept_plain: as that of ``Encrypted``.
    """

    def __init__(
        self,
        storage: AsyncStorage,
        key: Callable[[str], Awaitable[bytes | None]],
        *,
        key_id: str = "1",
        accept_plain: bool = False,
    ) -> None:
        if not inspect.iscoroutinefunction(storage.read):
            raise InvalidPersist("a blocking Storage needs Encrypted")
        super().__init__(storage, key, key_id=key_id, accept_plain=accept_plain)
        self._storage = storage
        self._performer = AsyncBeneath(storage, key)

    async def read(self, key: str, *, limit: int) -> Stored:
        return await run_async(self._vault.read(key, limit=limit), self._performer)

    async def peek(self, key: str) -> bytes | None:
        return await run_async(self._vault.peek(key), self._performer)

    async def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        writing = self._vault.write(
            key, data, replaces=replaces, demotes=demotes, durable=durable
        )
        await run_async(writing, self._performer)

    async def reseal(self) -> Resealed:
        """See ``Encrypted.reseal``."""
        return await run_async(self._vault.reseal(), self._performer)

    async def delete(self, key: str) -> None:
        self._vault.forget(key)
        await self._storage.delete(key)

    async def keys(self) -> tuple[str, ...]:
        return await self._storage.keys()

    async def pulse(self) -> object:
        return await self._storage.pulse()

    async def close(self) -> None:
        self._vault.close()
        await self._storage.close()
