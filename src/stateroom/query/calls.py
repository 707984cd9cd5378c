"""What the function of an endpoint is given: the way to the server, and who asks.

Example::

    @api.query()
    async def jobs_in(call: QueryCall, city: str) -> list[Job]:
        return await call.get("/jobs", params={"city": city}, returns=list[Job])
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import Literal

from stateroom.errors import Aborted, InvalidQuery, ResponseError
from stateroom.query.bodies import body_of, headers_of
from stateroom.query.contents import checked, shown, told, typed
from stateroom.query.faces import Client
from stateroom.query.ports import Request, Response, Transport
from stateroom.query.verbs import CallOptions, Verbs
from stateroom.store import UNDEFINED
from stateroom.store.aborting import AbortSignal

__all__ = ("CallOptions", "QueryCall", "Request", "Response", "Transport")

_OK = range(200, 300)


class QueryCall(Verbs):
    """One run of an endpoint's function; with ``retry``, one attempt.

    Args:
        transport: carries requests; without one, none can be sent.

    Attributes:
        endpoint: its name.
        kind: what it is.
        request_id: of this run, as it stands in the state.
        forced: whether the data is asked for though it is there.
        signal: tells when nobody wants the result any more.
        extra: what the client was given for its endpoints.
        response: the last answer, for its status and headers; None until there is one.
    """

    __slots__ = (
        "_client",
        "_transport",
        "endpoint",
        "extra",
        "forced",
        "kind",
        "request_id",
        "response",
        "signal",
    )

    def __init__(
        self,
        transport: Transport | None = None,
        *,
        endpoint: str = "",
        kind: Literal["query", "mutation"] = "query",
        request_id: str = "",
        forced: bool = False,
        signal: AbortSignal | None = None,
        client: Client | None = None,
        extra: object = None,
    ) -> None:
        self._transport = transport
        self.endpoint: str = endpoint
        self.kind: Literal["query", "mutation"] = kind
        self.request_id: str = request_id
        self.forced: bool = forced
        self.signal: AbortSignal = AbortSignal() if signal is None else signal
        self._client = client
        self.extra: object = extra
        self.response: Response | None = None

    @property
    def client(self) -> Client:
        """What runs it.

        Raises:
            InvalidQuery: nothing does: the call was made by hand.
        """
        if self._client is None:
            raise InvalidQuery(
                f"{self.endpoint or 'a call'} asks for its client, and has none",
                hint="QueryCall(..., client=client) gives it one",
            )
        return self._client

    @property
    def meta(self) -> Mapping[str, object]:
        """What is told of the last answer beside its data, as plain data."""
        return {} if self.response is None else {"status": self.response.status}

    async def send(
        self, method: str, path: str, *, returns: object, options: CallOptions
    ) -> object:
        checked(returns)
        where = f"{method} {path}"
        request = _request(method, path, returns=returns, options=options)
        self.response = response = await self._answer(request)
        judge = options.get("validate_status")
        if judge is None:
            is_fine = response.status in _OK
        else:
            is_fine = judge(response, told(response))
        if is_fine:
            return typed(response, returns, where=where)
        raise ResponseError(
            f"{where}: {_line(response.status)}{shown(response)}",
            status=response.status,
            data=told(response),
            hint=".data has what the server says of it",
        )

    async def _answer(self, request: Request) -> Response:
        if self._transport is None:
            raise InvalidQuery(
                f"{self.endpoint or 'a call'} sends a request, and the client has no "
                "transport",
                hint="QueryClient(store, api, transport=HttpxTransport(...))",
            )
        self.signal.throw_if_aborted()
        task = asyncio.current_task()
        if task is None:
            return await self._transport.send(request)
        wait = _Wait(task)
        forget = self.signal.on_abort(wait.end_soon)
        try:
            return await self._transport.send(request)
        except asyncio.CancelledError:
            if wait.is_ended and not task.uncancel():
                raise Aborted(self.signal.reason) from None
            raise
        finally:
            wait.is_over = True
            forget()


class _Wait:
    """A task that waits for an answer, which may be told not to.

    Attributes:
        is_over: whether it does not wait any more.
        is_ended: whether it was told not to.
    """

    def __init__(self, task: asyncio.Task[object]) -> None:
        self.is_over: bool = False
        self.is_ended: bool = False
        self._task = task

    def end_soon(self) -> None:
        """Cancel the task, if whoever aborts it does not.

        A client cancels the task of its endpoint, a turn of the loop later; one that
        the endpoint has started beside it, nobody does. To be cancelled twice would
        interrupt who is just letting go of a connection.
        """
        loop = self._task.get_loop()
        loop.call_soon(loop.call_soon, self._end)

    def _end(self) -> None:
        if not self.is_over and not self._task.cancelling():
            self.is_ended = True
            self._task.cancel()


def _request(
    method: str, path: str, *, returns: object, options: CallOptions
) -> Request:
    _refuse_unknown(options, f"{method} {path}")
    kind, content = body_of(
        options.get("json", UNDEFINED), content=options.get("content")
    )
    is_raw = returns is bytes or returns is str
    headers = {"accept": "*/*" if is_raw else "application/json, */*;q=0.1"}
    if kind:
        headers["content-type"] = kind
    headers |= headers_of(options.get("headers") or {}, whose=f"{method} {path}")
    return Request(
        method=method,
        path=path,
        params=options.get("params") or {},
        headers=headers,
        content=content,
        timeout=options.get("timeout"),
    )


def _refuse_unknown(options: Mapping[str, object], where: str) -> None:
    """Refuse what no option is: the request would go out without it.

    Raises:
        InvalidQuery: there is one.
    """
    known = CallOptions.__annotations__
    for name in options:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise InvalidQuery(
                f"{where}: a call has no option {name!r:.80}",
                hint=f"did you mean {near[0]!r}?"
                if near
                else f"known: {', '.join(sorted(known))}",
            )


def _line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
