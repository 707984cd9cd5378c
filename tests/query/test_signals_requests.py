"""What recorders are told of requests: how each ended, and how long it took."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from stateroom import signals
from stateroom.errors import QueryFailed, ResponseError, TransportError
from stateroom.query import QueryApi, QueryCall, QueryClient, Retry, Tag
from stateroom.query.reporting import report_read
from stateroom.signals import Event, QueryRequested
from stateroom.store import Store
from stateroom.testing import ManualTimers, RoutedTransport, in_turn
from tests.query.client.backend import Backend, world

api = QueryApi("careers", tags=("User",), keep_unused=5)
backend = Backend()
PRIVATE = "Zoë-7741"


def unmergeable(_: object, __: object) -> object:
    raise ArithmeticError


@api.query
async def job(call: QueryCall, number: int) -> object:
    return await backend.ask(call, number)


@api.query(merge=unmergeable)
async def feed(call: QueryCall) -> object:
    return await backend.ask(call)


@api.query(retry=Retry(retries=2))
async def remote(call: QueryCall) -> object:
    return await call.get("/remote")


@api.query(provides=lambda _, name: [Tag("User", name)])
async def user(call: QueryCall, name: str) -> object:
    return await call.get("/users/" + name)


@api.mutation
async def rename(call: QueryCall, number: int) -> object:
    return await backend.ask(call, number)


@api.mutation(invalidates=lambda _, name: [Tag("User", name)])
async def log_in(call: QueryCall, name: str, *, password: str) -> object:
    return await call.post("/log-in", json=[name, password])


@pytest.fixture
def told() -> Iterator[list[Event]]:
    backend.asked.clear()
    kept: list[Event] = []
    with signals.recording(kept.append):
        yield kept


def requests(told: list[Event]) -> list[QueryRequested]:
    return [each for each in told if isinstance(each, QueryRequested)]


def outcomes(told: list[Event]) -> list[tuple[str, float]]:
    return [(each.outcome, each.seconds) for each in requests(told)]


@asynccontextmanager
async def routed(
    transport: RoutedTransport, timers: ManualTimers
) -> AsyncIterator[QueryClient]:
    async with QueryClient(
        Store(api), api, transport=transport, timers=timers, draw=lambda: 0.6
    ) as client:
        yield client


async def test_an_answer_is_told_with_the_time_from_the_beginning(
    told: list[Event],
) -> None:
    async with world(api) as here:
        _ = here.client.subscribe(job(1))
        await here.advance(1.25)
        assert requests(told) == []
        backend.answer(0, "cook")
        await here.settle()
        assert requests(told) == [
            QueryRequested(
                api="careers", endpoint="job", kind="query", outcome="ok", seconds=1.25
            )
        ]


async def test_a_mutation_is_told_as_one(told: list[Event]) -> None:
    async with world(api) as here:
        _ = here.client.mutate(rename(1), track=False)
        await here.advance(0.5)
        backend.answer(0, "done")
        await here.settle()
        assert requests(told) == [
            QueryRequested("careers", "rename", "mutation", "ok", 0.5)
        ]


@pytest.mark.parametrize(
    "error", [ResponseError("busy", status=503), ArithmeticError()]
)
async def test_a_failure_is_told_as_an_error(
    told: list[Event], error: Exception
) -> None:
    async with world(api) as here:
        _ = here.client.subscribe(job(1))
        _ = here.client.mutate(rename(1))
        await here.advance(2)
        backend.fail(0, error)
        backend.fail(1, error)
        await here.settle()
        assert outcomes(told) == [("error", 2.0), ("error", 2.0)]
        here.faults.clear()


async def test_an_answer_that_cannot_be_merged_is_told_as_an_error(
    told: list[Event],
) -> None:
    async with world(api) as here:
        await here.client.upsert(feed(), "old")
        _ = here.client.subscribe(feed(), force=True)
        backend.answer(0, "new")
        await here.settle()
        assert outcomes(told) == [("error", 0.0)]
        here.faults.clear()


async def test_what_is_aborted_is_told_as_cancelled_and_once(
    told: list[Event],
) -> None:
    async with world(api) as here:
        watching = here.client.subscribe(job(1))
        renaming = here.client.mutate(rename(1))
        await here.advance(3)
        watching.abort()
        renaming.abort()
        await here.settle()
        assert outcomes(told) == [("cancelled", 3.0), ("cancelled", 3.0)]


async def test_a_request_that_nobody_wants_any_more_is_told_as_cancelled(
    told: list[Event],
) -> None:
    async with world(api) as here:
        here.client.subscribe(job(1)).unsubscribe()
        await here.advance(5)
        assert outcomes(told) == [("cancelled", 5.0)]


async def test_what_runs_when_a_client_is_closed_is_told_as_cancelled(
    told: list[Event],
) -> None:
    async with world(api) as here:
        _ = here.client.subscribe(job(1))
        _ = here.client.mutate(rename(1))
    assert outcomes(told) == [("cancelled", 0.0), ("cancelled", 0.0)]


async def test_each_poll_is_told(told: list[Event]) -> None:
    timers = ManualTimers()
    async with routed(RoutedTransport({"GET /remote": "far"}), timers) as client:
        _ = client.subscribe(remote(), polling=30)
        await timers.advance(90_000)
        assert outcomes(told) == [("ok", 0.0)] * 4


async def test_a_request_is_told_once_with_its_retries_and_their_waits(
    told: list[Event],
) -> None:
    gone, timers = TransportError("no connection"), ManualTimers()
    transport = RoutedTransport({"GET /remote": in_turn(gone, gone, "far")})
    async with routed(transport, timers) as client:
        watching = client.subscribe(remote())
        await timers.advance(60_000)
        assert watching.result.data == "far"
    assert len(transport.requests) == 3
    # 0.6 of a second, then 0.6 of two: ``backoff_s`` with this draw.
    assert outcomes(told) == [("ok", 1.8)]


async def test_a_request_that_is_aborted_between_two_tries_is_told_as_cancelled(
    told: list[Event],
) -> None:
    timers = ManualTimers()
    gone = TransportError("no connection")
    async with routed(RoutedTransport({"GET /remote": gone}), timers) as client:
        watching = client.subscribe(remote())
        await timers.advance(400)
        watching.abort()
        await timers.advance(60_000)
        assert outcomes(told) == [("cancelled", 0.4)]


async def test_retries_that_all_fail_are_told_as_one_error(told: list[Event]) -> None:
    timers = ManualTimers()
    gone = TransportError("no connection")
    async with routed(RoutedTransport({"GET /remote": gone}), timers) as client:
        watching = client.subscribe(remote())
        await timers.advance(60_000)
        assert watching.result.is_error
    assert [outcome for outcome, _ in outcomes(told)] == ["error"]


class SetBack(ManualTimers):
    """Timers whose clock is put right by hand."""

    wrong_by_ms = 5000

    def now_ms(self) -> int:
        return super().now_ms() + self.wrong_by_ms


async def test_a_clock_that_is_set_back_makes_no_negative_time(
    told: list[Event],
) -> None:
    timers = SetBack()
    transport = RoutedTransport({"GET /remote": "far"})
    async with routed(transport, timers) as client:
        held = transport.hold("GET /remote")
        _ = client.subscribe(remote())
        await held.reached.wait()
        timers.wrong_by_ms = 0
        held.release()
        await timers.advance(1000)
    assert outcomes(told) == [("ok", 0.0)]


async def test_no_event_has_an_argument_a_value_an_error_or_the_id_of_a_tag(
    told: list[Event],
) -> None:
    timers = ManualTimers()
    refused = ResponseError("wrong: " + PRIVATE, status=401, data=PRIVATE)
    transport = RoutedTransport(
        {"GET /users/{name}": PRIVATE, "POST /log-in": in_turn("in", refused)}
    )
    async with routed(transport, timers) as client:
        assert await client.fetch(user(PRIVATE)) == PRIVATE
        _ = client.subscribe(user(PRIVATE))
        await client.mutate(log_in(PRIVATE, password=PRIVATE))
        with pytest.raises(QueryFailed, match=PRIVATE):
            await client.mutate(log_in(PRIVATE, password=PRIVATE))
        client.invalidate(Tag("User", PRIVATE))
        await timers.advance(0)
    assert {type(each).__name__ for each in told} == {
        "QueryInvalidated", "QueryRead", "QueryRequested",
    }  # fmt: skip
    assert PRIVATE not in repr(told)


async def test_nothing_is_told_when_no_recorder_is_installed_any_more() -> None:
    kept: list[Event] = []
    backend.asked.clear()
    async with world(api) as here:
        with signals.recording(kept.append):
            _ = here.client.subscribe(job(1))
        backend.answer(0, "cook")
        await here.settle()
        here.client.invalidate("User")
        report_read(job(1), "cached")  # as if another thread had removed it just now
        assert [type(each).__name__ for each in kept] == ["QueryRead"]


def fails(event: Event) -> None:
    raise OSError("no room")


@pytest.mark.filterwarnings("ignore:recorder:RuntimeWarning")
async def test_a_recorder_that_fails_breaks_no_request(told: list[Event]) -> None:
    async with world(api) as here:
        with signals.recording(fails):
            watching = here.client.subscribe(job(1))
            backend.answer(0, "cook")
            assert await watching == "cook"
            assert outcomes(told) == [("ok", 0.0)]
