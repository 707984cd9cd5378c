"""What is pinned: the values of a lock, and their fields as they are printed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stateroom.decide.decision import (
    Copy,
    HomePlace,
    RulesetRef,
    placement_of,
    tiers_of,
)

__all__ = ("LOCK_VERSION", "Lock", "Pinned", "fields_of", "printed", "values_of")

LOCK_VERSION = 1
"""Of the file's format. A newer one is refused, because it may mean other things."""


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
        retired: originals that the catalogue no longer declares, as they were pinned
            last. Their data may still be there: an item that comes back under the
            name is held against it.
    """

    version: int = LOCK_VERSION
    app: str
    ruleset: RulesetRef
    catalogue: str
    items: dict[str, Pinned] = {}
    retired: dict[str, Pinned] = {}

    def home_of(self, name: str) -> Pinned | None:
        """Return what is pinned under a name, or was when it was retired."""
        return self.items.get(name) or self.retired.get(name)


def fields_of(pinned: Pinned) -> Iterator[tuple[str, str]]:
    """Yield the fields of a pinned item under dotted names, printed as TOML."""
    for name in ("rule", "authority", "facts", "override"):
        if getattr(pinned, name) is not None:
            yield name, printed(getattr(pinned, name))
    for name, value in values_of(pinned.home):
        yield f"home.{name}", value
    for copy in pinned.copies:
        for name, value in values_of(copy):
            yield f"copies.{copy.tier}.{name}", value


def values_of(struct: HomePlace | Copy) -> Iterator[tuple[str, str]]:
    """Yield the fields that are set, printed as TOML."""
    for name, value in msgspec.structs.asdict(struct).items():
        if value is not None and value != ():
            yield name, printed(value)


def printed(value: object) -> str:
    """Print a string, a number or a list of strings; JSON's spelling is TOML's too."""
    # But for DEL, which TOML wants escaped and JSON does not.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
