"""What a decision says: the values that are printed, pinned, exported and compared.

Field names and order are those of the JSON document, which other tools rely on: more
fields may be added, none is renamed or removed within one major ``schema_version``.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from stateroom.catalogue.findings import Finding
from stateroom.decide.ruleset import TIERS, Home, Kind, Place, Slot, TierName

__all__ = (
    "SCHEMA_VERSION",
    "Ask",
    "Copy",
    "Decision",
    "Decisions",
    "Flip",
    "HomePlace",
    "Option",
    "Overridden",
    "RulesetRef",
    "Sizing",
    "placement_of",
    "tiers_of",
)

SCHEMA_VERSION = "1.0"
"""Of the JSON document: the minor number grows with new fields."""


class HomePlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where the one authority for the item lives.

    Attributes:
        place: one of the places of ``ruleset.PLACES``.
        kind: for Redis, how it is held.
        key: the key pattern, where the home has keys of ours.
        scope: who shares one key: public, group, user, or device.
        ttl_seconds: for login sessions and tokens, the sliding life.
        absolute_ttl_seconds: for login sessions, the life that use does not extend.
    """

    place: Place
    kind: Kind | None = None
    key: str | None = None
    scope: str | None = None
    ttl_seconds: int | float | None = None
    absolute_ttl_seconds: int | float | None = None


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A copy kept besides the home; it can always be made again from it.

    Attributes:
        ttl_seconds: the longest life; caches vary it by ``jitter`` in both directions.
        key: the key pattern.
        scope: who shares one key: public, group, user, or device.
        tags: what invalidates it.
        rule: the row or overlay that asks for it, or ``"override"``.
    """

    tier: TierName
    kind: Kind | None = None
    ttl_seconds: int | float | None = None
    key: str | None = None
    scope: str | None = None
    tags: tuple[str, ...] = ()
    jitter: float | None = None
    rule: str = ""


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """A single answer that would change the decision.

    Attributes:
        input: which answer.
        from_: the answer now, as a catalogue writes it; None while it is unknown.
        to: the answer that would change the decision.
        tiers: the tiers used then.
        home: the home then, e.g. ``"redis/live"``; ``"none"`` where no rule decides.
    """

    input: str
    from_: str | None = msgspec.field(name="from")
    to: str
    tiers: tuple[str, ...]
    home: str


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a question, and what it means."""

    value: str
    meaning: str


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """The question whose answer says most about the decision."""

    input: str
    question: str
    options: tuple[Option, ...] = ()


class Sizing(msgspec.Struct, frozen=True, kw_only=True):
    """What the copies in Redis cost and bring.

    Attributes:
        entries: how many keys, or None when the cardinality is unknown.
        entry_bytes: bytes of one value, or None when the size is unknown.
        copies: how many of the copies are in Redis.
        total_bytes: entries x size x copies, or None.
        budget_bytes: the application's memory budget.
        hit_ratio: lT/(1+lT) for l reads per hour and copies that live T hours.
    """

    entries: int | None
    entry_bytes: int | None
    copies: int
    total_bytes: int | None
    budget_bytes: int
    hit_ratio: float | None


class Overridden(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalogue set aside, and why."""

    reason: str
    tiers: tuple[str, ...]
    home: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Where one item lives, why, and what would change that.

    Attributes:
        tiers: the tiers that the home and the copies use, sorted.
        rule: id of the row that fired, or None where no row decides.
        read: the answers that row read, as a catalogue writes them.
        why: reasons, the rule's own first.
        why_not: for each tier not used, the condition that ruled it out.
        flips: every single answer that would change home or copies.
        confidence: share of the completions of unknown answers that agree; 1.0 = sure.
        ask: the best next question, or None when it is sure.
        assumed: answers that nobody gave, and that this decision takes for granted.
        overridden: what the rules said, where the catalogue overrides it.
        like: the item's preset; authority: original or derived, as the lock needs it.
    """

    item: str
    home: HomePlace
    copies: tuple[Copy, ...]
    tiers: tuple[str, ...]
    rule: str | None
    why: tuple[str, ...]
    why_not: dict[str, str]
    flips: tuple[Flip, ...]
    confidence: float
    ask: Ask | None
    findings: tuple[Finding, ...] = ()
    title: str = ""
    read: dict[str, str] = {}
    assumed: dict[str, str] = {}
    sizing: Sizing | None = None
    overridden: Overridden | None = None
    authority: str | None = None
    digest: str = ""

    @property
    def placement(self) -> str:
        """Home and copies in one line, e.g. ``"source + redis/cache"``."""
        return placement_of(self.home, self.copies)


class RulesetRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which rules decided."""

    name: str
    hash: str


class Decisions(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions of a catalogue, in the order of its items."""

    schema_version: str = SCHEMA_VERSION
    ruleset: RulesetRef
    decisions: tuple[Decision, ...]

    def __getitem__(self, item: str) -> Decision:
        """Return the decision of an item.

        Raises:
            KeyError: the catalogue has no such item.
        """
        for decision in self.decisions:
            if decision.item == item:
                return decision
        raise KeyError(item)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of every decision, in order."""
        return tuple(found for each in self.decisions for found in each.findings)


def placement_of(home: HomePlace, copies: Iterable[Copy]) -> str:
    """Print home and copies in one line, e.g. ``"source + redis/cache"``."""
    places: list[Home | Slot] = [Home(home.place, home.kind)]
    places += [Slot(copy.tier, copy.kind) for copy in copies]
    return " + ".join(map(str, places))


def tiers_of(home: HomePlace, copies: Iterable[Copy]) -> tuple[str, ...]:
    """Return the tiers that a home and its copies use, sorted."""
    used = {home.place, *(copy.tier for copy in copies)}
    return tuple([tier for tier in TIERS if tier in used])
