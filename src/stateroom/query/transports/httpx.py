"""Carries requests by httpx: on servers, in workers, on desktops.

Needs the extra ``http``, and is loaded by whoever names it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

from stateroom.errors import InvalidQuery, MissingExtra
from stateroom.query.ports import Request, Response
from stateroom.query.transports.outgoing import (
    LIMIT,
    TIMEOUT_S,
    HeaderSource,
    Outgoing,
    Prepared,
    Received,
)

try:
    import httpx
except ModuleNotFoundError as _error:
    raise MissingExtra("HttpxTransport", extra="http") from _error

__all__ = ("HttpxTransport",)

MOST_REDIRECTS: Final = 20
"""Source: the Fetch standard, 4.4 (HTTP-redirect fetch)."""
_FOR_ANYBODY: Final = (
    "accept", "accept-encoding", "accept-language", "connection", "content-length",
    "content-type", "cookie", "host", "transfer-encoding", "user-agent",
)  # fmt: skip
"""Headers that go along to another server; httpx has set its own cookies already."""


@dataclass(slots=True, eq=False)
class _Held:
    """The connections of one event loop.

    Attributes:
        client: has them.
        users: requests that are on their way.
        is_left: whether the last of these closes it.
    """

    client: httpx.AsyncClient
    users: int = 0
    is_left: bool = False


class HttpxTransport:
    """Sends requests with httpx, each event loop on connections of its own.

    It follows redirects, and what goes to another server is sent without the headers
    that are for this one. It keeps no cookies: several users may share it. For cookies,
    proxies, certificates or HTTP/2, give it a client of yours.

    Args:
        base_url: before every path, as ``"https://api.example.org/v1"``. If not given,
            that of ``client``, or none: then every path is a whole URL.
        client: sends the requests; whoever made it closes it.
        headers: of every request, or a function that is asked for them before each,
            for a token that changes. It may be ``async``.
        timeout: seconds until a whole answer must be there; None for no limit.
        limit: bytes of a body, sent or received, at most.

    Raises:
        InvalidQuery: an argument cannot be.

    Example::

        transport = HttpxTransport(
            "https://api.example.org",
            headers=lambda request: {"authorization": f"Bearer {store[user].token}"},
        )
    """

    def __init__(
        self,
        base_url: str = "",
        *,
        client: httpx.AsyncClient | None = None,
        headers: HeaderSource | None = None,
        timeout: float | None = TIMEOUT_S,
        limit: int = LIMIT,
    ) -> None:
        if client is not None and not base_url:
            base_url = str(client.base_url)
        self._outgoing = Outgoing(
            base_url, headers=headers, timeout=timeout, limit=limit
        )
        self._given = client
        self._held: dict[asyncio.AbstractEventLoop, _Held] = {}

    async def send(self, request: Request) -> Response:
        prepared = await self._outgoing.prepared(request)
        try:
            async with self._client() as client, asyncio.timeout(prepared.seconds):
                return await self._sent(client, prepared, request)
        except (TimeoutError, httpx.TimeoutException):
            raise prepared.slow() from None
        except httpx.RequestError as error:
            reason = f"{type(error).__name__}: {error}".rstrip(": ")
            raise prepared.broken(reason) from error
        except httpx.InvalidURL as error:
            raise InvalidQuery(f"{prepared.where}: {error}") from error

    async def aclose(self) -> None:
        """Let go of the connections of this event loop, when nothing uses them.

        It may be used again, and then makes new ones.
        """
        held = self._held.pop(asyncio.get_running_loop(), None)
        if held is not None:
            held.is_left = True
            await _close_if_unused(held)

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        """Have a client of this loop for one request."""
        if self._given is not None:
            yield self._given
            return
        held = self._held_here()
        held.users += 1
        try:
            yield held.client
        finally:
            held.users -= 1
            await _close_if_unused(held)

    def _held_here(self) -> _Held:
        loop = asyncio.get_running_loop()
        if loop not in self._held:
            for other in [each for each in self._held if each.is_closed()]:
                self._held.pop(other, None)
            jar = CookieJar(DefaultCookiePolicy(allowed_domains=()))
            # The whole answer has one timeout, and httpx has several of parts.
            client = httpx.AsyncClient(timeout=httpx.Timeout(None), cookies=jar)
            self._held[loop] = _Held(client)
        return self._held[loop]

    async def _sent(
        self, client: httpx.AsyncClient, prepared: Prepared, request: Request
    ) -> Response:
        asked = client.build_request(
            request.method,
            prepared.url,
            headers=prepared.headers,
            content=request.content,
        )
        for _ in range(MOST_REDIRECTS + 1):
            answer = await _begun(client, asked, prepared)
            try:
                content = await self._content(answer, prepared)
            finally:
                await answer.aclose()
            if answer.next_request is None:
                return _response(answer, content)
            asked = _narrowed(answer.next_request, asked)
        raise prepared.broken(f"more than {MOST_REDIRECTS} redirects")

    async def _content(self, answer: httpx.Response, prepared: Prepared) -> bytes:
        received = Received(
            prepared.where, status=answer.status_code, limit=self._outgoing.limit
        )
        async for part in answer.aiter_bytes():
            received.take(part)
        return received.content()


async def _begun(
    client: httpx.AsyncClient, asked: httpx.Request, prepared: Prepared
) -> httpx.Response:
    """Return an answer of which the body is still to come."""
    is_here = _origin(asked.url) == _origin(httpx.URL(prepared.url))
    try:
        return await client.send(
            asked,
            stream=True,
            follow_redirects=False,
            auth=httpx.USE_CLIENT_DEFAULT if is_here else None,
        )
    except httpx.InvalidURL as error:  # of a redirect: one's own was looked at before
        raise prepared.broken(f"redirected to no address: {error}") from error


def _response(answer: httpx.Response, content: bytes) -> Response:
    return Response(
        status=answer.status_code, headers=dict(answer.headers), content=content
    )


def _narrowed(following: httpx.Request, before: httpx.Request) -> httpx.Request:
    """Take from a redirected request what is only for the server before it."""
    is_elsewhere = _origin(following.url) != _origin(before.url)
    for name in [*following.headers]:
        if is_elsewhere and name.lower() not in _FOR_ANYBODY:
            del following.headers[name]
    if following.method != before.method and "content-type" in following.headers:
        del following.headers["content-type"]
    return following


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _close_if_unused(held: _Held) -> None:
    if held.is_left and not held.users:
        await held.client.aclose()
