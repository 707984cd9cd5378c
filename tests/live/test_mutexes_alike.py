"""Mutexes in memory answer as those in a Redis do, whatever is asked in which order."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stateroom.errors import MutexBusy, MutexLost
from stateroom.live import BlockingHeld, BlockingMutex, Live, ManualClock
from stateroom.live.effects import command
from stateroom.live.kinds import place_of
from tests.live.backends import MemoryBackend, RedisBackend
from tests.servers.processes import RedisProcess

LEASE_S = 80_000
"""Longer than all pauses: a real server's lease does not end by a test's clock."""


@dataclass
class World:
    """Two processes on one server, and all that they got.

    Answers tell fences by their rank: a real one has microseconds of its own.
    """

    lives: tuple[Live, Live]
    held: list[BlockingHeld] = field(default_factory=list)

    def mutex(self, process: int, part: int) -> BlockingMutex:
        live = self.lives[process]
        mutex = live.mutex("ledger", lease=LEASE_S, label=f"p{process}", renew=False)
        return mutex.blocking.of(part)

    def one(self, at: int) -> BlockingHeld | None:
        return self.held[at % len(self.held)] if self.held else None

    def rank(self, fence: int) -> int:
        return sorted(each.fence for each in self.held).index(fence)


Step: TypeAlias = Callable[[World], object]
PARTS = st.integers(0, 1)
PROCESSES = st.integers(0, 1)
WHICH = st.integers(0, 30)


@dataclass(frozen=True)
class Take:
    """One of the mutexes, by one of the processes, if it is free."""

    process: int
    part: int
    waits: bool

    def __call__(self, world: World) -> object:
        mutex = world.mutex(self.process, self.part)
        if self.waits:
            try:
                found: BlockingHeld | None = mutex.acquire(wait=0)
            except MutexBusy as error:
                return f"p{1 - self.process}" in str(error)
        else:
            found = mutex.try_acquire()
        if found is None:
            return None
        world.held.append(found)
        return found.is_lost


@dataclass(frozen=True)
class GiveBack:
    """Something that is held, or was."""

    at: int

    def __call__(self, world: World) -> object:
        held = world.one(self.at)
        if held is None:
            return None
        with contextlib.suppress(MutexLost):
            held.release()
            return "given back"
        return "lost"


@dataclass(frozen=True)
class Renew:
    """Something that is held, or was."""

    at: int

    def __call__(self, world: World) -> object:
        held = world.one(self.at)
        if held is None:
            return None
        with contextlib.suppress(MutexLost):
            return 0 < held.renew() <= LEASE_S
        return (held.is_lost, "lost")


@dataclass(frozen=True)
class Look:
    """Who holds one of them."""

    process: int
    part: int

    def __call__(self, world: World) -> object:
        found = world.mutex(self.process, self.part).holder()
        if found is None:
            return None
        return (found.label, found.since, world.rank(found.fence))


@dataclass(frozen=True)
class Forget:
    """The server loses one of them, and all that it knew of it."""

    part: int

    def __call__(self, world: World) -> object:
        live = world.lives[0]
        place = place_of(live.namespace, "ledger", parts=(self.part,))
        keys = [place.key, *map(place.beside, ("fence", "wake", "next"))]
        live.engine.run(command("DEL", *keys), "forget")
        return None


@dataclass(frozen=True)
class Pause:
    """Seconds that pass."""

    seconds: float

    def __call__(self, world: World) -> object:
        return None


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(Take, PROCESSES, PARTS, st.booleans()),
    st.builds(Take, PROCESSES, st.just(0), st.booleans()),
    st.builds(GiveBack, WHICH),
    st.builds(Renew, WHICH),
    st.builds(Look, PROCESSES, PARTS),
    st.builds(Forget, PARTS),
    st.builds(Pause, st.sampled_from([0.002, 1.0, 700.0])),
)


@pytest.fixture
def redis(redis_7: RedisProcess) -> RedisBackend:
    return RedisBackend(redis_7.unix_url)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, max_size=40))
def test_mutexes_in_memory_answer_as_in_a_redis(
    redis: RedisBackend, steps: list[Step]
) -> None:
    clock = ManualClock()
    name = f"a{secrets.token_hex(6)}"
    memory = MemoryBackend(clock)
    worlds = [
        World(
            (
                backend.open(namespace=name, clock=clock),
                backend.open(namespace=name, clock=clock),
            )
        )
        for backend in (memory, redis)
    ]
    for step in steps:
        # Time always passes: fences of different mutexes differ, and grow after a loss.
        clock.advance(step.seconds if isinstance(step, Pause) else 0.001)
        answers = [step(world) for world in worlds]
        assert answers[0] == answers[1]
    for world in worlds:
        for live in world.lives:
            live.close()
