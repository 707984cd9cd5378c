"""Where records are kept: files, SQLite, memory, or any mapping; one port for all.

What a storage promises is in ``port``; ``stateroom.testing.storages`` tests it.
The storages themselves are loaded on first use: a browser has no ``sqlite3``, and no
need of files.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from stateroom.persist.storages.port import (
    LONGEST_STAMP,
    AnyStorage,
    AsyncStorage,
    Noticing,
    Storage,
    Stored,
    stamp_of,
)

if TYPE_CHECKING:
    from stateroom.persist.storages.files import Files
    from stateroom.persist.storages.mapped import Mapped
    from stateroom.persist.storages.memory import Memory
    from stateroom.persist.storages.sqlite import SQLite

__all__ = (
    "LONGEST_STAMP",
    "AnyStorage",
    "AsyncStorage",
    "Files",
    "Mapped",
    "Memory",
    "Noticing",
    "SQLite",
    "Storage",
    "Stored",
    "stamp_of",
)

_HOMES = {"Files": "files", "Mapped": "mapped", "Memory": "memory", "SQLite": "sqlite"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    value: object = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
