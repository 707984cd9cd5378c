"""One item's entries, whoever asks for them: the work behind the cached functions.

``Serving`` has what asyncio and blocking share; each of its two kinds reads, loads and
refreshes in its own way, by the same flows.
"""

from __future__ import annotations

from typing import Generic, TypeVar, cast

from stateroom.cache.batching import Answer
from stateroom.cache.codecs import DecodeError
from stateroom.cache.effects import Reading
from stateroom.cache.engine import Engine
from stateroom.cache.hits import MISS, Miss, payload_of
from stateroom.cache.judging import refresh_lead_ms
from stateroom.cache.local import Copy
from stateroom.cache.outcomes import Entry, Outcome
from stateroom.cache.places import Place
from stateroom.cache.reading import Look
from stateroom.cache.recipe import Recipe
from stateroom.cache.tally import Tally

__all__ = ("Serving", "reading_of")

R = TypeVar("R")

Error = BaseException


class Serving(Generic[R]):
    """What both drivers need to serve one item."""

    def __init__(self, engine: Engine, recipe: Recipe[R]) -> None:
        self.engine = engine
        self.recipe = recipe
        self.tally = Tally()
        self.local = engine.local
        self._decode = recipe.codec.decode
        self._is_shared = recipe.codec.is_immutable
        self._now_ms = engine.clock.now_ms
        self._monotonic = engine.clock.monotonic
        self._draw = engine.dice.draw

    def quick(self, place: Place, answer: Answer) -> R | Miss:
        """Return the value of a plain hit, and keep a local copy of it."""
        raw = answer.values[place.value]
        if raw is None:
            return MISS
        now_ms = self._now_ms()
        payload = payload_of(raw, place, answer, self.recipe, now_ms, self._draw)
        if isinstance(payload, Miss):
            return MISS
        try:
            value = self._decode(payload)
        except DecodeError:
            return MISS
        self.tally.remote += 1
        if self.local is not None:
            soft = int.from_bytes(raw[8:16], "little")
            created = int.from_bytes(raw[16:24], "little")
            cost = int.from_bytes(raw[48:52], "little")
            kept = value if self._is_shared else payload
            self._keep(
                place, kept, len(payload), soft, created, cost, answer.mark, now_ms
            )
        return value

    def found_local(self, place: Place) -> R | Miss:
        """Return the local copy, if it may be served."""
        local = self.local
        if local is None:
            return MISS
        copy = local.copies.get(place.value)
        if copy is None:
            return MISS
        now = self._monotonic()
        if now >= copy.fresh_until or now >= local.trusted_until:
            return MISS
        if copy.mark != local.mark and not local.is_current(copy):
            return MISS
        copy.is_used = True
        self.tally.local += 1
        if copy.is_shared:
            return cast("R", copy.value)
        return self._decode(cast("bytes", copy.value))

    def keep_outcome(self, place: Place, outcome: Outcome[R], mark: int) -> None:
        """Keep a local copy of what was loaded or judged at leisure."""
        entry = outcome.entry
        if self.local is None or entry is None or outcome.is_voided:
            return
        if self._is_shared:
            kept: object = outcome.value
        else:
            kept = self.recipe.codec.encode(outcome.value)
        now = self._now_ms()
        size, cost = entry.size, entry.cost_ms
        self._keep(place, kept, size, entry.soft_ms, entry.created_ms, cost, mark, now)

    def count(self, look: Look[R]) -> None:
        """Count a read that was no plain hit."""
        if look.outcome is None or look.reason:
            self.tally.misses[look.reason] += 1
        elif look.outcome.origin == "stale":
            self.tally.stale += 1
        else:
            self.tally.remote += 1
        if look.is_refreshed:
            self.tally.refreshes[look.verdict.name.lower()] += 1

    def count_loaded(self, outcome: Outcome[R] | None, error: Error | None) -> None:
        """Count how a load ended."""
        tally = self.tally
        if error is not None:
            is_late = isinstance(error, TimeoutError)
            tally.loads["timeout" if is_late else "error"] += 1
            return
        if outcome is None:
            return
        match outcome.origin:
            case "loaded":
                tally.loads["ok"] += 1
                tally.load_s += self.recipe.cost_ms / 1000
                tally.voided += outcome.is_voided
                if outcome.entry is not None:
                    tally.stored += 1
                    tally.stored_bytes += len(outcome.entry.payload)
            case "waited":
                tally.waited += 1
            case "fallback":
                tally.fallback += 1
                tally.loads["error"] += 1

    def entry_of(self, outcome: Outcome[R]) -> Entry[R]:
        """Return an outcome as its caller sees it."""
        now = self._now_ms()
        stored = outcome.entry
        named = () if stored is None else stored.tags
        return Entry(
            value=outcome.value,
            origin=outcome.origin,
            age_s=max(0, now - outcome.created_ms) / 1000,
            is_stale=stored is not None and now >= stored.soft_ms,
            tags=tuple(name.decode() for name, _ in named if not name.startswith(b"@")),
            reason=outcome.reason,
        )

    def _keep(
        self,
        place: Place,
        kept: object,
        size: int,
        soft_ms: int,
        created_ms: int,
        cost_ms: int,
        mark: int,
        now_ms: int,
    ) -> None:
        local = self.local
        if local is None:
            return
        lead = refresh_lead_ms(cost_ms, self.recipe.policy.early, self._draw())
        ends_ms = min(soft_ms, created_ms + self.recipe.policy.ttl_ms) - lead
        life_s = min((ends_ms - now_ms) / 1000, local.most_age_s)
        if life_s <= 0:
            return
        copy = Copy(
            kept,
            is_shared=self._is_shared,
            fresh_until=self._monotonic() + life_s,
            created_ms=created_ms,
            soft_ms=soft_ms,
            tags=place.seen,
            size=size,
        )
        local.keep(place.value, copy, mark=mark)


def reading_of(place: Place, answer: Answer) -> Reading:
    """Return what a batch says of one place."""
    return Reading(answer.values[place.value], answer.versions)
