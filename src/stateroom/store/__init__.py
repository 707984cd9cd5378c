"""The session tier: a store with the semantics of Redux Toolkit, in Python's own way.

Standard library only: it runs in a browser under Pyodide as it does on a server.

Example::

    @dataclass(slots=True)
    class Roles:
        selected: list[str] = field(default_factory=list)

    roles = Slice("roles", Roles)

    @roles.reducer
    def select_role(state: Roles, role: str) -> None:
        state.selected.append(role)

    store = Store(roles)
    store.dispatch(select_role("Data engineer"))
    store[roles].selected       # ["Data engineer"], frozen
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from stateroom.store.actions import Action, ActionCreator, Prepared, create_action
from stateroom.store.combining import combine
from stateroom.store.composing import bind_action_creators, compose
from stateroom.store.drafts import (
    FrozenDict,
    FrozenList,
    FrozenSet,
    create_draft,
    current,
    finish_draft,
    freeze,
    is_draft,
    is_draftable,
    is_frozen,
    original,
    produce,
    thaw,
)
from stateroom.store.middleware import Middleware, Next, StoreApi
from stateroom.store.slice_reducers import SliceReducer
from stateroom.store.slice_selectors import SliceSelector
from stateroom.store.slices import Slice
from stateroom.store.store import Store
from stateroom.store.undefined import NOTHING, UNDEFINED, Nothing, Undefined

if TYPE_CHECKING:
    from stateroom.store.action_types import (
        FulfilledAction,
        PayloadAction,
        PendingAction,
        RejectedAction,
    )
    from stateroom.store.batching import prepare_auto_batched
    from stateroom.store.entities import EntityAdapter, EntityState
    from stateroom.store.listeners import ListenerApi, create_listeners
    from stateroom.store.patches import (
        Patch,
        apply_patches,
        produce_with_patches,
    )
    from stateroom.store.persistent import PersistentMap
    from stateroom.store.plain import from_plain, register_plain, to_plain
    from stateroom.store.selectors import (
        create_selector,
        create_structured_selector,
        selector,
    )
    from stateroom.store.thunks import (
        Api,
        AsyncThunk,
        ThunkRun,
        create_async_thunk,
        is_all_of,
        is_any_of,
        is_fulfilled,
        is_pending,
        is_rejected,
        is_rejected_with_value,
    )

__all__ = (
    "NOTHING",
    "UNDEFINED",
    "Action",
    "ActionCreator",
    "Api",
    "AsyncThunk",
    "EntityAdapter",
    "EntityState",
    "FrozenDict",
    "FrozenList",
    "FrozenSet",
    "FulfilledAction",
    "ListenerApi",
    "Middleware",
    "Next",
    "Nothing",
    "Patch",
    "PayloadAction",
    "PendingAction",
    "PersistentMap",
    "Prepared",
    "RejectedAction",
    "Slice",
    "SliceReducer",
    "SliceSelector",
    "Store",
    "StoreApi",
    "ThunkRun",
    "Undefined",
    "apply_patches",
    "bind_action_creators",
    "combine",
    "compose",
    "create_action",
    "create_async_thunk",
    "create_draft",
    "create_listeners",
    "create_selector",
    "create_structured_selector",
    "current",
    "finish_draft",
    "freeze",
    "from_plain",
    "is_all_of",
    "is_any_of",
    "is_draft",
    "is_draftable",
    "is_frozen",
    "is_fulfilled",
    "is_pending",
    "is_rejected",
    "is_rejected_with_value",
    "original",
    "prepare_auto_batched",
    "produce",
    "produce_with_patches",
    "register_plain",
    "selector",
    "thaw",
    "to_plain",
)

# Loaded on first use: asyncio alone takes longer to import than the store.
_HOMES = {
    "Api": "thunks",
    "AsyncThunk": "thunks",
    "EntityAdapter": "entities",
    "EntityState": "entities",
    "FulfilledAction": "action_types",
    "ListenerApi": "listeners",
    "Patch": "patches",
    "PayloadAction": "action_types",
    "PendingAction": "action_types",
    "PersistentMap": "persistent",
    "RejectedAction": "action_types",
    "ThunkRun": "thunks",
    "apply_patches": "patches",
    "create_async_thunk": "thunks",
    "create_listeners": "listeners",
    "create_selector": "selectors",
    "create_structured_selector": "selectors",
    "from_plain": "plain",
    "is_all_of": "thunks",
    "is_any_of": "thunks",
    "is_fulfilled": "thunks",
    "is_pending": "thunks",
    "is_rejected": "thunks",
    "is_rejected_with_value": "thunks",
    "prepare_auto_batched": "batching",
    "produce_with_patches": "patches",
    "register_plain": "plain",
    "selector": "selectors",
    "to_plain": "plain",
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
