"""Judges what is kept on the client: how much, as whose, and whether it may be lost."""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.catalogue.findings import Finding
from stateroom.catalogue.item import Item
from stateroom.catalogue.units import format_size
from stateroom.decide.decision import Decision
from stateroom.decide.review.found import finding
from stateroom.decide.review.security import IN_BROWSER

__all__ = ("CLIENT_SLICE", "judge_client")

CLIENT_SLICE = 256 * 1024
"""Bytes of one persisted record, by default. Source: a browser keeps 5 MiB per origin
(MDN), of which an application should plan with 2 MiB in total."""


def judge_client(item: Item, decision: Decision) -> Iterator[Finding]:
    """PER001, PER006 and PER007 of one item."""
    is_persisted = "persist" in decision.tiers
    if is_persisted and item.size is not None and item.size > CLIENT_SLICE:
        yield _too_large(item, item.size)
    if decision.home.place == "persist" and item.sensitivity == "personal":
        yield finding(
            "PER006",
            "the only copy of this work is in one browser",
            item=item.name,
            about="horizon",
            evidence="browsers drop storage under pressure, and some after a week "
            "without a visit",
            fix='keep it on the server too: horizon = "account" and offline = true',
        )
    if item.offline and not IN_BROWSER & {*decision.tiers, decision.home.place}:
        yield _kept_away(item)


def _too_large(item: Item, size: int) -> Finding:
    return finding(
        "PER001",
        f"one record of {format_size(size)} is kept on the client",
        item=item.name,
        about="size",
        evidence=f"the budget of a record is {format_size(CLIENT_SLICE)}",
        fix="keep it on the server, or split off the part that the client needs",
    )


def _kept_away(item: Item) -> Finding:
    why = "the ruleset keeps no copy on the client"
    if item.override and item.override.tier:
        why = f'override.tier is "{item.override.tier}"'
    elif item.sensitivity in ("internal", "secret", "regulated"):
        why = f"sensitivity is {item.sensitivity}"
    elif item.staleness == "exact":
        why = "staleness is exact, and a copy on the client may be old"
    elif item.size is not None and item.size > CLIENT_SLICE:
        why = f"size is {format_size(item.size)}"
    return finding(
        "PER007",
        "it is needed without the network, but no copy is kept on the client",
        item=item.name,
        about="offline",
        evidence=why,
        fix="drop offline, or change what keeps the copy away",
    )
