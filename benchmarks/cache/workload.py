"""What every side reads, and how much of it.

All sides read the same values. One that decodes them returns a ``Job``; one that does
not returns its bytes. Nothing may be loaded while hits are counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

__all__ = (
    "PAYLOAD",
    "TTL",
    "Job",
    "Sizes",
    "Source",
    "checked_loads",
    "decode",
    "encode",
    "job_of",
)

PAYLOAD = 512
"""Bytes of an encoded value."""
TTL = 3600
"""Seconds: nothing expires while it is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much work a round is. Times in seconds.

    Attributes:
        keys: distinct ones, read over and over.
        span: for how long hits are counted, at each concurrency.
        processes: of the stampede; ``callers`` in each, and ``load_s`` of its load.
        readers: processes that read while others write; ``reads`` of all together.
        entries: with the tag that is invalidated.
        filled: entries whose memory is taken.
    """

    keys: int = 1000
    span: float = 0.1
    processes: int = 8
    callers: int = 50
    load_s: float = 0.2
    readers: int = 4
    reads: int = 100_000
    entries: int = 100_000
    filled: int = 2000


class Job(msgspec.Struct, frozen=True):
    """The cached value: what one row of a list of jobs may hold."""

    id: int
    title: str
    company: str
    salary: int
    text: str


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Job).decode


def job_of(key: int) -> Job:
    """Return the value under a key: 512 bytes when it is encoded."""
    bare = Job(key, f"Engineer {key}", "Example and Sons", 50_000 + key, "")
    # Text of this length takes two more bytes for its length than empty text.
    return msgspec.structs.replace(bare, text="x" * (PAYLOAD - len(encode(bare)) - 2))


class Source:
    """Where values come from on a miss; counts how often it is asked."""

    def __init__(self) -> None:
        self.loads = 0

    def job(self, key: int) -> Job:
        """Return the value under a key."""
        self.loads += 1
        return job_of(key)


def checked_loads(source: Source, expected: int) -> None:
    """Raise unless the source was asked exactly so often: else hits were no hits."""
    if source.loads != expected:
        raise RuntimeError(f"{source.loads} loads instead of {expected}")
