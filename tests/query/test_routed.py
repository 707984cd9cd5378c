"""The transport for tests answers from its table, and says what was asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from stateroom.errors import InvalidQuery, TransportError
from stateroom.query.calls import QueryCall, Request, Response
from stateroom.testing import RoutedTransport, in_turn


@dataclass
class Job:
    id: int
    title: str = ""


async def test_an_answer_is_sent_as_json() -> None:
    transport = RoutedTransport({"GET /jobs": [Job(1, "Cook")]})
    found = await QueryCall(transport).get("/jobs", returns=list[Job])
    assert found == [Job(1, "Cook")]


async def test_nothing_bytes_and_whole_responses_are_sent_as_they_are() -> None:
    teapot = Response(status=418, content=b"short")
    transport = RoutedTransport(
        {"GET /none": None, "GET /bytes": b"ab", "GET /odd": teapot}
    )
    answers = [await transport.send(get(f"/{n}")) for n in ("none", "bytes", "odd")]
    assert [each.status for each in answers] == [204, 200, 418]
    assert [each.content for each in answers] == [b"", b"ab", b"short"]


async def test_an_error_is_raised() -> None:
    transport = RoutedTransport({"GET /jobs": TransportError("no line")})
    with pytest.raises(TransportError, match="no line"):
        await transport.send(get("/jobs"))


async def test_a_function_is_given_the_request_and_the_steps_by_name() -> None:
    async def job(request: Request, job_id: str, part: str) -> object:
        return [request.params["x"], job_id, part]

    transport = RoutedTransport({"GET /jobs/{job_id}/{part}": job})
    call = QueryCall(transport)
    assert await call.get("/jobs/a%2Fb/pay?y=1", params={"x": 1}) == [1, "a/b", "pay"]


async def test_of_two_routes_the_one_that_says_more_answers() -> None:
    transport = RoutedTransport({"GET /jobs/{job_id}": "any", "GET /jobs/new": "new"})
    call = QueryCall(transport)
    assert [await call.get(f"/jobs/{each}") for each in ("1", "new")] == ["any", "new"]


async def test_answers_in_turn_are_given_once_and_the_last_stays() -> None:
    error = TransportError("no line")
    transport = RoutedTransport({"GET /jobs": in_turn(error, [1], [])})
    with pytest.raises(TransportError):
        await transport.send(get("/jobs"))
    call = QueryCall(transport)
    assert [await call.get("/jobs") for _ in range(3)] == [[1], [], []]


def test_answers_in_turn_are_some() -> None:
    with pytest.raises(InvalidQuery, match="an answer at least"):
        in_turn()


async def test_requests_are_remembered_in_order() -> None:
    transport = RoutedTransport({"GET /jobs": [], "POST /jobs": None})
    call = QueryCall(transport)
    await call.get("/jobs", params={"page": 2})
    await call.post("/jobs", json={"id": 1})
    assert [each.method for each in transport.requests] == ["GET", "POST"]
    assert transport.requests[0].params == {"page": 2}
    assert transport.requests[1].json() == {"id": 1}


@pytest.mark.parametrize("path", ["/job", "/jobs/1/2", "/"])
async def test_a_request_without_a_route_is_refused_with_those_there_are(
    path: str,
) -> None:
    transport = RoutedTransport({"GET /jobs": [], "GET /jobs/{job_id}": {}})
    with pytest.raises(InvalidQuery, match="there are: GET /jobs, GET /jobs/"):
        await transport.send(get(path))


async def test_a_route_answers_its_own_method_only() -> None:
    transport = RoutedTransport({"GET /jobs": []})
    with pytest.raises(InvalidQuery, match="no route answers POST /jobs"):
        await transport.send(Request(method="POST", path="/jobs"))


@pytest.mark.parametrize("name", ["/jobs", "get /jobs", "GET jobs", "GET  /jobs", ""])
def test_what_is_no_route_is_refused(name: str) -> None:
    with pytest.raises(InvalidQuery, match="is no route"):
        RoutedTransport({name: None})


async def test_a_held_route_answers_when_it_is_released() -> None:
    transport = RoutedTransport({"GET /jobs": [1], "GET /others": [2]})
    held = transport.hold("GET /jobs")
    task = asyncio.create_task(QueryCall(transport).get("/jobs"))
    await held.reached.wait()
    assert await QueryCall(transport).get("/others") == [2]
    assert not task.done()
    held.release()
    assert await task == [1]


async def test_a_held_request_that_is_given_up_is_remembered() -> None:
    transport = RoutedTransport({"GET /jobs": [1]})
    held = transport.hold("GET /jobs")
    task = asyncio.create_task(transport.send(get("/jobs")))
    await held.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert transport.aborted == transport.requests == [get("/jobs")]


async def test_a_held_request_gets_the_answer_that_its_route_has_then() -> None:
    transport = RoutedTransport({"GET /jobs": [1]})
    held = transport.hold("GET /jobs")
    task = asyncio.create_task(QueryCall(transport).get("/jobs"))
    await held.reached.wait()
    transport.route("GET /jobs", [2])
    held.release()
    assert await task == [2]


def test_what_has_no_route_cannot_be_held() -> None:
    with pytest.raises(InvalidQuery, match="there is no route 'GET /job'"):
        RoutedTransport({"GET /jobs": []}).hold("GET /job")


def get(path: str) -> Request:
    return Request(method="GET", path=path)
