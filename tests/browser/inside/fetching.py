"""Sends requests from the page, and tells what became of them as plain data."""

from __future__ import annotations

import asyncio
from typing import Final

from stateroom.errors import StateroomError
from stateroom.query.calls import QueryCall, Request, Response
from stateroom.query.transports import FetchTransport
from stateroom.store.aborting import AbortSignal

__all__ = ("cancel", "echo", "fail", "fail_elsewhere", "lose", "send", "tokens")

LIVE: Final = "/live"
LIMIT: Final = 100_000


async def send(method: str, path: str, body: str | None) -> list[object]:
    """Return status, type and text of the answer, read as bytes."""
    transport = FetchTransport(LIVE, limit=LIMIT)
    content = None if body is None else body.encode()
    answer = await transport.send(Request(method=method, path=path, content=content))
    return [answer.status, answer.headers.get("content-type"), _text(answer)]


async def fail(
    method: str, path: str, body: str | None, seconds: float
) -> list[object]:
    """Return the name, the message and the slowness of the error of a request."""
    transport = FetchTransport(LIVE, limit=LIMIT, timeout=seconds)
    content = None if body is None else body.encode()
    try:
        await transport.send(Request(method=method, path=path, content=content))
    except StateroomError as error:
        return _told(error)
    return []


async def fail_elsewhere(base: str) -> list[object]:
    """Return the error of a request to where nothing may be asked."""
    try:
        await FetchTransport(base).send(Request(method="GET", path="/jobs"))
    except StateroomError as error:
        return _told(error)
    return []


async def echo(params: dict[str, object], json: object) -> object:
    """Return what a server says that it was sent by a call."""
    call = QueryCall(FetchTransport(LIVE, headers={"X-Token": "one"}))
    return await call.post("/echo", params=params, json=json, headers={"X-One": "1"})


async def tokens(first: str, second: str) -> list[object]:
    """Return the tokens that a server was sent, asked for before each request."""
    left = [first, second]

    async def headers(_: Request) -> dict[str, str]:
        return {"authorization": left.pop(0)}

    call = QueryCall(FetchTransport(LIVE, headers=headers))
    told = [await call.get("/echo", returns=dict[str, object]) for _ in range(2)]
    found: list[object] = []
    for each in told:
        sent = each["headers"]
        assert isinstance(sent, dict)
        found.append(sent["authorization"])
    return found


async def cancel(path: str) -> str:
    """Cancel a request that waits; return what it ended with when the server knows."""
    live = FetchTransport(LIVE)
    await live.send(Request(method="GET", path="/anew"))
    task = asyncio.create_task(live.send(Request(method="GET", path=path)))
    await live.send(Request(method="GET", path="/waiting"))
    task.cancel()
    ended = (await asyncio.gather(task, return_exceptions=True))[0]
    await live.send(Request(method="GET", path="/gone"))
    return type(ended).__name__


async def lose(path: str) -> str:
    """Abort a call that waits; return what it ended with when the server knows."""
    live, signal = FetchTransport(LIVE), AbortSignal()
    await live.send(Request(method="GET", path="/anew"))
    task = asyncio.create_task(QueryCall(live, signal=signal).get(path))
    await live.send(Request(method="GET", path="/waiting"))
    signal.abort("left")
    ended = (await asyncio.gather(task, return_exceptions=True))[0]
    await live.send(Request(method="GET", path="/gone"))
    return f"{type(ended).__name__}: {ended}"


def _text(answer: Response) -> str:
    return answer.content.decode("utf-8", "replace")


def _told(error: StateroomError) -> list[object]:
    message = str(error).partition("\n")[0]
    return [type(error).__name__, message, getattr(error, "is_slow", False)]
