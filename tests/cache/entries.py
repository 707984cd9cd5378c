"""Entries as they are stored, one of each kind, each written once for all time.

A new version of the format gets files of its own; those that are there stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from stateroom.cache.compression import squeeze, unsqueeze
from stateroom.cache.envelope import COMPRESSED, FAILED, NEGATIVE, Envelope

__all__ = ("ENTRIES", "KEY", "PLAIN", "SIGNING_KEY", "TAGS", "Kept")

GOLDEN = Path(__file__).parents[1] / "golden"
KEY = b"careers:v:pub:job-search:s0123456789abcde:{0123456789abcdef0123456789abcdef}"
SIGNING_KEY = b"a key of thirty-two random bytes"
LONG = b'{"id": 1, "city": "Berlin"}, ' * 500

PLAIN = Envelope(
    created_ms=1_800_000_000_123,
    soft_ms=1_800_003_600_123,
    hard_ms=1_800_007_200_123,
    stamp=b"\x01\x23\x45\x67\x89\xab\xcd\xef",
    payload=b"\x93\x01\x02\x03",
    size=4,
    fence=1_800_000_000_123_456,
    cost_ms=250,
    codec=1,
)
TAGS = (
    (b"@all", b"\x00\x01\x02\x03\x04\x05\x06\x07"),
    (b"Job", b"\xff" * 8),
    (b"Job:42", b"\x10\x20\x30\x40\x50\x60\x70\x80"),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry whose bytes are kept in a file.

    Attributes:
        entry: as it was written; a compressed payload is that of the file.
        unpacked: the payload before compression.
        signing_keys: those that it is read with.
    """

    name: str
    entry: Envelope
    unpacked: bytes
    signing_keys: tuple[bytes, ...] = ()

    @property
    def path(self) -> Path:
        return GOLDEN / f"cache-entry-v1-{self.name}.bin"

    @property
    def raw(self) -> bytes:
        return self.path.read_bytes()

    def unpacked_of(self, found: Envelope) -> bytes:
        if found.flags & COMPRESSED:
            return unsqueeze(found.payload, size=found.size)
        return found.payload


def _compressed() -> Envelope:
    packed = squeeze(LONG)
    assert packed is not None
    return replace(PLAIN, payload=packed, size=len(LONG), flags=COMPRESSED)


_FAILED = replace(PLAIN, payload=b"ValueError: no rows", size=19, flags=FAILED, codec=0)
ENTRIES = {
    each.name: each
    for each in (
        Kept("plain", PLAIN, PLAIN.payload),
        Kept("compressed", _compressed(), LONG),
        Kept("negative", replace(PLAIN, flags=NEGATIVE), PLAIN.payload),
        Kept("failed", _FAILED, _FAILED.payload),
        Kept("signed", replace(PLAIN, tags=TAGS[:1]), PLAIN.payload, (SIGNING_KEY,)),
        Kept("tagged", replace(PLAIN, tags=TAGS), PLAIN.payload),
    )
}
