"""Promises about bytes that are not what was stored: a miss, and never an error."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from stateroom.cache import Cache, ManualClock
from stateroom.cache.envelope import FAILED, HEADER, SOFT_AT, open_envelope
from stateroom.testing.conformance_base import (
    Backend,
    OpensCache,
    Promises,
    Titles,
)
from stateroom.testing.conformance_faces import Face

__all__ = ("BytePromises",)

KEY, OTHER_KEY, RETIRED_KEY = b"k" * 32, b"o" * 32, b"r" * 32

Damage = Callable[[bytes, bytes, bytes], bytes]
"""From what is stored, the key it is stored under, and what is stored for another call,
to what stands there instead."""


def _flipped(at: int) -> Damage:
    def flip(raw: bytes, _key: bytes, _foreign: bytes) -> bytes:
        place = at % len(raw)
        return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]

    return flip


def _with(**fields: object) -> Damage:
    """Return what changes fields of an entry, with a checksum that fits."""

    def change(raw: bytes, key: bytes, _foreign: bytes) -> bytes:
        entry = open_envelope(raw, key)
        assert entry is not None
        return replace(entry, **fields).sealed(key)  # type: ignore[arg-type]  # each has its type

    return change


def _with_tags_of(length: int) -> Damage:
    def lie(raw: bytes, key: bytes, _foreign: bytes) -> bytes:
        head = raw[: HEADER.size - 2] + length.to_bytes(2, "little")
        lied = head + raw[HEADER.size :]
        crc = zlib.crc32(lied[16:], zlib.crc32(key, raw[3]))
        return lied[:4] + crc.to_bytes(4, "little") + lied[8:]

    return lie


BITS = (0, 2, 3, 4, 16, 24, 32, 40, 48, 52, 56, 58, 60, 62, -9, -1)
"""Where a bit is flipped: each field of the header but the soft expiry, which is looked
at below, the tags, and the payload."""
DAMAGES: dict[str, Damage] = {
    "empty": lambda *_: b"",
    "one-byte": lambda *_: b"S",
    "text": lambda *_: b"hello, I am somebody else's value" * 9,
    "zeros": lambda raw, *_: bytes(len(raw)),
    "a-header-cut": lambda raw, *_: raw[: HEADER.size - 1],
    "a-header-alone": lambda raw, *_: raw[: HEADER.size],
    "half": lambda raw, *_: raw[: len(raw) // 2],
    "cut": lambda raw, *_: raw[:-1],
    "longer": lambda raw, *_: raw + b"x",
    "twice": lambda raw, *_: raw + raw,
    "foreign": lambda _raw, _key, foreign: foreign,
    "failed": _with(flags=FAILED, payload=b"Away: no", size=8, tags=()),
    "not-the-type": _with(payload=b"\x93\x01\x02\x03", size=4),
    "not-utf-8": _with(payload=b"\xa2\xff\xff", size=3),
    "no-payload": _with(payload=b"", size=0),
    "wrong-size": _with(size=5),
    "unknown-codec": _with(codec=99),
    "unknown-flag": _with(flags=64),
    "no-zstandard": _with(flags=1),
    "a-huge-size": _with(flags=1, size=0xFFFFFFFF),
    "unknown-tag": _with(tags=((b"Job", b"12345678"),)),
    "long-tags": _with_tags_of(0xFFFF),
    "odd-tags": _with_tags_of(7),
    **{f"bit-{at}": _flipped(at) for at in BITS},
}


class BytePromises(Promises):
    """Whatever stands under a key: a right value comes back, and is stored anew."""

    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
    async def test_damaged_bytes_are_a_miss(
        self, face: Face, cache: Cache, backend: Backend, damage: Damage
    ) -> None:
        titles = Titles(face, cache)
        await titles.get.get_many([1, 2])
        key = titles.get.key(1)
        raw, foreign = await backend.get(key), await backend.get(titles.get.key(2))
        assert raw is not None
        assert foreign is not None
        await backend.put(key, damage(raw, key.encode(), foreign))
        titles.value = "new"
        assert await titles.get(1) == "new 1"
        assert (await titles.get.entry(1)).origin == "hit"

    @pytest.mark.parametrize("name", ["foreign", "cut", "failed", "not-the-type"])
    async def test_damaged_bytes_are_never_served_instead_of_an_error(
        self, face: Face, cache: Cache, backend: Backend, name: str
    ) -> None:
        titles = Titles(face, cache, stale_for=60, stale_if_error=60)
        await titles.get.get_many([1, 2])
        key = titles.get.key(1)
        raw, foreign = await backend.get(key), await backend.get(titles.get.key(2))
        assert raw is not None
        assert foreign is not None
        await backend.put(key, DAMAGES[name](raw, key.encode(), foreign))
        titles.loads.error = ConnectionError("no database")
        with pytest.raises(ConnectionError, match="no database"):
            await titles.get(1)

    async def test_a_moved_soft_expiry_lets_nothing_live_past_its_end(
        self, face: Face, cache: Cache, backend: Backend, clock: ManualClock
    ) -> None:
        titles = Titles(face, cache, ttl=60)
        await titles.get(1)
        raw = await backend.get(titles.get.key(1))
        assert raw is not None
        late = (2**63).to_bytes(8, "little")
        await backend.put(titles.get.key(1), raw[:SOFT_AT] + late + raw[SOFT_AT + 8 :])
        titles.value = "new"
        clock.advance(60)
        assert await titles.get(1) == "new 1"

    async def test_signed_entries_are_read_by_who_has_the_key(
        self, face: Face, open_cache: OpensCache
    ) -> None:
        writer = Titles(face, await open_cache(signing_keys=[RETIRED_KEY]))
        reader = Titles(face, await open_cache(signing_keys=[KEY, RETIRED_KEY]))
        await writer.get(1)
        reader.value = "new"
        assert await reader.get(1) == "old 1"
        assert (await reader.get.entry(1)).origin == "hit"

    @pytest.mark.parametrize("keys", [(), (OTHER_KEY,), (OTHER_KEY, RETIRED_KEY)])
    async def test_unsigned_and_forged_entries_are_a_miss_where_keys_are_set(
        self, face: Face, open_cache: OpensCache, backend: Backend, keys: tuple[bytes]
    ) -> None:
        forger = Titles(face, await open_cache(signing_keys=keys))
        reader = Titles(face, await open_cache(signing_keys=[KEY]))
        reader.value = "true"
        await forger.get(1)
        assert await reader.get(1) == "true 1"
        await backend.heard()
        assert await reader.get(1) == "true 1"

    async def test_signed_entries_are_a_miss_where_no_key_is_set(
        self, face: Face, open_cache: OpensCache
    ) -> None:
        writer = Titles(face, await open_cache(signing_keys=[KEY]))
        reader = Titles(face, await open_cache())
        await writer.get(1)
        reader.value = "new"
        assert await reader.get(1) == "new 1"

    @pytest.mark.parametrize("name", ["foreign", "cut", "longer", "bit-3", "bit--1"])
    async def test_a_damaged_signed_entry_is_a_miss(
        self, face: Face, open_cache: OpensCache, backend: Backend, name: str
    ) -> None:
        titles = Titles(face, await open_cache(signing_keys=[KEY]))
        await titles.get.get_many([1, 2])
        key = titles.get.key(1)
        raw, foreign = await backend.get(key), await backend.get(titles.get.key(2))
        assert raw is not None
        assert foreign is not None
        await backend.put(key, DAMAGES[name](raw, key.encode(), foreign))
        titles.value = "new"
        assert await titles.get(1) == "new 1"
        assert (await titles.get.entry(1)).origin == "hit"
