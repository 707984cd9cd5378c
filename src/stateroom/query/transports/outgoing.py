"""What a transport makes of a request before it sends it: the same for all of them."""

from __future__ import annotations

import inspect
import math
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple, TypeAlias

from stateroom.errors import InvalidQuery, ResponseError, TransportError
from stateroom.query.addresses import Base
from stateroom.query.bodies import headers_of
from stateroom.query.options import is_time
from stateroom.query.ports import Headers, Request

__all__ = ("LIMIT", "TIMEOUT_S", "HeaderSource", "Outgoing", "Prepared", "Received")

HeaderSource: TypeAlias = Headers | Callable[[Request], Headers | Awaitable[Headers]]
"""Headers of every request, or what is asked for them before each."""

TIMEOUT_S: Final = 30.0
"""Seconds until a whole answer must be there, if nothing else is said."""
LIMIT: Final = 32 * 1024 * 1024
"""Bytes of a body, sent or received: a cache in memory is no place for more."""


class Prepared(NamedTuple):
    """A request, ready to be sent.

    Attributes:
        where: what errors call it; without parameters, which may be anybody's name.
        url: where it goes.
        headers: all of them, names in lower case.
        seconds: until it is given up; None for never.
    """

    where: str
    url: str
    headers: dict[str, str]
    seconds: float | None

    def slow(self) -> TransportError:
        """Return the error about an answer that is not there in time."""
        within = "in time" if self.seconds is None else f"within {self.seconds:g} s"
        return TransportError(
            f"{self.where}: no whole answer {within}",
            is_slow=True,
            hint="timeout= of the transport, or of one call, gives it longer",
        )

    def broken(self, reason: str) -> TransportError:
        """Return the error about no answer, or half of one."""
        return TransportError(f"{self.where}: {reason}")


class Outgoing:
    """Prepares requests.

    Args:
        base_url: before every path.
        headers: for every request, or a function that is asked for them before each.
        timeout: seconds for a whole answer; None for as long as it takes.
        limit: bytes of a body, at most.

    Raises:
        InvalidQuery: one of them cannot be.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: HeaderSource | None,
        timeout: float | None,
        limit: int,
    ) -> None:
        if limit < 1:
            raise InvalidQuery(f"limit is a number of bytes, 1 or more; found {limit}")
        self.limit: int = limit
        self._base = Base(base_url)
        self._headers: HeaderSource = {} if headers is None else headers
        if not callable(self._headers):
            self._headers = headers_of(self._headers, whose="headers of the transport")
        self._seconds = _seconds(math.inf if timeout is None else timeout, "timeout")

    async def prepared(self, request: Request) -> Prepared:
        """Return a request as it is to be sent.

        Raises:
            InvalidQuery: it cannot be sent.
        """
        where = f"{request.method} {request.path}"
        if not request.method.isascii() or not request.method.isalpha():
            raise InvalidQuery(f"{request.method!r:.40} is no method of HTTP")
        if request.content is not None and len(request.content) > self.limit:
            raise InvalidQuery(
                f"{where}: a body of {len(request.content):,} bytes; the limit is "
                f"{self.limit:,}",
                hint="limit= of the transport allows more",
            )
        url = self._base.address(request)
        seconds = self._seconds
        if request.timeout is not None:
            seconds = _seconds(request.timeout, where)
        own = await self._own_headers(request)
        given = headers_of(request.headers, whose=where)
        return Prepared(where, url, {**own, **given}, seconds)

    async def _own_headers(self, request: Request) -> dict[str, str]:
        if not callable(self._headers):
            return dict(self._headers)
        found = self._headers(request)
        if inspect.isawaitable(found):
            found = await found
        return headers_of(found, whose="headers of the transport")


class Received:
    """The body of an answer, as it arrives.

    Args:
        where: the request, for the error.
        status: of the answer.
        limit: bytes, at most.
    """

    def __init__(self, where: str, *, status: int, limit: int) -> None:
        self._where = where
        self._status = status
        self._limit = limit
        self._size = 0
        self._parts: list[bytes] = []

    def take(self, part: bytes) -> None:
        """Add what has come.

        Raises:
            ResponseError: it is more than may be.
        """
        self._size += len(part)
        if self._size > self._limit:
            raise ResponseError(
                f"{self._where}: {self._status}, and more than {self._limit:,} bytes",
                status=self._status,
                hint="ask for less at once, or allow more: limit= of the transport",
            )
        self._parts.append(part)

    def content(self) -> bytes:
        """Return the whole."""
        return b"".join(self._parts)


def _seconds(timeout: float, whose: str) -> float | None:
    if not is_time(timeout) or timeout <= 0:
        raise InvalidQuery(
            f"{whose}: a timeout is a number of seconds above 0; found {timeout!r}",
            hint="math.inf waits for as long as it takes",
        )
    return None if timeout == math.inf else timeout
