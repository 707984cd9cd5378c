"""A transport that answers from a table: for tests of what asks a server.

Example::

    transport = RoutedTransport(
        {
            "GET /jobs": [{"id": 1, "title": "Cook"}],
            "GET /jobs/{job_id}": lambda request, job_id: {"id": int(job_id)},
            "PATCH /jobs/{job_id}": in_turn(TransportError("no connection"), None),
        }
    )
    async with QueryClient(store, api, transport=transport) as client:
        await client.fetch(jobs_in("Berlin"))
    assert [each.params for each in transport.requests] == [{"city": "Berlin"}]
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, cast
from urllib.parse import unquote, urlsplit

from stateroom.errors import InvalidQuery
from stateroom.query.bodies import body_of
from stateroom.query.ports import Request, Response
from stateroom.store import UNDEFINED
from stateroom.testing.faulty_async import AsyncHold

__all__ = ("InTurn", "RoutedTransport", "in_turn")

_PARTS: Final = 2


class _Function(Protocol):
    def __call__(self, request: Request, /, **fields: str) -> object: ...


class InTurn:
    """Answers of which each is given once, and the last from then on."""

    def __init__(self, answers: tuple[object, ...]) -> None:
        if not answers:
            raise InvalidQuery("in_turn needs an answer at least")
        self._answers = list(answers)

    def next(self) -> object:
        """Return the answer whose turn it is."""
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def in_turn(*answers: object) -> InTurn:
    """Return what gives one answer to the first request, the next to the second, ...

    The last one stays.

    Raises:
        InvalidQuery: there is none.
    """
    return InTurn(answers)


@dataclass(slots=True, eq=False)
class _Route:
    method: str
    steps: tuple[str, ...]
    answer: object
    hold: AsyncHold | None = None

    def fields(self, method: str, steps: tuple[str, ...]) -> dict[str, str] | None:
        """Return what a path has in the place of each name; None: it is another one."""
        if method != self.method or len(steps) != len(self.steps):
            return None
        found = {}
        for wanted, step in zip(self.steps, steps, strict=True):
            if wanted.startswith("{") and wanted.endswith("}"):
                found[wanted[1:-1]] = unquote(step)
            elif wanted != step:
                return None
        return found


class RoutedTransport:
    """Answers requests from a table of routes, and remembers them.

    A route is a method and a path, in which ``{name}`` stands for one step. Its answer
    is a ``Response``; an error, which is raised; None, for "204 No Content"; ``bytes``;
    ``in_turn(...)``; any other value, which is sent as JSON; or a function that is
    called with the request, and with the named steps as keyword arguments, and returns
    one of these. It may be ``async``.

    Args:
        routes: answers by route.

    Attributes:
        requests: that came, in order.
        aborted: those of them that were given up while they waited.

    Raises:
        InvalidQuery: a route is no method and path.
    """

    def __init__(self, routes: Mapping[str, object]) -> None:
        self.requests: list[Request] = []
        self.aborted: list[Request] = []
        self._routes: dict[str, _Route] = {}
        for name, answer in routes.items():
            self.route(name, answer)

    def route(self, name: str, answer: object) -> None:
        """Add a route, or give one another answer, to requests that wait, too.

        Raises:
            InvalidQuery: it is no method and path.
        """
        words = name.split(" ")
        if len(words) != _PARTS or not words[0].isupper() or words[1][:1] != "/":
            raise InvalidQuery(f"{name!r} is no route", hint='as "GET /jobs/{job_id}"')
        made = _Route(words[0], _steps(words[1]), answer)
        self._routes.setdefault(name, made).answer = answer

    def hold(self, name: str) -> AsyncHold:
        """Let requests of a route wait; return what lets them, and all others, go on.

        Raises:
            InvalidQuery: there is no such route.
        """
        if name not in self._routes:
            raise InvalidQuery(f"there is no route {name!r}; {self._known()}")
        held = AsyncHold()
        self._routes[name].hold = held
        return held

    async def send(self, request: Request) -> Response:
        self.requests.append(request)
        route, fields = self._found(request)
        try:
            if route.hold is not None:
                await route.hold.wait()
            return await _answered(route.answer, request, fields)
        except asyncio.CancelledError:
            self.aborted.append(request)
            raise

    def _found(self, request: Request) -> tuple[_Route, dict[str, str]]:
        steps = _steps(urlsplit(request.path).path)
        fitting = [
            (route, fields)
            for route in self._routes.values()
            if (fields := route.fields(request.method, steps)) is not None
        ]
        if fitting:
            # The one that says most.
            return min(fitting, key=lambda each: len(each[1]))
        raise InvalidQuery(
            f"no route answers {request.method} {request.path}; {self._known()}"
        )

    def _known(self) -> str:
        return f"there are: {', '.join(self._routes) or 'none'}"


async def _answered(
    answer: object, request: Request, fields: dict[str, str]
) -> Response:
    if isinstance(answer, InTurn):
        answer = answer.next()
    if callable(answer) and not isinstance(answer, type):
        answer = cast("_Function", answer)(request, **fields)
        if inspect.isawaitable(answer):
            answer = await cast("Awaitable[object]", answer)
    if isinstance(answer, BaseException):
        raise answer
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return Response(status=204)
    if isinstance(answer, bytes):
        kind, content = body_of(UNDEFINED, content=answer)
    else:
        kind, content = body_of(answer)
    return Response(status=200, headers={"content-type": kind}, content=content or b"")


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))
