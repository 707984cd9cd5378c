"""What a reader may be told: a source with its history, and what was invalidated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from stateroom.cache import ManualClock

__all__ = ("KEYS", "KINDS", "Call", "Kind", "Model", "Row", "SourceDown")

KEYS = ("a", "b")
REST_MS = 1_000
"""A stale entry is left alone for so long after a failed refresh."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the source holds under a key."""

    key: str
    version: int

    @property
    def parity(self) -> str:
        """The family of the tag that only the row itself tells."""
        return "Odd" if self.version % 2 else "Even"


class SourceDown(Exception):
    """What a loader raises while the source is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One cached function, and how old what it returns may be. Seconds.

    Attributes:
        has_job: whether the tag ``Job`` invalidates it.
        has_parity: whether the tag of a row's parity does.
        is_exact: whether every row is kept for so long, and not for less.
    """

    name: str
    ttl: float = 10.0
    stale: float = 0.0
    error: float = 0.0
    has_job: bool = False
    has_parity: bool = False
    is_exact: bool = True

    @property
    def ttl_ms(self) -> int:
        return round(self.ttl * 1000)

    @property
    def served_ms(self) -> int:
        return round((self.ttl + self.stale) * 1000)

    @property
    def kept_ms(self) -> int:
        return round((self.ttl + max(self.stale, self.error)) * 1000)


KINDS = {
    each.name: each
    for each in (
        Kind(name="fixed", has_job=True),
        Kind(name="computed", stale=5.0, error=20.0, has_parity=True),
        Kind(name="jittered", stale=2.0, has_job=True, is_exact=False),
        Kind(name="picky", error=6.0, is_exact=False),
        Kind(name="mine", stale=3.0, error=3.0),
        Kind(name="values", has_job=True),
    )
}


@dataclass(slots=True)
class Call:
    """What was so when a read began."""

    kind: Kind
    key: str
    now_ms: int
    version: int
    banned: frozenset[int]
    window_ms: int
    downs: int


@dataclass(slots=True)
class Model:
    """The source, and for each kind and key the versions nobody may be served.

    Attributes:
        versions: the present one of each key.
        replaced_ms: when each older one was replaced.
        loading: what is being loaded: who does not wait for it is served like one
            whose load failed.
        downs: how often the source went down; odd numbers while it is.
        meanwhile: what happens during the next load, after the source was read.
    """

    clock: ManualClock
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KEYS, 0))
    replaced_ms: dict[tuple[str, int], int] = field(default_factory=dict)
    banned: defaultdict[tuple[str, str], set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )
    failed_ms: dict[tuple[str, str], int] = field(default_factory=dict)
    downs: int = 0
    loading: set[tuple[str, str]] = field(default_factory=set)
    meanwhile: Callable[[int], None] | None = None

    @property
    def is_down(self) -> bool:
        return bool(self.downs % 2)

    def load(self, kind: str, key: str, cache: int) -> Row:
        """Read the source; then let happen what was planned."""
        row = Row(key, self.versions[key])
        is_down = self.is_down
        planned, self.meanwhile = self.meanwhile, None
        if planned is not None:
            self.loading.add((kind, key))
            planned(cache)
            self.loading.remove((kind, key))
        if is_down:
            self.failed_ms[kind, key] = self.clock.now_ms()
            raise SourceDown(key)
        return row

    def recover(self) -> None:
        self.downs += self.is_down

    def change(self, key: str) -> None:
        self.replaced_ms[key, self.versions[key]] = self.clock.now_ms()
        self.versions[key] += 1

    def ban(self, concerned: Callable[[Kind, Row], bool]) -> None:
        """Note that everything older that an invalidation concerns is invalid."""
        for kind in KINDS.values():
            for key in KEYS:
                older = (Row(key, v) for v in range(self.versions[key]))
                found = {row.version for row in older if concerned(kind, row)}
                self.banned[kind.name, key] |= found

    def begins(self, kind: Kind, key: str, *, is_fresh: bool = False) -> Call:
        """Note what is so when a call begins."""
        now_ms = self.clock.now_ms()
        failed = self.failed_ms.get((kind.name, key), -kind.kept_ms)
        rests_until = failed + REST_MS
        window_ms = kind.served_ms
        if is_fresh:
            window_ms = kind.ttl_ms
        elif (kind.name, key) in self.loading or self.is_down or now_ms < rests_until:
            window_ms = kind.kept_ms
        return Call(
            kind, key, now_ms, self.versions[key],
            frozenset(self.banned[kind.name, key]), window_ms, self.downs,
        )  # fmt: skip

    def check(self, call: Call, row: Row) -> None:
        """Hold a value that was served against what was so."""
        assert row.key == call.key
        assert row.version <= self.versions[row.key], "from the future"
        if row.version >= call.version:
            return  # present at some moment of the call
        assert row.version not in call.banned, "invalidated before the call"
        age_ms = call.now_ms - self.replaced_ms[row.key, row.version]
        assert age_ms < call.window_ms, f"replaced {age_ms} ms before the call"

    def check_failed(self, call: Call) -> None:
        """Hold an error of the source against what was so."""
        assert call.downs % 2 or self.downs > call.downs, "the source was not down"
