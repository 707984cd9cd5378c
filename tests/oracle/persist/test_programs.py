"""Random programs are varied enough to find something, and can be repeated."""

from __future__ import annotations

import functools
import json

import pytest

from tests.oracle.families import Dice, Family
from tests.oracle.persist.families import FAMILIES, SOURCES
from tests.oracle.real import Json, Real
from tests.oracle.terms import text

COUNT = 500
"""What so many programs are and do is the same in every run: the dice have a seed."""

SEEN: dict[str, tuple[str, ...]] = {
    "text": (
        '"refused"',
        "e+21",
        "e-7",
        '{"n":"-0"}',
        '"__proto__"',
        "\\ud800",
        "null",
    ),
    "value": (
        "null",
        "e+",
        "e-",
        "\\ud834",
        "18446744073709552000",
        '\\"\\"',
        "\u2028",
    ),
    "written": ("first", "second", "value", '\\"key\\"', '{\\"_persist\\":{'),
    "read": ('"refused"', '"not"', '"string"', '"isRehydrated":true', '"version":3'),
    "reconciled": ('["0","', '["1","', '"\U0001d4b3"', '"new"', "[]"),
}
"""By family: what its traces show."""

each_family = pytest.mark.parametrize(
    "family", FAMILIES, ids=[family.name for family in FAMILIES]
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@functools.cache
def thrown(family: Family) -> list[Json]:
    return [family.make(Dice(seed)) for seed in range(COUNT)]


@each_family
def test_the_traces_contain_every_kind_of_outcome(family: Family, real: Real) -> None:
    found = text(real.traces(family.name, thrown(family)))
    assert [each for each in SEEN[family.name] if each not in found] == []


@each_family
def test_most_programs_are_not_refused(family: Family, real: Real) -> None:
    traces = real.traces(family.name, thrown(family))
    assert traces.count("refused") < COUNT / 2


@each_family
def test_programs_can_be_repeated(family: Family, real: Real) -> None:
    first = thrown(family)[:100]
    second: list[Json] = [family.make(Dice(seed)) for seed in range(100)]
    assert first == second
    assert real.traces(family.name, first) == real.traces(family.name, second)


@each_family
def test_most_programs_are_different(family: Family) -> None:
    assert len({text(each) for each in thrown(family)}) > COUNT * 0.6


def test_the_shares_of_the_families_are_all_programs() -> None:
    assert sum(family.percent for family in FAMILIES) == 100


def test_the_packages_are_those_of_the_reference() -> None:
    listed = json.loads((SOURCES / "package.json").read_text("utf-8"))
    assert listed["dependencies"] == {"redux": "5.0.1", "redux-persist": "6.0.0"}


def test_the_list_names_no_address_of_a_registry() -> None:
    words = (SOURCES / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in words
    assert words.count('"integrity"') == 2


def test_a_fault_of_the_oracle_is_no_trace(real: Real) -> None:
    with pytest.raises(RuntimeError, match="oracle's own program failed: TypeError"):
        real.trace("persisted", {})
    assert real.trace("value", {"value": 1.5}) == "1.5"
