"""Calls: what an endpoint sends and gets, whatever carries it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest

from stateroom.errors import Aborted, InvalidQuery, ResponseError, TransportError
from stateroom.query import Client
from stateroom.query.calls import QueryCall, Request, Response
from stateroom.store.aborting import AbortSignal
from stateroom.testing.timers import drained

JSON = {"content-type": "application/json"}


@dataclass
class Job:
    id: int
    title: str = ""


@dataclass
class Wire:
    """A transport that answers everything alike, or waits."""

    answer: Response | Exception = field(default_factory=lambda: Response(status=204))
    is_waiting: bool = False
    requests: list[Request] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    is_cancelled: bool = False
    lets_go: asyncio.Event | None = None
    has_let_go: bool = False

    async def send(self, request: Request) -> Response:
        self.requests.append(request)
        if self.is_waiting:
            await self._wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def _wait(self) -> None:
        self.reached.set()
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            if self.lets_go is not None:
                await self.lets_go.wait()
                self.has_let_go = True
            raise


def answering(content: bytes, status: int = 200) -> Wire:
    return Wire(Response(status=status, headers=JSON, content=content))


async def test_every_verb_is_a_method_of_its_own() -> None:
    wire = Wire()
    call = QueryCall(wire)
    for verb in (call.get, call.post, call.put, call.patch, call.delete):
        assert await verb("/jobs") is None
    assert await call.ask("OPTIONS", "/jobs") is None
    methods = [each.method for each in wire.requests]
    assert methods == ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


async def test_an_answer_comes_as_what_was_asked_for() -> None:
    call = QueryCall(answering(b'[{"id": 1, "title": "Cook"}]'))
    jobs: list[Job] = await call.get("/jobs", returns=list[Job])
    assert jobs == [Job(1, "Cook")]


async def test_what_is_given_is_what_is_sent() -> None:
    wire = Wire()
    await QueryCall(wire).post(
        "/jobs",
        params={"a": 1},
        json=Job(1),
        headers={"X-One": "1"},
        timeout=5.0,
    )
    (request,) = wire.requests
    assert request == Request(
        method="POST",
        path="/jobs",
        params={"a": 1},
        headers={
            "accept": "application/json, */*;q=0.1",
            "content-type": "application/json",
            "x-one": "1",
        },
        content=b'{"id":1,"title":""}',
        timeout=5.0,
    )
    assert request.json() == {"id": 1, "title": ""}


@pytest.mark.parametrize(
    ("returns", "accept"),
    [(Job, "application/json, */*;q=0.1"), (bytes, "*/*"), (str, "*/*")],
)
async def test_a_server_is_told_what_is_wanted(returns: object, accept: str) -> None:
    wire = answering(b'{"id": 1}' if returns is Job else b'"text"')
    await QueryCall(wire).get("/jobs", returns=returns)
    assert wire.requests[0].headers["accept"] == accept


async def test_headers_of_a_call_go_before_its_own() -> None:
    wire = Wire()
    given = {"Accept": "text/csv", "Content-Type": "application/merge-patch+json"}
    await QueryCall(wire).patch("/jobs/1", json={}, headers=given)
    assert wire.requests[0].headers == {
        "accept": "text/csv",
        "content-type": "application/merge-patch+json",
    }


@pytest.mark.parametrize("status", [400, 404, 500, 599, 304, 199])
async def test_a_refusal_is_an_error_with_what_the_server_says(status: int) -> None:
    call = QueryCall(answering(b'{"detail": "no"}', status))
    with pytest.raises(ResponseError) as caught:
        await call.get("/jobs", returns=list[Job])
    assert (caught.value.status, caught.value.data) == (status, {"detail": "no"})
    assert str(caught.value).startswith(f"GET /jobs: {status}")


async def test_a_refusal_has_the_words_of_the_standard() -> None:
    with pytest.raises(ResponseError, match=r"^PUT /jobs/1: 404 Not Found\n"):
        await QueryCall(answering(b"", 404)).put("/jobs/1")


async def test_who_asks_may_judge_the_status_itself() -> None:
    def judge(response: Response, data: object) -> bool:
        return response.status == 404 or data != {"is_error": True}

    missing = QueryCall(answering(b"null", 404))
    found = await missing.get("/jobs/1", returns=Job | None, validate_status=judge)
    assert found is None
    failed = QueryCall(answering(b'{"is_error": true}'))
    with pytest.raises(ResponseError, match="200 OK"):
        await failed.get("/jobs/1", validate_status=judge)


async def test_what_no_answer_can_be_is_refused_before_anything_is_sent() -> None:
    wire = Wire()
    with pytest.raises(InvalidQuery, match="returns: found"):
        await QueryCall(wire).get("/jobs", returns=lambda: 3)
    assert wire.requests == []


async def test_without_a_transport_a_request_is_refused() -> None:
    call = QueryCall(endpoint="jobs_in")
    with pytest.raises(InvalidQuery, match="jobs_in sends a request, and the client"):
        await call.get("/jobs")


async def test_errors_of_the_transport_are_passed_on() -> None:
    with pytest.raises(TransportError, match="no line"):
        await QueryCall(Wire(TransportError("no line"))).get("/jobs")


async def test_the_last_answer_is_there_for_its_status_and_headers() -> None:
    wire = answering(b"[]")
    call = QueryCall(wire)
    assert (call.response, call.meta) == (None, {})
    await call.get("/jobs")
    assert call.response is wire.answer
    assert call.meta == {"status": 200}


async def test_nothing_is_sent_when_nobody_wants_it_any_more() -> None:
    wire, signal = Wire(), AbortSignal()
    signal.abort("left")
    with pytest.raises(Aborted, match="left"):
        await QueryCall(wire, signal=signal).get("/jobs")
    assert wire.requests == []


async def test_an_abort_gives_up_a_request_in_whichever_task_it_is() -> None:
    wire, signal = Wire(is_waiting=True), AbortSignal()
    call = QueryCall(wire, signal=signal)
    tasks = [asyncio.create_task(call.get("/jobs")) for _ in range(2)]
    await wire.reached.wait()
    signal.abort("left")
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in ended] == [Aborted, Aborted]
    assert wire.is_cancelled


async def test_a_task_that_was_cancelled_as_well_is_cancelled() -> None:
    wire, signal = Wire(is_waiting=True), AbortSignal()
    task = asyncio.create_task(QueryCall(wire, signal=signal).get("/jobs"))
    await wire.reached.wait()
    signal.abort("left")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


@pytest.mark.parametrize("is_cancelled_first", [False, True])
async def test_who_is_letting_go_of_a_connection_is_not_interrupted(
    *, is_cancelled_first: bool
) -> None:
    wire, signal = Wire(is_waiting=True, lets_go=asyncio.Event()), AbortSignal()
    task = asyncio.create_task(QueryCall(wire, signal=signal).get("/jobs"))
    await wire.reached.wait()
    if is_cancelled_first:
        task.cancel()
        await drained()
        signal.abort("left")
    else:
        signal.abort("left")
        # As a client does, a turn of the loop later.
        asyncio.get_running_loop().call_soon(task.cancel)
    await drained()
    assert (wire.is_cancelled, task.done()) == (True, False)
    assert wire.lets_go is not None
    wire.lets_go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert wire.has_let_go


async def test_an_answer_that_comes_with_an_abort_is_one() -> None:
    wire, signal, later = Wire(is_waiting=True), AbortSignal(), asyncio.Event()

    async def work() -> object:
        found = await QueryCall(wire, signal=signal).get("/jobs")
        await later.wait()
        return found

    task = asyncio.create_task(work())
    await wire.reached.wait()
    signal.abort("left")
    wire.released.set()
    await drained()
    later.set()
    assert await task is None


async def test_after_an_answer_an_abort_cancels_nobody() -> None:
    signal = AbortSignal()
    await QueryCall(Wire(), signal=signal).get("/jobs")
    signal.abort("late")
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_call_knows_who_asks() -> None:
    client, extra = cast("Client", object()), object()
    call = QueryCall(
        endpoint="jobs_in",
        kind="mutation",
        request_id="r1",
        forced=True,
        client=client,
        extra=extra,
    )
    assert (call.endpoint, call.kind, call.request_id) == ("jobs_in", "mutation", "r1")
    assert (call.forced, call.client, call.extra) == (True, client, extra)
    assert not call.signal.aborted


async def test_a_call_that_was_made_by_hand_has_no_client() -> None:
    with pytest.raises(InvalidQuery, match="asks for its client, and has none"):
        _ = QueryCall(endpoint="jobs_in").client
