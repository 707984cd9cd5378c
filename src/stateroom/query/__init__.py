"""Server state in the store: queries, mutations, and the cache between them.

Standard library only: it runs in a browser under Pyodide as it does on a server.

Example::

    api = QueryApi("api", tags=("Job",))

    @api.query(provides=lambda jobs: [Tag("Job", job.id) for job in jobs])
    async def jobs_in(call: QueryCall, city: str) -> list[Job]:
        return await call.get("/jobs", params={"city": city}, returns=list[Job])

    store = Store(api)
    async with QueryClient(store, api, transport=transport) as client:
        jobs = await client.fetch(jobs_in("Berlin"))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from stateroom.query.api import QueryApi
from stateroom.query.asking import Mutation, Query
from stateroom.query.awaiting import Fetching, MutationRun, Subscription
from stateroom.query.calls import QueryCall
from stateroom.query.client import QueryClient
from stateroom.query.endpoints import MutationEndpoint, QueryEndpoint
from stateroom.query.faces import Client
from stateroom.query.lifecycles import EntryLifecycle, Loaded, RequestLifecycle
from stateroom.query.ports import Request, Response, Transport
from stateroom.query.results import MutationResult, QueryResult
from stateroom.query.retrying import Retry, stop_retrying
from stateroom.query.state import ApiConfig, ApiState, MutationEntry, QueryEntry
from stateroom.query.tags import Tag, TagLike
from stateroom.query.timers import LoopTimers, Timers
from stateroom.query.updating import Update

if TYPE_CHECKING:
    from stateroom.query.mirroring import Mirror, mirror_of

__all__ = (
    "ApiConfig",
    "ApiState",
    "Client",
    "EntryLifecycle",
    "Fetching",
    "Loaded",
    "LoopTimers",
    "Mirror",
    "Mutation",
    "MutationEndpoint",
    "MutationEntry",
    "MutationResult",
    "MutationRun",
    "Query",
    "QueryApi",
    "QueryCall",
    "QueryClient",
    "QueryEndpoint",
    "QueryEntry",
    "QueryResult",
    "Request",
    "RequestLifecycle",
    "Response",
    "Retry",
    "Subscription",
    "Tag",
    "TagLike",
    "Timers",
    "Transport",
    "Update",
    "mirror_of",
    "stop_retrying",
)

# Loaded on first use: most clients keep nothing.
_HOMES = {"Mirror": "mirroring", "mirror_of": "mirroring"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    value: object = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
