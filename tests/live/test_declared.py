"""What is declared under one name, and what is refused before Redis is asked."""

from __future__ import annotations

import asyncio
import itertools
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import cast

import pytest

from stateroom.errors import BlockingCall, InvalidValue, UsageError
from stateroom.live import Live


@dataclass(frozen=True)
class Stats:
    points: int = 0
    ratio: float = 0.5


KINDS: dict[str, Callable[[Live], object]] = {
    "counter": lambda live: live.counter("x"),
    "leaderboard": lambda live: live.leaderboard("x"),
    "membership": lambda live: live.membership("x", str),
    "mutex": lambda live: live.mutex("x"),
    "quota": lambda live: live.quota("x", limit=1, per="day"),
    "recent": lambda live: live.recent("x", str, most=1),
    "record": lambda live: live.record("x", Stats),
}


@pytest.fixture
def live() -> Live:
    return Live.memory()


@pytest.mark.parametrize("pair", [*itertools.permutations(KINDS, 2)], ids="-".join)
def test_two_kinds_of_data_under_one_name_are_refused(
    live: Live, pair: tuple[str, str]
) -> None:
    first, second = pair
    KINDS[first](live)
    KINDS[first](live)  # the same once more is the same
    with pytest.raises(UsageError, match=f"x: declared as a {first} before, and now"):
        KINDS[second](live)


def test_equal_members_are_one(live: Live) -> None:
    ratios = live.membership("ratios", float).blocking
    assert (ratios.add(1, 1.0), ratios.has(1.0), ratios.all()) == (1, True, [1.0])
    ways = live.membership("ways", dict[str, int]).blocking
    ways.add({"a": 1, "b": 2})
    assert ways.has({"b": 2, "a": 1})
    assert live.membership("lists", list[int]).blocking.add([1], [1], [2]) == 2


def test_equal_members_have_the_same_bytes_in_every_process() -> None:
    code = (
        "from stateroom.codec import codec_for\n"
        "from stateroom.live.values import write_member\n"
        "codec = codec_for(frozenset[str], where='x')\n"
        "print(write_member(codec, frozenset('abcdefgh')))"
    )
    told = {
        subprocess.run(
            (sys.executable, "-c", code),
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1


def test_of_a_value_that_comes_twice_the_last_counts(live: Live) -> None:
    viewed = live.recent("viewed", str, most=2, unique=True).blocking
    viewed.add("a", "b", "a", "a")
    assert viewed.newest() == ["a", "b"]


@pytest.mark.parametrize("by", ["5", 1.5, True, None, math.nan, 2**63, [1]])
def test_what_is_no_number_is_not_added(live: Live, by: int) -> None:
    with pytest.raises(InvalidValue, match="views: not a number to add"):
        live.counter("views").blocking.add(by)
    with pytest.raises(InvalidValue, match=r"stats\.points"):
        live.record("stats", Stats).blocking.increment("points", by)
    assert live.record("stats", Stats).blocking.get() is None


@pytest.mark.parametrize("by", ["5", True, None, math.nan, math.inf, 10**400])
def test_what_is_no_finite_number_is_not_added(live: Live, by: float) -> None:
    with pytest.raises(InvalidValue, match=r"stats\.ratio: not a number to add"):
        live.record("stats", Stats).blocking.increment("ratio", by)


@pytest.mark.parametrize("most", [-1, 1.5, True, "3", 2**70])
def test_what_is_no_count_is_refused(live: Live, most: int) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: live.membership("a", str).blocking.sample(most),
        lambda: live.recent("b", str, most=3).blocking.newest(most),
        lambda: live.recent("b", str, most=3).blocking.newest(offset=most),
        lambda: live.recent("c", str, most=most),
        lambda: live.login_sessions(data=Stats, most_per_user=most),
    )
    for call in calls:
        with pytest.raises(InvalidValue):
            call()


LIVES = [0, -1, math.nan, math.inf, 1e12, "60", True, timedelta(0), timedelta.max]


@pytest.mark.parametrize("life", LIVES)
def test_what_is_no_life_is_refused(live: Live, life: float) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: live.membership("a", str, member_ttl=life),
        lambda: live.membership("a", str, expires=life),
        lambda: live.recent("b", str, most=3, expires=life),
        lambda: live.record("c", Stats, expires=life),
        lambda: live.login_sessions(data=Stats, idle=life),
        lambda: live.login_sessions(data=Stats, touch_every=life),
    )
    for call in calls:
        with pytest.raises(InvalidValue, match="is no life"):
            call()


@pytest.mark.parametrize("grace", [-1, math.nan, math.inf, "1", timedelta(1), 86_401])
def test_what_is_no_grace_is_refused(live: Live, grace: float) -> None:
    with pytest.raises(InvalidValue, match="login: grace"):
        live.login_sessions(data=Stats, grace=grace)


@pytest.mark.parametrize("bound", ["a", 1.5, True, 2**53 + 1, math.nan])
def test_what_is_no_bound_of_a_counter_is_refused(live: Live, bound: int) -> None:
    with pytest.raises(InvalidValue, match="at_least"):
        live.counter("a", at_least=bound)
    with pytest.raises(InvalidValue, match="at_most"):
        live.counter("a", at_most=bound)


def test_the_name_of_a_time_zone_is_refused_where_it_is_declared(live: Live) -> None:
    zone = cast("tzinfo", "Europe/Berlin")
    for declare in (live.counter, live.leaderboard):
        with pytest.raises(InvalidValue, match="not a time zone: 'Europe/Berlin'"):
            declare("x", window="day", timezone=zone)


@pytest.mark.parametrize("kind", ["Stats", Stats(), int])
def test_a_record_of_no_class_with_fields_is_refused(live: Live, kind: object) -> None:
    with pytest.raises(UsageError, match="stats: "):
        live.record("stats", kind)  # type: ignore[arg-type]  # what is refused


def test_what_is_refused_is_told_with_its_place_and_what_would_be_taken(
    live: Live,
) -> None:
    with pytest.raises(InvalidValue) as caught:
        live.counter("views").of("").blocking.add()
    assert str(caught.value) == "views: not a part of a key: ''"
    assert caught.value.hint == "allowed is text that is not empty, or an int"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"url": None}, "not the URL of a Redis: <class 'NoneType'>"),
        ({"url": b"redis://:secret@host"}, "not the URL of a Redis: <class 'bytes'>"),
        ({"timeout": 0}, "Live: timeout: 0"),
        ({"timeout": "1"}, "Live: timeout: '1'"),
        ({"connect_timeout": math.nan}, "Live: connect_timeout: nan"),
        ({"connect_timeout": math.inf}, "Live: connect_timeout: inf"),
    ],
)
def test_what_opens_no_server_is_refused(options: dict[str, object], told: str) -> None:
    given = {"url": "redis://localhost", "namespace": "app"} | options
    with pytest.raises(InvalidValue, match=told):
        Live(**given)  # type: ignore[arg-type]  # what is refused


async def test_asking_for_health_does_not_block_a_loop(live: Live) -> None:
    with pytest.raises(BlockingCall, match=r"live\.health"):
        live.blocking.health()
    assert (await asyncio.to_thread(live.blocking.health)).standing == "ok"
