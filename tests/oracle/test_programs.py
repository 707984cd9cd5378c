"""Random programs are varied enough to find something, and can be repeated."""

from __future__ import annotations

import functools
import re

import pytest

from tests.oracle.families import FAMILIES, Dice, Family
from tests.oracle.real import Json, Real
from tests.oracle.terms import text

COUNT = 500
"""What so many programs are and do is the same in every run: the dice have a seed."""

WORDS: dict[str, str] = {
    "drafts": "set del push pop insert remove splice sort reverse clear add discard "
    "let read size has same draft nest cur orig w wa throw nothing manual",
    "core": "dispatch subscribe unsubscribe replace thunk throw undefined get fresh "
    "count pass look drop change again twice instance null",
    "slices": "own type payload meta error twice nothing ret default matchers set push",
    "entities": "addOne addMany setOne setMany setAll upsertOne upsertMany updateOne "
    "updateMany removeOne removeMany removeAll action record",
    "listeners": "take delay condition fork say state cancelActive original "
    "unsubscribe subscribe cancel throw stop clear time",
    "patches": "add remove replace move - __proto__ constructor",
    "selectors": "call set back clear reset list first count fail sel arg",
    "batches": "low high tick subscribe unsubscribe",
    "thunks": "start open abort none true false throw",
}
"""By family: what its programs are made of."""

SEEN: dict[str, tuple[str, ...]] = {
    "drafts": (
        *('"error":"both"', '"error":"thrown"', '"same":true', '"same":false'),
        *('"again":', '"of":["', '"there":false'),
    ),
    "core": ('"busy"', '"thrown"', '"action"', '"undefined state"', '"changed",true'),
    "slices": ('"error":"both"', '"error":"undefined state"', '"same":true'),
    "entities": ('"same":true', '"same":false', '"remembered":true'),
    "listeners": ('"boom"', '"original"', '"cancelled"', '"rejected"', '"ends",true'),
    "patches": ('"error":"patch"', '"same":true', '"same":false'),
    "selectors": ('"thrown"', '"ok"'),
    "batches": ('"listener",1',),
    "thunks": ('"AbortError"', '"ConditionError"', '"fulfilled"', '"unwrapped"'),
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
def test_the_programs_contain_every_kind_of_step(family: Family) -> None:
    found = set(re.findall(r'"([^"]*)"', text(thrown(family))))
    # A name may stand alone or in a longer text, as in "wait reject".
    found |= {word for each in found for word in each.split()}
    assert set(WORDS[family.name].split()) - found == set()


@each_family
def test_the_traces_contain_every_kind_of_outcome(family: Family, real: Real) -> None:
    found = text(real.traces(family.name, thrown(family)))
    assert [each for each in SEEN[family.name] if each not in found] == []


@each_family
def test_programs_and_traces_can_be_repeated(family: Family, real: Real) -> None:
    first = thrown(family)[:100]
    second: list[Json] = [family.make(Dice(seed)) for seed in range(100)]
    assert first == second
    assert real.traces(family.name, first) == real.traces(family.name, second)


@each_family
def test_most_programs_are_different(family: Family) -> None:
    assert len({text(each) for each in thrown(family)}) > COUNT * 0.7


def test_the_shares_of_the_families_are_all_programs() -> None:
    assert sum(family.percent for family in FAMILIES) == 100
