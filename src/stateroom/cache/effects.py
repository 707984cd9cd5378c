"""What the flows of the cache ask for, and what they are answered.

Those that are exchanges with Redis say themselves which commands they need and how the
replies read, so that the two drivers only carry bytes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from stateroom.cache import scripts
from stateroom.cache.places import Place
from stateroom.flows import Effect
from stateroom.link import Call, Command, Word

__all__ = (
    "Abandon",
    "Acquire",
    "AnnounceFailure",
    "Batch",
    "Busy",
    "Delete",
    "Dice",
    "Draw",
    "Exchange",
    "Held",
    "Leased",
    "Load",
    "Loaded",
    "Now",
    "Publish",
    "Random",
    "Read",
    "Reading",
    "Renewal",
    "Snapshot",
    "Store",
    "Versions",
    "Wait",
)

R = TypeVar("R")
T = TypeVar("T")

FENCE_LEAST_MS = 60_000
"""A fence outlives every pause that a lease may have, so that a load that was only slow
can still publish."""


class Exchange(Effect[T]):
    """Commands to Redis that go out together, and how their replies read."""

    __slots__ = ()

    @abstractmethod
    def calls(self) -> Sequence[Call | Command]:
        """Return what to send."""

    @abstractmethod
    def read(self, replies: Sequence[object]) -> T:
        """Return the answer."""


@dataclass(frozen=True, slots=True)
class Now(Effect[int]):
    """Milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Draw(Effect[float]):
    """A number in (0, 1], uniform."""


@dataclass(frozen=True, slots=True)
class Random(Effect[bytes]):
    """So many random bytes."""

    count: int


Dice: TypeAlias = Now | Draw | Random


@dataclass(frozen=True, slots=True)
class Reading:
    """Bytes under a value key, with the versions of tags at that moment."""

    raw: bytes | None
    versions: dict[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class Read(Effect[Reading]):
    """The bytes of a place, and the versions of its tags and of ``more``."""

    place: Place
    more: tuple[bytes, ...] = ()

    def keys(self) -> tuple[bytes, ...]:
        """Return the keys to read: that of the value, then those of tags, each once."""
        return (self.place.value, *dict.fromkeys((*self.place.seen, *self.more)))

    def answer(self, found: Sequence[bytes | None]) -> Reading:
        """Return the answer, from what stands under ``keys()``."""
        return Reading(found[0], dict(zip(self.keys()[1:], found[1:], strict=True)))


@dataclass(frozen=True, slots=True)
class Versions(Effect[dict[bytes, bytes | None]]):
    """The versions of some tags; None where a tag has none."""

    tags: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody has written the value meanwhile."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody is loading, and holds the lease for so many ms more."""

    left_ms: int


@dataclass(frozen=True, slots=True)
class Leased:
    """The lease is ours; ``fence`` proves it, ``number`` is its growing part."""

    fence: bytes

    @property
    def number(self) -> int:
        """The fencing number, greater with each lease."""
        return int(self.fence.partition(b":")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquire(Exchange[Held | Busy | Leased]):
    """Ask for the lease, unless there is a value that was not seen yet.

    Attributes:
        seen: identity of the value that was read and will not do, or nothing.
        token: 16 random bytes in hex, ours alone.
        is_forced: load although there is a value.
    """

    place: Place
    seen: bytes
    token: bytes
    lease_ms: int
    is_forced: bool = False

    def calls(self) -> Sequence[Call | Command]:
        place = self.place
        mode = "force" if self.is_forced else ""
        fence_ms = _fence_ms(self.lease_ms)
        keys = (place.value, place.lease, place.fence)
        arguments = (self.seen, self.token, self.lease_ms, fence_ms, mode)
        return (Call(scripts.ACQUIRE, keys, arguments),)

    def read(self, replies: Sequence[object]) -> Held | Busy | Leased:
        kind, data = _pair(replies[0])
        if kind == b"value":
            return Held(_bytes(data))
        return Leased(_bytes(data)) if kind == b"lease" else Busy(_number(data))


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandon(Exchange[bool]):
    """Give back a lease that may be ours: its answer was not waited for."""

    place: Place
    token: bytes

    def calls(self) -> Sequence[Call | Command]:
        keys = (self.place.lease, self.place.fence)
        return (Call(scripts.ABANDON, keys, (self.token,)),)

    def read(self, replies: Sequence[object]) -> bool:
        return _number(replies[0]) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish(Exchange[bool]):
    """Write a value that was loaded under ``fence``; False when it came too late."""

    place: Place
    fence: bytes
    data: bytes
    life_ms: int

    def calls(self) -> Sequence[Call | Command]:
        keys = (self.place.value, self.place.lease, self.place.fence)
        return (Call(scripts.PUBLISH, keys, (self.fence, self.data, self.life_ms)),)

    def read(self, replies: Sequence[object]) -> bool:
        return _number(replies[0]) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(Exchange[bool]):
    """Write a value whatever is there, and void every load that is under way."""

    place: Place
    data: bytes
    life_ms: int

    def calls(self) -> Sequence[Call | Command]:
        keys = (self.place.value, self.place.lease, self.place.fence)
        return (Call(scripts.STORE, keys, (self.data, self.life_ms)),)

    def read(self, replies: Sequence[object]) -> bool:
        return _number(replies[0]) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal(Exchange[bool]):
    """Hold a lease for longer; False when it is no longer ours."""

    place: Place
    token: bytes
    fence: bytes
    lease_ms: int

    def calls(self) -> Sequence[Call | Command]:
        keys = (self.place.lease, self.place.fence)
        times = (self.lease_ms, _fence_ms(self.lease_ms))
        return (Call(scripts.RENEW, keys, (self.token, self.fence, *times)),)

    def read(self, replies: Sequence[object]) -> bool:
        return _number(replies[0]) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceFailure(Exchange[bool]):
    """End a lease without a value.

    Attributes:
        marker: what waiters shall find where there is no value; empty for nothing.
        marker_ms: for how long.
        seen: identity of the value that is kept, stale as it is.
        soft: its new soft expiry, 8 bytes; empty to leave it.
    """

    place: Place
    fence: bytes
    marker: bytes = b""
    marker_ms: int = 0
    seen: bytes = b""
    soft: bytes = b""

    def calls(self) -> Sequence[Call | Command]:
        keys = (self.place.value, self.place.lease, self.place.fence)
        arguments = (self.fence, self.marker, self.marker_ms, self.seen, self.soft)
        return (Call(scripts.ANNOUNCE_FAILURE, keys, arguments),)

    def read(self, replies: Sequence[object]) -> bool:
        return _number(replies[0]) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(Effect[dict[bytes, bytes | None]]):
    """The versions of tags before a load, each made where there is none.

    Attributes:
        tags: keys, each once; on one server they are read at one moment.
        item: which of them is the item's, or empty.
        fingerprint: of the schema, noted with the item's tag.
        life_ms: for how long the tags exist at least.
        seeds: as many new versions as there are tags, 8 random bytes each.
    """

    tags: tuple[bytes, ...]
    item: bytes
    fingerprint: str
    life_ms: int
    seeds: bytes

    def calls(self, *, is_cluster: bool) -> Sequence[Call | Command]:
        """Return one call for one server; one for each tag on a cluster."""
        groups = [(each,) for each in self.tags] if is_cluster else [self.tags]
        calls, at = [], 0
        for group in groups:
            item = group.index(self.item) + 1 if self.item in group else 0
            seeds = [self.seeds[8 * n : 8 * n + 8] for n in range(at, at + len(group))]
            at += len(group)
            words: list[Word] = [self.life_ms, self.fingerprint, item, *seeds]
            calls.append(Call(scripts.SNAPSHOT, group, words))
        return calls

    def read(self, replies: Sequence[object]) -> dict[bytes, bytes | None]:
        """Return the answer, from the replies to ``calls``."""
        found: list[bytes | None] = []
        for each in replies:
            found += [_bytes(one) for one in each] if isinstance(each, list) else []
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
class Batch(Effect[list[object]]):
    """Several exchanges in one, each answered as if it had been alone."""

    parts: tuple[Acquire | Publish | AnnounceFailure, ...]

    def calls(self) -> list[Call | Command]:
        """Return what to send."""
        return [each.calls()[0] for each in self.parts]

    def read(self, replies: Sequence[object]) -> list[object]:
        """Return the answers."""
        pairs = zip(self.parts, replies, strict=True)
        return [part.read([reply]) for part, reply in pairs]


@dataclass(frozen=True, slots=True)
class Wait(Effect[None]):
    """Until the value of a place changes, or so many ms have passed."""

    place: Place
    ms: int


@dataclass(frozen=True, slots=True)
class Loaded(Generic[R]):
    """What a loader returned, and how long it took."""

    value: R
    cost_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load(Effect[Loaded[object]]):
    """Call the loader, and renew the lease while it runs.

    Attributes:
        renewal: what holds the lease; None where there is none.
        timeout_ms: give the load up after so long; 0 never.
        is_leased: whether others wait for it: then it needs no turn among those that
            run while Redis is away.
    """

    renewal: Renewal | None
    timeout_ms: int
    is_leased: bool = False


def _fence_ms(lease_ms: int) -> int:
    return max(FENCE_LEAST_MS, 4 * lease_ms)


def _pair(reply: object) -> tuple[object, object]:
    if isinstance(reply, list) and len(reply) == 2:  # noqa: PLR2004 - a pair
        return reply[0], reply[1]
    raise TypeError(f"no reply of this script: {reply!r}")


def _bytes(reply: object) -> bytes:
    if isinstance(reply, bytes):
        return reply
    raise TypeError(f"no reply of this script: {reply!r}")


def _number(reply: object) -> int:
    if isinstance(reply, int):
        return reply
    raise TypeError(f"no reply of this script: {reply!r}")
