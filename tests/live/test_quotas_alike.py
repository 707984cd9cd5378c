"""Quotas in memory answer as those in a Redis do, whatever is asked in which order."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stateroom.errors import QuotaExceeded
from stateroom.live import BlockingQuota, Grant, Live, ManualClock
from tests.live.backends import MemoryBackend, RedisBackend
from tests.servers.processes import RedisProcess

BEHIND_S = 1.5
"""So far is the clock of the second process behind."""
RATES = {
    "rate": {"limit": 7, "per": 60.0, "burst": 4, "soft": 2},
    "slow": {"limit": 3, "per": 100.0, "burst": 5, "soft": 1},
}


@dataclass
class World:
    """Two processes on one server, and what they were granted."""

    lives: tuple[Live, Live]
    grants: list[tuple[str, Grant]] = field(default_factory=list)

    def quota(self, kind: str, process: int) -> BlockingQuota:
        live = self.lives[process]
        if kind == "minute":
            return live.quota(kind, limit=6, per="minute", soft=4).blocking
        return live.quota(kind, **RATES[kind]).blocking  # type: ignore[arg-type]  # by name


Step: TypeAlias = Callable[[World], object]
KINDS = st.sampled_from(["minute", *RATES])
PROCESSES = st.sampled_from([0, 0, 0, 1])


@dataclass(frozen=True)
class Pause:
    """Seconds that pass between two steps."""

    seconds: float

    def __call__(self, world: World) -> object:
        return None


@dataclass(frozen=True)
class Take:
    """Some calls, of one of the quotas, by one of the processes."""

    kind: str
    process: int
    calls: int

    def __call__(self, world: World) -> object:
        grant = world.quota(self.kind, self.process).take(self.calls)
        world.grants.append((self.kind, grant))
        return replace(grant, receipt=None)


@dataclass(frozen=True)
class Refuse:
    """A call below the soft limit only."""

    kind: str

    def __call__(self, world: World) -> object:
        guarded = world.quota(self.kind, 0).guarded(when_soft="refuse")(
            lambda: "called"
        )
        with contextlib.suppress(QuotaExceeded):
            return guarded()
        return "refused"


@dataclass(frozen=True)
class GiveBack:
    """One of the grants, by one of the processes."""

    at: int
    process: int

    def __call__(self, world: World) -> object:
        if not world.grants:
            return None
        kind, grant = world.grants[self.at % len(world.grants)]
        return world.quota(kind, self.process).give_back(grant)


@dataclass(frozen=True)
class Look:
    """How far one is used; ``reset`` begins anew first, ``avoids`` counts some."""

    kind: str
    process: int
    is_reset: bool = False

    def __call__(self, world: World) -> object:
        quota = world.quota(self.kind, self.process)
        if self.is_reset:
            quota.reset()
        if self.kind == "minute":
            quota.avoided(2)
        return quota.usage()


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(Take, KINDS, PROCESSES, st.integers(1, 4)),
    st.builds(Take, KINDS, PROCESSES, st.just(1)),
    st.builds(GiveBack, st.integers(0, 20), PROCESSES),
    st.builds(Refuse, KINDS),
    st.builds(Look, KINDS, PROCESSES, st.sampled_from([False, False, False, True])),
    st.builds(Pause, st.sampled_from([0.001, 0.7, 1.499, 8.572, 14.286, 33.334, 59.0])),
)


@pytest.fixture
def redis(redis_7: RedisProcess) -> RedisBackend:
    return RedisBackend(redis_7.unix_url)


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, max_size=24))
def test_quotas_are_alike(redis: RedisBackend, steps: list[Step]) -> None:
    clock = ManualClock()
    behind = ManualClock(clock.now_ms() - round(BEHIND_S * 1000))
    namespace = f"a{secrets.token_hex(6)}"
    with contextlib.ExitStack() as stack:
        memory, real = (
            World(
                (
                    stack.enter_context(each.open(namespace=namespace, clock=clock)),
                    stack.enter_context(each.open(namespace=namespace, clock=behind)),
                )
            )
            for each in (MemoryBackend(clock), redis)
        )
        for step in steps:
            if isinstance(step, Pause):
                clock.advance(step.seconds)
                behind.advance(step.seconds)
            assert step(memory) == step(real)
