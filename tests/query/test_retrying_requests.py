"""Requests that fail and are sent again, by a client over a table of answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import pytest

from stateroom.errors import QueryFailed, ResponseError, TransportError
from stateroom.query import (
    QueryApi,
    QueryCall,
    QueryClient,
    QueryEndpoint,
    Response,
    Retry,
    stop_retrying,
)
from stateroom.store import Store
from stateroom.testing import ManualTimers, RoutedTransport, in_turn

BUSY = Response(status=503, content=b"busy")
GONE = TransportError("no line")
MISSING = Response(status=404)


def is_passing(error: Exception, attempt: int) -> bool:
    """Say whether time may mend it: a condition of the application's own."""
    if isinstance(error, ResponseError):
        return error.status >= 500 and attempt <= 5
    return isinstance(error, TransportError) and attempt <= 5


@dataclass
class Asking:
    """A client that asks for jobs, and the time."""

    client: QueryClient
    timers: ManualTimers
    transport: RoutedTransport
    jobs: QueryEndpoint[[], object]

    @property
    def count(self) -> int:
        return len(self.transport.requests)


def asking(
    *answers: object, retry: Retry | None, stops_at: int | None = None
) -> Asking:
    api = QueryApi("api")

    @api.query(retry=retry)
    async def jobs(call: QueryCall) -> object:
        try:
            return await call.get("/jobs")
        except ResponseError as error:
            if error.status == stops_at:
                stop_retrying(error)
            raise

    transport, timers = (
        RoutedTransport({"GET /jobs": in_turn(*answers)}),
        ManualTimers(),
    )
    client = QueryClient(
        Store(api), api, transport=transport, timers=timers, draw=lambda: 0.6
    )
    return Asking(client, timers, transport, jobs)


@pytest.mark.parametrize("trouble", [BUSY, GONE, MISSING])
async def test_what_fails_once_is_sent_again_after_a_while(trouble: object) -> None:
    one = asking(trouble, [1], retry=Retry())
    watching = one.client.subscribe(one.jobs())
    await one.timers.advance(599)
    assert (one.count, watching.result.is_loading) == (1, True)
    await one.timers.advance(1)
    assert (one.count, watching.result.data) == (2, [1])
    await one.client.aclose()


async def test_after_six_requests_it_has_failed() -> None:
    one = asking(BUSY, retry=Retry())
    watching = one.client.subscribe(one.jobs())
    await one.timers.advance(18_599)
    assert (one.count, watching.result.is_loading) == (5, True)
    await one.timers.advance(1)
    assert one.count == 6
    with pytest.raises(QueryFailed) as caught:
        await watching
    assert (caught.value.error.status, caught.value.error.data) == (503, "busy")
    await one.client.aclose()


@pytest.mark.parametrize(
    ("answer", "count"), [(MISSING, 1), (Response(status=401), 1), (BUSY, 6), (GONE, 6)]
)
async def test_a_condition_says_what_is_worth_it(answer: object, count: int) -> None:
    one = asking(answer, retry=Retry(condition=is_passing))
    watching = one.client.subscribe(one.jobs())
    await one.timers.advance(100_000)
    assert (one.count, watching.result.is_error) == (count, True)
    await one.client.aclose()


async def test_an_endpoint_says_itself_that_it_is_enough() -> None:
    one = asking(BUSY, MISSING, [1], retry=Retry(), stops_at=404)
    watching = one.client.subscribe(one.jobs())
    await one.timers.advance(100_000)
    assert one.count == 2
    assert watching.result.error is not None
    assert watching.result.error.status == 404
    await one.client.aclose()


async def test_without_retry_a_request_is_sent_once() -> None:
    one = asking(GONE, [1], retry=None)
    watching = one.client.subscribe(one.jobs())
    await one.timers.advance(100_000)
    assert (one.count, watching.result.is_error) == (1, True)
    await one.client.aclose()


async def test_an_answer_that_is_not_what_was_asked_for_is_asked_for_again() -> None:
    half = Response(
        status=200, headers={"content-type": "application/json"}, content=b"[1"
    )
    one = asking(half, [1], retry=Retry())
    watching = one.client.subscribe(one.jobs())
    await one.timers.advance(600)
    assert watching.result.data == [1]
    await one.client.aclose()


@pytest.mark.parametrize("end", ["reset", "abort"])
async def test_between_two_requests_it_can_be_given_up(end: str) -> None:
    one = asking(GONE, [1], retry=Retry())
    watching = one.client.subscribe(one.jobs())
    await one.timers.advance(300)
    give_up = {"reset": one.client.reset, "abort": watching.abort}[end]
    cast("Callable[[], object]", give_up)()
    await one.timers.advance(100_000)
    assert one.count == 1
    await one.client.aclose()


async def test_a_request_that_waits_is_given_up_with_its_client() -> None:
    one = asking([1], retry=Retry())
    held = one.transport.hold("GET /jobs")
    _ = one.client.subscribe(one.jobs())
    await held.reached.wait()
    await one.client.aclose()
    assert one.transport.aborted == one.transport.requests
    assert one.count == 1
