"""The promises of a mutex."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from stateroom.errors import MutexBusy, MutexLost
from stateroom.link import Call
from stateroom.live import BlockingHeld, Held, Live, ManualClock, Mutex
from stateroom.live.effects import command, send
from stateroom.live.kinds import place_of
from stateroom.live.mutex_scripts import (
    FENCE_MS,
    NEXT_MS,
    RELEASE,
    TAKE,
    TOKEN_CHARS,
    WAKE_MS,
)
from stateroom.testing.live_base import Face, LivePromises

__all__ = ("MutexPromises",)

BRIEF_S = 0.02
"""To wait for what does not become free."""
SHORT_S = 0.1
"""A lease that is to end, on a real server in real time."""
STEP_S = 20
"""Of the clock: less than a lease, and twice is more."""


class _ThreadedHeld:
    """What a thread holds, with methods to be awaited."""

    def __init__(self, held: BlockingHeld) -> None:
        self._held = held
        self.fence = held.fence
        self.token = held.token

    @property
    def is_lost(self) -> bool:
        return self._held.is_lost

    def check(self) -> None:
        self._held.check()

    async def release(self) -> None:
        await asyncio.to_thread(self._held.release)

    async def renew(self) -> float:
        return await asyncio.to_thread(self._held.renew)


def _awaited(held: Held) -> Held:
    """Return what is held with methods to be awaited, whichever face it is of."""
    if type(held) is Held:
        return held
    return cast("Held", _ThreadedHeld(cast("BlockingHeld", cast("object", held))))


async def _acquired(mutex: Mutex, *, wait: float | None = None) -> Held:
    return _awaited(await mutex.acquire(wait=wait))


async def _forget(live: Live, name: str) -> None:
    """Let the server lose all that it has of a mutex."""
    place = place_of(live.namespace, name)
    keys = [place.key, *map(place.beside, ("fence", "wake", "next"))]
    await live.engine.run_async(command("DEL", *keys))


class MutexPromises(LivePromises):
    """One holder at a time, fences that grow, and no wait longer than it must be."""

    async def test_a_mutex_is_held_by_one_and_free_when_given_back(
        self, live: Live, other: Live, face: Face
    ) -> None:
        mutex, theirs = face(live.mutex("ledger")), face(other.mutex("ledger"))
        held = await _acquired(mutex)
        assert await theirs.try_acquire() is None
        await held.release()
        found = await theirs.try_acquire()
        assert found is not None

    async def test_a_waiter_gets_it_when_it_is_given_back(
        self, live: Live, other: Live, face: Face
    ) -> None:
        held = await _acquired(face(live.mutex("ledger")))
        waiting = asyncio.ensure_future(_acquired(face(other.mutex("ledger"))))
        await asyncio.sleep(0)
        await held.release()
        assert (await waiting).fence > held.fence

    async def test_who_waits_in_vain_is_told_who_holds_it(
        self, live: Live, other: Live, face: Face
    ) -> None:
        held = await _acquired(face(live.mutex("ledger", label="night run")))
        with pytest.raises(MutexBusy, match="night run") as caught:
            await _acquired(face(other.mutex("ledger")), wait=BRIEF_S)
        assert str(held.fence) in str(caught.value)

    async def test_it_is_not_reentrant(self, live: Live, face: Face) -> None:
        mutex = face(live.mutex("ledger", wait=BRIEF_S))
        held = await _acquired(mutex)
        with pytest.raises(MutexBusy) as caught:
            await _acquired(mutex)
        assert "not reentrant" in caught.value.hint
        await held.release()

    async def test_fences_grow_from_holder_to_holder(
        self, live: Live, other: Live, face: Face
    ) -> None:
        fences = []
        for each in (live, other, live, live, other):
            held = await _acquired(face(each.mutex("ledger")))
            fences.append(held.fence)
            await held.release()
        assert fences == sorted(set(fences))

    async def test_fences_grow_also_when_redis_has_lost_all(
        self, live: Live, other: Live, face: Face, clock: ManualClock
    ) -> None:
        held = await _acquired(face(live.mutex("ledger")))
        await _forget(live, "ledger")
        clock.advance(0.001)
        newer = await _acquired(face(other.mutex("ledger")))
        assert newer.fence > held.fence
        for attempt in (held.renew, held.release):
            with pytest.raises(MutexLost):
                await attempt()
        assert await face(live.mutex("ledger")).try_acquire() is None

    async def test_what_is_asked_twice_is_answered_once(self, live: Live) -> None:
        """A connection that dies under an exchange makes the link send it again."""
        place = place_of(live.namespace, "ledger")
        keys = [place.key, *map(place.beside, ("fence", "wake", "next"))]
        token = "0" * TOKEN_CHARS
        words = {
            TAKE: (token, 9_000, FENCE_MS, 0, "me", ""),
            RELEASE: (token, FENCE_MS, WAKE_MS, NEXT_MS),
        }
        taken, released = [
            await live.engine.run_async(send(*[Call(each, keys, words[each])] * 2))
            for each in (TAKE, RELEASE)
        ]
        assert taken[0] == taken[1]
        assert isinstance(taken[0], list)
        assert (taken[0][0], released) == (1, [1, 1])

    async def test_mutexes_of_others_are_others(self, live: Live, face: Face) -> None:
        mutex = face(live.mutex("ledger"))
        held = [
            await _acquired(each, wait=BRIEF_S)
            for each in (mutex, mutex.of("a"), mutex.of("b"), mutex.of(user=7))
        ]
        assert [each.is_lost for each in held] == [False] * 4

    async def test_a_lease_that_is_not_renewed_ends_and_the_next_one_gets_it(
        self, live: Live, other: Live, face: Face, clock: ManualClock
    ) -> None:
        brief = live.mutex("ledger", lease=SHORT_S, renew=False)
        held = await _acquired(face(brief))
        waiting = asyncio.ensure_future(_acquired(face(other.mutex("ledger"))))
        await asyncio.sleep(0)
        clock.advance(2 * SHORT_S)
        newer = await waiting
        assert (held.is_lost, newer.is_lost) == (True, False)
        with pytest.raises(MutexLost) as caught:
            await held.release()
        assert caught.value.fence == held.fence
        assert await face(live.mutex("ledger")).try_acquire() is None

    async def test_it_is_held_for_longer_when_it_is_renewed(
        self, live: Live, other: Live, face: Face, clock: ManualClock
    ) -> None:
        held = await _acquired(face(live.mutex("ledger", lease=1.5 * STEP_S)))
        clock.advance(STEP_S)
        assert STEP_S < await held.renew() <= 1.5 * STEP_S
        clock.advance(STEP_S)
        held.check()
        assert await face(other.mutex("ledger")).try_acquire() is None

    async def test_it_is_not_renewed_beyond_the_most(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        mutex = face(live.mutex("ledger", lease=STEP_S, most=1.5 * STEP_S))
        held = await _acquired(mutex)
        clock.advance(0.9 * STEP_S)
        assert await held.renew() <= 0.6 * STEP_S
        clock.advance(0.7 * STEP_S)
        with pytest.raises(MutexLost):
            await held.renew()

    async def test_what_was_given_back_is_given_back_once(
        self, live: Live, other: Live, face: Face
    ) -> None:
        held = await _acquired(face(live.mutex("ledger")))
        await held.release()
        newer = await _acquired(face(other.mutex("ledger")))
        await held.release()
        newer.check()
        with pytest.raises(MutexLost, match="given back"):
            held.check()
        assert await face(live.mutex("ledger")).try_acquire() is None

    async def test_people_can_ask_who_holds_it(
        self, live: Live, other: Live, face: Face, clock: ManualClock
    ) -> None:
        mutex = face(live.mutex("ledger", label="job 7"))
        assert await mutex.holder() is None
        held = await _acquired(mutex)
        found = await face(other.mutex("ledger")).holder()
        assert found is not None
        assert (found.label, found.fence) == ("job 7", held.fence)
        assert round(found.since.timestamp() * 1000) == clock.now_ms()
        await held.release()
        assert await mutex.holder() is None

    async def test_a_waiter_that_is_cancelled_leaves_nothing_behind(
        self, live: Live, other: Live
    ) -> None:
        held = await live.mutex("ledger").acquire()
        waiting = asyncio.ensure_future(other.mutex("ledger").acquire())
        await other.mutex("ledger").holder()  # it has had turns to ask by now
        waiting.cancel()
        assert isinstance(
            (await asyncio.gather(waiting, return_exceptions=True))[0],
            asyncio.CancelledError,
        )
        await held.release()
        assert await live.mutex("ledger").try_acquire() is not None

    async def test_the_block_gives_it_back(self, live: Live, other: Live) -> None:
        async with live.mutex("ledger").hold() as held:
            assert await other.mutex("ledger").try_acquire() is None
        async with other.mutex("ledger").hold(wait=0) as newer:
            assert newer.fence > held.fence
