"""What a copy of Redis tells of login sessions, and a log-out amid a crowd."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stateroom.live import Live, ManualClock
from stateroom.live.login_records import SECRET_BYTES, field_of
from tests.live.backends import RedisBackend
from tests.live.crowds import CROWD, crowd
from tests.live.workers.hammer import Visits
from tests.servers.processes import RedisProcess

Step: TypeAlias = Callable[["Player"], object]
TIMES = 40


@pytest.fixture
def namespace() -> str:
    return f"s{secrets.token_hex(6)}"


def dump(server: RedisProcess, namespace: str) -> str:
    """Return every key and value of a namespace, as text."""
    keys = str(server.cli("KEYS", f"{namespace}:*")).split()
    return "\n".join([*keys, *(server.cli("HGETALL", key) for key in keys)])


def test_who_reads_redis_finds_nothing_to_log_in_by(
    redis_7: RedisProcess, namespace: str
) -> None:
    with Live(redis_7.url, namespace=namespace) as live:
        sessions = live.login_sessions(data=Visits, grace=60).blocking
        begun = sessions.start("ann@example.com", Visits())
        rotated = sessions.rotate(begun.token)
        assert rotated is not None
        stored = dump(redis_7, namespace)
        reference, secret = rotated.token.split(".")
        assert [each in stored for each in (secret, begun.token[33:])] == [False, False]
        assert reference in stored
        # Not the hash that is stored either, in place of the secret.
        hashed = field_of(secret).decode()
        assert hashed in stored
        assert sessions.load(f"{reference}.{hashed[:32]}") is None


def test_the_key_does_not_name_the_user(redis_7: RedisProcess, namespace: str) -> None:
    with Live(redis_7.url, namespace=namespace) as live:
        sessions = live.login_sessions(data=Visits).blocking
        token = sessions.start("ann@example.com", Visits()).token
        assert "ann" not in str(redis_7.cli("KEYS", f"{namespace}:*"))
        assert "ann" not in token


def test_a_token_has_the_entropy_that_is_promised() -> None:
    live = Live.memory()
    sessions = live.login_sessions(data=Visits).blocking
    drawn = [sessions.start(1, Visits()).token.split(".")[1] for _ in range(200)]
    assert len(set(drawn)) == len(drawn)
    assert len(drawn[0]) == math.ceil(SECRET_BYTES * 8 / 6)
    assert len({char for each in drawn for char in each}) == 64


def test_the_key_goes_with_its_last_session(
    redis_7: RedisProcess, namespace: str
) -> None:
    with Live(redis_7.url, namespace=namespace) as live:
        sessions = live.login_sessions(data=Visits, idle=50, absolute=100).blocking
        sessions.start(7, Visits())
        (key,) = str(redis_7.cli("KEYS", f"{namespace}:*")).split()
        assert 90 <= int(redis_7.cli("TTL", key)) <= 100


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_after_a_log_out_everywhere_no_token_of_before_lets_anybody_in(
    redis_7: RedisProcess, namespace: str
) -> None:
    """Each worker loads, updates and rotates; the last ones to be in were before."""
    with Live(redis_7.url, namespace=namespace) as live:
        sessions = live.login_sessions(data=Visits).blocking
        told = crowd(redis_7.url, namespace, "log_out", TIMES)
        assert sum(each[0] for each in told) >= 1  # some were in before
        assert [each[1] for each in told] == [0] * CROWD  # nobody was in after
        assert sessions.all_of(7) == []


# ------------------------------------------------------------ memory beside Redis


@dataclass(frozen=True)
class Pause:
    seconds: int

    def __call__(self, player: Player) -> object:
        return None


class Player:
    """Plays one user on one backend; tokens are named by the order they came in."""

    def __init__(self, live: Live) -> None:
        kind = live.login_sessions(
            data=Visits, idle=100, absolute=250, touch_every=10, grace=20,
            most_per_user=2,
        )  # fmt: skip
        self.sessions = kind.blocking
        self.tokens: list[str] = ["none"]

    def token(self, number: int) -> str:
        return self.tokens[number % len(self.tokens)]

    def start(self) -> object:
        self.tokens.append(self.sessions.start(1, Visits()).token)
        return len(self.tokens)

    def load(self, number: int) -> object:
        found = self.sessions.load(self.token(number))
        return found and (found.data, found.seen_at, found.until)

    def rotate(self, number: int) -> object:
        found = self.sessions.rotate(self.token(number))
        if found is not None:
            self.tokens.append(found.token)
        return found and (found.seen_at, found.until)

    def update(self, number: int) -> object:
        found = self.sessions.update(
            self.token(number), lambda each: replace(each, count=each.count + 1)
        )
        return found and found.data

    def end(self, number: int) -> object:
        return self.sessions.end(self.token(number))

    def ends(self) -> object:
        return self.sessions.end_all(1)

    def listed(self) -> object:
        return [each.started_at for each in self.sessions.all_of(1)]


NUMBERS = st.integers(0, 5)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.just(Player.start),
    st.just(Player.listed),
    st.just(Player.ends),
    st.builds(lambda n: lambda player: player.load(n), NUMBERS),
    st.builds(lambda n: lambda player: player.rotate(n), NUMBERS),
    st.builds(lambda n: lambda player: player.update(n), NUMBERS),
    st.builds(lambda n: lambda player: player.end(n), NUMBERS),
    st.builds(Pause, st.integers(1, 60)),
)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, max_size=18))
def test_login_sessions_in_memory_are_alike(
    redis_7: RedisProcess, steps: list[Step]
) -> None:
    clock = ManualClock()
    name = f"a{secrets.token_hex(6)}"
    with RedisBackend(redis_7.unix_url).open(namespace=name, clock=clock) as real:
        players = [Player(Live.memory(namespace=name, clock=clock)), Player(real)]
        for step in steps:
            # Which of two is older that began in one millisecond is chance.
            clock.advance(0.001 + (step.seconds if isinstance(step, Pause) else 0))
            memory, redis = [step(each) for each in players]
            assert memory == redis
