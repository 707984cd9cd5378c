"""A read that is no plain hit: what is there, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from stateroom.cache.effects import Draw, Now, Reading, Versions
from stateroom.cache.envelope import Envelope, stamp_of
from stateroom.cache.judging import Verdict, are_current, judge, missing_from
from stateroom.cache.loading import Miss
from stateroom.cache.outcomes import Origin, Outcome
from stateroom.cache.places import Place
from stateroom.cache.recipe import Recipe
from stateroom.codec.codecs import DecodeError
from stateroom.flows import Flow, ask

__all__ = ("Look", "look")

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(Generic[R]):
    """What a read came to.

    Attributes:
        verdict: what may be done with it.
        outcome: the value, unless it is dead.
        seen: identity of the bytes that were read, or nothing.
        reason: why it is no hit: ``cold``, ``expired``, ``invalidated``,
            ``undecodable``; empty for a hit.
    """

    verdict: Verdict
    outcome: Outcome[R] | None = None
    seen: bytes = b""
    reason: str = ""

    @property
    def is_served(self) -> bool:
        """Whether the value may be served at once."""
        return self.verdict in _SERVED

    @property
    def is_refreshed(self) -> bool:
        """Whether somebody should load it anew, though it may be served."""
        return self.verdict in _REFRESHED

    def miss(self, recipe: Recipe[R], place: Place, *, is_background: bool) -> Miss[R]:
        """Return what is to be done about it."""
        return Miss(
            place=place,
            recipe=recipe,
            seen=self.seen,
            spare=self.outcome,
            is_background=is_background,
        )


_SERVED = {Verdict.FRESH, Verdict.EARLY, Verdict.STALE}
_REFRESHED = {Verdict.EARLY, Verdict.STALE}


def look(
    recipe: Recipe[R], place: Place, reading: Reading, *, is_fresh: bool
) -> Flow[Look[R]]:
    """Judge what was read; ask for the versions of tags that were not known to be its.

    Args:
        recipe: of the function that asks.
        place: that was read.
        reading: what was found.
        is_fresh: whether only a fresh value will do.
    """
    raw = reading.raw
    if raw is None:
        return Look(verdict=Verdict.DEAD, reason="cold")
    seen = stamp_of(raw)
    entry = recipe.opened(raw, place)
    if entry is None:
        return Look(verdict=Verdict.DEAD, seen=seen, reason="undecodable")
    if not (yield from _is_current(recipe, entry, reading)):
        return Look(verdict=Verdict.DEAD, seen=seen, reason="invalidated")
    now, draw = (yield from ask(Now())), (yield from ask(Draw()))
    verdict = judge(entry, now, recipe.policy, draw)
    if verdict is Verdict.DEAD:
        return Look(verdict=verdict, seen=seen, reason="expired")
    try:
        outcome = Outcome.of_entry(recipe, place, entry, origin=_origin(verdict))
    except DecodeError:
        return Look(verdict=Verdict.DEAD, seen=seen, reason="undecodable")
    if is_fresh and (
        verdict is Verdict.STALE or now >= entry.created_ms + recipe.policy.ttl_ms
    ):
        verdict = Verdict.FALLBACK
    spare = None if is_fresh and verdict is Verdict.FALLBACK else outcome
    reason = "expired" if verdict is Verdict.FALLBACK else ""
    return Look(verdict=verdict, outcome=spare, seen=seen, reason=reason)


def _is_current(recipe: Recipe[R], entry: Envelope, reading: Reading) -> Flow[bool]:
    tags = recipe.absolute(entry)
    versions = reading.versions
    unknown = missing_from(tags, versions)
    if unknown:
        versions = {**versions, **(yield from ask(Versions(tuple(unknown))))}
    return are_current(tags, versions)


def _origin(verdict: Verdict) -> Origin:
    return "stale" if verdict is Verdict.STALE else "hit"
