"""Applies an override: what the application wants instead, and what it sets aside."""

from __future__ import annotations

from stateroom.catalogue.item import Item
from stateroom.decide.ruleset import Home, Slot
from stateroom.decide.table import Outcome

__all__ = ("OVERRIDE", "placed")

OVERRIDE = "override"
"""Stands where a copy names the rule that asked for it."""

_SERVER = {"database", "source", "transport", "computed", "cdn", "process"}
_UNHELD = {"transport", "computed", "process"}
"""Places that hold nothing of which a copy could be made again."""


def placed(item: Item, outcome: Outcome) -> tuple[Home, tuple[tuple[Slot, str], ...]]:
    """Return home and copies with the item's override of the tier, if it has one."""
    home = outcome.home or Home("nowhere")
    tier = item.override.tier if item.override else None
    if tier is None or home.place == tier:
        return home, outcome.copies
    behind = home if home.place in _SERVER else _server_home(item)
    if tier == "none":
        return behind, ()
    if tier == "redis":
        return _in_redis(item, behind)
    if item.authority == "original":
        return Home(tier), ()
    return behind, ((Slot(tier), OVERRIDE),)


def _in_redis(item: Item, behind: Home) -> tuple[Home, tuple[tuple[Slot, str], ...]]:
    if item.sensitivity == "secret":
        return Home("redis", "auth"), ()
    # An original that no place holds may not be left to a cache that evicts it.
    is_unheld = item.authority == "original" and behind.place in _UNHELD
    if item.coordination == "atomic" or is_unheld:
        return Home("redis", "live"), ()
    return behind, ((Slot("redis", "cache"), OVERRIDE),)


def _server_home(item: Item) -> Home:
    return Home("database" if item.authority == "original" else "source")
