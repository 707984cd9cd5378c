"""Carries requests by ``fetch``: in a page, or a worker of one, under Pyodide."""
# ruff: noqa: N802, N815 - JavaScript has chosen these names

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Iterable, Mapping
from typing import Final, Literal, Protocol, TypeAlias, cast

from stateroom.errors import InvalidQuery, QueryError
from stateroom.query.ports import Request, Response
from stateroom.query.transports.outgoing import (
    LIMIT,
    TIMEOUT_S,
    HeaderSource,
    Outgoing,
    Prepared,
    Received,
)

__all__ = ("FetchTransport",)

Credentials: TypeAlias = Literal["omit", "same-origin", "include"]

_WITHOUT_BODY: Final = ("GET", "HEAD")


# -- what is used of a page's JavaScript


class _Abort(Protocol):
    signal: object

    def abort(self) -> None: ...


class _Aborts(Protocol):
    def new(self) -> _Abort: ...


class _Bytes(Protocol):
    def to_bytes(self) -> bytes: ...


class _Part(Protocol):
    done: bool
    value: _Bytes


class _Reader(Protocol):
    def read(self) -> Awaitable[_Part]: ...


class _Stream(Protocol):
    def getReader(self) -> _Reader: ...


class _AnswerHeaders(Protocol):
    def entries(self) -> Iterable[tuple[str, str]]: ...


class _Answer(Protocol):
    status: int
    headers: _AnswerHeaders
    body: _Stream | None


class _Location(Protocol):
    origin: str


class _Objects(Protocol):
    fromEntries: object


class _Page(Protocol):
    AbortController: _Aborts
    Object: _Objects
    location: _Location

    def fetch(self, url: str, options: object, /) -> Awaitable[_Answer]: ...


class _Bridge(Protocol):
    def to_js(self, value: object, /, *, dict_converter: object) -> object: ...


class FetchTransport:
    """Sends requests with the browser's ``fetch``, which follows redirects itself.

    The browser decides what may be asked of other servers, and which headers may be
    set and seen: their names are those of CORS.

    Args:
        base_url: before every path: a whole URL, or one that begins with ``/`` on the
            server of the page. If not given, that server.
        headers: of every request, or a function that is asked for them before each,
            for a token that changes. It may be ``async``.
        timeout: seconds until a whole answer must be there; None for no limit.
        limit: bytes of a body, sent or received, at most.
        credentials: to whom the browser sends its cookies.

    Raises:
        InvalidQuery: an argument cannot be, or this Python does not run in a browser.
    """

    def __init__(
        self,
        base_url: str = "",
        *,
        headers: HeaderSource | None = None,
        timeout: float | None = TIMEOUT_S,
        limit: int = LIMIT,
        credentials: Credentials = "same-origin",
    ) -> None:
        self._page = _page()
        if not base_url or (base_url.startswith("/") and base_url[:2] != "//"):
            base_url = f"{self._page.location.origin}{base_url}"
        self._outgoing = Outgoing(
            base_url, headers=headers, timeout=timeout, limit=limit
        )
        self._credentials = credentials

    async def send(self, request: Request) -> Response:
        if request.content is not None and request.method in _WITHOUT_BODY:
            raise InvalidQuery(
                f"{request.method} {request.path}: a browser sends no body with it",
                hint="send it as params=, or with POST",
            )
        prepared = await self._outgoing.prepared(request)
        controller = self._page.AbortController.new()
        try:
            async with asyncio.timeout(prepared.seconds):
                return await self._fetched(request, prepared, controller)
        except TimeoutError:
            raise prepared.slow() from None
        except QueryError:
            raise
        except Exception as error:
            raise prepared.broken(_said(error)) from error
        finally:
            # After the end it changes nothing; before, the browser gives it up.
            controller.abort()

    async def _fetched(
        self, request: Request, prepared: Prepared, controller: _Abort
    ) -> Response:
        options: dict[str, object] = {
            "method": request.method,
            "headers": prepared.headers,
            "credentials": self._credentials,
            "signal": controller.signal,
        }
        if request.content is not None:
            options["body"] = request.content
        answer = await self._page.fetch(prepared.url, self._object(options))
        received = Received(
            prepared.where, status=answer.status, limit=self._outgoing.limit
        )
        if answer.body is not None:
            await _read(answer.body.getReader(), received)
        headers = {pair[0].lower(): pair[1] for pair in answer.headers.entries()}
        return Response(
            status=answer.status, headers=headers, content=received.content()
        )

    def _object(self, fields: Mapping[str, object]) -> object:
        """Return an object of JavaScript, whose objects and bytes are such as well."""
        bridge = cast("_Bridge", importlib.import_module("pyodide.ffi"))
        return bridge.to_js(fields, dict_converter=self._page.Object.fromEntries)


async def _read(reader: _Reader, received: Received) -> None:
    while True:
        part = await reader.read()
        if part.done:
            return
        received.take(part.value.to_bytes())


def _page() -> _Page:
    try:
        return cast("_Page", importlib.import_module("js"))
    except ModuleNotFoundError:
        raise InvalidQuery(
            "FetchTransport runs in a browser, under Pyodide, and this is another "
            "Python",
            hint="take HttpxTransport here",
        ) from None


def _said(error: Exception) -> str:
    """Return what a browser says is wrong: little, on purpose, about other servers."""
    name = getattr(error, "name", "") or type(error).__name__
    return f"{name}: {getattr(error, 'message', error)}"
