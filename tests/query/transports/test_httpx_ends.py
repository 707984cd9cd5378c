"""Requests that are not answered, or given up: what httpx tells, and what it leaves."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from stateroom.errors import Aborted, InvalidQuery, TransportError
from stateroom.query.calls import QueryCall, Request
from stateroom.query.transports import HttpxTransport
from stateroom.store.aborting import AbortSignal
from tests.query.transports.serving import Site

SOON = 0.2
"""Seconds, of a timeout that is to end; until then a request must be at the server."""


def get(path: str, *, timeout: float | None = None) -> Request:
    return Request(method="GET", path=path, timeout=timeout)


@pytest.mark.parametrize("path", ["/never", "/begun"])
async def test_a_slow_answer_is_given_up_with_its_connection(
    transport: HttpxTransport, site: Site, path: str
) -> None:
    with pytest.raises(TransportError) as caught:
        await transport.send(get(path, timeout=SOON))
    assert str(caught.value) == f"GET {path}: no whole answer within 0.2 s"
    assert caught.value.is_slow
    await site.gone.wait()


async def test_the_transport_has_a_timeout_for_all(site: Site) -> None:
    transport = HttpxTransport(site.origin, timeout=SOON)
    with pytest.raises(TransportError) as caught:
        await transport.send(get("/never"))
    await transport.aclose()
    assert caught.value.is_slow


async def test_a_timeout_of_the_users_client_is_one_too(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.origin, timeout=SOON) as client:
        transport = HttpxTransport(client=client, timeout=None)
        with pytest.raises(TransportError, match="no whole answer in time") as caught:
            await transport.send(get("/never"))
    assert caught.value.is_slow


@pytest.mark.parametrize("path", ["/cut", "/reset", "/half", "/no-gzip"])
async def test_a_line_that_is_cut_is_no_answer(
    transport: HttpxTransport, path: str
) -> None:
    with pytest.raises(TransportError) as caught:
        await transport.send(get(path))
    assert str(caught.value).startswith(f"GET {path}: ")
    assert not caught.value.is_slow
    assert isinstance(caught.value.__cause__, httpx.RequestError)


async def test_after_a_cut_the_next_request_is_answered(
    transport: HttpxTransport,
) -> None:
    for path in ("/cut", "/reset", "/half"):
        with pytest.raises(TransportError):
            await transport.send(get(path))
        assert (await transport.send(get("/jobs"))).status == 200


async def test_a_server_that_is_not_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = HttpxTransport(f"http://127.0.0.1:{port}")
    with pytest.raises(TransportError, match="GET /jobs: ConnectError"):
        await transport.send(get("/jobs"))
    await transport.aclose()


@pytest.mark.parametrize("path", ["/never", "/begun"])
async def test_a_cancelled_request_is_given_up_at_the_server(
    transport: HttpxTransport, site: Site, path: str
) -> None:
    task = asyncio.create_task(transport.send(get(path)))
    await site.waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await site.gone.wait()


async def test_what_nobody_wants_any_more_is_given_up_at_the_server(
    transport: HttpxTransport, site: Site
) -> None:
    signal = AbortSignal()
    task = asyncio.create_task(QueryCall(transport, signal=signal).get("/never"))
    await site.waiting.wait()
    signal.abort("left")
    with pytest.raises(Aborted, match="left"):
        await task
    await site.gone.wait()


async def test_a_close_waits_for_whoever_is_on_the_way(
    transport: HttpxTransport, site: Site
) -> None:
    task = asyncio.create_task(transport.send(get("/held")))
    await site.waiting.wait()
    await transport.aclose()
    site.gone.set()
    assert (await task).status == 204
    await transport.send(get("/jobs"))
    assert site.connections == 2


async def test_a_function_for_headers_that_fails_says_so_itself(site: Site) -> None:
    def headers(request: Request) -> dict[str, str]:
        raise LookupError("no token")

    with pytest.raises(LookupError, match="no token"):
        await HttpxTransport(site.origin, headers=headers).send(get("/jobs"))
    assert site.asked == []


async def test_a_host_that_no_name_can_have_is_refused() -> None:
    transport = HttpxTransport()
    with pytest.raises(InvalidQuery):
        await transport.send(get("http://a..b\u2603.example/"))
    await transport.aclose()
