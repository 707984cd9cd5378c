"""Data beyond the seed's examples: the answers that an expert would give.

Each case names its facts and where such data belongs. A case is added before the row
that makes it right.
"""

from __future__ import annotations

import pytest

from stateroom.catalogue.item import build_item
from stateroom.catalogue.values import Value
from stateroom.decide import decide_item

Facts = dict[str, Value]

USER: Facts = {"audience": "user", "sensitivity": "personal", "size": 20_000}
SHARED: Facts = {"audience": "public", "sensitivity": "public", "size": 20_000}
TEAM: Facts = {"audience": "group", "sensitivity": "personal", "size": 20_000}
SECRET: Facts = {"audience": "user", "sensitivity": "secret", "size": 500}
ORIGINAL: Facts = {"authority": "original", "cost": "cheap", "staleness": 60}
DERIVED: Facts = {"authority": "derived", "cost": "cheap", "staleness": 3600}
COLD: Facts = {"reads_per_hour": 0.2}
WARM: Facts = {"reads_per_hour": 60}

CASES: list[tuple[str, Facts, str]] = [
    (
        "age worked out from a birthday",
        USER | DERIVED | WARM | {"cost": "free", "horizon": "account"},
        "computed",
    ),
    (
        "a bundle of scripts under a hashed name",
        SHARED | DERIVED | WARM | {"immutable": True, "horizon": "record"},
        "cdn",
    ),
    (
        "a published photo",
        SHARED
        | ORIGINAL
        | WARM
        | {"immutable": True, "horizon": "account", "size": 4_000_000},
        "cdn",
    ),
    (
        "a video, transcoded for everybody",
        SHARED
        | DERIVED
        | COLD
        | {"immutable": True, "cost": "costly", "horizon": "account"}
        | {"size": 40_000_000},
        "cdn",
    ),
    (
        "a summary of a published text, made by a model",
        SHARED
        | DERIVED
        | COLD
        | {"immutable": True, "cost": "costly", "horizon": "account"},
        "source + redis/cache",
    ),
    (
        "label names of a model, loaded with the code",
        SHARED
        | DERIVED
        | WARM
        | {"sensitivity": "internal", "immutable": True, "horizon": "account"},
        "process",
    ),
    (
        "an API token fetched from the vault for one request",
        SECRET | DERIVED | WARM | {"horizon": "moment"},
        "process",
    ),
    (
        "a token of a provider, refreshed by one server for all",
        SECRET | DERIVED | WARM | {"horizon": "moment", "coordination": "atomic"},
        "redis/auth",
    ),
    (
        "a password being typed",
        SECRET | ORIGINAL | WARM | {"audience": "tab", "horizon": "moment"},
        "session",
    ),
    (
        "a password's hash",
        SECRET | ORIGINAL | COLD | {"horizon": "account"},
        "database",
    ),
    (
        "a one-time code sent to a phone",
        SECRET
        | ORIGINAL
        | WARM
        | {"horizon": "reload", "coordination": "atomic", "staleness": 300},
        "redis/auth",
    ),
    (
        "a partner's client secret, owned by the vault",
        SECRET | DERIVED | COLD | {"horizon": "account"},
        "source",
    ),
    (
        "a card number on its way to the payment provider",
        USER | ORIGINAL | COLD | {"sensitivity": "regulated", "horizon": "moment"},
        "nowhere",
    ),
    (
        "a credit report that may not be held",
        USER
        | DERIVED
        | COLD
        | {"sensitivity": "regulated", "horizon": "account", "cost": "costly"},
        "nowhere",
    ),
    (
        "answers of a provider whose licence allows ten minutes",
        SHARED
        | DERIVED
        | WARM
        | {"cost": "costly", "horizon": "account", "licence_ttl": 600},
        "source + redis/cache",
    ),
    (
        "a tenant's monthly revenue, aggregated",
        TEAM | DERIVED | COLD | {"cost": "costly", "horizon": "account"},
        "source + redis/cache",
    ),
    (
        "who is in this document right now",
        TEAM | ORIGINAL | WARM | {"horizon": "reload"},
        "redis/live",
    ),
    (
        "where each colleague's cursor is",
        TEAM | ORIGINAL | WARM | {"horizon": "moment"},
        "transport",
    ),
    (
        "a toast that tells a user of a reply",
        USER | ORIGINAL | COLD | {"horizon": "moment", "writer": "elsewhere"},
        "transport",
    ),
    (
        "edits made offline, waiting to be sent",
        USER | ORIGINAL | COLD | {"horizon": "device", "offline": True},
        "persist",
    ),
    (
        "a language chosen for the account, needed for the first paint",
        USER | ORIGINAL | COLD | {"horizon": "account", "offline": True},
        "database + persist",
    ),
    (
        "the same, read on every page",
        USER
        | ORIGINAL
        | WARM
        | {"horizon": "account", "offline": True}
        | {"staleness": 3600},
        "database + redis/cache + persist",
    ),
    (
        "the arm of an experiment given to a visitor",
        USER | ORIGINAL | WARM | {"horizon": "device", "immutable": True, "size": 100},
        "cookie",
    ),
    (
        "seats left at a concert",
        SHARED | ORIGINAL | WARM | {"horizon": "record", "coordination": "atomic"},
        "database",
    ),
    (
        "requests of a client in this minute",
        SHARED | ORIGINAL | WARM | {"horizon": "moment", "coordination": "atomic"},
        "redis/live",
    ),
    (
        "an account balance that must be exact",
        USER | ORIGINAL | WARM | {"horizon": "record", "staleness": "exact"},
        "database",
    ),
    (
        "stock of a shop, exact, from the warehouse system",
        SHARED | DERIVED | WARM | {"horizon": "record", "staleness": "exact"},
        "source",
    ),
    (
        "a signed contract: personal, and never changed again",
        USER | ORIGINAL | COLD | {"horizon": "record", "immutable": True},
        "database",
    ),
    (
        "a fraud score kept during a visit",
        USER | ORIGINAL | WARM | {"sensitivity": "internal", "horizon": "reload"},
        "redis/live",
    ),
    (
        "a profile read on every page, bounded to seconds, written by us once a day",
        USER
        | ORIGINAL
        | WARM
        | {"horizon": "account", "staleness": 30, "writes_per_hour": 0.04},
        "database + redis/cache",
    ),
    (
        "the same, written by somebody else",
        USER
        | ORIGINAL
        | WARM
        | {"horizon": "account", "staleness": 30, "writes_per_hour": 0.04}
        | {"writer": "elsewhere"},
        "database",
    ),
    (
        "a counter of views that we write more often than it is read",
        SHARED
        | ORIGINAL
        | WARM
        | {"horizon": "account", "staleness": 3600, "writes_per_hour": 600},
        "database",
    ),
    (
        "a shared document's layout, kept for the next visit",
        TEAM | ORIGINAL | COLD | {"horizon": "device"},
        "database",
    ),
    (
        "a video that one user keeps on one device",
        USER | ORIGINAL | COLD | {"horizon": "device", "size": 80_000_000},
        "database",
    ),
    (
        "a nightly export of two gigabytes",
        TEAM
        | DERIVED
        | COLD
        | {"cost": "costly", "horizon": "account", "size": 2 << 30},
        "source",
    ),
    (
        "an exchange rate asked of a paid service, good for a minute",
        SHARED
        | DERIVED
        | COLD
        | {"cost": "costly", "horizon": "account"}
        | {"staleness": 60},
        "source + redis/cache",
    ),
    (
        "a rarely opened help text in the database",
        SHARED | DERIVED | COLD | {"horizon": "account"},
        "source",
    ),
    (
        "a wizard's answers that must outlive a reload, offline too",
        USER | ORIGINAL | COLD | {"horizon": "reload", "offline": True},
        "persist",
    ),
]


@pytest.mark.parametrize(
    ("facts", "placement"),
    [(facts, placement) for _, facts, placement in CASES],
    ids=[name for name, _, _ in CASES],
)
def test_an_expert_agrees(facts: Facts, placement: str) -> None:
    decision = decide_item(build_item("case", facts))
    assert (decision.placement, decision.confidence) == (placement, 1.0)


def test_a_licence_bounds_the_life_of_a_copy() -> None:
    facts = dict(next(facts for name, facts, _ in CASES if "licence" in name))
    (copy,) = decide_item(build_item("case", facts)).copies
    assert copy.ttl_seconds == 600


def test_a_tenants_aggregate_is_cached_under_its_tenant() -> None:
    facts = dict(next(facts for name, facts, _ in CASES if "tenant" in name))
    (copy,) = decide_item(build_item("case", facts)).copies
    assert copy.key == "app:v:g.<group>:case:<fingerprint>:{<digest>}"


def test_a_copy_for_the_first_paint_belongs_to_its_user() -> None:
    facts = dict(next(facts for name, facts, _ in CASES if "first paint" in name))
    (copy,) = decide_item(build_item("case", facts)).copies
    assert (copy.key, copy.scope) == ("app:p:u.<user>:case", "user")


def test_a_one_time_code_is_not_prolonged_and_a_login_is() -> None:
    facts = dict(next(facts for name, facts, _ in CASES if "one-time" in name))
    code = decide_item(build_item("code", facts)).home
    login = decide_item(build_item("login", {}, like="login")).home
    assert (code.ttl_seconds, code.absolute_ttl_seconds) == (300, None)
    assert (login.ttl_seconds, login.absolute_ttl_seconds) == (1800, 43_200)
