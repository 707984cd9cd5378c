"""Random programs are varied enough to find something, and can be repeated."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from pathlib import Path
from typing import Final, cast

import pytest

from tests.oracle.families import Dice, Family
from tests.oracle.query.families import FAMILIES
from tests.oracle.query.making import MADE, STEPS
from tests.oracle.query.pools import CHOSEN
from tests.oracle.query.programs import Trace
from tests.oracle.real import Json, Real
from tests.oracle.terms import text

SOURCES = Path(__file__).resolve().parent / "js"
COUNT = 100
"""What so many programs are and do is the same in every run: the dice have a seed."""

STORES: Final = [family for family in FAMILIES if family.name != "query-keys"]
"""All families but that of the cache keys, whose traces are texts."""

OFTEN: dict[str, dict[str, float]] = {
    "query-arguments": {"shared": 30, "condition": 20, '"args"': 20},
    "query-lifetimes": {"aborted": 15, "removeQueryResult": 15, "resetApiState": 20},
    "query-tags": {"invalidateTags": 40, "refetched": 30, "executeMutation": 60},
    "query-polling": {"refetched": 50, "__rtkq/focused": 40, "__rtkq/offline": 40},
    "query-patches": {"queryResultPatched": 60, "cacheEntriesUpserted": 30},
    "query-lifecycles": {'"loaded"': 30, '"removed"': 10, '"failed"': 10},
    "query-optimistic": {'"undone"': 30, "queryResultPatched": 60},
    "query-retry": {"tried again": 30, "aborted": 15},
    "query-restarts": {'"rehydrated"': 40, "removeQueryResult": 20},
    "query-mixed": {"refetched": 20, "aborted": 10, "updateProvidedBy": 20},
}
"""By family: what happens in so many of a hundred programs, at least."""

each_family = pytest.mark.parametrize(
    "family", STORES, ids=[family.name for family in STORES]
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@functools.cache
def thrown(family: Family) -> list[Json]:
    return [family.make(Dice(seed)) for seed in range(COUNT)]


def words_of(trace: Trace) -> set[str]:
    """What happens in a trace: words that stand in it, and a few other things."""
    rows = [cast("list[list[Json]]", step["requests"]) for step in trace]
    asked = Counter(text(row[2:4]) for several in rows for row in several)
    forced = any(row[4] is True for several in rows for row in several)
    found = set(re.findall(r'"[^"]*"', text(cast("Json", trace))))
    found |= {part for word in found for part in word.strip('"').split("/")}
    found |= {word.strip('"') for word in found}
    return found | {
        *(["refetched"] if forced else []),
        *(["tried again"] if max(asked.values(), default=0) > 1 else []),
        *(["shared"] if is_shared(trace) else []),
        *(["aborted"] if any(step["aborted"] for step in trace) else []),
    }


def is_shared(trace: Trace) -> bool:
    """Whether an answer left an entry's data as the object that it was."""
    for step in trace:
        done = {
            str(row[2])
            for row in cast("list[list[Json]]", step["actions"])
            if row[1] == "executeQuery/fulfilled"
        }
        state = cast("dict[str, list[tuple[str, dict[str, Json]]]]", step["state"])
        if any(key in done and each["same"] for key, each in state["queries"]):
            return True
    return False


@each_family
def test_what_a_family_is_about_happens_often(family: Family, real: Real) -> None:
    traces = cast("list[Trace]", real.traces(family.name, thrown(family)))
    counts = Counter(word for trace in traces for word in words_of(trace))
    found = {
        name: counts[name] * 100 / COUNT >= least
        for name, least in OFTEN[family.name].items()
    }
    assert [name for name, is_often in found.items() if not is_often] == []


@each_family
def test_programs_and_traces_can_be_repeated(family: Family, real: Real) -> None:
    first = thrown(family)[:50]
    second: list[Json] = [family.make(Dice(seed)) for seed in range(50)]
    assert first == second
    assert real.traces(family.name, first) == real.traces(family.name, second)


@each_family
def test_most_programs_are_different(family: Family) -> None:
    assert len({text(each) for each in thrown(family)}) > COUNT * 0.9


def test_all_steps_and_options_occur() -> None:
    told = text([each for family in STORES for each in thrown(family)])
    assert [name for name in (*STEPS, *CHOSEN, *MADE) if f'"{name}"' not in told] == []


def test_the_package_is_that_of_the_reference() -> None:
    listed = json.loads((SOURCES / "package.json").read_text("utf-8"))
    assert listed["dependencies"] == {"@reduxjs/toolkit": "2.14.0"}
    page = SOURCES.parents[3] / "docs/explanation/query-deviations.md"
    assert "@reduxjs/toolkit 2.14.0" in page.read_text("utf-8")


def test_the_list_names_no_address_of_a_registry() -> None:
    words = (SOURCES / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in words
    assert words.count('"integrity"') == 7


def test_a_fault_of_the_oracle_is_no_trace(real: Real) -> None:
    with pytest.raises(RuntimeError, match="oracle's own program failed: TypeError"):
        real.trace("query-mixed", {})
    assert real.trace("query-keys", {"endpoint": "e", "arg": 1}) == "e(1)"
