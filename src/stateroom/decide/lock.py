"""The lock: decisions pinned, so that an application runs what somebody wrote.

A new ruleset or an edited fact changes nothing at run time until the lock is written
again. Pure: ``locktext`` prints and parses, ``lockfile`` reads and writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from stateroom.catalogue.document import Catalogue
from stateroom.decide.decision import Decision, Decisions, HomePlace
from stateroom.decide.pinned import Lock, Pinned, fields_of
from stateroom.decide.ruleset import Home

__all__ = (
    "Change",
    "Lock",
    "Pinned",
    "changes",
    "lock_of",
    "moved",
    "with_retired",
)

ChangeKind: TypeAlias = Literal["added", "removed", "moved", "changed", "same"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What writing a lock would change for one item.

    Attributes:
        kind: ``moved`` when originals would get a new home, which needs a plan;
            ``changed`` for anything else that differs.
        before: placement in the old lock, or empty.
        after: placement in the new one, or empty.
        detail: each field that differs, e.g. ``"rule T15 -> T09"``.
        homes: for a move, the old and the new home as a plan names them.
    """

    item: str
    kind: ChangeKind
    before: str = ""
    after: str = ""
    detail: str = ""
    homes: tuple[str, str] | None = None


def lock_of(catalogue: Catalogue, decisions: Decisions) -> Lock:
    """Return the lock that pins ``decisions``."""
    pinned = {each.item: _pin(catalogue, each) for each in decisions.decisions}
    return Lock(
        app=catalogue.app.name,
        ruleset=decisions.ruleset,
        catalogue=catalogue.digest,
        items=dict(sorted(pinned.items())),
    )


def changes(old: Lock | None, new: Lock) -> tuple[Change, ...]:
    """Return what differs, per item in order; unchanged items are left out."""
    names = sorted({*(old.items if old else ()), *new.items})
    found = [_change(name, old, new.items.get(name)) for name in names]
    return tuple(change for change in found if change.kind != "same")


def with_retired(old: Lock | None, new: Lock) -> Lock:
    """Return ``new``, remembering the originals of ``old`` that it no longer has."""
    if old is None:
        return new
    known = old.retired | old.items
    kept = {
        name: pinned
        for name, pinned in sorted(known.items())
        if name not in new.items and pinned.authority == "original"
    }
    return msgspec.structs.replace(new, retired=kept)


def moved(old: Lock | None, new: Lock) -> tuple[Change, ...]:
    """Return the changes that give originals a new home."""
    return tuple(change for change in changes(old, new) if change.kind == "moved")


def _pin(catalogue: Catalogue, decision: Decision) -> Pinned:
    item = catalogue.items[decision.item]
    return Pinned(
        rule=decision.rule or "none",
        facts=decision.digest,
        authority=decision.authority,
        override=item.override.reason if item.override else None,
        home=decision.home,
        copies=decision.copies,
    )


def _change(name: str, lock: Lock | None, new: Pinned | None) -> Change:
    old = lock.home_of(name) if lock else None
    if new is None:
        return Change(item=name, kind="removed", before=old.placement if old else "")
    if old is None:
        return Change(item=name, kind="added", after=new.placement)
    if lock and name in lock.retired and not home_text(old.home, new.home):
        return Change(item=name, kind="added", after=new.placement)
    is_original = "original" in (old.authority, new.authority)
    is_moved = is_original and home_text(old.home, new.home) is not None
    detail = "; ".join(_details(old, new))
    is_changed = bool(detail) or old.facts != new.facts
    return Change(
        item=name,
        kind="moved" if is_moved else "changed" if is_changed else "same",
        before=old.placement,
        after=new.placement,
        detail=detail or "facts that decide nothing",
        homes=home_text(old.home, new.home) if is_moved else None,
    )


def home_text(old: HomePlace, new: HomePlace) -> tuple[str, str] | None:
    """Return both homes as a plan names them; None when they are the same.

    Data under another key is data in another place: where only the key differs, the
    keys are the names.
    """
    before, after = str(Home(old.place, old.kind)), str(Home(new.place, new.kind))
    if before != after:
        return before, after
    if old.key != new.key:
        return old.key or before, new.key or after
    return None


def _details(old: Pinned, new: Pinned) -> Iterator[str]:
    """Yield each field that differs, as ``name old -> new``."""
    before, after = dict(fields_of(old)), dict(fields_of(new))
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name, "none"), after.get(name, "none")
        if was != now and name != "facts":
            yield f"{name} {was} -> {now}".replace('"', "")
