"""Stateroom: where does this data live, and who needs it?

Declare facts about an application's data in a catalogue, let the rules decide in
which tier each item lives, pin the decision, and run it. Names are loaded on first
use, so that ``import stateroom`` costs almost nothing and works in a browser.

Example::

    import stateroom
    from stateroom.decide import decide

    catalogue = stateroom.load("stateroom.toml")
    for decision in decide(catalogue).decisions:
        print(decision.item, decision.tiers, decision.rule)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stateroom.catalogue import Catalogue, Finding, Item, declare, load
    from stateroom.decide import Decision, Decisions, Lock, Ruleset
    from stateroom.errors import StateroomError

__all__ = (
    "Catalogue",
    "Decision",
    "Decisions",
    "Finding",
    "Item",
    "Lock",
    "Ruleset",
    "StateroomError",
    "__version__",
    "declare",
    "load",
)

__version__ = "0.1.0.dev0"

_HOMES = {
    "Catalogue": "stateroom.catalogue",
    "Decision": "stateroom.decide",
    "Decisions": "stateroom.decide",
    "Finding": "stateroom.catalogue",
    "Item": "stateroom.catalogue",
    "Lock": "stateroom.decide",
    "Ruleset": "stateroom.decide",
    "StateroomError": "stateroom.errors",
    "declare": "stateroom.catalogue",
    "load": "stateroom.catalogue",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
