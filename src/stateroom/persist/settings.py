"""What a slice's persistence is made of, after it was checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from stateroom.persist.interchange.transforms import Transform
from stateroom.persist.keys import Scope
from stateroom.persist.merging import Merge
from stateroom.persist.storages.port import AnyStorage

__all__ = (
    "DURABILITIES",
    "MAX_DELAY",
    "WHOLE",
    "Durability",
    "Migration",
    "Reconcile",
    "Reconciler",
    "Settings",
)

Migration: TypeAlias = Callable[[dict[str, object]], dict[str, object]]
"""Takes the stored fields as plain data, and returns those of the next version."""

Reconciler: TypeAlias = Callable[[Mapping[str, object], object, object], object]
"""Makes one state of what was stored (field -> value), the state before the action and
the state that the reducers of the slice made of it."""

Reconcile: TypeAlias = Literal["three_way", "replay"] | Reconciler
"""How what was stored and what is there become one; see ``persist``."""

Durability: TypeAlias = Literal["relaxed", "throttled", "fsync"]
"""``relaxed``: within ``max_delay``, and safe when the process ends in any way.
``throttled``: within ``max_delay``, and safe from a loss of power as well.
``fsync``: at once, and safe from a loss of power.
"""

DURABILITIES: Final[tuple[Durability, ...]] = ("relaxed", "throttled", "fsync")
MAX_DELAY: Final = 250.0
"""Milliseconds from a change to its write, if nothing is said. The choice is ours:
short enough that a crash costs little, long enough that typing is few writes."""
WHOLE: Final = "value"
"""The field under which migrations find a state that has no fields, as a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one slice is kept. Each is described in ``persist``.

    Attributes:
        key: under which the slice is kept.
        fields: what is kept; None for all but the transient ones.
        transient: what is never written.
        version: of the schema.
        migrations: version -> what brings the one before to it.
        downgrades: version -> what brings it to the one before.
        storage: where; None for that of the persistor.
        scope: whether it is the device's, or each user's own.
        retention: seconds after the last write until it is erased; None for never.
        max_delay: milliseconds from a change to its write.
        durability: what a write survives.
        buster: discards what was written with another one.
        max_age: seconds after which what is stored is not used; None for never.
        budget: bytes that its record may have.
        reconcile: how what was stored and what is there become one.
        merge: field -> what merges it; or what merges the whole state.
        transforms: what changes fields on their way.
    """

    key: str
    fields: frozenset[str] | None
    transient: frozenset[str]
    version: int
    migrations: Mapping[int, Migration]
    downgrades: Mapping[int, Migration]
    storage: AnyStorage | None
    scope: Scope
    retention: float | None
    max_delay: float
    durability: Durability
    buster: str
    max_age: float | None
    budget: int
    reconcile: Reconcile
    merge: Mapping[str, Merge] | Merge | None
    transforms: tuple[Transform, ...]

    @property
    def keeps_all(self) -> bool:
        """Whether every field is written."""
        return self.fields is None and not self.transient

    def keeps(self, name: str) -> bool:
        """Say whether a field is written."""
        if name in self.transient:
            return False
        return self.fields is None or name in self.fields
