"""Judges how long copies live: too long for their readers, or too short to be read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from stateroom.catalogue.findings import Finding
from stateroom.catalogue.item import Item
from stateroom.catalogue.units import format_duration, format_rate
from stateroom.decide.answers import percent
from stateroom.decide.decision import Copy, Decision
from stateroom.decide.heat import DEFAULT_TTL, HOUR, ttl_of
from stateroom.decide.review.found import finding
from stateroom.decide.sizing import real_ratio

__all__ = ("PAYING_RATIO", "judge_hits", "judge_lives")

PAYING_RATIO = 0.5
"""Share of reads from which a copy pays; the tables use the same number."""


def judge_lives(item: Item, decision: Decision) -> Iterator[Finding]:
    """TTL001, TTL002 and TTL003: copies that live too long."""
    held = dict(_held(decision))
    if not held:
        return
    ttl = max(held.values())
    yield from _unbounded(item, decision, held)
    yield from _too_old(item, ttl)
    if item.licence_ttl and ttl > item.licence_ttl:
        allowed = format_duration(item.licence_ttl)
        yield finding(
            "TTL003",
            f"a copy may live {format_duration(ttl)}, but the licence allows {allowed}",
            item=item.name,
            about="override.ttl",
            fix=f"shorten override.ttl to {allowed}",
        )


def _held(decision: Decision) -> Iterator[tuple[str, float]]:
    """Yield each tier that holds a copy, and how long; evictable homes are copies."""
    if decision.home.kind == "cache" and decision.home.ttl_seconds:
        yield "redis", decision.home.ttl_seconds
    for copy in decision.copies:
        if copy.ttl_seconds:
            yield copy.tier, copy.ttl_seconds


def _unbounded(
    item: Item, decision: Decision, held: Iterable[str]
) -> Iterator[Finding]:
    own = item.override is not None and item.override.ttl is not None
    # What never changes cannot become stale, and DEC004 may ask the same already.
    is_asked = decision.ask is not None and decision.ask.input == "staleness"
    if ttl_of(item) is not None or own or item.immutable or is_asked:
        return
    yield finding(
        "TTL001",
        "nothing bounds the life of its copies",
        item=item.name,
        about="staleness",
        evidence=f"copies in {' and '.join(held)} live {format_duration(DEFAULT_TTL)}, "
        "the default",
        fix="declare staleness, the oldest copy a reader may be shown",
    )


def _too_old(item: Item, ttl: float) -> Iterator[Finding]:
    bound = item.staleness
    # A copy of what never changes is exact however old it is.
    if bound is None or item.immutable:
        return
    if bound == "exact":
        yield finding(
            "TTL002",
            "a copy is kept, but readers must be shown exact data",
            item=item.name,
            about="override.tier",
            evidence=f"a copy may live {format_duration(ttl)}",
            fix="drop override.tier, or declare the staleness that readers accept",
        )
    elif ttl > bound:
        yield _older(item, ttl, format_duration(bound))


def _older(item: Item, ttl: float, allowed: str) -> Finding:
    return finding(
        "TTL002",
        f"a copy may live {format_duration(ttl)}, but staleness is {allowed}",
        item=item.name,
        about="override.ttl",
        fix=f"shorten override.ttl to {allowed}, or declare the staleness that "
        "readers accept",
    )


def judge_hits(item: Item, decision: Decision) -> Iterator[Finding]:
    """TTL005: copies end before they are read again."""
    cached = next((copy for copy in decision.copies if copy.kind == "cache"), None)
    ratio = real_ratio(item, cached) if cached else None
    if cached is None or ratio is None or ratio >= PAYING_RATIO:
        return
    own = item.override is not None and item.override.ttl is not None
    yield finding(
        "TTL005",
        f"{percent(ratio)} of reads find the copy before it ends",
        item=item.name,
        about="override.ttl" if own else "staleness",
        evidence=_evidence(item, cached),
        fix=_longer(item),
    )


def _evidence(item: Item, copy: Copy) -> str:
    life = format_duration(copy.ttl_seconds or 0)
    text = f"{format_rate(item.reads_per_hour or 0)} reads per key, copies live {life}"
    if item.writer == "app" and item.writes_per_hour and not item.immutable:
        text += f" or until the next of {format_rate(item.writes_per_hour)} writes"
    return text


def _longer(item: Item) -> str:
    """Say what makes every second read a hit, or that nothing does."""
    none = 'keep no copy, override.tier = "none", or accept that it answers bursts only'
    if not item.reads_per_hour:
        return f"nobody reads it: {none}"
    # lT/(1+lT) reaches one half where lT is 1.
    needed = math.ceil(HOUR / item.reads_per_hour * PAYING_RATIO / (1 - PAYING_RATIO))
    writes = 0 if item.immutable or item.writer != "app" else item.writes_per_hour
    if writes and HOUR / writes < needed:
        return f"it changes before it is read again: {none}"
    if item.licence_ttl and item.licence_ttl < needed:
        return f"the licence allows no longer life: {none}"
    life = format_duration(needed)
    return f"let copies live {life}: {' and '.join(_steps(item, needed, life))}"


def _steps(item: Item, needed: float, life: str) -> Iterator[str]:
    own = item.override is not None and item.override.ttl is not None
    if item.staleness in (None, "exact") or float(item.staleness or 0) < needed:
        yield f'staleness = "{life}"'
    if own or (item.preset_ttl or needed) < needed:
        yield f'override.ttl = "{life}"'
