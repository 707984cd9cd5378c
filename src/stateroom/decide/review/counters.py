"""Judges whether what several parties count together can be lost or split."""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.catalogue.findings import Finding
from stateroom.catalogue.item import Item
from stateroom.decide.decision import Decision
from stateroom.decide.review.found import finding

__all__ = ("judge_counter",)

_ONE_DEVICE = {"persist", "session", "cookie"}


def judge_counter(item: Item, decision: Decision) -> Iterator[Finding]:
    """QTA001: a counter that may be evicted, or of which each device has its own."""
    home = decision.home
    is_evictable = (home.place, home.kind) == ("redis", "cache")
    is_local = home.place in _ONE_DEVICE
    is_counted = item.coordination == "atomic" and item.sensitivity != "regulated"
    if not is_counted or decision.rule is None or not (is_evictable or is_local):
        return
    overridden = item.override is not None and item.override.tier is not None
    yield finding(
        "QTA001",
        "changes must be atomic, but it lives in "
        + ("a Redis that evicts" if is_evictable else home.place),
        item=item.name,
        about="override.tier" if overridden else "coordination",
        evidence="an evicted counter starts again from nothing"
        if is_evictable
        else "each device counts by itself, so that nobody has the sum",
        fix="drop override.tier"
        if overridden
        else "use a ruleset that asks for coordination, such as stateroom",
    )
