"""Steps of a storage that keeps everything sealed: read, peek, write and reseal.

Whoever uses it knows the open bytes only, and names them by their stamps. Beneath are
the sealed ones, whose stamps differ with every write. So the vault remembers, for each
key, the pair that it met last; for a stamp that it does not know, it opens what is
there and compares. A pair that is out of date costs one more read and never a lost
write: the storage beneath compares the sealed stamp itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from stateroom.errors import (
    CorruptRecord,
    PersistError,
    StorageUnavailable,
    Undecipherable,
    WriteConflict,
)
from stateroom.flows import Flow, ask
from stateroom.persist.beneath import ListKeys, PeekAt, ReadFrom, WriteTo
from stateroom.persist.quarantine import is_aside
from stateroom.persist.records import decode_record
from stateroom.persist.sealed import longest_sealed, unpack
from stateroom.persist.sealing import Opened, Sealer
from stateroom.persist.storages.port import LONGEST_STAMP, Stored, stamp_of

__all__ = ("FLOOR", "Resealed", "Vault")

FLOOR: Final = 1 << 20
"""Bytes of a record that is opened whatever the limit: of less than the whole nothing
is authenticated, so nothing of it could be returned. Four times the usual budget."""


class Resealed(NamedTuple):
    """What came of sealing everything with the newest key.

    Attributes:
        keys: where something was sealed anew.
        left: where something is as it was, though it should not be -> why.
    """

    keys: tuple[str, ...]
    left: Mapping[str, str]


class _Seen(NamedTuple):
    """The stamps of bytes that were met, opened and as they are stored."""

    opened: bytes
    beneath: bytes


class Vault:
    """What one encrypted storage knows.

    Args:
        sealer: seals and opens.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._seen: dict[str, _Seen] = {}
        self._longest = FLOOR

    def read(self, key: str, *, limit: int) -> Flow[Stored]:
        """Return both generations, opened, each cut off after ``limit`` + 1 bytes.

        A record that is longer than ``limit``, than ``FLOOR`` and than all that were
        asked for before is returned sealed, and cut off as well.

        Raises:
            Undecipherable: the key of the current one is not here.
            StorageUnavailable: its key cannot be had right now.
        """
        self._longest = max(self._longest, limit)
        found = yield from self._find(key)
        if found.current is None:
            return found
        current = yield from self._open(key, found.current)
        previous = yield from self._open_previous(
            key, found.previous, is_needed=current.is_damaged
        )
        return Stored(
            current.data[: limit + 1],
            None if previous is None else previous[: limit + 1],
        )

    def peek(self, key: str) -> Flow[bytes | None]:
        """Return the stamp of the current bytes, opened.

        Raises:
            Undecipherable: as ``read``.
            StorageUnavailable: as ``read``.
        """
        stamp = yield from ask(PeekAt(key))
        if stamp is None:
            return None
        seen = self._seen.get(key)
        if seen is not None and seen.beneath == stamp:
            return seen.opened
        found = yield from self._find(key)
        if found.current is None:
            return None
        opened = yield from self._open(key, found.current)
        return stamp_of(opened.data)

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool,
        durable: bool,
    ) -> Flow[None]:
        """Seal ``data`` and make it the current bytes, if ``replaces`` still is.

        Raises:
            WriteConflict: other bytes are there, or some that cannot be opened.
            StorageUnavailable: the newest key is not here.
        """
        sealed = yield from self._sealer.seal(key, data)
        step = WriteTo(
            key=key, data=sealed, replaces=None, demotes=demotes, durable=durable
        )
        yield from self._replace(step, replaces)
        self._longest = max(self._longest, len(data))
        self._seen[key] = _Seen(_stamp(data), _stamp(sealed))

    def reseal(self) -> Flow[Resealed]:
        """Seal with the newest key whatever is not, in both generations.

        Raises:
            StorageUnavailable: the storage beneath does not say what it has.
        """
        keys: list[str] = []
        left: dict[str, str] = {}
        for key in (yield from ask(ListKeys())):
            try:
                if (yield from self._reseal(key)):
                    keys.append(key)
            except PersistError as error:
                left[key] = str(error)
        return Resealed(tuple(keys), left)

    def forget(self, key: str) -> None:
        """Forget what was seen under a key."""
        self._seen.pop(key, None)

    def close(self) -> None:
        """Let go of keys and of all that was seen."""
        self._sealer.keyring.forget()
        self._seen.clear()

    def _find(self, key: str) -> Flow[Stored]:
        return ask(ReadFrom(key, longest_sealed(self._longest)))

    def _open(self, key: str, found: bytes) -> Flow[Opened]:
        """Open the current bytes, and remember the pair."""
        opened = yield from self._sealer.open(key, found)
        self._seen[key] = _Seen(_stamp(opened.data), _stamp(found))
        return opened

    def _open_previous(
        self, key: str, found: bytes | None, *, is_needed: bool
    ) -> Flow[bytes | None]:
        """Open the generation before; it must open only where it is to be used."""
        if found is None:
            return None
        try:
            opened = yield from self._sealer.open(key, found)
        except (StorageUnavailable, Undecipherable):
            if is_needed:
                raise
            return found  # the key of the year before may be gone by now
        return opened.data

    def _replace(self, step: WriteTo, replaces: bytes | None) -> Flow[None]:
        """Write, if what is stored opens to bytes of the stamp ``replaces``."""
        if replaces is None:
            yield from ask(step)
            return
        seen = self._seen.get(step.key)
        if seen is not None and seen.opened == replaces:
            try:
                yield from ask(replace(step, replaces=seen.beneath))
            except WriteConflict:
                pass  # perhaps the same bytes, which another has sealed anew
            else:
                return
        beneath = yield from self._beneath(step.key, replaces)
        yield from ask(replace(step, replaces=beneath))

    def _beneath(self, key: str, replaces: bytes) -> Flow[bytes]:
        """Return the stamp of what is stored, if opened it has that stamp."""
        conflict = WriteConflict(
            f"{key}: the record is not what the writer has seen", key=key
        )
        found = yield from self._find(key)
        if found.current is None:
            raise conflict
        try:
            opened = yield from self._open(key, found.current)
        except Undecipherable as error:
            # Nobody who writes here can have seen these bytes.
            raise conflict from error
        if _stamp(opened.data) != replaces:
            raise conflict
        return _stamp(found.current)

    def _reseal(self, key: str) -> Flow[bool]:
        """Seal both generations with the newest key; say whether one was not."""
        found = yield from self._find(key)
        if found.current is None:
            return False
        is_stale = not (yield from self._is_newest(key, found.current))
        is_previous_stale = found.previous is not None and not (
            yield from self._is_newest(key, found.previous)
        )
        if not is_stale and not is_previous_stale:
            return False
        opened = yield from self._open(key, found.current)
        _check_whole(key, opened)
        # The generation before stays until the current one is sealed. Then the current
        # one takes its place: an older one could not, without being current meanwhile.
        for demotes in (False,) * is_stale + (True,) * is_previous_stale:
            yield from self.write(
                key,
                opened.data,
                replaces=stamp_of(opened.data),
                demotes=demotes,
                durable=True,
            )
        return True

    def _is_newest(self, key: str, found: bytes) -> Flow[bool]:
        sealed = unpack(found)
        newest = self._sealer.keyring.newest
        if sealed is None or sealed.key_id != newest:
            return False
        secret = yield from self._sealer.keyring.secret(newest, key=key)
        return secret.check == sealed.check


def _check_whole(key: str, opened: Opened) -> None:
    """Raise where what is to be sealed may be damaged: it would replace all there is.

    Raises:
        CorruptRecord: it is; what is stored stays for whoever may mend it.
    """
    if opened.is_damaged:
        raise CorruptRecord(f"{key}: the record is damaged", key=key)
    if not opened.is_authentic and not is_aside(key):
        decode_record(opened.data, key=key, limit=len(opened.data))


def _stamp(data: bytes) -> bytes:
    return data[:LONGEST_STAMP]
