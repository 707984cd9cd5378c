"""Whatever fails, or is cancelled, at whatever step: no mutex is left behind."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from typing import TypeVar

import pytest

from stateroom.errors import Unavailable
from stateroom.flows import Effect, run, run_async
from stateroom.flows.clocks import SystemDice
from stateroom.link import Call, Command
from stateroom.live import ManualClock
from stateroom.live.ears import Ears
from stateroom.live.effects import Listen
from stateroom.live.kinds import place_of
from stateroom.live.memory import AsyncMemoryLink, MemoryServer
from stateroom.live.mutex_flows import (
    Claim,
    acquire,
    holder_of,
    release,
    renew,
    try_acquire,
)
from stateroom.live.mutex_leases import Lease, MutexRule
from stateroom.live.mutex_scripts import TAKE
from stateroom.live.performing import AsyncPerforming, Performing, moment_of

T = TypeVar("T")

CLOCK = ManualClock()
PLACE = place_of("app", "ledger")
RULE = MutexRule()


class Stumbling(Performing):
    """Performs what a flow asks for, and fails once: at one step, before or after it.

    While somebody else holds the mutex, listening lets him give it back.
    """

    def __init__(self, server: MemoryServer, at: int, *, when: str = "never") -> None:
        super().__init__(server.open(), Ears(server), CLOCK, SystemDice())
        self.error: BaseException = Unavailable("lost")
        self.steps = 0
        self.theirs: Lease | None = None
        self._at = at
        self._when = when
        self._server = server

    def perform(self, effect: Effect[T]) -> T:
        self.steps += 1
        is_here = self.steps == self._at
        if is_here and self._when == "before":
            raise self.error
        answer = self._answered(effect)
        if is_here and self._when == "after":
            raise self.error
        return answer

    def _answered(self, effect: Effect[T]) -> T:
        asked: object = effect
        theirs, self.theirs = self.theirs, None
        if isinstance(asked, Listen) and theirs is not None:
            run(release(theirs), performing(self._server))
        else:
            self.theirs = theirs
        return super().perform(effect)


def performing(server: MemoryServer) -> Stumbling:
    return Stumbling(server, 0)


def claim(wait: float = 5.0) -> Claim:
    since = moment_of(CLOCK)
    return Claim(place=PLACE, rule=RULE, label="me", since=since, wait=wait)


def taken(server: MemoryServer) -> Lease:
    lease = run(try_acquire(claim()), performing(server))
    assert lease is not None
    return lease


ERRORS = [Unavailable("lost"), asyncio.CancelledError(), KeyboardInterrupt()]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("error", ERRORS, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("at", range(1, 12))
def test_a_wait_that_fails_anywhere_leaves_the_mutex_to_others(
    at: int, error: BaseException, when: str
) -> None:
    server = MemoryServer(CLOCK)
    stumbling = Stumbling(server, at, when=when)
    stumbling.error, stumbling.theirs = error, taken(server)
    try:
        lease = run(acquire(claim()), stumbling)
    except type(error):
        if stumbling.theirs is not None:  # it failed before he gave it back
            run(release(stumbling.theirs), performing(server))
        assert run(try_acquire(claim()), performing(server)) is not None
    else:
        assert lease.fence == run(holder_of(PLACE), performing(server)).fence  # type: ignore[union-attr]
        assert at > stumbling.steps


def test_every_step_of_a_wait_was_made_to_fail() -> None:
    server = MemoryServer(CLOCK)
    steady = performing(server)
    steady.theirs = taken(server)
    run(acquire(claim()), steady)
    assert 8 <= steady.steps < 12


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 5))
def test_an_attempt_that_fails_anywhere_leaves_the_mutex_to_others(
    at: int, when: str
) -> None:
    server = MemoryServer(CLOCK)
    with pytest.raises(Unavailable):
        run(try_acquire(claim()), Stumbling(server, at, when=when))
    assert run(try_acquire(claim()), performing(server)) is not None


def test_what_is_given_back_after_another_had_it_was_lost() -> None:
    server = MemoryServer(CLOCK)
    lease = taken(server)
    server.table.delete(PLACE.key)
    newer = taken(server)
    run(release(lease), performing(server))
    assert lease.why_lost != ""
    assert run(holder_of(PLACE), performing(server)).fence == newer.fence  # type: ignore[union-attr]


def test_renewals_of_many_go_in_one_exchange() -> None:
    server = MemoryServer(CLOCK)
    leases = [taken(server)]
    leases.append(Lease(PLACE, RULE, token="0" * 32, fence=1, begun=moment_of(CLOCK)))
    counting = performing(server)
    run(renew(leases), counting)
    assert [bool(each.why_lost) for each in leases] == [False, True]
    assert counting.steps == 2  # the clock, and the exchange


def test_a_renewal_that_is_answered_after_a_release_is_no_loss() -> None:
    server = MemoryServer(CLOCK)
    lease = taken(server)
    run(release(lease), performing(server))
    lease.is_released = True
    run(renew([lease]), performing(server))
    assert lease.why_lost == ""


def test_a_wait_that_is_let_go_of_asks_for_nothing_more() -> None:
    flow = acquire(claim())
    next(flow)
    flow.send(b"\x00" * 16)
    flow.close()
    assert inspect.getgeneratorstate(flow) == inspect.GEN_CLOSED


class Slow(AsyncMemoryLink):
    """Does what it was sent when it is let, also when the sender has gone."""

    def __init__(self, server: MemoryServer) -> None:
        super().__init__(server.open())
        self.is_sent = asyncio.Event()
        self.may_go = asyncio.Event()
        self.tasks: list[asyncio.Task[list[object]]] = []

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        if not isinstance(calls[0], Call) or calls[0].script is not TAKE:
            return await super().run(calls)
        self.tasks.append(asyncio.ensure_future(self._later(calls)))
        return await asyncio.shield(self.tasks[-1])

    async def _later(self, calls: Sequence[Call | Command]) -> list[object]:
        self.is_sent.set()
        await self.may_go.wait()
        return await super().run(calls)


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_who_is_cancelled_while_the_question_is_under_way_takes_it_back(
    times: int,
) -> None:
    server = MemoryServer(CLOCK)
    link = Slow(server)
    slow = AsyncPerforming(link, Ears(server), CLOCK, SystemDice())
    task = asyncio.ensure_future(run_async(acquire(claim()), slow))
    await link.is_sent.wait()
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    link.may_go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait(link.tasks)
    assert run(holder_of(PLACE), performing(server)) is None
