"""The lock: decisions pinned, so that an application runs what somebody wrote.

A new ruleset or an edited fact changes nothing at run time until the lock is written
again. Pure: text in, values out; ``lockfile`` does the reading and writing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from stateroom.catalogue.document import Catalogue
from stateroom.decide.decision import (
    Copy,
    Decision,
    Decisions,
    HomePlace,
    RulesetRef,
    placement_of,
    tiers_of,
)
from stateroom.decide.ruleset import Home
from stateroom.errors import LockError

__all__ = (
    "LOCK_VERSION",
    "Change",
    "Lock",
    "Pinned",
    "changes",
    "lock_of",
    "moved",
    "parse_lock",
    "print_lock",
)

LOCK_VERSION = 1
"""Of the file's format. A newer one is refused, because it may mean other things."""

_HEAD = """\
# Where this application's data lives. Written by `stateroom decide --write`, read by
# the application. Review changes to it as you would changes to a database schema.
"""

_BARE = re.compile(r"[A-Za-z0-9_-]+")

ChangeKind: TypeAlias = Literal["added", "removed", "moved", "changed", "same"]


class Pinned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item's decision as it is pinned.

    Attributes:
        rule: the row that decided, or ``"none"``.
        authority: ``original`` data has a home that cannot be changed by a file alone.
        facts: hash of the item's facts at the time.
        override: the reason, where the catalogue overrides the rules.
    """

    rule: str
    facts: str
    authority: str | None = None
    override: str | None = None
    home: HomePlace
    copies: tuple[Copy, ...] = ()

    @property
    def placement(self) -> str:
        """Home and copies in one line, e.g. ``"source + redis/cache"``."""
        return placement_of(self.home, self.copies)

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers that home and copies use, sorted."""
        return tiers_of(self.home, self.copies)


class Lock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every pinned decision of an application.

    Attributes:
        ruleset: which rules decided.
        catalogue: hash of all facts at the time.
        items: by name, sorted.
    """

    version: int = LOCK_VERSION
    app: str
    ruleset: RulesetRef
    catalogue: str
    items: dict[str, Pinned] = {}


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
    before = old.items if old else {}
    names = sorted({*before, *new.items})
    found = [_change(name, before.get(name), new.items.get(name)) for name in names]
    return tuple(change for change in found if change.kind != "same")


def moved(old: Lock | None, new: Lock) -> tuple[Change, ...]:
    """Return the changes that give originals a new home."""
    return tuple(change for change in changes(old, new) if change.kind == "moved")


def parse_lock(text: str, path: str = "stateroom.lock") -> Lock:
    """Read a lock.

    Raises:
        LockError: it is not TOML, not a lock, or of a newer version.
    """
    try:
        document = tomllib.loads(text)
        version = document.get("version")
        if isinstance(version, int) and version > LOCK_VERSION:
            raise LockError(
                f"{path}: version {version} is newer than this Stateroom, which "
                f"reads version {LOCK_VERSION}",
                hint="upgrade Stateroom",
            )
        return msgspec.convert(document, Lock)
    except (ValueError, RecursionError) as error:
        raise LockError(
            f"{path}: not a lock: {error}",
            hint="restore it from version control, or write it again: "
            "stateroom decide --write",
        ) from error


def print_lock(lock: Lock) -> str:
    """Print a lock as TOML: a value per line, items sorted, so that diffs are small."""
    lines = [
        _HEAD,
        f"version = {lock.version}",
        f"app = {_toml(lock.app)}",
        f"catalogue = {_toml(lock.catalogue)}",
        f"ruleset.name = {_toml(lock.ruleset.name)}",
        f"ruleset.hash = {_toml(lock.ruleset.hash)}",
    ]
    for name, pinned in sorted(lock.items.items()):
        lines += _table(name, pinned)
    return "\n".join(lines) + "\n"


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


def _change(name: str, old: Pinned | None, new: Pinned | None) -> Change:
    if old is None or new is None:
        kind: ChangeKind = "added" if old is None else "removed"
        return Change(
            item=name,
            kind=kind,
            before=old.placement if old else "",
            after=new.placement if new else "",
        )
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
    before, after = dict(_pairs(old)), dict(_pairs(new))
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name, "none"), after.get(name, "none")
        if was != now and name != "facts":
            yield f"{name} {was} -> {now}".replace('"', "")


def _table(name: str, pinned: Pinned) -> Iterator[str]:
    """Yield the lines of one item: its own table, then one table per copy."""
    header = f"items.{_key(name)}"
    yield f"\n[{header}]"
    for field, value in _pairs(pinned):
        if not field.startswith("copies."):
            yield f"{field} = {value}"
    for copy in pinned.copies:
        yield f"\n[[{header}.copies]]"
        yield from (f"{field} = {value}" for field, value in _toml_pairs(copy))


def _pairs(pinned: Pinned) -> Iterator[tuple[str, str]]:
    """Yield the fields of a pinned item under dotted names, printed as TOML."""
    for name in ("rule", "authority", "facts", "override"):
        if getattr(pinned, name) is not None:
            yield name, _toml(getattr(pinned, name))
    for name, value in _toml_pairs(pinned.home):
        yield f"home.{name}", value
    for copy in pinned.copies:
        for name, value in _toml_pairs(copy):
            yield f"copies.{copy.tier}.{name}", value


def _toml_pairs(struct: HomePlace | Copy) -> Iterator[tuple[str, str]]:
    for name, value in msgspec.structs.asdict(struct).items():
        if value is not None and value != ():
            yield name, _toml(value)


def _toml(value: object) -> str:
    """Print a string, a number or a list of strings; JSON's spelling is TOML's too."""
    # But for DEL, which TOML wants escaped and JSON does not.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _toml(name)
