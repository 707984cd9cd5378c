"""How long entries live, leases last, and what is no time at all."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.cache.policy import Policy, lease_for, milliseconds
from stateroom.errors import InvalidValue

HOUR = 3_600_000
spans = st.integers(0, 10 * 365 * 24 * HOUR)


@pytest.mark.parametrize(
    ("is_kept", "draw", "lives"),
    [
        (True, 0.5, (9_500, 14_500)),
        (True, 1.0, (9_000, 14_000)),
        (True, 2**-53, (10_000, 15_000)),
        (False, 0.5, (1_900, 1_900)),  # what is negative is never served stale
        (False, 1.0, (1_800, 1_800)),
    ],
)
def test_jitter_takes_off_a_part_of_the_ttl_and_the_rest_comes_after_it(
    draw: float, lives: tuple[int, int], *, is_kept: bool
) -> None:
    asked = Policy(ttl_ms=10_000, stale_ms=2_000, error_ms=5_000, negative_ms=2_000)
    assert asked.lives(is_kept=is_kept, draw=draw) == lives
    assert asked.kept_ms == 15_000


policies = st.builds(
    Policy,
    ttl_ms=st.integers(1, 10 * 365 * 24 * HOUR),
    stale_ms=spans,
    error_ms=spans,
    negative_ms=spans,
    jitter=st.floats(0, 1, exclude_max=True),
)


@given(asked=policies, draw=st.floats(2**-53, 1), is_kept=st.booleans())
def test_no_life_is_longer_than_was_declared(
    asked: Policy, draw: float, *, is_kept: bool
) -> None:
    fresh, life = asked.lives(is_kept=is_kept, draw=draw)
    negative_ms = min(asked.negative_ms, asked.ttl_ms)
    assert fresh <= (asked.ttl_ms if is_kept else negative_ms)
    assert fresh <= life <= asked.kept_ms
    after = max(asked.stale_ms, asked.error_ms) if is_kept else 0
    assert life - fresh == after
    assert fresh > 0 or not (is_kept or negative_ms)


def test_what_is_refused_is_not_stored_where_no_negative_ttl_is_declared() -> None:
    asked = Policy(ttl_ms=10_000, stale_ms=2_000)
    assert asked.lives(is_kept=False, draw=0.5) == (0, 0)


def test_a_negative_ttl_is_not_longer_than_the_ttl() -> None:
    asked = Policy(ttl_ms=1_000, negative_ms=60_000, jitter=0.0)
    assert asked.lives(is_kept=False, draw=0.5) == (1_000, 1_000)


def test_the_shortest_life_is_a_millisecond() -> None:
    asked = Policy(ttl_ms=1, jitter=0.99)
    assert asked.lives(is_kept=True, draw=1.0) == (1, 1)


@pytest.mark.parametrize(
    ("cost_ms", "lease_ms"),
    [
        (0, 2_000),
        (499, 2_000),
        (500, 2_000),
        (501, 2_004),
        (7_499, 29_996),
        (7_500, 30_000),
        (7_501, 30_000),
        (10**9, 30_000),
    ],
)
def test_a_lease_lasts_four_loads_within_its_bounds(
    cost_ms: int, lease_ms: int
) -> None:
    assert lease_for(cost_ms) == lease_ms


@pytest.mark.parametrize(
    ("given_time", "least", "ms"),
    [
        (3600, 1, 3_600_000),
        (0.25, 1, 250),
        (0.001, 1, 1),
        (0.0005, 0, 0),
        (0, 0, 0),
        (-0.0, 0, 0),
        (timedelta(minutes=2), 1, 120_000),
        (timedelta(microseconds=1_500), 1, 2),
        (timedelta(0), 0, 0),
    ],
)
def test_a_time_is_read_from_seconds_or_a_timedelta(
    given_time: object, least: int, ms: int
) -> None:
    assert milliseconds(given_time, "ttl", least=least) == ms


@pytest.mark.parametrize(
    ("given_time", "least"),
    [
        (0, 1),
        (0.0004, 1),
        (-1, 0),
        (-0.001, 0),
        (timedelta(seconds=-1), 0),
        (timedelta(0), 1),
        (float("nan"), 0),
        (float("inf"), 0),
        (float("-inf"), 0),
        (True, 0),
        (None, 0),
        ("60", 0),
        (Decimal(60), 0),
        (Fraction(1, 2), 0),
        ([60], 0),
        (timedelta, 0),  # the class has a total_seconds too
        (100 * 365 * 86_400 + 1, 0),  # more than a century
        (1e306, 0),
        pytest.param(10**400, 0, id="a number beyond all floats"),
    ],
)
def test_what_is_no_time_is_refused_by_name(given_time: object, least: int) -> None:
    with pytest.raises(InvalidValue) as refused:
        milliseconds(given_time, "stale_for", least=least)
    assert "stale_for" in str(refused.value)
    assert refused.value.found == repr(given_time)
    assert f"at least {'0.001' if least else '0'}" in refused.value.allowed
