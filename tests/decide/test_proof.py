"""The proof finds what a search over every cell finds, and our table is clean."""

from __future__ import annotations

import itertools
import time
import tomllib
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateroom.catalogue.codes import CODES
from stateroom.decide.closing import MOST_PROPOSED, row_toml
from stateroom.decide.columns import Column
from stateroom.decide.parsing import read_ruleset
from stateroom.decide.proof import Proof, prove
from stateroom.decide.properties import PROPERTIES
from stateroom.decide.ruleset import Row, Ruleset
from stateroom.decide.rulesets import load_ruleset
from stateroom.decide.space import columns_of, refine
from stateroom.decide.stated import Apart, Property, Steps
from tests.decide.documents import (
    SILENT,
    Document,
    codes,
    document_of,
    every_cell,
    naive_breaks,
    naive_matches,
    naive_placement,
    naive_row,
    tables,
)

OURS = load_ruleset()
SEED = load_ruleset("seed-flowchart")
Cells: TypeAlias = frozenset[tuple[int, ...]]


# ------------------------------------------------------------------- our table


def test_our_table_has_no_finding_at_all() -> None:
    proof = prove(OURS)
    assert codes(proof) == []
    assert (proof.gaps, proof.proposals, proof.is_clean) == (0, (), True)


def test_every_row_of_our_table_decides_something() -> None:
    proof = prove(OURS)
    rows = [each for each in proof.coverage if each.block]
    assert min(each.decides for each in proof.coverage) > 0
    assert sum(each.decides for each in rows) == proof.possible
    assert (proof.cells, len(rows)) == (153_600, len(OURS.rows))


def test_every_property_speaks_of_cells_of_our_table_and_holds() -> None:
    verdicts = prove(OURS).properties
    assert [each.name for each in verdicts] == [each.name for each in PROPERTIES]
    assert all(each.held and each.examined for each in verdicts)


def test_properties_have_names_statements_and_reasons_of_their_own() -> None:
    names = [each.name for each in PROPERTIES]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() and " " not in name for name in names)
    assert all(each.statement and each.why for each in PROPERTIES)


def test_our_table_is_proved_within_a_second_of_work() -> None:
    ruleset = read_ruleset(document_of())
    start = time.process_time()
    prove(ruleset)
    assert time.process_time() - start < 1


# --------------------------------------------------------------- the flowchart


def test_the_flowchart_has_its_gap_with_the_row_that_closes_it() -> None:
    proof = prove(SEED)
    assert (proof.cells, proof.possible, proof.gaps) == (120, 102, 20)
    (row,) = proof.proposals
    text = row_toml(row)
    assert 'when = { audience = ["group", "public"], cost = ["free", "cheap"]' in text
    gap = proof.findings[0]
    assert (gap.code, gap.level) == ("TBL001", "error")
    assert text in gap.fix


def test_the_flowchart_persists_secrets_although_it_never_asks_about_them() -> None:
    proof = prove(SEED)
    broken = {each.name: each for each in proof.properties if not each.held}
    example = broken["secret-never-persisted"].example
    assert example is not None
    assert 'sensitivity = "secret"' in example.item
    assert (example.placement, example.takers) == (("persist",), ("F2",))
    assert {
        "regulated-never-held",
        "big-never-persisted",
        "exact-never-from-a-cache",
        "original-never-evictable",
        "atomic-never-cached",
        "lasting-original-has-a-lasting-home",
    } < broken.keys()


def test_findings_are_registered_and_in_the_order_of_the_registry() -> None:
    found = [each.code for each in prove(SEED).findings]
    assert found == sorted(found)
    assert all(each.level == CODES[each.code].level for each in prove(SEED).findings)


def test_a_finding_names_the_file_of_the_rules() -> None:
    ruleset = read_ruleset(document_of("seed-flowchart"), "mine.toml")
    assert {str(each.place) for each in prove(ruleset).findings} == {"mine.toml"}


# ------------------------------------------------------ random small rulesets

COLUMNS = {
    "audience": ["tab", "user", "group", "public"],
    "sensitivity": ["public", "internal", "personal", "secret", "regulated"],
    "coordination": ["none", "atomic"],
}
SIZES = ["<= 256 KiB", "> 256 KiB", "> 1 KiB", "< 1 KiB", "(1 KiB, 256 KiB]"]
HOMES = ["database", "persist", "session", "redis/cache", "redis/live", "cdn"]
COPIES = ["persist", "redis/cache"]

conditions = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.lists(st.sampled_from(values), min_size=1, unique=True)
            for name, values in COLUMNS.items()
        },
        "size": st.sampled_from(SIZES),
    },
)
rows = st.fixed_dictionaries(
    {
        "when": st.lists(conditions, max_size=2),
        "home": st.sampled_from(HOMES),
        "copies": st.lists(st.sampled_from(COPIES), unique=True, max_size=1),
    }
)
homes = st.lists(st.sampled_from(HOMES), min_size=1, unique=True)
overlays = st.fixed_dictionaries(
    {
        "when": st.lists(
            st.builds(lambda when, asked: when | asked, conditions,
                      st.fixed_dictionaries({}, optional={"home": homes})),
            min_size=1, max_size=2,
        ),
        "copies": st.lists(st.sampled_from(COPIES), min_size=1, unique=True),
    }
)  # fmt: skip
blocks = st.fixed_dictionaries(
    {
        "hit": st.sampled_from(["unique", "first"]),
        "rows": st.lists(rows, max_size=4),
    }
)


@st.composite
def small_rulesets(draw: st.DrawFn) -> Ruleset:
    document: Document = {
        "name": "small",
        "columns": [*COLUMNS, "size"],
        "blocks": draw(st.lists(blocks, min_size=1, max_size=3)),
        "overlays": draw(st.lists(overlays, max_size=2)),
    }
    for number, block in enumerate(tables(document, "blocks")):
        block["name"] = f"block {number}"
    every = [row for block in tables(document, "blocks") for row in block["rows"]]  # type: ignore[attr-defined]
    for number, row in enumerate([*every, *tables(document, "overlays")]):
        row |= {"id": f"R{number}", "because": "drawn"}
    return read_ruleset(document)


def key(ruleset: Ruleset, cell: dict[str, int]) -> tuple[int, ...]:
    return tuple(cell[column.name] for column in ruleset.columns)


class Searched:
    """What a search over every possible cell says of a ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.cells = list(every_cell(ruleset.columns))
        self.placed = {
            key(ruleset, cell): naive_placement(ruleset, cell) for cell in self.cells
        }
        self.gap = [cell for cell, place in self.placed.items() if place == SILENT]
        self.matches = {row.id: self.matched(row) for row in ruleset.rows}
        self.decides: dict[str, set[tuple[int, ...]]] = {
            row.id: set() for row in ruleset.rows
        }
        for cell in self.cells:
            row = naive_row(ruleset, cell)
            if row is not None:
                self.decides[row.id].add(key(ruleset, cell))

    def matched(self, row: Row) -> Cells:
        columns = self.ruleset.columns
        return frozenset(
            key(self.ruleset, cell)
            for cell in self.cells
            if any(naive_matches(columns, when, cell) for when in row.when)
        )

    def row_codes(self) -> dict[str, str]:
        """The one fault of each row, its alternatives aside."""
        found: dict[str, str] = {}
        first: dict[Cells, Row] = {}
        for row in self.ruleset.rows:
            cells = self.matches[row.id]
            other = first.setdefault(cells, row)
            if not cells:
                found[row.id] = "TBL004"
            elif other is not row:
                same = (row.home, set(row.copies)) == (other.home, set(other.copies))
                found[row.id] = "TBL006" if same else "TBL005"
            elif not self.decides[row.id]:
                found[row.id] = "TBL003"
        return found

    def overlaps(self, faulty: set[str]) -> set[str]:
        taken: set[tuple[int, ...]] = set()
        found = set()
        for block in self.ruleset.blocks:
            sound = [row.id for row in block.rows if row.id not in faulty]
            for one, two in itertools.combinations(sound, 2):
                if (self.matches[one] & self.matches[two]) - taken:
                    found.add(f"{one}+{two}")
            if block.hit == "first":
                found -= {f"{a}+{b}" for a, b in itertools.combinations(sound, 2)}
            taken |= {cell for row in block.rows for cell in self.matches[row.id]}
        return found

    def matters(self, index: int) -> bool:
        groups: dict[tuple[int, ...], set[tuple[str, ...]]] = {}
        for cell, placed in self.placed.items():
            rest = (*cell[:index], *cell[index + 1 :])
            groups.setdefault(rest, set()).add(placed)
        return any(len(group) > 1 for group in groups.values())


def about(proof: Proof, *wanted: str) -> dict[str, str]:
    return {f.input: f.code for f in proof.findings if f.code in wanted}


@settings(max_examples=60)
@given(small_rulesets())
def test_gaps_and_coverage_are_those_of_a_search(ruleset: Ruleset) -> None:
    proof, searched = prove(ruleset), Searched(ruleset)
    assert (proof.possible, proof.gaps) == (len(searched.cells), len(searched.gap))
    assert bool(searched.gap) == bool(about(proof, "TBL001"))
    found = {each.row: (each.matches, each.decides) for each in proof.coverage}
    for row in ruleset.rows:
        expected = (len(searched.matches[row.id]), len(searched.decides[row.id]))
        assert found[row.id] == expected


@settings(max_examples=60)
@given(small_rulesets())
def test_faults_of_rows_and_columns_are_those_of_a_search(ruleset: Ruleset) -> None:
    proof, searched = prove(ruleset), Searched(ruleset)
    rows = {row.id for row in ruleset.rows}
    found = about(proof, "TBL003", "TBL004", "TBL005", "TBL006")
    whole = {
        f.input: f.code
        for f in proof.findings
        if f.input in found and not f.message.startswith("alternative")
    }
    assert {r: code for r, code in whole.items() if r in rows} == searched.row_codes()
    assert set(about(proof, "TBL002")) == searched.overlaps(set(found))
    for index, column in enumerate(ruleset.columns):
        dull = column.name in about(proof, "TBL007", "TBL009")
        assert dull != searched.matters(index)


@settings(max_examples=60)
@given(small_rulesets())
def test_proposed_rows_close_the_gap_exactly_and_do_not_overlap(
    ruleset: Ruleset,
) -> None:
    proof, searched = prove(ruleset), Searched(ruleset)
    closed: set[tuple[int, ...]] = set()
    for row in proof.proposals:
        cells = searched.matched(row)
        assert cells
        assert not cells & closed
        closed |= cells
    assert len(proof.proposals) <= MOST_PROPOSED
    if len(proof.proposals) < MOST_PROPOSED:
        assert closed == set(searched.gap)
    assert closed <= set(searched.gap)


SINGLE = [
    each
    for each in PROPERTIES
    if not isinstance(each, Steps | Apart)
    and {name for when in each.when for name in when} <= {*COLUMNS, "size"}
]
EXTENDED = [each for each in PROPERTIES if each.name == "exact-never-from-a-cache"]


def searched_cells(
    ruleset: Ruleset, stated: Property
) -> tuple[tuple[Column, ...], list[dict[str, int]]]:
    assert not isinstance(stated, Steps | Apart)
    columns = refine(ruleset.columns, columns_of(stated.when))
    return columns, list(every_cell(columns))


@pytest.mark.parametrize("stated", [*SINGLE, *EXTENDED], ids=lambda each: each.name)
@settings(max_examples=8)
@given(ruleset=small_rulesets())
def test_a_verdict_is_that_of_a_search(stated: Property, ruleset: Ruleset) -> None:
    columns, cells = searched_cells(ruleset, stated)
    broken = sum(
        naive_breaks(stated, columns, cell, naive_placement(ruleset, cell, columns))
        for cell in cells
    )
    (verdict,) = prove(ruleset, [stated]).properties
    assert (verdict.broken, verdict.held) == (broken, not broken)


EXPOSURE = {"transport": 1, "cdn": 1, "session": 2, "cookie": 3, "persist": 3}
ABOVE = {
    "public": {"internal", "personal", "secret", "regulated"},
    "internal": {"secret", "regulated"},
    "personal": {"secret", "regulated"},
    "secret": {"regulated"},
}


@settings(max_examples=30)
@given(ruleset=small_rulesets())
def test_raised_sensitivity_is_compared_as_a_search_compares(ruleset: Ruleset) -> None:
    placed = Searched(ruleset).placed
    levels = COLUMNS["sensitivity"]
    index = [column.name for column in ruleset.columns].index("sensitivity")
    broken = set()
    for cell, placement in placed.items():
        for higher in ABOVE.get(levels[cell[index]], ()):
            other = (*cell[:index], levels.index(higher), *cell[index + 1 :])
            after = placed.get(other, SILENT)
            if placement and after and exposed(after) > exposed(placement):
                broken.add((cell, other))
    (stated,) = [each for each in PROPERTIES if "nears" in each.name]
    (verdict,) = prove(ruleset, [stated]).properties
    assert verdict.broken == len(broken)


def exposed(placement: tuple[str, ...]) -> int:
    return max(EXPOSURE.get(place, 0) for place in placement)


# ---------------------------------------------------------------- proposed rows


def test_a_proposed_row_can_be_pasted_and_closes_the_gap() -> None:
    document = document_of("seed-flowchart")
    (row,) = prove(SEED).proposals
    pasted = tomllib.loads("[[blocks]]\n" + row_toml(row))
    tables(tables(document, "blocks")[0], "rows").extend(
        tables(tables(pasted, "blocks")[0], "rows")
    )
    assert prove(read_ruleset(document)).gaps == 0


def test_a_table_without_rows_is_closed_by_one_row() -> None:
    empty: Document = {"name": "empty", "columns": ["cost"], "blocks": []}
    proof = prove(read_ruleset(empty))
    (row,) = proof.proposals
    assert (row.when, str(row.home)) == (({},), "source")
    assert "when = {}" in row_toml(row)
