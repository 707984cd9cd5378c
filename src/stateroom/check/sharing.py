"""Judges whether two items stand under one key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from stateroom.catalogue.document import Catalogue
from stateroom.catalogue.findings import Finding
from stateroom.catalogue.patterns import parse_pattern
from stateroom.decide.decision import Decision, Decisions
from stateroom.decide.review import finding

__all__ = ("judge_sharing",)

_Name: TypeAlias = tuple[str, ...]


def judge_sharing(catalogue: Catalogue, decisions: Decisions) -> Iterator[Finding]:
    """KEY003: two items under one key.

    A decision's own keys differ by item, so there is something to compare only where
    an item brings its own.
    """
    own = {n for n, item in catalogue.items.items() if item.override}
    own = {n for n in own if _own_key(catalogue, n)}
    if not own:
        return
    for names in _holders(decisions).values():
        if len(names) == 1:
            continue
        keeper = next((name for name in names if name not in own), names[0])
        for name in names:
            if name != keeper and name in own:
                yield _shared(name, keeper, _own_key(catalogue, name))


def _own_key(catalogue: Catalogue, name: str) -> str:
    override = catalogue.items[name].override
    return override.key or "" if override else ""


def _holders(decisions: Decisions) -> dict[_Name, list[str]]:
    holders: defaultdict[_Name, list[str]] = defaultdict(list)
    for decision in decisions.decisions:
        for name in dict.fromkeys(_names(decision)):
            holders[name].append(decision.item)
    return holders


def _names(decision: Decision) -> Iterator[_Name]:
    """Yield what each key stands for; a schema's version makes it no other key.

    An invalidation, and the lease of a load, reach a key under every fingerprint.
    """
    for key in (decision.home.key, *(copy.key for copy in decision.copies)):
        if key is None:
            continue
        pattern = parse_pattern(key)
        if pattern.kind is None or pattern.scope is None or not pattern.item:
            yield (key,)
        else:
            yield (pattern.namespace, pattern.kind, pattern.scope, pattern.item)


def _shared(name: str, keeper: str, key: str) -> Finding:
    return finding(
        "KEY003",
        f"it shares its key with {keeper}: each overwrites and invalidates the other",
        item=name,
        about="override.key",
        evidence=f"override.key is {key}",
        fix=f"drop override.key, or put {name} in the place of the item's name",
    )
