"""What a read came to: the value, where it is from, and how old it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeAlias, TypeVar

from stateroom.cache.envelope import Envelope
from stateroom.cache.places import Place
from stateroom.cache.recipe import Recipe

__all__ = ("Entry", "Origin", "Outcome")

R = TypeVar("R")

Origin: TypeAlias = Literal["hit", "local", "stale", "loaded", "waited", "fallback"]
"""``local`` is a hit in this process; ``waited``, loaded by another one meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[R]):
    """A cached value with its provenance.

    Attributes:
        value: what the function returned.
        origin: where this answer is from.
        age_s: seconds since its load began.
        is_stale: whether its TTL is over.
        tags: what invalidates it, those that every entry has aside.
        reason: why an older value was served, or empty.
    """

    value: R
    origin: Origin
    age_s: float
    is_stale: bool
    tags: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[R]):
    """A value on its way to its caller, and to a local copy.

    Attributes:
        created_ms: when its load began, ms since the epoch.
        entry: as it is stored; None when it is not.
        is_voided: whether something was invalidated while it was loaded: so that only
            who began the load may have it, and whoever asked meanwhile asks again.
        reason: why it is served though it is not fresh.
        asked_at: monotonic seconds at which was last asked for a value that another
            process loads: whoever joined after that may not have it.
    """

    value: R
    origin: Origin
    created_ms: int
    entry: Envelope | None = None
    is_voided: bool = False
    reason: str = ""
    asked_at: float = 0.0

    def is_for(self, joined_at: float) -> bool:
        """Say whether a caller that joined at that moment may have it.

        It joined before an invalidation that it does not know of, or after one: what
        was read, or asked for, before it came may be older than what it may have.
        """
        if self.is_voided:
            return False
        return self.origin != "waited" or joined_at < self.asked_at

    @classmethod
    def of_entry(
        cls,
        recipe: Recipe[R],
        place: Place,
        entry: Envelope,
        *,
        origin: Origin,
    ) -> Outcome[R]:
        """Return what a stored entry comes to.

        Raises:
            DecodeError: its payload is no value of the type.
        """
        place.seen = _names(recipe, place, entry)
        return cls(
            value=recipe.decoded(entry),
            origin=origin,
            created_ms=entry.created_ms,
            entry=entry,
        )

    def instead(self, error: Exception) -> Outcome[R]:
        """Return the same, served because a load failed."""
        reason = f"{type(error).__name__}: {error}"
        return replace(self, origin="fallback", reason=reason)


def _names(recipe: Recipe[R], place: Place, entry: Envelope) -> tuple[bytes, ...]:
    names = tuple(name for name, _ in recipe.absolute(entry))
    return place.tags if names == place.tags else names
