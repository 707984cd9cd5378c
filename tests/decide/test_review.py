"""Each judgement of one decision: where it begins, where it ends, and its mend."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import pytest

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.document import App
from stateroom.catalogue.findings import Finding
from stateroom.catalogue.item import Item, Override, build_item
from stateroom.catalogue.values import Value
from stateroom.decide import Decision, decide_item, load_ruleset
from stateroom.decide.decision import HomePlace
from stateroom.decide.review import CLIENT_SLICE, finding, review

APP = App(name="careers")
CACHE = "careers:v:{scope}:it:<fingerprint>:{{<digest>}}"
HOUR = 3600


def item(like: str | None = None, override: object = None, **said: Value) -> Item:
    over = None
    if override is not None:
        over = msgspec.convert({"reason": "because"} | dict(override), Override)  # type: ignore[call-overload]
    return build_item("it", said, like=like, override=over)


def decided(it: Item, rules: str = "stateroom") -> Decision:
    return decide_item(it, load_ruleset(rules), APP)


def codes(it: Item, rules: str = "stateroom") -> list[str]:
    return [each.code for each in decided(it, rules).findings]


def found(it: Item, code: str, rules: str = "stateroom") -> Finding:
    (only,) = [each for each in decided(it, rules).findings if each.code == code]
    return only


def keyed(like: str, key: str, **said: Value) -> Item:
    return item(like, {"key": key}, **said)


class Case(NamedTuple):
    """One item on each side of a judgement's edge."""

    code: str
    fires: Item
    silent: Item
    rules: str = "stateroom"


SAID: dict[str, Value] = {
    "audience": "user", "sensitivity": "personal", "authority": "derived",
    "horizon": "account", "cost": "costly", "staleness": HOUR, "size": 1000,
}  # fmt: skip


def without(name: str) -> Item:
    return item(None, None, **{key: v for key, v in SAID.items() if key != name})


EDGES = [
    Case(
        "DEC001",
        item("search-results", {"tier": "persist"}),
        item("search-results", {"tier": "redis"}),
    ),
    # A guess of the rules is nothing to contradict: DEC004 asks first.
    Case(
        "DEC001",
        item("generated", {"tier": "none"}),
        build_item("it", {}, override=Override(reason="r", tier="none")),
    ),
    # Another life or key is not another place.
    Case(
        "DEC001",
        item("login", {"tier": "persist"}),
        item("login", {"ttl": HOUR}),
    ),
    Case("DEC003", item("reference"), item("search-results"), "seed-flowchart"),
    Case(
        "DEC003",
        item("reference"),
        item("reference", {"tier": "redis"}),
        "seed-flowchart",
    ),
    Case("DEC003", item("quota"), item("ui"), "seed-flowchart"),
    Case("DEC004", without("sensitivity"), item(None, None, **SAID)),
    Case("DEC004", without("staleness"), item("generated")),
    Case(
        "DEC008",
        item("generated", immutable=True, staleness="exact"),
        item("generated", immutable=False, staleness="exact"),
    ),
    # Where another staleness would change nothing, exact is as good as any.
    Case(
        "DEC008",
        item("generated", immutable=True, staleness="exact"),
        item("login", immutable=True, staleness="exact"),
    ),
    Case("DEC009", item("preference", {"ttl": 60}), item("login", {"ttl": 60})),
    Case("DEC009", item("quota", {"ttl": 60}), item("reference", {"ttl": 60})),
    Case(
        "DEC009",
        keyed("ui", "careers:p:device:it"),
        keyed("preference", "careers:p:device:it"),
    ),
    Case(
        "DEC009",
        item("reference", {"tier": "redis"}),
        item("reference", {"tier": "none"}),
    ),
    Case("SEC001", item("login", {"tier": "persist"}), item("login")),
    Case("SEC001", item("login"), item("preference"), "seed-flowchart"),
    Case(
        "SEC001",
        item("ui", {"tier": "persist"}, sensitivity="secret"),
        item("ui", sensitivity="secret"),  # typed into its own tab
    ),
    Case(
        "SEC001",
        item("generated", {"tier": "session"}, sensitivity="internal"),
        item("generated", {"tier": "session"}, sensitivity="personal"),
    ),
    Case(
        "SEC001",
        item("generated", {"tier": "redis"}, sensitivity="regulated"),
        item("generated", {"tier": "none"}, sensitivity="regulated"),
    ),
    Case("SEC005", item("login", audience="public"), item("login", audience="group")),
    Case(
        "SEC005",
        item("reference", sensitivity="secret"),
        item("reference", sensitivity="internal"),
    ),
    Case(
        "TTL001",
        item(
            None,
            None,
            audience="group",
            cost="costly",
            authority="derived",
            horizon="account",
        ),
        item(
            None,
            None,
            audience="group",
            cost="costly",
            authority="derived",
            horizon="account",
            staleness=60,
        ),
        "seed-flowchart",
    ),
    Case(
        "TTL001",
        item(None, None, audience="group", cost="costly"),
        item(None, None, audience="group", cost="costly", immutable=True),
        "seed-flowchart",
    ),
    Case(
        "TTL001",
        item(None, None, audience="group", cost="costly"),
        item(None, {"ttl": 60}, audience="group", cost="costly"),
        "seed-flowchart",
    ),
    Case(
        "TTL002",
        item("search-results", {"ttl": HOUR + 1}),
        item("search-results", {"ttl": HOUR}),
    ),
    Case(
        "TTL002",
        item("search-results", {"ttl": HOUR + 1}),
        item("search-results", {"ttl": HOUR + 1}, immutable=True),
    ),
    Case(
        "TTL002",
        item("generated", {"tier": "redis"}, staleness="exact"),
        item("generated", {"tier": "none"}, staleness="exact"),
    ),
    Case(
        "TTL003",
        item("search-results", {"ttl": 601}, licence_ttl=600),
        item("search-results", {"ttl": 600}, licence_ttl=600),
    ),
    # lT/(1+lT) is one half where lT is one: an hour, and one read in it.
    Case(
        "TTL005",
        item("search-results", reads_per_hour=0.99),
        item("search-results", reads_per_hour=1),
    ),
    # Where the application writes, a copy ends with the next write.
    Case(
        "TTL005",
        item("generated", reads_per_hour=1, writes_per_hour=1.1, writer="app"),
        item("generated", reads_per_hour=1, writes_per_hour=1.1, writer="elsewhere"),
    ),
    Case(
        "PER001",
        item("draft", {"tier": "persist"}, size=CLIENT_SLICE + 1),
        item("draft", size=CLIENT_SLICE),
    ),
    Case("PER006", item("draft"), item("draft", sensitivity="public")),
    Case("PER006", item("draft"), item("draft", horizon="account", offline=True)),
    Case(
        "PER007",
        item("generated", offline=True, sensitivity="internal"),
        item("generated", offline=True),
    ),
    Case(
        "PER007",
        item("generated", offline=True, size=CLIENT_SLICE + 1),
        item("generated", offline=True, size=CLIENT_SLICE),
    ),
    Case(
        "PER007",
        item("generated", offline=True, staleness="exact"),
        item("draft", offline=True, horizon="moment"),
    ),
    Case("QTA001", item("quota", {"tier": "session"}), item("quota")),
    Case("QTA001", item("quota", audience="user"), item("quota"), "seed-flowchart"),
    Case(
        "QTA001",
        item("quota", cost="costly"),
        item("quota", cost="costly", coordination="none"),
        "seed-flowchart",
    ),
]
KEYS = [
    # what is written, its preset and answers, the one code it gives
    ("careers:v:pub:it:<fingerprint>:{<digest>}", "search-results", {}, ""),
    ("careers:v:pub:it:v2:{<digest>}", "search-results", {}, ""),
    ("careers:v:u.<user>:it:v2:{<digest>}", "search-results", {}, ""),  # narrower
    ("careers:v:pub:it:<fingerprint>:{id}", "search-results", {}, "KEY001"),
    ("careers:v:pub:it:<fingerprint>:${id}", "search-results", {}, "KEY001"),
    ("careers:v:u.{user}:it:<fingerprint>:{<digest>}", "generated", {}, "KEY001"),
    ("{app}:v:u.<user>:it:<fingerprint>:{<digest>}", "generated", {}, "KEY001"),
    ("other:v:pub:it:<fingerprint>:{<digest>}", "search-results", {}, "KEY002"),
    ("careers:d:pub:it:{<digest>}", "search-results", {}, "KEY002"),
    ("careers:x:pub:it:<fingerprint>:{<digest>}", "search-results", {}, "KEY002"),
    ("careers:v:pub:it:{<digest>}", "quota", {}, "KEY002"),
    ("careers", "search-results", {}, "KEY002"),
    ("careers:v:pub:it:{<digest>}", "search-results", {}, "KEY005"),
    ("careers:v:pub:it:V.2:{<digest>}", "search-results", {}, "KEY005"),
    ("careers:d:pub:it:{<digest>}", "quota", {}, ""),  # kind live has no schema
    ("careers:v:pub:an it:<fingerprint>:{<digest>}", "search-results", {}, "KEY006"),
    ("careers:v:pub:it:<fingerprint>", "search-results", {}, "KEY006"),
    ("careers:v:pub:it:<fingerprint>:{<digest>}:x", "search-results", {}, "KEY006"),
    ("careers:v:all:it:<fingerprint>:{<digest>}", "search-results", {}, "KEY006"),
    ("careers:p:pub:it", "preference", {}, "KEY006"),
    ("careers:v:u.<user>:it:<fingerprint>:{<digest>}", "generated", {}, ""),
    ("careers:v:g.<group>:it:<fingerprint>:{<digest>}", "generated", {}, "SEC002"),
    ("careers:v:pub:it:<fingerprint>:{<digest>}", "generated", {}, "SEC002"),
    ("careers:v:u.42:it:<fingerprint>:{<digest>}", "generated", {}, "SEC002"),
    ("careers:a:pub:it:{<digest>}", "login", {}, "SEC002"),
    (
        "careers:v:pub:it:<fingerprint>:{<digest>}",
        "generated",
        {"sensitivity": "public"},
        "SEC003",
    ),
    (
        "careers:v:pub:it:<fingerprint>:{<digest>}",
        "generated",
        {"audience": "group"},
        "SEC003",
    ),
    (
        "careers:v:g.<group>:it:<fingerprint>:{<digest>}",
        "generated",
        {"audience": "group"},
        "",
    ),
    ("careers:p:device:it", "profile", {"offline": True}, "SEC004"),
    ("careers:p:pub:it", "profile", {"offline": True}, "SEC004"),
    ("careers:p:u.<user>:it", "profile", {"offline": True}, ""),
    (
        "careers:p:device:it",
        "preference",
        {"horizon": "account", "offline": True},
        "PER005",
    ),
    ("careers:p:device:it", "preference", {}, ""),  # the device's own
    ("careers:p:u.<user>:it", "preference", {}, ""),
]
OF_A_CATALOGUE = {"KEY003", "MEM002", "MEM003", "DEC006", "DEC007", "SUP001", "SUP002"}
"""Codes that need more than one item; ``tests/check`` has them, and those of tables."""


@pytest.mark.parametrize("case", EDGES, ids=lambda case: case.code)
def test_a_judgement_fires_on_its_side_of_the_edge_only(case: Case) -> None:
    assert codes(case.fires, case.rules).count(case.code) == 1
    assert case.code not in codes(case.silent, case.rules)


@pytest.mark.parametrize(("key", "like", "said", "code"), KEYS)
def test_a_fault_of_a_key_has_one_code(
    key: str, like: str, said: dict[str, Value], code: str
) -> None:
    assert codes(keyed(like, key, **said)) == ([code] if code else [])


@pytest.mark.parametrize(("key", "like", "said", "code"), KEYS)
def test_the_key_that_is_proposed_has_no_fault(
    key: str, like: str, said: dict[str, Value], code: str
) -> None:
    if not code:
        return
    fix = found(keyed(like, key, **said), code).fix
    proposed = fix.removeprefix("use ").partition(", or drop")[0]
    assert codes(keyed(like, proposed, **said)) == []


def test_every_code_of_one_item_has_an_edge() -> None:
    tested = {case.code for case in EDGES} | {code for *_, code in KEYS if code}
    of_items = {code for code in CODES if not code.startswith("TBL")}
    assert tested == of_items - OF_A_CATALOGUE


def test_two_faults_of_a_key_are_two_findings() -> None:
    key = "rapidapi:jobs:${hashParams(searchParams)}"
    assert codes(keyed("search-results", key)) == ["KEY001", "KEY002"]


def test_a_key_is_for_the_place_of_its_kind() -> None:
    decision = decided(keyed("profile", "careers:p:u.<user>:old", offline=True))
    keys = {copy.tier: copy.key for copy in decision.copies}
    assert keys == {
        "redis": CACHE.format(scope="u.<user>"),
        "persist": "careers:p:u.<user>:old",
    }


def test_a_key_is_judged_by_its_application() -> None:
    it = keyed("search-results", CACHE.format(scope="pub"))
    decision = decided(it)
    assert review(it, decision, namespace="careers") == ()
    (other,) = review(it, decision, namespace="shop")
    assert (other.code, other.input) == ("KEY002", "override.key")


def test_a_file_at_the_edge_is_in_every_browser() -> None:
    it = item("reference", sensitivity="internal")
    decision = decided(it)
    at_the_edge = msgspec.structs.replace(decision, home=HomePlace(place="cdn"))
    assert [each.code for each in review(it, at_the_edge)] == ["SEC001"]
    assert review(it, decision) == ()


def test_a_key_is_as_wide_as_it_was_given_where_nobody_said_for_whom() -> None:
    said = {key: value for key, value in SAID.items() if key != "audience"}
    harmless = said | {"sensitivity": "public"}
    key = CACHE.format(scope="pub")
    assert "SEC003" not in codes(item(None, {"key": key}, **harmless))
    assert "SEC002" in codes(item(None, {"key": key}, **said))


@pytest.mark.parametrize("name", ["staleness", "sensitivity", "audience"])
def test_what_is_only_assumed_accuses_nobody(name: str) -> None:
    said = {key: value for key, value in SAID.items() if key != name}
    key = CACHE.format(scope="u.<user>")
    it = item(None, {"tier": "redis", "key": key}, **said)
    assert set(codes(it)) <= {"DEC001", "DEC004", "DEC009"}


@pytest.mark.parametrize("reads", [0.01, 0.02, 0.03, 0.0416])
@pytest.mark.parametrize("like", ["search-results", "analytics", "reference"])
def test_the_life_that_is_proposed_makes_every_second_read_a_hit(
    like: str, reads: float
) -> None:
    before = item(like, reads_per_hour=reads, cost="costly")
    fix = found(before, "TTL005").fix
    wanted = dict(step.split(" = ") for step in fix.partition(": ")[2].split(" and "))
    life = float(_seconds(next(iter(wanted.values()))))
    staleness = life if "staleness" in wanted else before.staleness
    own = {"ttl": life} if "override.ttl" in wanted else None
    assert staleness is not None
    after = item(like, own, reads_per_hour=reads, cost="costly", staleness=staleness)
    assert codes(after) == []


def _seconds(quoted: str) -> float:
    units = {"s": 1, "m": 60, "h": HOUR, "d": 24 * HOUR}
    text = quoted.strip('"')
    return float(text[:-1]) * units[text[-1]]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"reads_per_hour": 0}, "nobody reads it"),
        ({"reads_per_hour": 0.5, "licence_ttl": 60}, "the licence allows no longer"),
        (
            {"reads_per_hour": 0.5, "writes_per_hour": 1, "writer": "app"},
            "it changes before it is read again",
        ),
    ],
)
def test_where_no_life_helps_the_fix_is_to_keep_no_copy(
    said: dict[str, Value], reason: str
) -> None:
    fix = found(item("search-results", **said), "TTL005").fix
    assert fix.startswith(reason)
    assert 'override.tier = "none"' in fix
    dropped = item("search-results", {"tier": "none"}, **said)
    assert "TTL005" not in codes(dropped)


def test_an_override_that_contradicts_says_both_placements() -> None:
    found_ = found(item("search-results", {"tier": "persist"}), "DEC001")
    assert found_.message == (
        "the override places it in source + persist, the rules in source + redis"
    )
    assert found_.evidence == "reason given: because"


@pytest.mark.parametrize(
    ("it", "about"),
    [
        (item("login", {"tier": "persist"}), "override.tier"),
        (item("search-results", {"ttl": 2 * HOUR}), "override.ttl"),
        (item("draft"), "horizon"),
    ],
)
def test_a_finding_points_at_the_field_to_look_at(it: Item, about: str) -> None:
    assert about in {each.input for each in decided(it).findings}


def test_a_finding_has_the_level_of_its_code() -> None:
    assert finding("SEC001", "m", fix="f").level == CODES["SEC001"].level
    with pytest.raises(KeyError):
        finding("SEC000", "m", fix="f")


@pytest.mark.parametrize("code", sorted({case.code for case in EDGES}))
def test_every_finding_says_what_to_do(code: str) -> None:
    for case in EDGES:
        if case.code == code:
            told = found(case.fires, code, case.rules)
            assert told.fix
            assert told.item == "it"
            assert "\n" not in told.message + told.fix
