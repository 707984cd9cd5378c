"""The facts of the tiers: every place, sourced, and shown within 80 columns."""

from __future__ import annotations

from typing import get_args

import pytest

from stateroom.decide.review.client import CLIENT_SLICE
from stateroom.decide.ruleset import KINDS, TIERS, Place
from stateroom.decide.tiers import EVENTS, READERS, SOURCES, TierFacts, tiers_table
from stateroom.decide.tierviews import tiers_markdown, tiers_text

FACTS = {facts.name: facts for facts in tiers_table()}
EVERY = pytest.mark.parametrize("facts", tiers_table(), ids=lambda facts: facts.name)


def test_every_place_and_every_kind_of_redis_has_its_facts() -> None:
    places = [place for place in get_args(Place) if place != "redis"]
    assert set(FACTS) == {*places, *(f"redis/{kind}" for kind in KINDS)}


def test_the_tiers_come_first() -> None:
    are_tiers = [facts.place in TIERS for facts in tiers_table()]
    assert are_tiers == sorted(are_tiers, reverse=True)


@EVERY
def test_every_event_is_answered_and_every_reader_known(facts: TierFacts) -> None:
    assert list(facts.survives) == list(EVENTS)
    assert set(facts.seen_by) <= set(READERS)


@EVERY
def test_what_survives_in_part_is_explained(facts: TierFacts) -> None:
    if "part" in facts.survives.values():
        assert facts.notes


@EVERY
def test_every_source_is_named_and_no_tier_is_without(facts: TierFacts) -> None:
    assert set(facts.sources) <= set(SOURCES)
    assert facts.sources or facts.place not in TIERS


def test_every_source_is_used() -> None:
    used = {source for facts in tiers_table() for source in facts.sources}
    assert used == set(SOURCES)


def test_only_the_cache_may_be_evicted_in_redis() -> None:
    assert FACTS["redis/cache"].survives["eviction"] == "no"
    assert FACTS["redis/auth"].survives["eviction"] == "yes"
    assert FACTS["redis/live"].survives["eviction"] == "yes"


def test_the_limits_are_those_of_the_sources() -> None:
    assert FACTS["persist"].limit_bytes == 5 * 1024 * 1024
    assert FACTS["redis/cache"].limit_bytes == 512 * 1024 * 1024
    assert FACTS["cookie"].limit_bytes == 4096
    assert f"{CLIENT_SLICE // 1024} KiB a slice" in FACTS["persist"].limit


def test_the_two_vantage_points_of_redis_are_not_mixed() -> None:
    for kind in KINDS:
        facts = FACTS[f"redis/{kind}"]
        assert "network" in facts.from_browser
        assert "network" not in facts.from_server


def test_no_line_is_longer_than_80_columns() -> None:
    assert max(map(len, tiers_text().splitlines())) <= 80


@EVERY
def test_text_and_page_name_every_place_with_its_answers(facts: TierFacts) -> None:
    line = [facts.name, *facts.survives.values()]
    assert line in [each.split() for each in tiers_text().splitlines()]
    assert f"| {' | '.join(line)} |" in tiers_markdown()


def test_the_page_lists_the_sources() -> None:
    page = tiers_markdown()
    for name, about in SOURCES.items():
        assert f"| {name} | {about} |" in page
