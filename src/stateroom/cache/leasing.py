"""What the flows ask for around a load: leases, publishing, and the load itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from stateroom.cache import scripts
from stateroom.cache.effects import Exchange, Snapshot, as_bytes, as_number, as_pair
from stateroom.cache.places import Place
from stateroom.flows import Effect
from stateroom.link import Call, Command

__all__ = (
    "Abandon",
    "Acquire",
    "AnnounceFailure",
    "Batch",
    "Busy",
    "Ended",
    "Held",
    "Leased",
    "Load",
    "Loaded",
    "Publish",
    "Renewal",
    "Renewals",
    "Store",
    "asks",
    "ends_without_error",
)

R = TypeVar("R")

FENCE_LEAST_MS = 60_000
"""A fence outlives every pause that a lease may have, so that a load that was only slow
can still publish."""


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody has written the value meanwhile.

    Attributes:
        raw: its bytes.
        versions: of the tags that were asked for with it.
    """

    raw: bytes
    versions: Mapping[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody is loading, and holds the lease for so many ms more."""

    left_ms: int


@dataclass(frozen=True, slots=True)
class Leased:
    """The lease is ours.

    Attributes:
        fence: proves it.
        versions: of the tags that were asked for with it.
    """

    fence: bytes
    versions: Mapping[bytes, bytes | None]

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
        snapshot: of the tags, for the case that the lease is ours.
        is_forced: load although there is a value.
    """

    place: Place
    seen: bytes
    token: bytes
    lease_ms: int
    snapshot: Snapshot | None = None
    is_forced: bool = False

    def calls(self) -> Sequence[Call | Command]:
        place = self.place
        mode = "force" if self.is_forced else ""
        fence_ms = _fence_ms(self.lease_ms)
        keys = (place.value, place.lease, place.fence)
        arguments = (self.seen, self.token, self.lease_ms, fence_ms, mode)
        acquire = Call(scripts.ACQUIRE, keys, arguments)
        return (acquire, *(self.snapshot.calls() if self.snapshot else ()))

    def read(self, replies: Sequence[object]) -> Held | Busy | Leased:
        kind, data = as_pair(replies[0])
        if kind == b"busy":
            return Busy(as_number(data))
        snapshot = self.snapshot
        versions = snapshot.read(replies[1:]) if snapshot else {}
        found = Held if kind == b"value" else Leased
        return found(as_bytes(data), versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandon(Exchange[bool]):
    """Give back a lease that may be ours: its answer was not waited for."""

    place: Place
    token: bytes

    def calls(self) -> Sequence[Call | Command]:
        keys = (self.place.lease, self.place.fence)
        return (Call(scripts.ABANDON, keys, (self.token,)),)

    def read(self, replies: Sequence[object]) -> bool:
        return as_number(replies[0]) == 1


@dataclass(frozen=True, slots=True)
class Ended:
    """How a load ended in Redis.

    Attributes:
        is_ours: whether the fence was still ours: nobody wrote or invalidated the
            entry meanwhile.
        versions: of the tags that were asked for with it, then or later.
    """

    is_ours: bool
    versions: Mapping[bytes, bytes | None]

    @classmethod
    def read(cls, replies: Sequence[object], tags: tuple[bytes, ...]) -> Ended:
        """Return what the replies say: one of a script, then one for each tag."""
        found = (each if isinstance(each, bytes) else None for each in replies[1:])
        is_ours = as_number(replies[0]) == 1
        return cls(is_ours, dict(zip(tags, found, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish(Exchange[Ended]):
    """Write a value that was loaded under ``fence``; look at ``tags`` with it."""

    place: Place
    fence: bytes
    data: bytes
    life_ms: int
    tags: tuple[bytes, ...] = ()

    def calls(self) -> Sequence[Call | Command]:
        keys = (self.place.value, self.place.lease, self.place.fence)
        words = (self.fence, self.data, self.life_ms)
        looks: list[Command] = [("GET", tag) for tag in self.tags]
        return (Call(scripts.PUBLISH, keys, words), *looks)

    def read(self, replies: Sequence[object]) -> Ended:
        return Ended.read(replies, self.tags)


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
        return as_number(replies[0]) == 1


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
        return as_number(replies[0]) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceFailure(Exchange[Ended]):
    """End a lease without a value; look at ``tags`` with it.

    Attributes:
        marker: what waiters shall find where there is no value; empty for nothing.
        marker_ms: for how long.
        seen: identity of the value that is kept, stale as it is.
        soft: its new soft expiry, 8 bytes; empty to leave it.
        is_failure: whether the load failed: who joins it until then shares its error.
    """

    place: Place
    fence: bytes
    marker: bytes = b""
    marker_ms: int = 0
    seen: bytes = b""
    soft: bytes = b""
    is_failure: bool = False
    tags: tuple[bytes, ...] = ()

    def calls(self) -> Sequence[Call | Command]:
        keys = (self.place.value, self.place.lease, self.place.fence)
        arguments = (self.fence, self.marker, self.marker_ms, self.seen, self.soft)
        looks: list[Command] = [("GET", tag) for tag in self.tags]
        return (Call(scripts.ANNOUNCE_FAILURE, keys, arguments), *looks)

    def read(self, replies: Sequence[object]) -> Ended:
        return Ended.read(replies, self.tags)


@dataclass(frozen=True, slots=True)
class Batch(Effect[list[object]]):
    """Several exchanges in one, each answered as if it had been alone."""

    parts: tuple[Abandon | Acquire | Publish | AnnounceFailure | Renewal, ...]

    def calls(self) -> list[Call | Command]:
        """Return what to send."""
        return [each.calls()[0] for each in self.parts]

    def read(self, replies: Sequence[object]) -> list[object]:
        """Return the answers."""
        pairs = zip(self.parts, replies, strict=True)
        return [part.read([reply]) for part, reply in pairs]


@dataclass(frozen=True, slots=True)
class Renewals(Batch):
    """The renewals of many leases that guard one load."""

    lease_ms: int = 0


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
    """

    renewal: Renewal | Renewals | None
    timeout_ms: int


def asks(effect: object) -> bool:
    """Say whether this effect may bring the value that another process loads."""
    return isinstance(effect, Acquire)


def ends_without_error(effect: object) -> bool:
    """Say whether this effect ends a load in Redis, with a value or without one.

    From then on a value may be older than what a caller may have, who asks now.
    """
    if isinstance(effect, AnnounceFailure):
        return not effect.is_failure
    return isinstance(effect, Publish)


def _fence_ms(lease_ms: int) -> int:
    return max(FENCE_LEAST_MS, 4 * lease_ms)
