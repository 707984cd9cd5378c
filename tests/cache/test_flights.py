"""One load at a time for each key; nobody joins one that began too early."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest

from stateroom.cache.flights import REFRESHERS, AsyncFlights, Flights, fresh_copy
from stateroom.cache.outcomes import Outcome

Found = Outcome[object] | None
KEY, OTHER = b"key", b"other"
VALUE: Found = Outcome(value="value", origin="loaded", created_ms=0)


# --------------------------------------------------------------------- threads


@pytest.fixture
def flights() -> Iterator[Flights]:
    made = Flights()
    yield made
    made.close()


def test_the_first_flies_and_those_after_it_join(flights: Flights) -> None:
    flight, is_mine = flights.join(KEY)
    assert is_mine
    assert flights.join(KEY) == (flight, False)
    assert flights.join(OTHER)[1] is True


def test_a_flight_that_has_ended_is_not_joined(flights: Flights) -> None:
    first, _ = flights.join(KEY)
    flights.end(KEY, first)
    second, is_mine = flights.join(KEY)
    assert is_mine
    assert second is not first


@pytest.mark.parametrize(
    ("voided", "is_joined"), [(KEY, False), (OTHER, True), (None, False)]
)
def test_a_voided_flight_is_not_joined_by_those_who_come_later(
    flights: Flights, voided: bytes | None, *, is_joined: bool
) -> None:
    flights.join(KEY)
    flights.void(voided)
    assert flights.join(KEY)[1] is not is_joined


def test_an_old_flight_that_ends_takes_no_newer_one_off_the_list(
    flights: Flights,
) -> None:
    old, _ = flights.join(KEY)
    flights.void(KEY)
    new, _ = flights.join(KEY)
    flights.end(KEY, old)
    assert flights.join(KEY) == (new, False)


def test_of_many_threads_one_flies_and_all_get_its_value(flights: Flights) -> None:
    start, flown, got = threading.Barrier(16), [], []

    def asks() -> None:
        start.wait(5)
        flight, is_mine = flights.join(KEY)
        if is_mine:
            flown.append(flight)
            while len(joined) < 15:  # nobody comes too late
                pass
            flights.end(KEY, flight)
            flight.set_result(VALUE)
        joined.append(flight)
        got.append(flight.result(5))

    joined: list[Future[Found]] = []
    threads = [threading.Thread(target=asks) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(flown) == 1
    assert got == [VALUE] * 16


def test_a_refresh_runs_once_for_each_key_at_a_time(flights: Flights) -> None:
    running, release = threading.Semaphore(0), threading.Event()
    done: list[bytes] = []

    def work(key: bytes) -> Callable[[], None]:
        def refresh() -> None:
            running.release()
            release.wait(5)
            done.append(key)

        return refresh

    for key in (KEY, KEY, OTHER, KEY):
        flights.refresh(key, work(key))
    assert running.acquire(timeout=5)
    assert running.acquire(timeout=5)
    release.set()
    flights.close()
    assert sorted(done) == [KEY, OTHER]


def test_a_key_is_refreshed_again_when_its_refresh_is_over_even_if_it_failed(
    flights: Flights,
) -> None:
    tried = threading.Semaphore(0)

    def fails() -> None:
        tried.release()
        raise OSError

    for _ in range(3):
        flights.refresh(KEY, fails)
        assert tried.acquire(timeout=5)
        while KEY in flights._refreshing:  # noqa: SLF001 - told to nobody
            pass


def test_refreshes_that_have_not_begun_end_with_their_cache(flights: Flights) -> None:
    begun, release = threading.Semaphore(0), threading.Event()
    done: list[int] = []

    def work(number: int) -> Callable[[], None]:
        def refresh() -> None:
            begun.release()
            release.wait(5)
            done.append(number)

        return refresh

    for n in range(REFRESHERS + 3):
        flights.refresh(b"%d" % n, work(n))
    for _ in range(REFRESHERS):
        assert begun.acquire(timeout=5)
    closing = threading.Thread(target=flights.close)
    closing.start()
    while flights._refreshers is not None:  # noqa: SLF001 - told to nobody
        pass
    release.set()
    closing.join(5)
    assert set(range(REFRESHERS)) <= set(done)


# ---------------------------------------------------------------- event loops


async def value() -> Found:
    await asyncio.sleep(0)
    return VALUE


async def failure() -> Found:
    raise OSError("no source")


async def test_a_task_is_found_until_it_is_done() -> None:
    flights = AsyncFlights()
    task = flights.begin(KEY, value())
    assert (flights.find(KEY), flights.find(OTHER)) == (task, None)
    assert await task == VALUE
    await asyncio.sleep(0)
    assert flights.find(KEY) is None


@pytest.mark.parametrize(
    ("voided", "is_found"), [(KEY, False), (OTHER, True), (None, False)]
)
async def test_a_voided_task_is_not_found_and_goes_on(
    voided: bytes | None, *, is_found: bool
) -> None:
    flights = AsyncFlights()
    task = flights.begin(KEY, value())
    flights.void(voided)
    assert (flights.find(KEY) is task) == is_found
    assert await task == VALUE


async def test_an_old_task_that_ends_takes_no_newer_one_off_the_list() -> None:
    flights = AsyncFlights()
    old = flights.begin(KEY, value())
    flights.void(KEY)
    gate = asyncio.Event()

    async def later() -> Found:
        await gate.wait()
        return VALUE

    new = flights.begin(KEY, later())
    await old
    await asyncio.sleep(0)
    assert flights.find(KEY) is new
    gate.set()
    await new


async def test_a_failed_task_that_nobody_waits_for_leaves_no_complaint(
    caplog: pytest.LogCaptureFixture,
) -> None:
    flights = AsyncFlights()
    task = flights.begin(KEY, failure())
    await asyncio.wait([task])
    await asyncio.sleep(0)
    del task
    assert flights.find(KEY) is None
    assert not caplog.records


async def test_closing_ends_voided_tasks_too_and_waits_for_what_they_clean_up() -> None:
    flights, cleaned = AsyncFlights(), []

    async def load(name: str) -> Found:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(name)
        return None

    tasks = [flights.begin(KEY, load("old"))]
    flights.void(None)
    tasks.append(flights.begin(KEY, load("new")))
    await asyncio.sleep(0)
    await flights.aclose()
    assert [each.cancelled() for each in tasks] == [True, True]
    assert sorted(cleaned) == ["new", "old"]


# --------------------------------------------------------------------- errors


class Strict(Exception):
    """Cannot be made from its arguments."""

    def __init__(self, code: int, *, text: str) -> None:
        super().__init__(text)
        self.code = code


class Odd(Exception):
    """Copies itself as something else."""

    def __copy__(self) -> object:
        return "copied"


def raised(error: Exception) -> Exception:
    error.__cause__ = KeyError("cause")
    flight: Future[Found] = Future()
    flight.set_exception(error)
    with pytest.raises(type(error)):
        flight.result()
    assert error.__traceback__ is not None
    return error


def test_each_waiter_gets_an_error_of_its_own_without_the_traceback_of_another() -> (
    None
):
    original = raised(ValueError("no rows", 7))
    again = fresh_copy(original)
    assert again is not original
    assert (type(again), again.args) == (ValueError, ("no rows", 7))
    assert again.__traceback__ is None
    assert isinstance(again.__cause__, KeyError)


@pytest.mark.parametrize("error", [Strict(1, text="no"), Odd("no")])
def test_an_error_that_cannot_be_copied_is_shared_as_it_is(error: Exception) -> None:
    original = raised(error)
    assert fresh_copy(original) is original
