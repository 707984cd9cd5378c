"""Seals bytes for a storage, and says of stored bytes what they are.

Bytes that do not open are one of two things:

* Their key is here, and they do not fit it: they were damaged. They are returned as
  they were found; no record begins so, and whoever reads puts them aside and uses the
  generation before.
* Their key is not here, or another one has its name: they may be whole. Then reading
  raises, and whoever reads writes nothing over them.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from stateroom.errors import StorageUnavailable, Undecipherable
from stateroom.flows import Flow
from stateroom.persist.keyring import Keyring, Secret
from stateroom.persist.sealed import FORMAT, Sealed, form_of, unpack

__all__ = ("Cipher", "Opened", "Sealer", "refuse_sealed")

_RECORD: Final = b'{"stateroom":'
"""How the records of this package begin, when they are not sealed."""


class Cipher(Protocol):
    """Seals and opens one record."""

    def seal(self, data: bytes, *, key: str, secret: Secret) -> bytes:
        """Return the bytes to store for ``data`` under ``key``."""
        ...

    def open(self, sealed: Sealed, *, key: str, secret: Secret) -> bytes | None:
        """Return what was sealed under ``key``; None when anything was changed."""
        ...


class Opened(NamedTuple):
    """What stored bytes are.

    Attributes:
        data: what was sealed; or the bytes as they were found.
        is_authentic: whether they were sealed with a key that is here.
        is_damaged: whether they are known to be none that were ever written.
    """

    data: bytes
    is_authentic: bool = False
    is_damaged: bool = False


class Sealer:
    """Seals with the newest key, and opens with the one that the bytes name.

    Args:
        cipher: does the arithmetic.
        keyring: has the keys.
        accept_plain: whether bytes that are not sealed are returned as they are.
    """

    def __init__(self, cipher: Cipher, keyring: Keyring, *, accept_plain: bool) -> None:
        self.keyring: Final[Keyring] = keyring
        self._cipher = cipher
        self._accept_plain = accept_plain

    def seal(self, key: str, data: bytes) -> Flow[bytes]:
        """Return the bytes to store for ``data``.

        Raises:
            StorageUnavailable: the newest key is not here.
            InvalidPersist: what the callback returned is no key.
        """
        name = self.keyring.newest
        try:
            secret = yield from self.keyring.secret(name, key=key)
        except Undecipherable as error:
            raise StorageUnavailable(
                f"{key}: there is no key {name!r} to seal the record with",
                key=key,
                hint=f"let the callback answer {name!r}, or give another key_id",
            ) from error
        return self._cipher.seal(data, key=key, secret=secret)

    def open(self, key: str, found: bytes) -> Flow[Opened]:
        """Return what stored bytes are.

        Raises:
            Undecipherable: their key is not here; or they are a record that is not
                sealed, and such are not accepted.
            StorageUnavailable: their key cannot be had right now.
            InvalidPersist: what the callback returned is no key.
        """
        form = form_of(found)
        if form is None:
            return self._unsealed(key, found)
        if form > FORMAT:
            raise _newer(key, form)
        sealed = unpack(found)
        if sealed is None:
            return Opened(found, is_damaged=True)
        secret = yield from self.keyring.secret(sealed.key_id, key=key)
        data = self._cipher.open(sealed, key=key, secret=secret)
        if data is None and secret.check != sealed.check:
            raise _wrong(key, sealed.key_id)
        if data is None or secret.check != sealed.check:
            return Opened(found, is_damaged=True)
        return Opened(data, is_authentic=True)

    def _unsealed(self, key: str, found: bytes) -> Opened:
        """Say what bytes are that do not begin as sealed ones do."""
        if self._accept_plain:
            return Opened(found)
        if found.startswith(_RECORD):
            raise _plain(key)
        return Opened(found, is_damaged=True)


def refuse_sealed(data: bytes, *, key: str, storage: object) -> None:
    """Raise where sealed bytes come from a storage that would not have opened them.

    They are whole, as far as anybody can see without the key, and none to put aside:
    the program that reads them has lost its ``Encrypted``. The same bytes from a
    storage that is encrypted are damaged.

    Args:
        data: as ``storage`` returned it.
        key: under which it was found.
        storage: where it was found.

    Raises:
        Undecipherable: they are sealed, and the storage does not decrypt.
    """
    if form_of(data) is None or getattr(storage, "is_encrypted", False):
        return
    raise Undecipherable(
        f"{key}: the record is encrypted, and the storage is not",
        key=key,
        hint="put stateroom.persist.encrypted.Encrypted around the storage; until "
        "then nothing is written over the record",
    )


def _newer(key: str, form: int) -> Undecipherable:
    return Undecipherable(
        f"{key}: the record is sealed in form {form}; this release knows {FORMAT}",
        key=key,
        hint="it is left as it is; update the application to use it again",
    )


def _wrong(key: str, key_id: str) -> Undecipherable:
    return Undecipherable(
        f"{key}: the record is sealed with another key than the one that is now "
        f"called {key_id!r}",
        key=key,
        hint="let the callback answer the key of before, and give a new key a new "
        "key_id; until then nothing is written over the record",
    )


def _plain(key: str) -> Undecipherable:
    return Undecipherable(
        f"{key}: the record is not encrypted, and anybody may have put it there",
        key=key,
        hint="if it is from before encryption was switched on, give accept_plain=True "
        "until reseal() has left none",
    )
