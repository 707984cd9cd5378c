"""One item's entries, whoever asks for them: the work behind the cached functions.

``Serving`` has what asyncio and blocking share; each of its two kinds reads, loads and
refreshes in its own way, by the same flows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from stateroom import signals
from stateroom.cache.batching import Answer
from stateroom.cache.effects import Reading
from stateroom.cache.engine import Engine
from stateroom.cache.envelope import HEADER, NEGATIVE, Envelope
from stateroom.cache.hits import MISS, Miss, local_hits, payloads
from stateroom.cache.judging import refresh_lead_ms
from stateroom.cache.local import Copy, Local
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

    def __init__(
        self, engine: Engine, recipe: Recipe[R], tally: Tally | None = None
    ) -> None:
        self.engine = engine
        self.recipe = recipe
        self.tally: Tally = tally or Tally()
        self.local: Local | None = engine.local
        self._unpack = cast("Callable[[bytes], R]", recipe.codec.unpack)
        self._payload_of = payloads(recipe, engine.dice.draw)
        self._is_shared = recipe.codec.is_immutable
        self._now_ms = engine.clock.now_ms
        self._monotonic = engine.clock.monotonic
        self._draw = engine.dice.draw
        self.found_local: Callable[[Place], R | Miss] = _nothing_local
        if engine.local is not None:
            self.found_local = local_hits(
                engine.local, self.tally, self._unpack, self._monotonic
            )

    def quick(self, place: Place, answer: Answer) -> R | Miss:
        """Return the value of a plain hit, and keep a local copy of it."""
        raw = answer.values[place.value]
        if raw is None:
            return MISS
        payload = self._payload_of(raw, place, answer)
        if payload is MISS:
            return MISS
        try:
            value = self._unpack(payload)
        except Exception:  # whatever bytes do to a decoder, they are a miss
            return MISS
        self.tally.remote += 1
        if self.local is not None:
            self._keep_raw(place, raw, value if self._is_shared else payload, answer)
        return value

    def keep_outcome(self, place: Place, outcome: Outcome[R], mark: int) -> None:
        """Keep a local copy of what was loaded or judged at leisure."""
        entry = outcome.entry
        if self.local is None or entry is None or outcome.is_voided:
            return
        if self._is_shared:
            kept: object = outcome.value
        else:
            kept = self.recipe.codec.encode(outcome.value)
        self._keep(
            place, kept, size=entry.size, soft_ms=entry.soft_ms,
            created_ms=entry.created_ms, cost_ms=entry.cost_ms, mark=mark,
            now_ms=self._now_ms(),
        )  # fmt: skip

    def count(self, look: Look[R]) -> None:
        """Count a read that was no plain hit."""
        if look.outcome is None or look.reason:
            self.tally.misses[look.reason] += 1
        elif look.outcome.origin == "stale":
            self.tally.stale += 1
            self.tally.ages_s.add((self._now_ms() - look.outcome.created_ms) / 1000)
        else:
            self.tally.remote += 1
        if look.is_refreshed:
            self.tally.refreshes[look.verdict.name.lower()] += 1

    def count_loaded(self, outcome: Outcome[R] | None, error: Error | None) -> None:
        """Count how a load ended."""
        tally = self.tally
        if error is not None:
            is_late = isinstance(error, TimeoutError)
            how = "timeout" if is_late else "error"
            tally.loads[how] += 1
            self.report_load(how, 0.0, is_kept=False)
            return
        if outcome is None:
            return
        match outcome.origin:
            case "loaded":
                tally.loads["ok"] += 1
                seconds = self.recipe.cost_ms / 1000
                tally.load_s.add(seconds)
                self.report_load("ok", seconds, is_kept=outcome.entry is not None)
                tally.voided += outcome.is_voided
                if outcome.entry is not None:
                    tally.sizes.add(len(outcome.entry.payload))
                    tally.negative += bool(outcome.entry.flags & NEGATIVE)
            case "waited":
                tally.waited += 1
            case "fallback":
                tally.loads["error"] += 1
                self.count_spare(outcome)

    def count_spare(self, outcome: Outcome[R]) -> None:
        """Count an older value that is served instead of a load."""
        self.tally.fallback += 1
        self.tally.ages_s.add((self._now_ms() - outcome.created_ms) / 1000)

    def report_load(self, outcome: str, seconds: float, *, is_kept: bool) -> None:
        """Tell a recorder that a loader ran."""
        if signals.recorder is not None:
            namer = self.recipe.namer
            signals.recorder(
                signals.CacheLoaded(
                    namespace=namer.namespace,
                    item=namer.item,
                    outcome=outcome,
                    seconds=seconds,
                    is_kept=is_kept,
                )
            )

    def report_read(self, result: str, reason: str, start: float) -> None:
        """Tell a recorder that a value was served."""
        if signals.recorder is not None:
            namer = self.recipe.namer
            signals.recorder(
                signals.CacheRead(
                    namespace=namer.namespace,
                    item=namer.item,
                    result=result,
                    reason=reason,
                    seconds=self._monotonic() - start,
                )
            )

    def entry_of(self, outcome: Outcome[R]) -> Entry[R]:
        """Return an outcome as its caller sees it."""
        now = self._now_ms()
        stored = outcome.entry
        named = () if stored is None else stored.tags
        return Entry(
            value=outcome.value,
            origin=outcome.origin,
            age_s=max(0, now - outcome.created_ms) / 1000,
            is_stale=stored is not None and now >= self._fresh_until(stored),
            tags=tuple(name.decode() for name, _ in named if not name.startswith(b"@")),
            reason=outcome.reason,
        )

    def _fresh_until(self, entry: Envelope) -> int:
        """Return when an entry's TTL is over, whether or not it rests after that."""
        return min(entry.soft_ms, entry.created_ms + self.recipe.policy.ttl_ms)

    def _keep_raw(self, place: Place, raw: bytes, kept: object, answer: Answer) -> None:
        fields = HEADER.unpack_from(raw)
        soft_ms, created_ms, cost_ms, size = fields[3], fields[4], fields[8], fields[9]
        self._keep(
            place, kept, size=size, soft_ms=soft_ms, created_ms=created_ms,
            cost_ms=cost_ms, mark=answer.mark, now_ms=answer.now_ms,
        )  # fmt: skip

    def _keep(
        self,
        place: Place,
        kept: object,
        *,
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
        life_s = min((ends_ms - now_ms) / 1000, local.age_s)
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


def _nothing_local(place: Place) -> Miss:
    """Answer for a cache without local copies."""
    del place
    return MISS


def reading_of(place: Place, answer: Answer) -> Reading:
    """Return what a batch says of one place."""
    return Reading(answer.values[place.value], answer.versions)
