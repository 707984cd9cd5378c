"""What the flows of the cache ask for, and what they are answered.

Those that are exchanges with Redis say themselves which commands they need and how the
replies read, so that the two drivers only carry bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from stateroom.cache import scripts
from stateroom.cache.places import Place
from stateroom.flows import Effect
from stateroom.flows.chance import Draw, Now, Random
from stateroom.link import Call, Command, Word
from stateroom.link.exchanges import Exchange

__all__ = (
    "Delete",
    "Draw",
    "Exchange",
    "Now",
    "Random",
    "Reading",
    "Snapshot",
    "Versions",
    "Wait",
    "as_bytes",
    "as_number",
    "as_pair",
)

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Reading:
    """Bytes under a value key, with the versions of tags at that moment."""

    raw: bytes | None
    versions: dict[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class Versions(Effect[dict[bytes, bytes | None]]):
    """The versions of some tags; None where a tag has none."""

    tags: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(Exchange[dict[bytes, bytes | None]]):
    """The versions of tags before a load, each made where there is none.

    Attributes:
        tags: keys, each once; on one server they are read at one moment.
        item: which of them is the item's, or empty.
        fingerprint: of the schema, noted with the item's tag.
        life_ms: for how long the tags exist at least.
        seeds: as many new versions as there are tags, 8 random bytes each.
        is_split: whether each is asked for alone, as on a cluster.
    """

    tags: tuple[bytes, ...]
    item: bytes
    fingerprint: str
    life_ms: int
    seeds: bytes
    is_split: bool = False

    def calls(self) -> Sequence[Call | Command]:
        groups = [(each,) for each in self.tags] if self.is_split else [self.tags]
        calls, at = [], 0
        for group in groups:
            item = group.index(self.item) + 1 if self.item in group else 0
            seeds = [self.seeds[8 * n : 8 * n + 8] for n in range(at, at + len(group))]
            at += len(group)
            words: list[Word] = [self.life_ms, self.fingerprint, item, *seeds]
            calls.append(Call(scripts.SNAPSHOT, group, words))
        return calls

    def read(self, replies: Sequence[object]) -> dict[bytes, bytes | None]:
        found: list[bytes | None] = []
        for each in replies:
            found += [as_bytes(one) for one in each] if isinstance(each, list) else []
        return dict(zip(self.tags, found, strict=True))


@dataclass(frozen=True, slots=True)
class Delete(Effect[int]):
    """Delete keys; answers how many of ``then`` were there.

    Attributes:
        first: deleted before, or at the same moment as, the others.
        then: deleted after them.
    """

    first: tuple[bytes, ...]
    then: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Wait(Effect[int]):
    """Until the value of a place changes, or so many ms have passed.

    Answers how many ms of real time it took: a clock for tests may stand still.
    """

    place: Place
    ms: int


def as_pair(reply: object) -> tuple[object, object]:
    """Return a reply of two parts."""
    if isinstance(reply, list) and len(reply) == 2:  # noqa: PLR2004 - a pair
        return reply[0], reply[1]
    raise TypeError(f"no reply of this script: {reply!r}")


def as_bytes(reply: object) -> bytes:
    """Return a reply that is bytes."""
    if isinstance(reply, bytes):
        return reply
    raise TypeError(f"no reply of this script: {reply!r}")


def as_number(reply: object) -> int:
    """Return a reply that is a number."""
    if isinstance(reply, int):
        return reply
    raise TypeError(f"no reply of this script: {reply!r}")
