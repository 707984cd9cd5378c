"""A server that does not answer is not asked, and is asked again in time."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from stateroom.link.breaker import FAILURES, REST_S, Breaker, Circuit

CLOSED, OPEN, HALF_OPEN = Circuit.CLOSED, Circuit.OPEN, Circuit.HALF_OPEN


def breaker(
    *, draw: float = 0.0, told: Callable[[Circuit], None] = lambda _: None
) -> Breaker:
    return Breaker(lambda: draw, on_change=told)


def opened(*, draw: float = 0.0) -> Breaker:
    """Return a breaker that opened at second 100."""
    made = breaker(draw=draw)
    for _ in range(FAILURES):
        made.failed(100.0)
    return made


def test_a_closed_circuit_lets_everything_through() -> None:
    assert all(breaker().admits(now) for now in (0.0, 1.0, 0.5))


def test_failures_in_a_row_open_it_and_not_one_fewer() -> None:
    made = breaker()
    for _ in range(FAILURES - 1):
        made.failed(100.0)
    assert (made.circuit, made.admits(100.0)) == (CLOSED, True)
    made.failed(100.0)
    assert (made.circuit, made.opened, made.admits(100.0)) == (OPEN, 1, False)


def test_one_answer_between_failures_begins_the_row_anew() -> None:
    made = breaker()
    for _ in range(3):
        for _ in range(FAILURES - 1):
            made.failed(100.0)
        made.worked()
    assert (made.circuit, made.opened) == (CLOSED, 0)


@pytest.mark.parametrize(
    ("draw", "now", "is_admitted"),
    [
        (0.0, 100.0, False),
        (0.0, 100.0 + REST_S - 0.001, False),
        (0.0, 100.0 + REST_S, True),
        (1.0, 100.0 + REST_S * 1.5 - 0.001, False),
        (1.0, 100.0 + REST_S * 1.5, True),
    ],
)
def test_it_rests_for_a_second_and_up_to_half_of_it_more(
    draw: float, now: float, *, is_admitted: bool
) -> None:
    assert opened(draw=draw).admits(now) == is_admitted


def test_one_probe_at_a_time_goes_through_when_it_is_half_open() -> None:
    made = opened()
    assert [made.admits(101.0) for _ in range(3)] == [True, False, False]
    assert made.circuit is HALF_OPEN


def test_a_probe_that_never_reports_is_followed_by_another_after_a_rest() -> None:
    made = opened()
    assert [made.admits(at) for at in (101.0, 101.9, 102.0, 102.1)] == [
        True, False, True, False,
    ]  # fmt: skip


def test_a_probe_that_works_closes_it() -> None:
    made = opened()
    made.admits(101.0)
    made.worked()
    assert (made.circuit, made.admits(101.0)) == (CLOSED, True)
    made.failed(101.0)
    assert made.circuit is CLOSED  # the old row of failures is forgotten


def test_one_probe_that_fails_opens_it_again_at_once() -> None:
    made = opened()
    made.admits(101.0)
    made.failed(101.5)
    assert [made.admits(at) for at in (102.4, 102.5)] == [False, True]
    assert made.opened == 1  # it is still the same outage


def test_an_answer_that_comes_late_closes_it_without_a_probe() -> None:
    made = opened()
    made.worked()
    assert made.admits(100.0) is True


def test_each_change_is_told_once() -> None:
    told: list[Circuit] = []
    made = breaker(told=told.append)
    for _ in range(FAILURES + 3):
        made.failed(100.0)
    for now in (101.0, 101.0, 102.0, 103.0):
        made.admits(now)
    made.worked()
    made.worked()
    assert told == [OPEN, HALF_OPEN, CLOSED]


def test_a_listener_may_ask_the_breaker_itself() -> None:
    seen: list[bool] = []
    made = breaker(told=lambda _: seen.append(made.admits(100.0)))
    for _ in range(FAILURES):
        made.failed(100.0)
    made.worked()
    assert seen == [False, True]


def test_of_many_threads_one_probes() -> None:
    made = opened()
    start, admitted = threading.Barrier(8), []

    def asks() -> None:
        start.wait(5)
        admitted.append(made.admits(101.0))

    threads = [threading.Thread(target=asks) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert admitted.count(True) == 1
