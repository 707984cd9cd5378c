"""Judges whether data stands where somebody can read it who must not."""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.catalogue.findings import Finding
from stateroom.catalogue.item import Item
from stateroom.decide.decision import Decision
from stateroom.decide.review.found import finding

__all__ = ("IN_BROWSER", "judge_exposure", "judge_shared_secret")

IN_BROWSER = {"persist", "cookie", "session"}
"""Places that a script in the page, or whoever holds the device, can reach."""
_OUTSIDE = IN_BROWSER | {"cdn"}
"""Places that others than our servers can read; files at the edge are for everybody."""
_HOLDS_NOTHING = {"nowhere", "source", "computed", "transport"}


def judge_exposure(item: Item, decision: Decision) -> Iterator[Finding]:
    """SEC001: data is placed where it may not be held."""
    held = sorted(_forbidden(item, decision))
    if not held:
        return
    is_overridden = item.override is not None and item.override.tier is not None
    yield finding(
        "SEC001",
        f"{item.sensitivity} data is placed in {' and '.join(held)}",
        item=item.name,
        about="override.tier" if is_overridden else "sensitivity",
        evidence=f"placement: {decision.placement}",
        fix="drop override.tier"
        if is_overridden
        else "use a ruleset that asks for sensitivity, such as stateroom",
    )


def _forbidden(item: Item, decision: Decision) -> set[str]:
    copies = (copy.tier for copy in decision.copies)
    places: set[str] = {decision.home.place, *copies}
    match item.sensitivity:
        case "regulated":
            return places - _HOLDS_NOTHING
        case "internal":
            return places & _OUTSIDE
        case "secret":
            # What is being typed into a page is in its memory whatever we say.
            typed = {"session"} if item.audience == "tab" else set()
            return places & (_OUTSIDE - typed)
        case _:
            return set()


def judge_shared_secret(item: Item, decision: Decision) -> Iterator[Finding]:
    """SEC005: one of two answers is wrong."""
    del decision
    if item.sensitivity == "secret" and item.audience == "public":
        yield finding(
            "SEC005",
            "a secret whose audience is everybody is no secret",
            item=item.name,
            about="audience",
            fix='say who may hold it: audience = "user" or "group"; or, for what only '
            'servers know, sensitivity = "internal"',
        )
