"""A lease is renewed as long as somebody is there who holds it, and no longer."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

import pytest

from stateroom.errors import MutexLost, Unavailable
from stateroom.live import Held, Live, Mutex
from stateroom.live.mutex_scripts import RELEASE, RENEW, TAKE
from tests.live.watched import WatchedServer, opened

BRIEF_S = 0.12
"""A lease so short that a test may wait for its end."""
LEASE_S = 0.6
"""One that is renewed in time also on a machine that is busy for a moment."""
LONGER = 4
"""Renewals that take longer than a lease."""


@pytest.fixture
def server() -> WatchedServer:
    return WatchedServer()


@pytest.fixture
def live(server: WatchedServer) -> Live:
    return opened(server)


@pytest.fixture
def mutex(live: Live) -> Mutex:
    return live.mutex("ledger", lease=LEASE_S)


@pytest.fixture
def brief(live: Live) -> Mutex:
    return live.mutex("ledger", lease=BRIEF_S)


@pytest.fixture
def theirs(server: WatchedServer) -> Mutex:
    """The same of another process."""
    return opened(server).mutex("ledger")


Threads = Callable[[], list[str]]


@pytest.fixture
def threads() -> Threads:
    """Tells the names of threads begun since; those of others end when idle."""
    before = set(threading.enumerate())
    return lambda: [each.name for each in threading.enumerate() if each not in before]


async def test_a_lease_is_renewed_while_its_task_is_at_work(
    server: WatchedServer, mutex: Mutex, theirs: Mutex
) -> None:
    async with mutex.hold() as held:
        await server.seen_async(RENEW, LONGER)
        assert (held.is_lost, await theirs.try_acquire()) == (False, None)
    assert await theirs.try_acquire() is not None


def test_a_lease_is_renewed_while_its_thread_is_alive(
    server: WatchedServer, mutex: Mutex, theirs: Mutex
) -> None:
    with mutex.blocking.hold() as held:
        server.seen(RENEW, LONGER)
        assert (held.is_lost, theirs.blocking.try_acquire()) == (False, None)
    assert theirs.blocking.try_acquire() is not None


@pytest.mark.parametrize("how", ["wait_for", "gather", "task"])
async def test_a_task_that_only_acquires_for_another_is_no_holder(
    server: WatchedServer, mutex: Mutex, how: str
) -> None:
    held: Held
    match how:
        case "wait_for":
            held = await asyncio.wait_for(mutex.acquire(), 1)
        case "gather":
            (held,) = await asyncio.gather(mutex.acquire())
        case _:
            held = await asyncio.create_task(mutex.acquire())
    await server.seen_async(RENEW, LONGER)
    assert not held.is_lost


async def test_nothing_is_renewed_when_the_task_that_holds_it_has_ended(
    server: WatchedServer, brief: Mutex, theirs: Mutex
) -> None:
    async def forget() -> Held:
        return await brief.acquire()

    held = await asyncio.create_task(forget())
    await theirs.acquire()
    assert (held.is_lost, server.calls[RENEW.name]) == (True, 0)


def test_nothing_is_renewed_when_the_thread_that_holds_it_has_ended(
    server: WatchedServer, brief: Mutex, theirs: Mutex
) -> None:
    held = []
    thread = threading.Thread(target=lambda: held.append(brief.blocking.acquire()))
    thread.start()
    thread.join()
    theirs.blocking.acquire()
    assert (held[0].is_lost, server.calls[RENEW.name]) == (True, 0)


async def test_nothing_is_renewed_that_nobody_has_any_more(
    server: WatchedServer, brief: Mutex, theirs: Mutex
) -> None:
    await brief.acquire()  # what it returns is let go of
    await theirs.acquire()
    assert server.calls[RENEW.name] == 0


async def test_a_lease_that_is_not_to_be_renewed_is_not(
    live: Live, server: WatchedServer, theirs: Mutex
) -> None:
    held = await live.mutex("ledger", lease=BRIEF_S, renew=False).acquire()
    await theirs.acquire()
    assert (held.is_lost, server.calls[RENEW.name]) == (True, 0)


async def test_a_lease_is_renewed_up_to_the_most_and_not_beyond(
    live: Live, server: WatchedServer, theirs: Mutex
) -> None:
    mutex = live.mutex("ledger", lease=BRIEF_S, most=2 * BRIEF_S)
    held = await mutex.acquire()
    await theirs.acquire()
    assert held.is_lost
    assert 1 <= server.calls[RENEW.name] <= 6


async def test_closing_ends_renewals_and_leases_end_by_themselves(
    live: Live, server: WatchedServer, brief: Mutex, theirs: Mutex
) -> None:
    held = await brief.acquire()
    await server.seen_async(RENEW, 1)
    await live.aclose()
    before = server.calls[RENEW.name]
    await theirs.acquire()
    assert (held.is_lost, server.calls[RENEW.name]) == (True, before)


def test_closing_ends_the_renewals_of_threads(
    live: Live,
    server: WatchedServer,
    brief: Mutex,
    theirs: Mutex,
    threads: Threads,
) -> None:
    held = brief.blocking.acquire()
    server.seen(RENEW, 1)
    assert threads() == ["stateroom-renewals"]
    live.close()
    before = server.calls[RENEW.name]
    assert threads() == []
    theirs.blocking.acquire()
    assert (held.is_lost, server.calls[RENEW.name]) == (True, before)


def test_one_thread_renews_what_all_threads_hold(
    live: Live, server: WatchedServer, mutex: Mutex, threads: Threads
) -> None:
    held = [mutex.blocking.of(part).acquire() for part in range(5)]
    server.seen(RENEW, 5 * LONGER)
    assert threads() == ["stateroom-renewals"]
    assert [each.is_lost for each in held] == [False] * 5
    live.close()


async def test_a_renewal_that_fails_is_told_and_made_again_before_the_lease_ends(
    server: WatchedServer, mutex: Mutex, caplog: pytest.LogCaptureFixture
) -> None:
    server.failing[RENEW.name] = [Unavailable("no answer")]
    async with mutex.hold() as held:
        await server.seen_async(RENEW, LONGER + 1)
        assert not held.is_lost
    assert "ledger: not renewed" in caplog.text


async def test_a_loss_that_a_renewal_learns_of_is_told_at_once(
    server: WatchedServer, mutex: Mutex, caplog: pytest.LogCaptureFixture
) -> None:
    held = await mutex.acquire()
    server.table.delete(mutex._head.place.key)  # noqa: SLF001 - Redis lost it
    await server.seen_async(RENEW, 1)
    assert held.is_lost
    with pytest.raises(MutexLost, match="Redis does not know"):
        await held.release()
    assert "not held any more" in caplog.text


@pytest.mark.parametrize("face", ["asyncio", "blocking"])
async def test_what_cannot_be_given_back_is_told_and_ends_by_itself(
    server: WatchedServer,
    mutex: Mutex,
    theirs: Mutex,
    caplog: pytest.LogCaptureFixture,
    face: str,
) -> None:
    server.failing[RELEASE.name] = [Unavailable("no answer")]
    caplog.set_level(logging.WARNING)
    if face == "blocking":
        held = await asyncio.to_thread(mutex.blocking.acquire)
        await asyncio.to_thread(held.release)
    else:
        async with mutex.hold():
            pass
    assert "ledger: could not be given back" in caplog.text
    assert await theirs.try_acquire() is None
    await theirs.acquire()
    assert server.calls[TAKE.name] >= 3


async def test_what_was_given_back_leaves_no_timer_behind(mutex: Mutex) -> None:
    for _ in range(20):
        async with mutex.hold():
            pass
    assert mutex._here.renewals._timers == {}  # noqa: SLF001 - what is left
