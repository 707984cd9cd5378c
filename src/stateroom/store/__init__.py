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
from stateroom.store.slice_selectors import SliceSelector
from stateroom.store.slices import Slice, SliceReducer
from stateroom.store.store import Store
from stateroom.store.undefined import NOTHING, UNDEFINED, Nothing, Undefined

__all__ = (
    "NOTHING",
    "UNDEFINED",
    "Action",
    "ActionCreator",
    "FrozenDict",
    "FrozenList",
    "FrozenSet",
    "Middleware",
    "Next",
    "Nothing",
    "Prepared",
    "Slice",
    "SliceReducer",
    "SliceSelector",
    "Store",
    "StoreApi",
    "Undefined",
    "bind_action_creators",
    "combine",
    "compose",
    "create_action",
    "create_draft",
    "current",
    "finish_draft",
    "freeze",
    "is_draft",
    "is_draftable",
    "is_frozen",
    "original",
    "produce",
    "thaw",
)
