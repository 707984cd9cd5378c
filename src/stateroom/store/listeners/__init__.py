"""Side effects: functions that are called when something has happened in the store.

Example::

    listeners = create_listeners()

    @listeners.on(query_changed)
    async def search(action: Action, api: ListenerApi) -> None:
        await api.debounce(0.3)                 # the latest query only
        api.dispatch(load_jobs(action["payload"]))

    store = Store(jobs, middleware=[listeners.middleware])

Each effect is an asyncio task, also in a browser under Pyodide; there is no thread.
"""

from __future__ import annotations

from stateroom.store.listeners.api import Effect, ListenerApi, Taken
from stateroom.store.listeners.entries import Pattern, Predicate
from stateroom.store.listeners.forking import Forked, Outcome
from stateroom.store.listeners.listening import (
    ErrorSeen,
    ListenerMiddleware,
    Stop,
    create_listeners,
)
from stateroom.store.listeners.tasks import TaskApi, Timer

__all__ = (
    "Effect",
    "ErrorSeen",
    "Forked",
    "ListenerApi",
    "ListenerMiddleware",
    "Outcome",
    "Pattern",
    "Predicate",
    "Stop",
    "Taken",
    "TaskApi",
    "Timer",
    "create_listeners",
)
