"""The bytes that stand under a value key: a header, the tags, the payload.

    offset  size  what
         0     2  b"SR"
         2     1  version of this format, 1
         3     1  flags: 1 compressed, 2 negative, 4 a failed load, 8 signed;
                  2 and 4 together: a load that ended without anything to keep
         4     4  CRC-32 of the key and of all from 16 on; 0 when signed
         8     8  soft expiry, ms since the epoch; alone not under the checksum,
                  because a failed refresh moves it in place
        16     8  when its load began, ms since the epoch
        24     8  hard expiry, ms since the epoch
        32     8  identity of this writing, random
        40     8  fence of the load that wrote it
        48     4  how long the load took, ms
        52     4  bytes of the payload before compression
        56     2  codec
        58     2  bytes of the tags
        60        tags: length of the name (2), name, version (8), one after another
                  signature (16), when signed
                  payload

All numbers are little-endian. Whatever does not fit is ``None`` to a reader: a miss,
never an error. A golden file holds an entry of every version ever written.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = (
    "CHECKED_FROM",
    "COMPRESSED",
    "FAILED",
    "HEADER",
    "MAGIC",
    "NEGATIVE",
    "SOFT_AT",
    "STAMP_END",
    "STAMP_START",
    "VERSION_BYTES",
    "Envelope",
    "open_envelope",
    "section",
    "stamp_of",
)

MAGIC = b"SR\x01"
COMPRESSED, NEGATIVE, FAILED, SIGNED = 1, 2, 4, 8
_FLAGS = COMPRESSED | NEGATIVE | FAILED | SIGNED
_ENDED = FAILED | NEGATIVE
HEADER = struct.Struct("<3sBIQQQ8sQIIHH")
CHECKED_FROM = 16
SOFT_AT = 8
STAMP_START, STAMP_END = 32, 40
"""Where the identity stands; scripts compare it too."""
VERSION_BYTES = 8
SIGNATURE_BYTES = 16
LONGEST_TAGS = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One entry, as it is stored.

    Attributes:
        created_ms: when its load began: its data is at least as new as that.
        soft_ms: fresh until then, ms since the epoch.
        hard_ms: gone from then on.
        stamp: 8 random bytes that no other writing has.
        payload: the encoded value, compressed when the flags say so.
        size: bytes of the payload before compression.
        flags: of the module's constants.
        fence: of the load.
        cost_ms: how long the load took.
        codec: number of the codec.
        tags: name and version of each, in the order in which they were declared.
    """

    created_ms: int
    soft_ms: int
    hard_ms: int
    stamp: bytes
    payload: bytes
    size: int
    flags: int = 0
    fence: int = 0
    cost_ms: int = 0
    codec: int = 0
    tags: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def is_failed(self) -> bool:
        """Whether this tells how a load ended instead of holding a value."""
        return bool(self.flags & FAILED)

    @property
    def is_without_value(self) -> bool:
        """Whether it ended well, or was cancelled, and there is nothing to keep."""
        return self.flags & _ENDED == _ENDED

    def sealed(self, key: bytes, signing_key: bytes = b"") -> bytes:
        """Return the bytes to store under ``key``.

        Raises:
            ValueError: the tags are longer than 65,535 bytes together.
        """
        tags = section(self.tags)
        if len(tags) > LONGEST_TAGS:
            raise ValueError(f"{len(self.tags)} tags take {len(tags)} bytes")
        flags = self.flags | (SIGNED if signing_key else 0)
        head = HEADER.pack(
            MAGIC, flags, 0, self.soft_ms, self.created_ms, self.hard_ms, self.stamp,
            self.fence, min(self.cost_ms, 0xFFFFFFFF), self.size, self.codec, len(tags),
        )  # fmt: skip
        checked = head[CHECKED_FROM:] + tags
        if signing_key:
            named = _named(key, flags) + checked
            checked += _signature(signing_key, named, self.payload)
            return head[:CHECKED_FROM] + checked + self.payload
        crc = zlib.crc32(self.payload, zlib.crc32(checked, zlib.crc32(key, flags)))
        return (
            head[:4] + crc.to_bytes(4, "little") + head[8:16] + checked + self.payload
        )


def open_envelope(
    raw: bytes, key: bytes, signing_keys: Sequence[bytes] = ()
) -> Envelope | None:
    """Read what stands under ``key``, or None when it is not an entry of that key."""
    if len(raw) < HEADER.size:
        return None
    (magic, flags, crc, soft, created, hard, stamp, fence, cost, size, codec,
     length) = HEADER.unpack_from(raw)  # fmt: skip
    start = HEADER.size + length
    tags = _tags(raw[HEADER.size : start])
    is_known = magic == MAGIC and not flags & ~_FLAGS
    if not is_known or tags is None or bool(flags & SIGNED) != bool(signing_keys):
        return None
    if flags & SIGNED:
        payload = raw[start + SIGNATURE_BYTES :]
        signature = raw[start : start + SIGNATURE_BYTES]
        named = _named(key, flags) + raw[CHECKED_FROM:start]
        if not _is_signed(signature, signing_keys, named, payload):
            return None
    else:
        payload = raw[start:]
        if zlib.crc32(raw[CHECKED_FROM:], zlib.crc32(key, flags)) != crc:
            return None
    return Envelope(
        created_ms=created, soft_ms=soft, hard_ms=hard, stamp=stamp, payload=payload,
        size=size, flags=flags & ~SIGNED, fence=fence, cost_ms=cost, codec=codec,
        tags=tags,
    )  # fmt: skip


def section(tags: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return the bytes of the tags, as they stand behind the header."""
    return b"".join(
        len(name).to_bytes(2, "little") + name + version for name, version in tags
    )


def stamp_of(raw: bytes) -> bytes:
    """Return what tells one writing from another, also of bytes that are not ours."""
    return raw[STAMP_START:STAMP_END] if len(raw) >= HEADER.size else b"?" + raw


def _tags(data: bytes) -> tuple[tuple[bytes, bytes], ...] | None:
    found = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "little")
        version = data[end : end + VERSION_BYTES]
        if len(version) != VERSION_BYTES:
            return None
        found.append((data[at + 2 : end], version))
        at = end + VERSION_BYTES
    return tuple(found)


def _named(key: bytes, flags: int) -> bytes:
    """Return the name under which bytes are signed: they are good nowhere else."""
    return len(key).to_bytes(4, "little") + key + bytes([flags])


def _signature(signing_key: bytes, named: bytes, payload: bytes) -> bytes:
    total = hashlib.blake2b(
        key=signing_key, digest_size=SIGNATURE_BYTES, person=b"stateroom.entry"
    )
    total.update(named)
    total.update(payload)
    return total.digest()


def _is_signed(
    signature: bytes, signing_keys: Sequence[bytes], named: bytes, payload: bytes
) -> bool:
    return any(
        hmac.compare_digest(signature, _signature(each, named, payload))
        for each in signing_keys
    )
