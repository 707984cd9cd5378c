"""What carries a request to a server and brings its answer: the port, and both.

A transport is one method; whoever writes another one needs nothing else of this
package::

    class Recorded:
        async def send(self, request: Request) -> Response:
            return Response(status=200, content=FILES[request.path])
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

__all__ = ("Headers", "Params", "Request", "Response", "Transport")

Headers: TypeAlias = Mapping[str, str]
Params: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a server.

    Attributes:
        method: in capital letters.
        path: below the base of the transport, as ``"/jobs"``; or a whole URL.
        params: of the query string. A sequence stands as many times as it has items;
            None and ``UNDEFINED`` do not stand at all.
        headers: names in lower case; they go before those of the transport.
        content: the body; None for no body.
        timeout: seconds until the whole answer is there; None: the transport's own,
            ``math.inf``: none.
    """

    method: str
    path: str
    params: Params = field(default_factory=dict)
    headers: Headers = field(default_factory=dict)
    content: bytes | None = None
    timeout: float | None = None

    def json(self) -> object:
        """Return what the body says, read as JSON; None for no body."""
        found: object = json.loads(self.content) if self.content else None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server answered, whatever its status.

    Attributes:
        status: as 200.
        headers: names in lower case; values of one name are joined by ``", "``.
        content: the whole body, decompressed.
    """

    status: int
    headers: Headers = field(default_factory=dict)
    content: bytes = b""


class Transport(Protocol):
    """Sends requests.

    A call that is cancelled is given up, at the server's end of the connection too as
    far as that is possible. A transport may have ``async def aclose(self)``, which lets
    go of connections.
    """

    async def send(self, request: Request) -> Response:
        """Return the answer, whatever its status; follow redirects.

        Raises:
            TransportError: there was none, in time or at all, or half of one.
            ResponseError: there was one that is larger than may be.
            InvalidQuery: the request cannot be sent, by anybody.
        """
        ...
