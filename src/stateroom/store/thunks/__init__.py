"""Work that takes time, as actions: pending, then fulfilled or rejected.

A plain thunk is any callable that is dispatched: the store calls it with its
``StoreApi`` and returns what it returns. An async thunk also says how far it is::

    @roles.thunk
    async def load_roles(api: Api[Roles], user_id: int) -> list[str]: ...

    run = store.dispatch(load_roles(1))     # "roles/load_roles/pending" is dispatched
    names = await run.unwrap()              # "roles/load_roles/fulfilled" was, too

It needs a running asyncio loop, also the one of a browser under Pyodide, and no thread.
"""

from __future__ import annotations

from stateroom.store.thunks.api import Api
from stateroom.store.thunks.declaring import (
    AsyncThunk,
    Thunk,
    create_async_thunk,
    declare,
)
from stateroom.store.thunks.failures import serialise_error
from stateroom.store.thunks.matching import (
    ActionMatcher,
    is_all_of,
    is_any_of,
    is_async_thunk_action,
    is_fulfilled,
    is_pending,
    is_rejected,
    is_rejected_with_value,
)
from stateroom.store.thunks.running import ThunkRun
from stateroom.store.thunks.work import ThunkOptions, Verdict

__all__ = (
    "ActionMatcher",
    "Api",
    "AsyncThunk",
    "Thunk",
    "ThunkOptions",
    "ThunkRun",
    "Verdict",
    "create_async_thunk",
    "declare",
    "is_all_of",
    "is_any_of",
    "is_async_thunk_action",
    "is_fulfilled",
    "is_pending",
    "is_rejected",
    "is_rejected_with_value",
    "serialise_error",
)
