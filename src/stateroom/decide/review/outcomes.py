"""Judges the outcome itself: its override, its home, and what nobody declared."""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.catalogue.findings import Finding
from stateroom.catalogue.item import Item
from stateroom.decide.answers import percent
from stateroom.decide.decision import Decision
from stateroom.decide.review.found import finding
from stateroom.decide.ruleset import Home

__all__ = ("judge_exactness", "judge_home", "judge_override", "judge_unknown")


def judge_override(item: Item, decision: Decision) -> Iterator[Finding]:
    """DEC001 and DEC009: an override that contradicts, and one without effect."""
    if item.override is None:
        return
    # What the rules say is a guess while an answer that decides is unknown.
    if item.override.tier and decision.ask is None:
        yield from _placement(item, decision)
    lives = (decision.home.ttl_seconds, *(copy.ttl_seconds for copy in decision.copies))
    if item.override.ttl and not any(lives):
        yield _idle(item, "ttl", f"nothing of {decision.placement} ends by itself")
    has_keys = decision.home.key or any(copy.key for copy in decision.copies)
    if item.override.key and not has_keys:
        yield _idle(item, "key", f"nothing of {decision.placement} has keys")


def _placement(item: Item, decision: Decision) -> Iterator[Finding]:
    before = decision.overridden
    if before is None or before.home == "none":
        return
    now = str(Home(decision.home.place, decision.home.kind))
    if (before.tiers, before.home) == (decision.tiers, now):
        yield _idle(item, "tier", f"the rules say {_spell(now, decision.tiers)} too")
        return
    yield finding(
        "DEC001",
        f"the override places it in {_spell(now, decision.tiers)}, the rules in "
        f"{_spell(before.home, before.tiers)}",
        item=item.name,
        about="override.tier",
        evidence=f"reason given: {before.reason}",
        fix="drop override.tier, correct the inputs that led the rules elsewhere, or "
        "suppress this finding with the same reason",
    )


def _spell(home: str, tiers: tuple[str, ...]) -> str:
    """Print a placement, e.g. ``source + redis``."""
    place = home.partition("/")[0]
    return " + ".join([home, *(tier for tier in tiers if tier != place)])


def _idle(item: Item, field: str, evidence: str) -> Finding:
    return finding(
        "DEC009",
        f"override.{field} changes nothing",
        item=item.name,
        about=f"override.{field}",
        evidence=evidence,
        fix=f"drop override.{field}",
    )


def judge_home(item: Item, decision: Decision) -> Iterator[Finding]:
    """DEC003: the table has no row for it."""
    if decision.rule is None and not (item.override and item.override.tier):
        yield finding(
            "DEC003",
            "no rule gives this item a home",
            item=item.name,
            fix="add a row to the ruleset, or use the ruleset stateroom",
        )


def judge_unknown(item: Item, decision: Decision) -> Iterator[Finding]:
    """DEC004: an answer that nobody gave decides."""
    if decision.ask is not None:
        yield finding(
            "DEC004",
            f"{decision.ask.input} is not declared, and it decides",
            item=item.name,
            about=decision.ask.input,
            evidence=f"{percent(decision.confidence)} of what the unknown answers "
            "could be agree",
            fix=f"declare {decision.ask.input}: {decision.ask.question}",
        )


def judge_exactness(item: Item, decision: Decision) -> Iterator[Finding]:
    """DEC008: exactness keeps away a copy that would be exact for ever."""
    is_asked = item.immutable and item.staleness == "exact"
    # Told only where another staleness would change the decision.
    if is_asked and any(flip.input == "staleness" for flip in decision.flips):
        yield finding(
            "DEC008",
            "exact staleness forbids copies, but a copy of what never changes is "
            "always exact",
            item=item.name,
            about="staleness",
            evidence="immutable is true",
            fix="declare how long a copy may be kept instead of exact",
        )
