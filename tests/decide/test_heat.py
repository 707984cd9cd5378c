"""How long a copy lives and how often it is hit, at the edges."""

from __future__ import annotations

import pytest

from stateroom.catalogue.item import build_item
from stateroom.catalogue.values import Value
from stateroom.decide.heat import expected_hits, hit_ratio, life_of, ttl_of

APP: dict[str, Value] = {"authority": "original", "reads_per_hour": 60}
ELSEWHERE: dict[str, Value] = {"authority": "derived", "reads_per_hour": 60}


@pytest.mark.parametrize(
    ("like", "facts", "ttl"),
    [
        (None, {}, None),
        (None, {"staleness": "exact"}, None),
        (None, {"staleness": 90}, 90),
        (None, {"staleness": 90, "licence_ttl": 30}, 30),
        (None, {"licence_ttl": 30}, 30),
        ("profile", {}, 3600),
        ("profile", {"staleness": 60}, 60),
        ("profile", {"licence_ttl": 1200}, 1200),
        ("analytics", {}, 3600),
        ("draft", {}, 60),
    ],
)
def test_the_ttl_is_the_smallest_bound(
    like: str | None, facts: dict[str, Value], ttl: float | None
) -> None:
    assert ttl_of(build_item("x", facts, like=like)) == ttl


@pytest.mark.parametrize(
    ("facts", "life"),
    [
        # Written elsewhere: nobody invalidates, so the TTL alone ends a copy.
        (ELSEWHERE | {"staleness": 30, "writes_per_hour": 0.1}, 30),
        (ELSEWHERE | {"staleness": 30, "writes_per_hour": 3600}, 30),
        # Written by us: the next write ends it, not the age a reader accepts.
        (APP | {"staleness": 30, "writes_per_hour": 3600}, 1),
        (APP | {"staleness": 30, "writes_per_hour": 2}, 1800),
        (APP | {"staleness": 30, "writes_per_hour": 0}, 3600),
        (APP | {"staleness": 30, "writes_per_hour": 2, "licence_ttl": 10}, 10),
        (APP | {"staleness": 7200, "writes_per_hour": 0.1}, 7200),
        # By us, but nobody says how often: the TTL is all that is known.
        (APP | {"staleness": 30}, 30),
        (APP, None),
        # What never changes is never written, whoever made it.
        (ELSEWHERE | {"staleness": 30, "immutable": True}, 3600),
    ],
)
def test_a_copy_lives_until_the_next_write_where_we_write(
    facts: dict[str, Value], life: float | None
) -> None:
    assert life_of(build_item("x", facts)) == life


@pytest.mark.parametrize(
    ("reads", "life", "ratio"),
    [(0, 3600, 0), (1, 3600, 0.5), (10, 3600, 10 / 11), (60, 60, 0.5), (60, 30, 1 / 3)],
)
def test_the_hit_ratio_is_lt_over_one_plus_lt(
    reads: float, life: float, ratio: float
) -> None:
    assert expected_hits(reads, life) == pytest.approx(ratio)


def test_the_hit_ratio_is_unknown_without_reads_or_a_life() -> None:
    assert hit_ratio(build_item("x", {"staleness": 60})) is None
    assert hit_ratio(build_item("x", {"reads_per_hour": 5})) is None


def test_what_is_never_read_is_never_hit() -> None:
    assert hit_ratio(build_item("x", {"reads_per_hour": 0})) == 0
