"""An application in the page that asks a server for jobs, and keeps the answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from stateroom.errors import QueryFailed
from stateroom.persist import AsyncPersistor, persist
from stateroom.persist.browser import IndexedDB
from stateroom.query import QueryApi, QueryCall, QueryClient, Retry, Tag
from stateroom.query.mirroring import mirror_of
from stateroom.query.transports import FetchTransport
from stateroom.store import Store

__all__ = ("ask", "give_up", "is_kept", "retry")

api = QueryApi("api", tags=("Job",))
asked: list[str] = []
TRIES: Final = ("/status/503", "/cut", "/jobs")


@dataclass
class Job:
    id: int
    title: str


@api.query(provides=lambda jobs: [Tag("Job", each.id) for each in jobs])
async def jobs(call: QueryCall, path: str) -> list[Job]:
    """Return what the server has."""
    asked.append(path)
    return await call.get(path, returns=list[Job])


@api.query(retry=Retry(backoff=lambda _attempt, _draw: 0.01))
async def stubborn(call: QueryCall) -> list[Job]:
    """Return jobs from a server that has bad days."""
    path = TRIES[len(asked)]
    asked.append(path)
    return await call.get(path, returns=list[Job])


async def ask(path: str) -> list[object]:
    """Return the titles that a fetch brings, what was asked for, and why it failed."""
    asked.clear()
    mirror = mirror_of(api)
    store = Store(persist(mirror.slice, **mirror.settings))
    async with AsyncPersistor(store, IndexedDB("answers")) as persistor:
        await persistor.hydrate()
        async with QueryClient(store, api, transport=FetchTransport("/live")) as client:
            try:
                found = await client.fetch(jobs(path))
            except QueryFailed as error:
                return [error.error.name, error.error.status, list(asked)]
        await persistor.flush()
    return [[each.title for each in found], 200, list(asked)]


async def is_kept() -> bool:
    """Say whether anything is in the storage."""
    return bool(await IndexedDB("answers").keys())


async def retry() -> list[object]:
    """Ask a server that refuses once, and cuts the line once."""
    asked.clear()
    transport = FetchTransport("/live")
    async with QueryClient(Store(api), api, transport=transport) as client:
        found = await client.fetch(stubborn())
    return [[each.title for each in found], list(asked)]


async def give_up() -> str:
    """Let go of what is asked for; return its status when the server knows."""
    live = FetchTransport("/live")
    api_of_one = QueryApi("one", keep_unused=0.0)

    @api_of_one.query
    async def never(call: QueryCall, path: str) -> object:
        return await call.get(path)

    async with QueryClient(Store(api_of_one), api_of_one, transport=live) as client:
        await client.fetch(never("/anew"))
        watching = client.subscribe(never("/never"))
        await client.fetch(never("/waiting"))
        watching.unsubscribe()
        await asyncio.wait_for(client.fetch(never("/gone")), 30)
        return client.result(never("/never")).status
