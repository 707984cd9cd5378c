"""The memory of a process answers as a Redis does, whatever is asked in which order."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stateroom.live import (
    BlockingCounter,
    BlockingMembership,
    BlockingRecent,
    BlockingRecord,
    Live,
    ManualClock,
)
from tests.live.backends import RedisBackend
from tests.servers.processes import RedisProcess

Step: TypeAlias = Callable[[Live], object]
Steps: TypeAlias = st.SearchStrategy[Step]
SMALL = st.integers(-3, 6)
WORDS = st.lists(st.sampled_from("abcde"), max_size=4)
USERS = st.integers(1, 2)
alike = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@dataclass(frozen=True)
class Stats:
    points: int = 1
    ratio: float = 0.5
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pause:
    """Seconds that pass between two steps."""

    seconds: int

    def __call__(self, live: Live) -> object:
        return None


@pytest.fixture
def redis(redis_7: RedisProcess) -> RedisBackend:
    return RedisBackend(redis_7.unix_url)


def compare(redis: RedisBackend, steps: list[Step]) -> None:
    """Do the same on both, and compare each answer."""
    clock = ManualClock()
    namespace = f"a{secrets.token_hex(6)}"
    memory = Live.memory(namespace=namespace, clock=clock)
    with redis.open(namespace=namespace, clock=clock) as real:
        for step in steps:
            if isinstance(step, Pause):
                clock.advance(step.seconds)
            assert step(memory) == step(real)


def counter(live: Live, user: int) -> BlockingCounter:
    kind = live.counter("n", window="minute", at_least=-5, at_most=9)
    return kind.of(user=user).blocking


def counting() -> Steps:
    return st.one_of(
        st.builds(
            lambda user, by: lambda live: counter(live, user).add(by), USERS, SMALL
        ),
        st.builds(lambda user: lambda live: counter(live, user).get(), USERS),
        st.builds(lambda user: lambda live: counter(live, user).reset(), USERS),
        st.builds(Pause, st.integers(0, 40)),
    )


def members(live: Live, ttl: int | None) -> BlockingMembership[str]:
    return live.membership(f"m{ttl}", str, member_ttl=ttl).blocking


def joining() -> Steps:
    ttls = st.sampled_from([None, 30])
    return st.one_of(
        st.builds(lambda ttl, w: lambda live: members(live, ttl).add(*w), ttls, WORDS),
        st.builds(
            lambda ttl, w: lambda live: members(live, ttl).remove(*w), ttls, WORDS
        ),
        st.builds(
            lambda ttl, w: lambda live: members(live, ttl).has_each(*w), ttls, WORDS
        ),
        st.builds(lambda ttl: lambda live: sorted(members(live, ttl).all()), ttls),
        st.builds(lambda ttl: lambda live: members(live, ttl).count(), ttls),
        st.builds(lambda ttl: lambda live: sorted(members(live, ttl).sample(9)), ttls),
        st.builds(Pause, st.integers(0, 20)),
    )


def recent(live: Live, *, once: bool) -> BlockingRecent[str]:
    return live.recent(f"r{once:d}", str, most=3, unique=once).blocking


def adding() -> Steps:
    once = st.booleans()
    return st.one_of(
        st.builds(lambda o, w: lambda live: recent(live, once=o).add(*w), once, WORDS),
        st.builds(
            lambda o, n, at: lambda live: recent(live, once=o).newest(n, offset=at),
            once,
            st.integers(0, 4),
            st.integers(0, 3),
        ),
        st.builds(
            lambda o, w: lambda live: recent(live, once=o).remove(w),
            once,
            st.sampled_from("abcde"),
        ),
        st.builds(lambda o: lambda live: recent(live, once=o).count(), once),
    )


def record(live: Live, user: int) -> BlockingRecord[Stats]:
    return live.record("s", Stats).of(user=user).blocking


def recording() -> Steps:
    values = st.builds(Stats, SMALL, st.sampled_from([0.25, 2.0]), st.tuples())
    return st.one_of(
        st.builds(lambda u, v: lambda live: record(live, u).put(v), USERS, values),
        st.builds(lambda u: lambda live: record(live, u).get(), USERS),
        st.builds(
            lambda u, p: lambda live: record(live, u).update(points=p), USERS, SMALL
        ),
        st.builds(
            lambda u, by: lambda live: record(live, u).increment("points", by),
            USERS,
            SMALL,
        ),
        st.builds(
            lambda u, by: lambda live: record(live, u).increment("ratio", by),
            USERS,
            st.sampled_from([0.5, -1.25]),
        ),
        st.builds(
            lambda u: (
                lambda live: record(live, u).change(
                    lambda stats: replace(stats, words=(*stats.words, "x"))
                )
            ),
            USERS,
        ),
        st.builds(lambda u: lambda live: record(live, u).delete(), USERS),
    )


@alike
@given(steps=st.lists(counting(), max_size=12))
def test_counters_are_alike(redis: RedisBackend, steps: list[Step]) -> None:
    compare(redis, steps)


@alike
@given(steps=st.lists(joining(), max_size=14))
def test_memberships_are_alike(redis: RedisBackend, steps: list[Step]) -> None:
    compare(redis, steps)


@alike
@given(steps=st.lists(adding(), max_size=14))
def test_lists_of_the_newest_are_alike(redis: RedisBackend, steps: list[Step]) -> None:
    compare(redis, steps)


@alike
@given(steps=st.lists(recording(), max_size=14))
def test_records_are_alike(redis: RedisBackend, steps: list[Step]) -> None:
    compare(redis, steps)
