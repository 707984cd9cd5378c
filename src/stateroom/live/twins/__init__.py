"""What scripts and commands do to the table of ``Live.memory()``, by their names.

Each kind of live data registers the twins of its own scripts, in a module of its own;
a conformance suite holds them to what Redis does.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, TypeVar

from stateroom.link import Script
from stateroom.live.twins.table import Table

__all__ = ("COMMANDS", "SCRIPTS", "command_twin", "load_twins", "script_twin")

Words: TypeAlias = Sequence[bytes]
ScriptTwin: TypeAlias = Callable[[Table, Words, Words], object]
CommandTwin: TypeAlias = Callable[[Table, Words], object]
S = TypeVar("S", bound=ScriptTwin)
C = TypeVar("C", bound=CommandTwin)

SCRIPTS: Final[dict[str, ScriptTwin]] = {}
COMMANDS: Final[dict[str, CommandTwin]] = {}
KINDS: Final = (
    "common",
    "counters",
    "leaderboards",
    "logins",
    "memberships",
    "mutexes",
    "quotas",
    "recents",
    "records",
    "sorted_sets",
)
"""Modules of this package that register twins."""


def script_twin(script: Script) -> Callable[[S], S]:
    """Register ``twin(table, keys, words)`` as what does the work of a script."""

    def register(twin: S) -> S:
        if script.name in SCRIPTS:
            raise ValueError(f"two twins of the script {script.name}")
        SCRIPTS[script.name] = twin
        return twin

    return register


def command_twin(name: str) -> Callable[[C], C]:
    """Register ``twin(table, words)`` as what does the work of a command."""

    def register(twin: C) -> C:
        if name in COMMANDS:
            raise ValueError(f"two twins of the command {name}")
        COMMANDS[name] = twin
        return twin

    return register


def load_twins() -> None:
    """Import every module that registers twins; twice does nothing more."""
    for each in KINDS:
        importlib.import_module(f"{__name__}.{each}")
