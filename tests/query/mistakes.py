"""One error of each class of the query layer, caught from what it is about."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine

import pytest

from stateroom.errors import NeverResolved, QueryError, StateroomError
from stateroom.query import EntryLifecycle, QueryApi, QueryCall, QueryClient, Response
from stateroom.query.transports import HttpxTransport
from stateroom.store import Store
from stateroom.testing import ManualTimers, RoutedTransport

__all__ = ("examples",)

GONE = Response(
    status=404,
    headers={"content-type": "application/json"},
    content=b'{"detail": "there is no job 7"}',
)


async def provide_what_is_not_declared() -> None:
    api = QueryApi("api", tags=("Job", "User"))

    @api.query(provides=["Jobs"])
    async def job_by(call: QueryCall, job_id: int) -> object:
        return await call.get(f"/jobs/{job_id}")


async def fetch_what_is_not_there() -> None:
    api = QueryApi("api")

    @api.query
    async def job_by(call: QueryCall, job_id: int) -> object:
        return await call.get(f"/jobs/{job_id}")

    transport = RoutedTransport({"GET /jobs/7": GONE})
    async with QueryClient(
        Store(api), api, transport=transport, timers=ManualTimers()
    ) as client:
        await client.fetch(job_by(7))


async def ask_for_what_is_not_there() -> None:
    await QueryCall(RoutedTransport({"GET /jobs/7": GONE})).get("/jobs/7")


async def ask_who_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        transport = HttpxTransport(f"http://127.0.0.1:{port}", timeout=0.1)
        try:
            await QueryCall(transport).get("/jobs")
        finally:
            await transport.aclose()


async def reset_what_is_on_its_way() -> None:
    api, caught = QueryApi("api"), list[NeverResolved]()

    async def listen(lifecycle: EntryLifecycle) -> None:
        try:
            await lifecycle.data_loaded
        except NeverResolved as error:
            caught.append(error)

    @api.query(on_entry_added=listen)
    async def feed(call: QueryCall) -> None:
        await asyncio.Event().wait()

    timers = ManualTimers()
    async with QueryClient(Store(api), api, timers=timers) as client:
        with client.subscribe(feed()):
            client.reset()
            await timers.advance(0)
    raise caught[0]


MISTAKES: tuple[Callable[[], Coroutine[object, object, None]], ...] = (
    provide_what_is_not_declared,
    fetch_what_is_not_there,
    ask_for_what_is_not_there,
    ask_who_does_not_answer,
    reset_what_is_on_its_way,
)
"""In the order of their codes, from STR-821 on."""


def caught_from(mistake: Callable[[], Coroutine[object, object, None]]) -> QueryError:
    with pytest.raises(QueryError) as caught:
        asyncio.run(mistake())
    return caught.value


def examples() -> list[StateroomError]:
    """Return one error of each class; that of the base class is raised by nothing."""
    base = QueryError("the query layer could not do its work")
    return [base, *map(caught_from, MISTAKES)]
