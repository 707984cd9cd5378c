"""A compiled table says what reading its rows one by one says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stateroom.decide.parsing import read_ruleset
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.rulesets import load_ruleset
from stateroom.decide.table import Outcome, compile_table
from tests.decide.documents import (
    document_of,
    every_cell,
    is_possible,
    naive_placement,
    naive_row,
    tables,
)

OURS = load_ruleset()
SEED = load_ruleset("seed-flowchart")


def outcome(ruleset: Ruleset, cell: dict[str, int]) -> Outcome:
    key = tuple(cell[column.name] for column in ruleset.columns)
    return compile_table(ruleset).outcome(key)


def agrees(ruleset: Ruleset, cell: dict[str, int]) -> None:
    found = outcome(ruleset, cell)
    assert found.row == naive_row(ruleset, cell)
    if found.row is not None:
        assert found.placement == naive_placement(ruleset, cell)


def cells(ruleset: Ruleset) -> st.SearchStrategy[dict[str, int]]:
    pieces = {c.name: st.integers(0, len(c.pieces) - 1) for c in ruleset.columns}
    return st.fixed_dictionaries(pieces)


def test_every_cell_of_the_flowchart_agrees_with_the_plain_reading() -> None:
    for cell in every_cell(SEED.columns):
        agrees(SEED, cell)


@given(cell=cells(OURS))
def test_cells_of_our_table_agree_with_the_plain_reading(cell: dict[str, int]) -> None:
    key = tuple(cell[column.name] for column in OURS.columns)
    possible = is_possible(OURS.columns, cell)
    assert compile_table(OURS).is_possible(key) == possible
    if possible:
        agrees(OURS, cell)


@given(cell=cells(OURS).map(lambda cell: cell | {"offline": 1, "staleness": 1}))
def test_cells_with_an_overlay_agree_with_the_plain_reading(
    cell: dict[str, int],
) -> None:
    if is_possible(OURS.columns, cell):
        agrees(OURS, cell)


def test_a_silent_cell_has_no_row_no_home_and_no_copies() -> None:
    cell = {"audience": 2, "cost": 0, "size": 0, "horizon": 0}
    assert outcome(SEED, cell) == Outcome(None, None, ())
    assert outcome(SEED, cell).tiers == ()


def test_a_copy_that_two_overlays_ask_for_is_made_once() -> None:
    document = document_of()
    again = tables(document, "overlays")[0] | {"id": "C99"}
    tables(document, "overlays").append(again)
    ruleset = read_ruleset(document)
    offline = next(
        cell
        for cell in every_cell(ruleset.columns)
        if "persist" in naive_placement(ruleset, cell)[1:]
    )
    tiers = [slot.tier for slot, _ in outcome(ruleset, offline).copies]
    assert tiers.count("persist") == 1
