"""Whether a request that failed is sent again, and when: a judge, and who obeys it.

``Retry()`` tries again up to five times, after about 0.6, 1.2, 2.4, 4.8 and 9.6
seconds; each is multiplied by a draw between 0.4 and 1.4, so that a thousand clients
that failed together do not come back together::

    @api.query(retry=Retry(retries=2))
    async def jobs_in(call: QueryCall, city: str) -> list[Job]:
        try:
            return await call.get("/jobs", params={"city": city}, returns=list[Job])
        except ResponseError as error:
            if error.status == 404:
                stop_retrying(error)
            raise

Source:
    ``retry`` of RTK Query. There an error in a call of the package's own is tried again
    like any other; here ``InvalidQuery`` is not, as time does not mend it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar

from stateroom.errors import InvalidQuery, QueryError, Rejected
from stateroom.store.aborting import AbortSignal

__all__ = (
    "LONGEST_S",
    "Backoff",
    "Condition",
    "Retry",
    "backoff_s",
    "is_expected",
    "is_stopped",
    "next_delay_s",
    "retried",
    "stop_retrying",
)

T = TypeVar("T")

Backoff = Callable[[int, float], float]
"""Tells the seconds to wait after failure n (from 1), by a draw from 0 to below 1."""

Condition = Callable[[Exception, int], bool]
"""Says whether to try again after an error, which is failure n (from 1)."""

LONGEST_S: Final = (2**31 - 1) / 1000
"""The longest wait, in seconds: a longer one would overflow a timer in a browser."""

_LEAST_SHARE: Final = 0.4
"""The least that a wait is multiplied by; the most is one more."""
_FIRST_MS: Final = 600
"""The first wait, in milliseconds, before it is multiplied."""
_MARK: Final = "_stateroom_stops_retrying"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often a request that fails is sent again.

    Attributes:
        retries: how many times after the first; 5 means six requests at most.
        condition: decides alone about errors that were to be expected, the number of
            retries no longer counts for these; look at the number that it is given.
        backoff: how long to wait; ``backoff_s`` if None.

    Raises:
        InvalidQuery: ``retries`` is no whole number from 0.
    """

    retries: int = 5
    condition: Condition | None = None
    backoff: Backoff | None = None

    def __post_init__(self) -> None:
        if type(self.retries) is not int or self.retries < 0:
            raise InvalidQuery(
                f"Retry(retries=...): found {self.retries!r:.80}, expected a whole "
                "number from 0",
                path="retries",
                hint="leave retry out where nothing is to be tried again",
            )


def backoff_s(attempt: int, draw: float) -> float:
    """Return how many seconds to wait after failure ``attempt``: whole milliseconds.

    Args:
        attempt: from 1.
        draw: a random number from 0 to below 1.

    Source:
        RTK Query: (0.4 to 1.4) * 600 ms * 2 ** (attempt - 1).
    """
    exponent = min(max(attempt, 0), 32)
    longest = int(LONGEST_S * 1000)
    waited = int((draw + _LEAST_SHARE) * ((_FIRST_MS << exponent) // 2))
    return min(waited, longest) / 1000


def next_delay_s(
    retry: Retry, error: Exception, *, attempt: int, draw: float, expected: bool
) -> float | None:
    """Return how many seconds to wait before the next request; None when it is enough.

    Args:
        retry: how often.
        error: why the last one failed.
        attempt: how many have failed, it included.
        draw: a random number from 0 to below 1.
        expected: whether the error is one that requests have.
    """
    if is_stopped(error) or isinstance(error, InvalidQuery):
        return None
    if expected and retry.condition is not None:
        is_again = retry.condition(error, attempt)
    else:
        is_again = attempt <= retry.retries
    if not is_again:
        return None
    if retry.backoff is not None:
        return retry.backoff(attempt, draw)
    return backoff_s(min(attempt, retry.retries), draw)


def stop_retrying(error: Exception) -> NoReturn:
    """Raise ``error``; whatever there is to retry is not tried again.

    To be called in an endpoint's function, where it is clear that time mends nothing.
    """
    vars(error)[_MARK] = True
    raise error


def is_stopped(error: Exception) -> bool:
    """Say whether an error was raised by ``stop_retrying``."""
    return _MARK in vars(error)


def is_expected(error: Exception) -> bool:
    """Say whether an error is one that requests have, rather than one of a program."""
    return isinstance(error, QueryError | Rejected)


async def retried(
    run: Callable[[], Awaitable[T]],
    retry: Retry,
    *,
    sleep: Callable[[float], Awaitable[object]],
    draw: Callable[[], float],
    signal: AbortSignal | None = None,
    expected: Callable[[Exception], bool] = is_expected,
) -> T:
    """Return what ``run`` returns at last.

    Args:
        run: sends one request.
        retry: how often.
        sleep: waits so many seconds; it is cancelled when the signal says so.
        draw: gives random numbers from 0 to below 1.
        signal: tells that nobody wants the result any more. A request that is under way
            is not stopped by it here.
        expected: says whether an error is one that requests have.

    Raises:
        Aborted: the signal said so, before a request or between two.
        Exception: what the last request raised.
    """
    attempt = 0
    while True:
        if signal is not None:
            signal.throw_if_aborted()
        try:
            return await run()
        except Exception as error:
            attempt += 1
            delay = next_delay_s(
                retry,
                error,
                attempt=attempt,
                draw=draw(),
                expected=expected(error),
            )
            if delay is None:
                raise
        await _paused(delay, sleep, signal)


async def _paused(
    delay: float,
    sleep: Callable[[float], Awaitable[object]],
    signal: AbortSignal | None,
) -> None:
    """Wait, for as long as the result is wanted.

    Raises:
        Aborted: it is not wanted any more.
    """
    if signal is None:
        await sleep(delay)
        return
    sleeping = asyncio.ensure_future(sleep(delay))
    forget = signal.on_abort(sleeping.cancel)
    try:
        await sleeping
    except asyncio.CancelledError:
        task = asyncio.current_task()
        # Whoever cancels the task itself is owed that it is cancelled.
        if not signal.aborted or (task is not None and task.cancelling()):
            raise
        signal.throw_if_aborted()
    finally:
        forget()
