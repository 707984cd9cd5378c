"""What may be done with an entry, to the millisecond; and whose tags still hold."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.cache.envelope import FAILED, NEGATIVE, Envelope
from stateroom.cache.judging import (
    Verdict,
    are_current,
    judge,
    missing_from,
    refresh_lead_ms,
)
from stateroom.cache.policy import Policy
from tests.cache.entries import PLAIN

START = 1_800_000_000_000
FRESH, EARLY, STALE = Verdict.FRESH, Verdict.EARLY, Verdict.STALE
FALLBACK, DEAD = Verdict.FALLBACK, Verdict.DEAD


def entry(*, fresh: int = 10_000, life: int = 15_000, **fields: int) -> Envelope:
    """Return an entry whose load began at ``START``; times in ms."""
    made = replace(
        PLAIN,
        created_ms=START,
        soft_ms=START + fresh,
        hard_ms=START + life,
        cost_ms=fields.get("cost_ms", 0),
        flags=fields.get("flags", 0),
    )
    assert set(fields) <= {"cost_ms", "flags"}
    return made


def policy(stale_ms: int = 2_000, error_ms: int = 5_000, early: float = 1.0) -> Policy:
    return Policy(ttl_ms=10_000, stale_ms=stale_ms, error_ms=error_ms, early=early)


@pytest.mark.parametrize(
    ("age", "stale_ms", "error_ms", "verdict"),
    [
        (0, 2_000, 5_000, FRESH),
        (9_999, 2_000, 5_000, FRESH),
        (10_000, 2_000, 5_000, STALE),
        (11_999, 2_000, 5_000, STALE),
        (12_000, 2_000, 5_000, FALLBACK),
        (14_999, 2_000, 5_000, FALLBACK),
        (15_000, 2_000, 5_000, DEAD),
        (10_000, 0, 5_000, FALLBACK),
        (14_999, 0, 5_000, FALLBACK),
        (9_999, 0, 0, FRESH),
        (10_000, 0, 0, DEAD),
        (14_999, 5_000, 2_000, STALE),  # the longer one covers the shorter
        (14_999, 5_000, 0, STALE),
        (11_999, 2_000, 0, STALE),
        (12_000, 2_000, 0, DEAD),
        (-1, 2_000, 5_000, FRESH),  # another machine's clock is ahead
    ],
)
def test_each_period_ends_in_its_very_millisecond(
    age: int, stale_ms: int, error_ms: int, verdict: Verdict
) -> None:
    asked = policy(stale_ms, error_ms)
    assert judge(entry(), START + age, asked, 1.0) is verdict


@pytest.mark.parametrize("age", [0, 9_999, 10_000, 14_999, 15_000])
def test_a_failed_load_is_never_served(age: int) -> None:
    for flags in (FAILED, FAILED | NEGATIVE):
        assert judge(entry(flags=flags), START + age, policy(), 1.0) is DEAD


def test_the_hard_expiry_ends_everything_whatever_the_policy_says() -> None:
    generous = policy(stale_ms=60_000, error_ms=60_000)
    assert judge(entry(life=11_000), START + 10_999, generous, 1.0) is STALE
    assert judge(entry(life=11_000), START + 11_000, generous, 1.0) is DEAD
    assert judge(entry(life=9_000), START + 9_000, generous, 1.0) is DEAD


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (12_500, FRESH),  # a refresh failed at 12,000; the next one is after 13,000
        (12_999, FRESH),
        (14_999, FALLBACK),
        (15_000, DEAD),
    ],
)
def test_a_resting_entry_is_left_alone_until_its_rest_is_over(
    age: int, verdict: Verdict
) -> None:
    resting = entry(fresh=13_000)
    assert judge(resting, START + age, policy(stale_ms=0), 1.0) is verdict


@pytest.mark.parametrize("age", [13_000, 14_999])
def test_after_its_rest_an_entry_is_no_less_stale_than_before(age: int) -> None:
    """The source may have recovered: beyond ``stale_for`` it is to be asked first."""
    resting = entry(fresh=13_000)  # its refresh failed at 12,000, the end of stale_for
    assert judge(resting, START + age, policy(), 1.0) is FALLBACK


def test_no_rest_goes_beyond_the_hard_expiry() -> None:
    resting = entry(fresh=15_900)
    assert judge(resting, START + 14_999, policy(), 1.0) is FRESH
    assert judge(resting, START + 15_000, policy(), 1.0) is DEAD


@pytest.mark.parametrize(
    ("cost_ms", "weight", "draw", "lead"),
    [
        (1_000, 1.0, 1.0, 0.0),
        (1_000, 1.0, 0.5, 693.147),
        (1_000, 2.0, 0.5, 1_386.294),
        (1_000, 0.5, 0.5, 346.574),
        (1_000, 0.0, 0.5, 0.0),
        (0, 1.0, 0.5, 0.0),
        (250, 1.0, math.exp(-3), 750.0),
        (1_000, 1.0, 2**-53, 36_736.801),
    ],
)
def test_a_refresh_comes_early_by_cost_times_weight_times_the_log_of_the_draw(
    cost_ms: int, weight: float, draw: float, lead: float
) -> None:
    assert refresh_lead_ms(cost_ms, weight, draw) == pytest.approx(lead, abs=0.001)


@pytest.mark.parametrize(
    ("left", "verdict"),
    [(693, EARLY), (694, FRESH), (1, EARLY), (0, STALE)],
)
def test_who_draws_a_half_refreshes_0693_costs_before_the_end(
    left: int, verdict: Verdict
) -> None:
    found = judge(entry(cost_ms=1_000), START + 10_000 - left, policy(), 0.5)
    assert found is verdict


def test_a_weight_of_zero_never_refreshes_early() -> None:
    never = policy(early=0.0)
    costly = entry(cost_ms=2**32 - 1)
    assert judge(costly, START + 9_999, never, 2**-53) is FRESH


def test_how_many_readers_refresh_early_is_what_the_formula_says() -> None:
    draws = [n / 1000 for n in range(1, 1001)]
    costly = entry(cost_ms=1_000)
    early = [
        sum(judge(costly, START + 10_000 - left, policy(), d) is EARLY for d in draws)
        for left in (4_000, 2_000, 1_000)
    ]
    assert early == [math.floor(1000 * math.exp(-n)) for n in (4, 2, 1)]


ORDER = [FRESH, EARLY, STALE, FALLBACK, DEAD]
spans = st.integers(0, 30_000)


@given(
    ages=st.lists(st.integers(0, 60_000), min_size=2, max_size=20),
    times=st.tuples(st.integers(1, 10_000), spans, spans),
    cost_ms=st.integers(0, 20_000),
    draw=st.floats(2**-53, 1.0),
)
def test_with_time_an_entry_only_gets_worse(
    ages: list[int], times: tuple[int, int, int], cost_ms: int, draw: float
) -> None:
    fresh, stale_ms, error_ms = times
    made = entry(fresh=fresh, life=fresh + max(stale_ms, error_ms), cost_ms=cost_ms)
    asked = policy(stale_ms, error_ms)
    seen = [judge(made, START + age, asked, draw) for age in sorted(ages)]
    assert seen == sorted(seen, key=ORDER.index)


A, B, OTHER = b"a" * 8, b"b" * 8, b"x" * 8


@pytest.mark.parametrize(
    ("versions", "is_current"),
    [
        ({b"Job": A, b"Job:1": B}, True),
        ({b"Job": A, b"Job:1": B, b"Job:2": OTHER}, True),
        ({b"Job": A + b",s1,s2,", b"Job:1": B}, True),  # an item's, with fingerprints
        ({b"Job": A, b"Job:1": OTHER}, False),
        ({b"Job": OTHER, b"Job:1": B}, False),
        ({b"Job": B, b"Job:1": A}, False),
        ({b"Job": A, b"Job:1": None}, False),  # invalidated, or lost
        ({b"Job": A}, False),
        ({b"Job": A, b"Job:1": b""}, False),
        ({b"Job": A, b"Job:1": B[:7]}, False),
        ({}, False),
    ],
)
def test_an_entry_counts_while_every_tag_has_the_version_of_before_the_load(
    versions: dict[bytes, bytes | None], *, is_current: bool
) -> None:
    assert are_current(((b"Job", A), (b"Job:1", B)), versions) == is_current


def test_an_entry_without_tags_is_invalidated_by_none() -> None:
    assert are_current((), {}) is True


def test_a_version_is_missing_only_if_nobody_asked_for_it() -> None:
    tags = ((b"Job", A), (b"Job:1", B), (b"Job:2", B))
    assert missing_from(tags, {b"Job": A, b"Job:2": None}) == [b"Job:1"]
    assert missing_from(tags, {}) == [b"Job", b"Job:1", b"Job:2"]
    assert missing_from((), {}) == []
