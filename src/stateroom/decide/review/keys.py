"""Judges a key that the catalogue gives itself, segment by segment.

Each fault of the pattern belongs to one code. Where a placeholder is never filled, the
segment it stands in is not judged again for what it would be.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stateroom.catalogue.findings import Finding
from stateroom.catalogue.item import Item
from stateroom.catalogue.patterns import KeyPattern, parse_pattern, pattern_text
from stateroom.catalogue.segments import KINDS, Kind, ScopeKind
from stateroom.decide.decision import Decision
from stateroom.decide.placing import client_scope, server_scope
from stateroom.decide.review.found import finding

__all__ = ("judge_key",)

_WIDTHS: dict[ScopeKind | None, int] = {"user": 0, "group": 1, "public": 2, None: 3}
"""Who shares one key. A scope that cannot be read is one key for everybody."""
_ABOUT = "override.key"


class _Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One item's own key, and what it should be."""

    item: Item
    pattern: KeyPattern
    namespace: str
    kinds: tuple[Kind, ...]
    faults: tuple[str, ...]

    def has_fault(self, segment: str) -> bool:
        return any(fault.startswith(f"{segment}:") for fault in self.faults)

    def found(self, code: str, message: str, evidence: str = "") -> Finding:
        return finding(
            code,
            message,
            item=self.item.name,
            about=_ABOUT,
            evidence=evidence or f"override.key is {self.pattern.text}",
            fix=f"use {self.good_key}, or drop override.key",
        )

    @property
    def good_key(self) -> str:
        known = self.pattern.kind
        kind = known if known is not None and known in self.kinds else self.kinds[0]
        scope = client_scope(self.item) if kind == "persist" else _wanted(self.item)
        return pattern_text(self.namespace, kind, scope, self.item.name)


def judge_key(item: Item, decision: Decision, namespace: str) -> Iterator[Finding]:
    """KEY001, KEY002, KEY005, KEY006, SEC002, SEC003, SEC004 and PER005."""
    kinds = tuple(dict.fromkeys(_kinds(decision)))
    text = item.override.key if item.override else None
    if not kinds or not text:
        return
    pattern = parse_pattern(text)
    judged = _Judged(
        item=item,
        pattern=pattern,
        namespace=namespace,
        kinds=kinds,
        faults=tuple(_faults(pattern)),
    )
    yield from _unfilled(judged)
    yield from _prefix(judged)
    if pattern.kind in kinds:
        yield from _scope(judged)
        yield from _rest(judged)


def _faults(pattern: KeyPattern) -> Iterator[str]:
    for fault in pattern.faults:
        if not any(each in fault for each in pattern.unfilled):
            yield fault


def _kinds(decision: Decision) -> Iterator[Kind]:
    """Yield the kind of each place that has keys, the home's first."""
    if decision.home.key is not None:
        yield decision.home.kind or "persist"
    for copy in decision.copies:
        if copy.key is not None:
            yield copy.kind or "persist"


def _unfilled(judged: _Judged) -> Iterator[Finding]:
    if judged.pattern.unfilled:
        names = ", ".join(judged.pattern.unfilled)
        yield judged.found("KEY001", f"nothing fills {names}: it stays as it stands")


def _prefix(judged: _Judged) -> Iterator[Finding]:
    pattern, wanted = judged.pattern, judged.namespace
    if pattern.namespace != wanted and pattern.namespace not in pattern.unfilled:
        yield judged.found(
            "KEY002",
            f"it stands under {pattern.namespace or 'nothing'}, the application's "
            f"keys under {wanted}",
        )
        return
    is_wrong = pattern.kind is not None and pattern.kind not in judged.kinds
    if is_wrong or judged.has_fault("kind"):
        marks = " or ".join(f"{KINDS[kind]} ({kind})" for kind in judged.kinds)
        yield judged.found(
            "KEY002", f"its second segment is not that of its kind, {marks}"
        )


def _scope(judged: _Judged) -> Iterator[Finding]:
    if judged.pattern.scope is None and not judged.has_fault("scope"):
        return  # an unfilled placeholder stands there
    if judged.pattern.kind == "persist":
        yield from _client_scope(judged)
    else:
        yield from _server_scope(judged)


def _client_scope(judged: _Judged) -> Iterator[Finding]:
    item = judged.item
    # For the other levels of sensitivity the place itself is wrong, which is SEC001.
    may_be_there = item.sensitivity in (None, "public", "personal")
    if judged.pattern.scope == "user" or not may_be_there:
        return
    if item.sensitivity == "personal":
        yield judged.found(
            "SEC004",
            "personal data is kept as the device's: a sign-out leaves it there for "
            "the next user",
        )
    elif client_scope(item) == "user":
        yield judged.found(
            "PER005",
            "every user of the device shares one record, though each has an own value",
        )


def _server_scope(judged: _Judged) -> Iterator[Finding]:
    item, wanted = judged.item, _wanted(judged.item)
    if _WIDTHS[judged.pattern.scope] <= _WIDTHS[wanted]:
        return
    who = judged.pattern.scope or "one fixed scope"
    if wanted == "user" and item.sensitivity in ("personal", "secret"):
        yield judged.found(
            "SEC002", f"one key is shared by {who}, but the data is one user's"
        )
    elif wanted != "public":
        yield judged.found(
            "SEC003", f"one key is shared by {who}, but only a {wanted} may see it"
        )


def _wanted(item: Item) -> ScopeKind:
    """Return who may share a key: what was said, and nobody else for personal data."""
    if item.audience is not None:
        return server_scope(item)
    return "user" if item.sensitivity in ("personal", "secret") else "public"


def _rest(judged: _Judged) -> Iterator[Finding]:
    if judged.pattern.kind == "cache" and judged.has_fault("fingerprint"):
        yield judged.found(
            "KEY005",
            "it names no schema fingerprint, so that two versions of the application "
            "read each other's values",
        )
    told = {"namespace", "kind", "fingerprint"}
    if _is_scope_judged(judged):
        told.add("scope")
    rest = [each for each in judged.faults if each.partition(":")[0] not in told]
    if rest:
        yield judged.found(
            "KEY006", "it is not a key of our grammar", evidence="; ".join(rest)
        )


def _is_scope_judged(judged: _Judged) -> bool:
    """Say whether a scope that cannot be read has been told as too wide."""
    if judged.pattern.kind == "persist":
        return client_scope(judged.item) == "user"
    return _wanted(judged.item) != "public"
