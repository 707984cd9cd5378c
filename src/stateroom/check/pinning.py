"""Judges the lock: whether it says what would be decided today."""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.catalogue.document import Catalogue
from stateroom.catalogue.findings import Finding
from stateroom.decide.decision import Decisions
from stateroom.decide.lock import Change, Lock, changes, lock_of
from stateroom.decide.review import finding

__all__ = ("judge_lock",)

TOP = 3
"""Items that a finding names."""


def judge_lock(
    catalogue: Catalogue, decisions: Decisions, lock: Lock
) -> Iterator[Finding]:
    """DEC006 once for the whole lock, and DEC007 for each item that would move."""
    found = changes(lock, lock_of(catalogue, decisions))
    moves = [change for change in found if change.kind == "moved"]
    others = [change for change in found if change.kind != "moved"]
    if others:
        yield _older(others)
    elif not moves and lock.ruleset.hash != decisions.ruleset.hash:
        yield _other_rules(lock, decisions)
    yield from map(_moved, moves)


def _older(others: list[Change]) -> Finding:
    count = "1 item differs" if len(others) == 1 else f"{len(others)} items differ"
    rest = len(others) - TOP
    told = "; ".join(map(_told, others[:TOP]))
    return finding(
        "DEC006",
        f"the lock is older than the catalogue or the rules: {count}",
        about="app",
        evidence=told + (f"; and {rest} more" if rest > 0 else ""),
        fix="review the difference, then pin it: stateroom decide --write",
    )


def _told(change: Change) -> str:
    if change.kind in ("added", "removed"):
        return f"{change.item} was {change.kind}"
    return f"{change.item}: {change.detail}"


def _other_rules(lock: Lock, decisions: Decisions) -> Finding:
    old, new = lock.ruleset, decisions.ruleset
    return finding(
        "DEC006",
        "the lock was written by other rules, which decide the same",
        about="app",
        evidence=f"{old.name} {old.hash}, now {new.name} {new.hash}",
        fix="pin them: stateroom decide --write",
    )


def _moved(change: Change) -> Finding:
    old, new = change.homes or (change.before, change.after)
    return finding(
        "DEC007",
        f"its originals are in {old}, and would be looked for in {new}",
        item=change.item,
        evidence=change.detail,
        fix="undo the change of its facts; or move the data, then say so: stateroom "
        "decide --write --moved PLAN",
    )
