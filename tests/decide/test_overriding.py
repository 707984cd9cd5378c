"""What an override of the tier does to home and copies."""

from __future__ import annotations

import pytest

from stateroom.catalogue.inputs import Audience, Horizon
from stateroom.catalogue.item import Override, Tier, build_item
from stateroom.catalogue.values import Value
from stateroom.decide import decide_item

ORIGINAL: dict[str, Value] = {
    "audience": "user",
    "sensitivity": "internal",
    "authority": "original",
    "horizon": "reload",
    "cost": "cheap",
    "staleness": 300,
    "reads_per_hour": 10,
    "size": 1000,
}


def placement(facts: dict[str, Value], tier: Tier | None) -> str:
    override = Override(reason="why", tier=tier) if tier else None
    return decide_item(build_item("it", facts, override=override)).placement


def test_an_override_that_agrees_with_the_rules_changes_nothing() -> None:
    assert placement(ORIGINAL, None) == "redis/live"
    assert placement(ORIGINAL, "redis") == "redis/live"


@pytest.mark.parametrize(
    ("audience", "horizon", "tier", "expected"),
    [
        ("group", "moment", "redis", "redis/live"),
        ("group", "account", "redis", "database + redis/cache"),
        ("group", "account", "session", "session"),
        ("user", "reload", "none", "database"),
    ],
)
def test_an_original_is_never_left_to_an_evictable_cache_alone(
    audience: Audience, horizon: Horizon, tier: Tier, expected: str
) -> None:
    facts = ORIGINAL | {"audience": audience, "horizon": horizon}
    assert placement(facts, tier) == expected


def test_derived_data_keeps_its_source_behind_an_overridden_copy() -> None:
    facts = ORIGINAL | {"authority": "derived", "sensitivity": "public"}
    assert placement(facts, "persist") == "source + persist"
    assert placement(facts, "session") == "source + session"


def test_a_longer_login_session_is_not_cut_off_by_the_usual_limit() -> None:
    override = Override(reason="a kiosk", ttl=7 * 86_400)
    home = decide_item(build_item("it", {}, like="login", override=override)).home
    assert (home.ttl_seconds, home.absolute_ttl_seconds) == (604_800, 604_800)
