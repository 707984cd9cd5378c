"""Decides where each item of a catalogue should live, explains and proves it."""

from __future__ import annotations

from stateroom.decide.decision import Decision, Decisions
from stateroom.decide.engine import Engine, decide, decide_item
from stateroom.decide.lock import Lock, changes, lock_of
from stateroom.decide.lockfile import read_lock, write_lock
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.rulesets import NAMES, load_ruleset

__all__ = (
    "NAMES",
    "Decision",
    "Decisions",
    "Engine",
    "Lock",
    "Ruleset",
    "changes",
    "decide",
    "decide_item",
    "load_ruleset",
    "lock_of",
    "read_lock",
    "write_lock",
)
