"""Types of what a call returns. Checked by mypy and pyright, never run.

A line that must not pass is marked; strict mode fails when its error is one no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_type

from stateroom.query.calls import QueryCall, Request, Response, Transport
from stateroom.query.transports import FetchTransport, HttpxTransport
from stateroom.testing import RoutedTransport


@dataclass
class Job:
    id: int


async def is_typed(call: QueryCall) -> None:
    assert_type(await call.get("/jobs", returns=list[Job]), list[Job])
    assert_type(await call.get("/jobs/1", params={"a": 1}, returns=Job), Job)
    assert_type(await call.post("/jobs", json=Job(1), returns=Job), Job)
    assert_type(await call.put("/jobs/1", content=b"x", returns=str), str)
    assert_type(await call.patch("/jobs/1", json={}, returns=bytes), bytes)
    assert_type(await call.delete("/jobs/1", timeout=5), object)
    assert_type(
        await call.ask("SEARCH", "/jobs", returns=dict[str, int]), dict[str, int]
    )
    # A union is no class: checkers are told nothing of it before PEP 747.
    assert_type(await call.get("/jobs/1", returns=Job | None), object)


async def is_refused(call: QueryCall) -> None:
    await call.get("/jobs", param={"a": 1})  # type: ignore[call-overload] # pyright: ignore[reportCallIssue]
    await call.get("/jobs", headers={"a": 1})  # type: ignore[dict-item] # pyright: ignore[reportArgumentType, reportCallIssue]
    await call.get("/jobs", list[Job])  # type: ignore[call-overload] # pyright: ignore[reportCallIssue]


def is_a_transport() -> tuple[Transport, ...]:
    return (HttpxTransport("https://a.b"), FetchTransport(), RoutedTransport({}))


class Own:
    async def send(self, request: Request) -> Response:
        return Response(status=200, content=request.path.encode())


own: Transport = Own()
