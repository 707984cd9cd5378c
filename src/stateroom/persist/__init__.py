"""The persisted tier: client state that survives restarts, crashes and upgrades.

Standard library only: it runs in a browser under Pyodide as it does on a desktop.

Example::

    kept = persist(roles, fields={"selected"}, transient={"loading"})
    store = Store(kept, ui)
    with Persistor(store, Files("~/.local/share/careers")) as persistor:
        persistor.hydrate()
        store.dispatch(select_role("Cook"))
        persistor.flush()                   # it is on the disk now
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stateroom.persist.actions import PURGE, REHYDRATE
    from stateroom.persist.budgets import SLICE_BUDGET, TOTAL_BUDGET
    from stateroom.persist.declaring import UnmentionedField, persist
    from stateroom.persist.interchange import create_transform
    from stateroom.persist.merging import (
        ABSENT,
        Conflict,
        Merge,
        Merged,
        add_numbers,
        by_id,
        keep_current,
        keep_stored,
        newest,
        sorted_by,
        three_way,
        union,
    )
    from stateroom.persist.migrating import unchanged
    from stateroom.persist.persisted import Persisted
    from stateroom.persist.persistor import Persistor
    from stateroom.persist.persistor_async import AsyncPersistor
    from stateroom.persist.reconcilers import hard_set, merge_level_1, merge_level_2
    from stateroom.persist.status import Phase, Problem, SliceStatus, Status
    from stateroom.persist.storages import Files, Mapped, Memory, SQLite
    from stateroom.persist.storages.port import AsyncStorage, Storage, Stored

__all__ = (
    "ABSENT",
    "PURGE",
    "REHYDRATE",
    "SLICE_BUDGET",
    "TOTAL_BUDGET",
    "AsyncPersistor",
    "AsyncStorage",
    "Conflict",
    "Files",
    "Mapped",
    "Memory",
    "Merge",
    "Merged",
    "Persisted",
    "Persistor",
    "Phase",
    "Problem",
    "SQLite",
    "SliceStatus",
    "Status",
    "Storage",
    "Stored",
    "UnmentionedField",
    "add_numbers",
    "by_id",
    "create_transform",
    "hard_set",
    "keep_current",
    "keep_stored",
    "merge_level_1",
    "merge_level_2",
    "newest",
    "persist",
    "sorted_by",
    "three_way",
    "unchanged",
    "union",
)

# Loaded on first use: a page needs no SQLite, and a script no event loop.
_HOMES = {
    "ABSENT": "merging",
    "PURGE": "actions",
    "REHYDRATE": "actions",
    "SLICE_BUDGET": "budgets",
    "TOTAL_BUDGET": "budgets",
    "AsyncPersistor": "persistor_async",
    "AsyncStorage": "storages.port",
    "Conflict": "merging",
    "Files": "storages",
    "Mapped": "storages",
    "Memory": "storages",
    "Merge": "merging",
    "Merged": "merging",
    "Persisted": "persisted",
    "Persistor": "persistor",
    "Phase": "status",
    "Problem": "status",
    "SQLite": "storages",
    "SliceStatus": "status",
    "Status": "status",
    "Storage": "storages.port",
    "Stored": "storages.port",
    "UnmentionedField": "declaring",
    "add_numbers": "merging",
    "by_id": "merging",
    "create_transform": "interchange",
    "hard_set": "reconcilers",
    "keep_current": "merging",
    "keep_stored": "merging",
    "merge_level_1": "reconcilers",
    "merge_level_2": "reconcilers",
    "newest": "merging",
    "persist": "declaring",
    "sorted_by": "merging",
    "three_way": "merging",
    "unchanged": "migrating",
    "union": "merging",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    value: object = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
