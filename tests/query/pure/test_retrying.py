"""Retrying: how often, after how long, and who can stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import Aborted, InvalidQuery, ResponseError, TransportError
from stateroom.query.retrying import (
    LONGEST_S,
    Retry,
    backoff_s,
    is_expected,
    is_stopped,
    next_delay_s,
    retried,
    stop_retrying,
)
from stateroom.store.aborting import AbortSignal

DRAWS = st.floats(0, 1, exclude_max=True)


class Requests:
    """Requests that end as they are told, the last one again and again."""

    def __init__(self, *ends: object) -> None:
        self.ends: tuple[object, ...] = ends
        self.sent: int = 0
        self.waited: list[float] = []

    async def send(self) -> object:
        end = self.ends[min(self.sent, len(self.ends) - 1)]
        self.sent += 1
        if isinstance(end, Exception):
            raise end
        if callable(end):
            end()
        return end

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def run(self, retry: Retry, signal: AbortSignal | None = None) -> object:
        return await retried(
            self.send, retry, sleep=self.sleep, draw=lambda: 0.6, signal=signal
        )


def refusal(status: int = 500) -> ResponseError:
    return ResponseError(f"status {status}", status=status)


# -------------------------------------------------------------------- waiting


@pytest.mark.parametrize(
    ("attempt", "draw", "seconds"),
    [
        (1, 0.0, 0.24),
        (1, 0.6, 0.6),
        (2, 0.6, 1.2),
        (3, 0.6, 2.4),
        (4, 0.6, 4.8),
        (5, 0.6, 9.6),
        # What the real package waited for these draws.
        (1, 0.8277681566457297, 0.736),
        (2, 0.012381744486666624, 0.494),
        (3, 0.670411639023931, 2.568),
        (40, 0.5, LONGEST_S),
        (10**6, 0.0, LONGEST_S),
    ],
)
def test_a_wait_doubles_and_is_spread_by_the_draw(
    attempt: int, draw: float, seconds: float
) -> None:
    assert backoff_s(attempt, draw) == seconds


@given(st.integers(1, 20), DRAWS)
def test_a_wait_is_whole_milliseconds_within_its_bounds(
    attempt: int, draw: float
) -> None:
    waited = backoff_s(attempt, draw)
    assert 0.4 * 0.6 * 2 ** (attempt - 1) - 0.001 <= waited
    assert waited <= 1.4 * 0.6 * 2 ** (attempt - 1)
    assert round(waited * 1000) / 1000 == waited


# -------------------------------------------------------------------- judging


def test_five_retries_are_tried_unless_it_is_said_otherwise() -> None:
    def is_again(retry: Retry, attempt: int) -> bool:
        delay = next_delay_s(retry, refusal(), attempt=attempt, draw=0.6, expected=True)
        return delay is not None

    assert [is_again(Retry(), n) for n in range(1, 8)] == [True] * 5 + [False] * 2
    assert [is_again(Retry(retries=1), n) for n in range(1, 4)] == [True, False, False]
    assert not is_again(Retry(retries=0), 1)


def test_a_condition_decides_alone_about_errors_that_were_to_be_expected() -> None:
    retry = Retry(retries=1, condition=lambda error, attempt: attempt < 9)

    def delay(attempt: int, *, expected: bool) -> float | None:
        return next_delay_s(
            retry, refusal(), attempt=attempt, draw=0.6, expected=expected
        )

    assert [delay(n, expected=True) for n in (1, 8, 9)] == [0.6, 0.6, None]
    assert [delay(n, expected=False) for n in (1, 2)] == [0.6, None]


def test_a_backoff_of_ones_own_is_given_the_attempt_and_the_draw() -> None:
    retry = Retry(backoff=lambda attempt, draw: attempt * 10 + draw)
    delay = next_delay_s(retry, refusal(), attempt=3, draw=0.5, expected=True)
    assert delay == 30.5


def test_an_error_of_the_call_itself_is_not_tried_again() -> None:
    error = InvalidQuery("there is no such endpoint")
    delay = next_delay_s(Retry(), error, attempt=1, draw=0.6, expected=True)
    assert delay is None


def test_errors_of_requests_are_expected_and_those_of_programs_are_not() -> None:
    told = [refusal(), TransportError("no answer"), ValueError("x"), KeyError("x")]
    assert [is_expected(each) for each in told] == [True, True, False, False]


@pytest.mark.parametrize("odd", [-1, 1.5, True, "5", None])
def test_a_number_of_retries_that_is_none_is_refused(odd: object) -> None:
    with pytest.raises(InvalidQuery, match=r"Retry\(retries=...\): found"):
        Retry(retries=odd)  # type: ignore[arg-type] # what a type checker refuses


# --------------------------------------------------------------------- running


async def test_what_succeeds_at_last_is_returned_after_its_waits() -> None:
    requests = Requests(refusal(), ValueError("x"), refusal(), "data")
    assert await requests.run(Retry()) == "data"
    assert requests.waited == [0.6, 1.2, 2.4]


async def test_the_last_error_is_raised_when_it_is_enough() -> None:
    last = refusal(503)
    requests = Requests(refusal(), refusal(), last)
    with pytest.raises(ResponseError) as caught:
        await requests.run(Retry(retries=2))
    assert caught.value is last
    assert (requests.sent, requests.waited) == (3, [0.6, 1.2])


async def test_six_requests_are_sent_at_most() -> None:
    requests = Requests(refusal())
    with pytest.raises(ResponseError):
        await requests.run(Retry())
    assert (requests.sent, requests.waited) == (6, [0.6, 1.2, 2.4, 4.8, 9.6])


async def test_waits_stop_growing_after_as_many_as_there_are_retries() -> None:
    requests = Requests(refusal())
    retry = Retry(retries=2, condition=lambda _, attempt: attempt < 5)
    with pytest.raises(ResponseError):
        await requests.run(retry)
    assert requests.waited == [0.6, 1.2, 1.2, 1.2]


async def test_an_endpoint_can_stop_what_time_does_not_mend() -> None:
    missing = refusal(404)

    def stop() -> NoReturn:
        stop_retrying(missing)

    requests = Requests(refusal(), stop, "data")
    retry = Retry(condition=lambda *_: True)
    with pytest.raises(ResponseError) as caught:
        await requests.run(retry)
    assert caught.value is missing
    assert (requests.sent, is_stopped(missing)) == (2, True)
    assert not is_stopped(refusal(404))


async def test_a_cancelled_request_is_not_tried_again() -> None:
    def cancel() -> NoReturn:
        raise asyncio.CancelledError

    requests = Requests(cancel, "data")
    with pytest.raises(asyncio.CancelledError):
        await requests.run(Retry())
    assert requests.sent == 1


# -------------------------------------------------------------------- aborting


async def test_nothing_is_sent_when_nobody_wants_it_any_more() -> None:
    signal, requests = AbortSignal(), Requests("data")
    signal.abort("gone")
    with pytest.raises(Aborted, match="gone"):
        await requests.run(Retry(), signal)
    assert requests.sent == 0


async def test_a_request_that_failed_as_nobody_wanted_it_is_not_waited_for() -> None:
    signal = AbortSignal()

    def fail() -> NoReturn:
        signal.abort("gone")
        raise refusal()

    requests = Requests(fail, "data")
    with pytest.raises(Aborted, match="gone"):
        await requests.run(Retry(), signal)
    assert (requests.sent, requests.waited) == (1, [])


class Endless(Requests):
    """Waits for ever, and tells that it does."""

    def __init__(self, *ends: object) -> None:
        super().__init__(*ends)
        self.is_asleep: asyncio.Event = asyncio.Event()
        self.is_woken: bool = False

    async def sleep(self, seconds: float) -> None:
        self.is_asleep.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.is_woken = True


async def asleep(signal: AbortSignal | None) -> tuple[Endless, asyncio.Task[object]]:
    requests = Endless(refusal(), "data")
    running = asyncio.ensure_future(requests.run(Retry(), signal))
    await requests.is_asleep.wait()
    return requests, running


async def test_a_wait_ends_when_nobody_wants_it_any_more() -> None:
    signal = AbortSignal()
    requests, running = await asleep(signal)
    signal.abort("gone")
    with pytest.raises(Aborted, match="gone"):
        await running
    assert (requests.sent, requests.is_woken) == (1, True)


@pytest.mark.parametrize("make", [AbortSignal, lambda: None])
async def test_a_cancelled_wait_is_cancelled(
    make: Callable[[], AbortSignal | None],
) -> None:
    requests, running = await asleep(make())
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (requests.sent, requests.is_woken) == (1, True)


async def test_who_cancels_and_aborts_at_once_gets_a_cancelled_task() -> None:
    signal = AbortSignal()
    _, running = await asleep(signal)
    signal.abort()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert running.cancelled()


async def test_a_signal_holds_nothing_of_a_wait_that_ended() -> None:
    signal = AbortSignal()
    requests = Requests(refusal(), refusal(), "data")
    assert await requests.run(Retry(), signal) == "data"
    assert vars(signal)["_callbacks"] == {}
