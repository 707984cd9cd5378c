"""The 51 worked examples of the seed come out as the seed, corrected, wants them."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from stateroom.catalogue import Item, declare, load
from stateroom.decide import Decision, decide_item
from stateroom.decide.decision import Copy, HomePlace

ROOT = Path(__file__).resolve().parents[2]
ROWS_FILE = ROOT / "tests" / "data" / "worked_examples.jsonl"
CATALOGUE_FILE = ROOT / "examples" / "seed.toml"
PAGE = ROOT / "docs" / "explanation" / "must-not.md"

PARTS = {"cache", "live", "store", "persist", "room", "client"}
"""Parts of the system that a promise can be left to; only deciding exists so far."""
_TABLE_ROW = re.compile(r"^\| (A\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One worked example, as far as it is asserted."""

    id: str
    item: str
    inputs: dict[str, str | bool | float]
    tier: str
    must_not: str
    redis_kind: str | None = None
    ttl: tuple[int, int | None] | None = None

    @property
    def tiers(self) -> tuple[str, ...]:
        return () if self.tier == "none" else (self.tier,)


ROWS = [
    msgspec.convert(json.loads(line), Row)
    for line in ROWS_FILE.read_text("utf-8").splitlines()
]
BY_ID = {row.id: row for row in ROWS}

each_row = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])


@functools.cache
def seed_items() -> dict[str, Item]:
    """The items of examples/seed.toml by their titles, which are the rows' names."""
    return {item.title: item for item in load(CATALOGUE_FILE).items.values()}


def typed(row: Row) -> Item:
    return declare(row.id.lower(), **row.inputs)


def assert_as_expected(row: Row, decision: Decision) -> None:
    assert decision.tiers == row.tiers
    assert decision.confidence == 1.0
    held: list[HomePlace | Copy] = [decision.home, *decision.copies]
    if row.redis_kind is not None:
        kinds = [each.kind for each in held if each.kind is not None]
        assert kinds == [row.redis_kind]
    if row.ttl is not None:
        least, most = row.ttl
        lives = [copy.ttl_seconds for copy in decision.copies]
        assert all(ttl and least <= ttl <= (most or ttl) for ttl in lives)
        assert len(lives) == 1


def test_there_are_51() -> None:
    assert len(ROWS) == len(BY_ID) == 51


@each_row
def test_typed_inputs_give_the_expected_tier_kind_and_ttl(row: Row) -> None:
    assert_as_expected(row, decide_item(typed(row)))


@each_row
def test_the_example_catalogue_gives_the_same(row: Row) -> None:
    assert_as_expected(row, decide_item(seed_items()[row.item]))


@each_row
def test_the_example_catalogue_says_the_same_facts(row: Row) -> None:
    item = seed_items()[row.item]
    assert {name: item.value(name) for name in row.inputs} == row.inputs


def test_the_example_catalogue_has_these_items_and_no_other() -> None:
    assert list(seed_items()) == [row.item for row in ROWS]
    assert len(load(CATALOGUE_FILE).items) == len(ROWS)


# ------------------------------------------------------------- what must not be

Check = Callable[[Item, Decision], bool]


def _is_kept(item: Item, decision: Decision, *, tier: str, answer: str) -> bool:
    """Say whether the same item would be kept there with another sensitivity."""
    del decision
    other = item.replace(sensitivity=answer)
    return tier in decide_item(other).tiers


FORBIDDEN: dict[str, Check] = {
    "-": lambda *_: False,
    "PERSIST": lambda _, made: "persist" in made.tiers,
    "SESSION": lambda _, made: "session" in made.tiers,
    "REDIS": lambda _, made: "redis" in made.tiers,
    "one REDIS key": lambda _, made: "redis" in made.tiers,
    "SESSION only": lambda _, made: made.tiers == ("session",),
    "REDIS as home": lambda _, made: made.home.place == "redis",
    "PERSIST as home": lambda _, made: made.home.place == "persist",
    "REDIS cache": lambda _, made: "cache" in kinds_of(made),
    "REDIS cache as home": lambda _, made: made.home.place == "redis",
    "cross-user key": lambda _, made: not is_of_the_user(made),
    "another user's key": lambda _, made: not is_of_the_user(made),
    "evictable key": lambda _, made: "cache" in kinds_of(made),
    "allkeys-* instance": lambda _, made: "cache" in kinds_of(made),
    "no TTL": lambda _, made: any(not c.ttl_seconds for c in made.copies),
    "purged at logout": lambda _, made: made.home.scope != "device",
    "secrets": functools.partial(_is_kept, tier="persist", answer="secret"),
    "PERSIST of secrets": functools.partial(_is_kept, tier="persist", answer="secret"),
}
"""What a decision could do wrong -> whether it does."""


def kinds_of(decision: Decision) -> set[str | None]:
    return {decision.home.kind, *(copy.kind for copy in decision.copies)}


def is_of_the_user(decision: Decision) -> bool:
    """Say whether every key names its user."""
    places: list[HomePlace | Copy] = [decision.home, *decision.copies]
    held = [each for each in places if each.key]
    return bool(held) and all(
        each.scope == "user" and "u.<user>" in (each.key or "") for each in held
    )


def clauses(row: Row) -> list[str]:
    """What a row forbids, one by one."""
    text = re.sub(r" \(.*\)", "", row.must_not)
    if text.startswith("as "):
        return clauses(BY_ID[text.removeprefix("as ")])
    parts = [part.strip() for part in text.split(";")]
    return [each for part in parts for each in part.split(", ")]


def left_to_others() -> dict[tuple[str, str], str]:
    """What the page leaves to other parts: row and clause -> part."""
    lines = PAGE.read_text("utf-8").splitlines()
    found = [match for line in lines if (match := _TABLE_ROW.match(line))]
    return {(match[1], match[3]): match[4] for match in found}


ASSERTED = [(row, each) for row in ROWS for each in clauses(row) if each in FORBIDDEN]


@pytest.mark.parametrize(
    ("row", "forbidden"), ASSERTED, ids=[f"{row.id}-{each}" for row, each in ASSERTED]
)
def test_what_must_not_be_is_not_decided(row: Row, forbidden: str) -> None:
    does_it = FORBIDDEN[forbidden]
    for item in (typed(row), seed_items()[row.item]):
        assert not does_it(item, decide_item(item))


def test_every_must_not_is_asserted_here_or_left_to_a_part_and_never_both() -> None:
    every = {(row.id, each) for row in ROWS for each in clauses(row)}
    here = {(row.id, each) for row, each in ASSERTED}
    left = left_to_others()
    assert here | set(left) == every
    assert here & set(left) == set()
    assert {row for row, _ in every} == set(BY_ID)
    assert set(left.values()) <= PARTS


def test_each_kind_of_must_not_is_violated_by_some_decision() -> None:
    """A check that nothing can fail would assert nothing."""
    wrong = {
        "PERSIST": "A26", "SESSION": "A36", "REDIS": "A01", "one REDIS key": "A01",
        "SESSION only": "A36", "REDIS as home": "A12", "PERSIST as home": "A26",
        "REDIS cache": "A01", "REDIS cache as home": "A12", "cross-user key": "A11",
        "another user's key": "A26", "evictable key": "A01",
        "allkeys-* instance": "A01", "purged at logout": "A33",
    }  # fmt: skip
    for forbidden, row in wrong.items():
        item = typed(BY_ID[row])
        assert FORBIDDEN[forbidden](item, decide_item(item)), forbidden
