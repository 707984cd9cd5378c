"""A client over a real line."""

from __future__ import annotations

import pytest

from stateroom.errors import QueryFailed
from stateroom.query import QueryApi, QueryCall, QueryClient, Retry
from stateroom.query.transports import HttpxTransport
from stateroom.store import Store
from tests.query.transports.answering import JOBS
from tests.query.transports.serving import Site


async def test_over_a_real_line_what_is_refused_or_cut_is_sent_again(
    site: Site,
) -> None:
    api = QueryApi("api")

    @api.query(retry=Retry(backoff=lambda _attempt, _draw: 0.0))
    async def jobs(call: QueryCall) -> object:
        return await call.get("/jobs", returns=list[object], timeout=5)

    site.bad_days = ["/status/503", "/cut", "/half", "/reset", "/html"]
    transport = HttpxTransport(site.origin)
    async with QueryClient(Store(api), api, transport=transport) as client:
        assert await client.fetch(jobs()) == JOBS
    assert len(site.asked) == 6


async def test_what_nobody_wants_any_more_is_given_up_at_the_server(
    transport: HttpxTransport, site: Site
) -> None:
    api = QueryApi("api", keep_unused=0)

    @api.query
    async def jobs(call: QueryCall) -> object:
        return await call.get("/never")

    async with QueryClient(Store(api), api, transport=transport) as client:
        watching = client.subscribe(jobs())
        await site.waiting.wait()
        watching.unsubscribe()
        await site.gone.wait()
        assert client.result(jobs()).is_uninitialized


async def test_a_client_that_is_closed_leaves_no_connection(site: Site) -> None:
    api = QueryApi("api")

    @api.query
    async def jobs(call: QueryCall, path: str) -> object:
        return await call.get(path)

    transport = HttpxTransport(site.origin)
    async with QueryClient(Store(api), api, transport=transport) as client:
        await client.fetch(jobs("/jobs"))
        _ = client.subscribe(jobs("/never"))
        await site.waiting.wait()
    await site.emptied()
    assert site.connections == 1


async def test_what_the_server_says_stands_in_the_state(
    transport: HttpxTransport, site: Site
) -> None:
    api = QueryApi("api")

    @api.query
    async def jobs(call: QueryCall) -> object:
        return await call.get("/status/409")

    async with QueryClient(Store(api), api, transport=transport) as client:
        with pytest.raises(QueryFailed) as caught:
            await client.fetch(jobs())
        error = client.result(jobs()).error
        assert error == caught.value.error
        assert error is not None
        assert (error.status, error.data) == (409, {"detail": "409"})
        assert (error.code, caught.value.is_unhandled) == ("STR-823", False)
        assert caught.value.meta == {"status": 409}
