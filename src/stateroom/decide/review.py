"""Judges one decision: what in it needs attention, with its code, evidence and mend.

Each judgement is a function of the item, its decision and the application; so any
ruleset's decisions can be judged, also those of a table that knows less than ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.findings import Finding
from stateroom.catalogue.item import Item
from stateroom.catalogue.units import format_duration, format_rate, format_size
from stateroom.decide.answers import percent
from stateroom.decide.decision import Decision
from stateroom.decide.heat import DEFAULT_TTL, expected_hits, life_of, ttl_of
from stateroom.decide.sizing import real_ratio

__all__ = ("CLIENT_SLICE", "finding", "review")

CLIENT_SLICE = 256 * 1024
"""Bytes of one persisted record, by default. Source: a browser keeps 5 MiB per origin
(MDN), of which an application should plan with 2 MiB in total."""
PAYING_RATIO = 0.5
"""Share of reads from which a copy pays; the tables use the same number."""

_IN_BROWSER = {"persist", "cookie", "session"}
_Judge: TypeAlias = Callable[[Item, Decision], Iterator[Finding]]


def review(item: Item, decision: Decision) -> tuple[Finding, ...]:
    """Return the findings of one decision, in the order of the registry of codes.

    Args:
        item: the facts, with unknown answers filled in as the decision assumed them.
        decision: the decision, with overrides applied.
    """
    found = [each for judge in _JUDGES for each in judge(item, decision)]
    return tuple(found)


def finding(
    code: str, message: str, *, item: str, fix: str, evidence: str = "", about: str = ""
) -> Finding:
    """Return a finding at the level its code is registered with.

    Args:
        about: dotted path under the item that it points at, e.g. ``"override.ttl"``.
    """
    return Finding(
        code=code,
        level=CODES[code].level,
        message=message,
        item=item,
        input=about,
        evidence=evidence,
        fix=fix,
    )


def _homeless(item: Item, decision: Decision) -> Iterator[Finding]:
    if decision.rule is None and not decision.overridden:
        yield finding(
            "DEC003",
            "no rule gives this item a home",
            item=item.name,
            fix="add a row to the ruleset, or use the ruleset stateroom",
        )


def _override(item: Item, decision: Decision) -> Iterator[Finding]:
    before = decision.overridden
    if before is None or (before.tiers, before.home) == (
        decision.tiers,
        decision.home.place,
    ):
        return
    says = ", ".join(before.tiers) or before.home
    now = ", ".join(decision.tiers) or decision.home.place
    yield finding(
        "DEC001",
        f"the override places it in {now}, the rules in {says}",
        item=item.name,
        about="override.tier",
        evidence=f"reason given: {before.reason}",
        fix="correct the inputs that led the rules elsewhere, or suppress this "
        "finding with the same reason",
    )


def _unknown(item: Item, decision: Decision) -> Iterator[Finding]:
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


def _needless_exact(item: Item, decision: Decision) -> Iterator[Finding]:
    if item.immutable and item.staleness == "exact" and decision.home.place != "cdn":
        yield finding(
            "DEC008",
            "exact staleness forbids copies, but a copy of what never changes is "
            "always exact",
            item=item.name,
            about="staleness",
            fix="declare how long a copy may be kept instead of exact",
        )


def _exposed(item: Item, decision: Decision) -> Iterator[Finding]:
    places = {decision.home.place, *(copy.tier for copy in decision.copies)}
    if item.sensitivity == "regulated":
        held = sorted(places - {"nowhere", "source", "computed", "transport"})
    elif item.sensitivity == "internal":
        held = sorted(places & _IN_BROWSER)
    elif item.sensitivity == "secret":
        typed = item.audience == "tab"
        held = sorted(places & (_IN_BROWSER - ({"session"} if typed else set())))
    else:
        held = []
    if held:
        yield finding(
            "SEC001",
            f"{item.sensitivity} data is placed in {' and '.join(held)}",
            item=item.name,
            about="sensitivity",
            fix="remove the override, or the ruleset that places it there",
        )


def _shared_secret(item: Item, decision: Decision) -> Iterator[Finding]:
    del decision
    if item.sensitivity == "secret" and item.audience == "public":
        yield finding(
            "SEC005",
            "a secret whose audience is everybody is no secret",
            item=item.name,
            about="audience",
            fix="say who may hold it: user, group, or sensitivity internal",
        )


def _lives(item: Item, decision: Decision) -> Iterator[Finding]:
    for copy in decision.copies:
        ttl = copy.ttl_seconds
        if ttl is None or copy.tier == "session":
            continue
        own = item.override is not None and item.override.ttl is not None
        if ttl_of(item) is None and not own:
            yield finding(
                "TTL001",
                f"nothing bounds the life of the {copy.tier} copy",
                item=item.name,
                about="staleness",
                evidence=f"the default of {format_duration(DEFAULT_TTL)} is used",
                fix="declare staleness, the oldest copy a reader may be shown",
            )
        yield from _too_long(item, ttl)


def _too_long(item: Item, ttl: float) -> Iterator[Finding]:
    if item.staleness == "exact" or (item.staleness and ttl > item.staleness):
        bound = item.staleness
        text = bound if isinstance(bound, str) else format_duration(bound)
        yield finding(
            "TTL002",
            f"a copy may live {format_duration(ttl)}, but staleness is {text}",
            item=item.name,
            about="override.ttl",
            fix=f"shorten the ttl to {text}, or declare the staleness readers accept"
            if text != "exact"
            else "keep no copy, or declare the staleness readers accept",
        )
    if item.licence_ttl and ttl > item.licence_ttl:
        text = format_duration(item.licence_ttl)
        yield finding(
            "TTL003",
            f"a copy may live {format_duration(ttl)}, but the licence allows {text}",
            item=item.name,
            about="override.ttl",
            fix=f"shorten the ttl to {text}",
        )


def _rarely_hit(item: Item, decision: Decision) -> Iterator[Finding]:
    cached = next((c for c in decision.copies if c.kind == "cache"), None)
    ratio = real_ratio(item, cached) if cached else None
    if cached is None or ratio is None or ratio >= PAYING_RATIO:
        return
    life = life_of(item)
    reads = item.reads_per_hour or 0
    possible = expected_hits(reads, life) if life else ratio
    fix = "raise staleness, or accept that only bursts are answered by the copy"
    if possible >= PAYING_RATIO:
        fix = (
            "the writer invalidates the copy, so it may live until the next write: "
            f"raise staleness, and {percent(possible)} of reads will hit"
        )
    yield finding(
        "TTL005",
        f"{percent(ratio)} of reads find the copy before it ends",
        item=item.name,
        about="staleness",
        evidence=f"{format_rate(reads)} reads, copies live "
        f"{format_duration(cached.ttl_seconds or 0)}",
        fix=fix,
    )


def _client(item: Item, decision: Decision) -> Iterator[Finding]:
    persisted = "persist" in decision.tiers
    if persisted and item.size is not None and item.size > CLIENT_SLICE:
        yield finding(
            "PER001",
            f"one record of {format_size(item.size)} is kept on the client",
            item=item.name,
            about="size",
            evidence=f"the budget of a record is {format_size(CLIENT_SLICE)}",
            fix="keep it on the server, or persist only the part that is needed",
        )
    if decision.home.place == "persist" and item.sensitivity == "personal":
        yield finding(
            "PER006",
            "the only copy of this work is in one browser until it is sent",
            item=item.name,
            about="horizon",
            evidence="browsers may drop storage, and do so after weeks without a visit",
            fix='sync it to the server: horizon = "account", offline = true',
        )
    if item.offline and not _IN_BROWSER & {*decision.tiers, decision.home.place}:
        yield finding(
            "PER007",
            "it is needed without the network, but may not be kept on the client",
            item=item.name,
            about="offline",
            evidence=_why_not_offline(item),
            fix="drop offline, or change the answer that forbids the copy",
        )


def _why_not_offline(item: Item) -> str:
    if item.sensitivity in ("internal", "secret", "regulated"):
        return f"sensitivity is {item.sensitivity}"
    if item.staleness == "exact":
        return "staleness is exact, and a copy on the client is always old"
    if item.size is not None and item.size > CLIENT_SLICE:
        return f"size is {format_size(item.size)}"
    return "the ruleset keeps no copy on the client"


def _counter(item: Item, decision: Decision) -> Iterator[Finding]:
    safe = {("redis", "live"), ("redis", "auth"), ("database", None)}
    kept = (decision.home.place, decision.home.kind)
    is_counted = item.coordination == "atomic" and item.sensitivity != "regulated"
    if is_counted and decision.rule and kept not in safe and kept[0] in _LOSING:
        where = "/".join(part for part in kept if part)
        yield finding(
            "QTA001",
            f"changes must be atomic, but it lives in {where}",
            item=item.name,
            about="coordination",
            evidence="an evicted or local counter starts again from nothing",
            fix="keep it in Redis, kind live, or in the database",
        )


_LOSING = {"redis", "persist", "session", "cookie"}

_JUDGES: tuple[_Judge, ...] = (
    _override,
    _homeless,
    _unknown,
    _needless_exact,
    _exposed,
    _shared_secret,
    _lives,
    _rarely_hit,
    _client,
    _counter,
)


def with_findings(decision: Decision, findings: tuple[Finding, ...]) -> Decision:
    """Return the decision with its findings filled in."""
    return msgspec.structs.replace(decision, findings=findings)
