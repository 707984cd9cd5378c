"""Redirects: where they lead, and what goes along."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest

from stateroom.errors import ResponseError, TransportError
from stateroom.query.calls import Request
from stateroom.query.transports import HttpxTransport
from tests.query.transports.serving import Site

SECRET = {"authorization": "Bearer secret", "x-api-key": "secret"}


@pytest.fixture
async def other() -> AsyncIterator[Site]:
    made = Site()
    await made.start()
    yield made
    await made.stop()


def redirected(status: int, to: str, *, method: str = "GET") -> Request:
    content = b"body" if method == "POST" else None
    headers = {"content-type": "text/plain"} if content else {}
    return Request(
        method=method,
        path=f"/redirect/{status}?to={quote(to, safe='')}",
        headers=headers,
        content=content,
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed(transport: HttpxTransport, status: int) -> None:
    answer = await transport.send(redirected(status, "/jobs"))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (301, ("GET", b"", None)),
        (302, ("GET", b"", None)),
        (303, ("GET", b"", None)),
        (307, ("POST", b"body", "text/plain")),
        (308, ("POST", b"body", "text/plain")),
    ],
)
async def test_a_body_goes_along_where_the_status_says_so(
    transport: HttpxTransport,
    site: Site,
    status: int,
    told: tuple[str, bytes, str | None],
) -> None:
    await transport.send(redirected(status, "/echo", method="POST"))
    last = site.asked[-1]
    assert (last.method, last.content, last.headers.get("content-type")) == told


async def test_secrets_go_along_on_the_same_server(site: Site) -> None:
    transport = HttpxTransport(site.origin, headers=SECRET)
    await transport.send(redirected(307, "/jobs"))
    await transport.aclose()
    assert SECRET.items() <= site.asked[1].headers.items()


async def test_no_secret_goes_along_to_another_server(site: Site, other: Site) -> None:
    transport = HttpxTransport(site.origin, headers=SECRET)
    await transport.send(redirected(307, f"{other.origin}/jobs"))
    await transport.aclose()
    (asked,) = other.asked
    assert "secret" not in str(asked.headers)
    assert asked.headers["host"] in other.origin


async def test_no_secret_comes_back_by_way_of_another_server(
    site: Site, other: Site
) -> None:
    transport = HttpxTransport(site.origin, headers=SECRET)
    back = f"/redirect/307?to={quote(f'{site.origin}/jobs', safe='')}"
    await transport.send(redirected(307, f"{other.origin}{back}"))
    await transport.aclose()
    assert "secret" not in str(site.asked[1].headers)


async def test_a_password_of_the_users_client_does_not_go_along(
    site: Site, other: Site
) -> None:
    async with httpx.AsyncClient(base_url=site.origin, auth=("me", "x")) as client:
        transport = HttpxTransport(client=client)
        await transport.send(redirected(307, "/jobs"))
        await transport.send(redirected(307, f"{other.origin}/jobs"))
    assert all("authorization" in each.headers for each in site.asked)
    assert "authorization" not in other.asked[0].headers


async def test_a_redirect_without_end_is_no_answer(
    transport: HttpxTransport, site: Site
) -> None:
    with pytest.raises(TransportError, match="more than 20 redirects"):
        await transport.send(Request(method="GET", path="/loop"))
    assert len(site.asked) == 21


@pytest.mark.parametrize("to", ["ftp://127.0.0.1/jobs", "javascript:alert(1)"])
async def test_a_redirect_to_what_is_no_server_is_no_answer(
    transport: HttpxTransport, to: str
) -> None:
    with pytest.raises(TransportError):
        await transport.send(redirected(302, to))


async def test_a_redirect_that_names_no_place_is_told_as_it_is(
    transport: HttpxTransport,
) -> None:
    answer = await transport.send(redirected(302, ""))
    assert answer.status == 302


async def test_the_body_of_a_redirect_is_limited_too(site: Site) -> None:
    transport = HttpxTransport(site.origin, limit=5)
    with pytest.raises(ResponseError, match="more than 5 bytes"):
        await transport.send(redirected(302, "/jobs"))
    await transport.aclose()
