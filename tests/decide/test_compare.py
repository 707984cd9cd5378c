"""The comparison of two rulesets counts what a comparison cell by cell counts."""

from __future__ import annotations

import time
from collections import Counter

from stateroom.decide.compare import SpaceDiff, compare_spaces
from stateroom.decide.parsing import read_ruleset
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.rulesets import load_ruleset
from stateroom.decide.space import refine
from tests.decide.documents import (
    Document,
    alternatives_of,
    deleted,
    document_of,
    every_cell,
    naive_placement,
    row_of,
)

OURS = load_ruleset()
SEED = load_ruleset("seed-flowchart")


def counted(old: Ruleset, new: Ruleset) -> Counter[tuple[object, object]]:
    columns = refine(old.columns, new.columns)
    pairs: Counter[tuple[object, object]] = Counter()
    for cell in every_cell(columns):
        before = naive_placement(old, cell, columns)
        after = naive_placement(new, cell, columns)
        if before != after:
            pairs[before, after] += 1
    return pairs


def as_counter(diff: SpaceDiff) -> Counter[tuple[object, object]]:
    return Counter({(each.before, each.after): each.cells for each in diff.changes})


def finer_flowchart() -> Document:
    """The flowchart with another cut, another column and one row less."""
    document = deleted(document_of("seed-flowchart"), "F3")
    document["columns"] = ["audience", "cost", "size", "horizon", "coordination"]
    alternatives_of(row_of(document, "F1"))[1]["size"] = "> 1 MB"
    row_of(document, "F2")["when"] = {"coordination": ["atomic"]}
    return document


def test_a_ruleset_does_not_differ_from_itself() -> None:
    diff = compare_spaces(OURS, OURS)
    assert (diff.changed, diff.changes) == (0, ())
    assert diff.cells == 153_600


def test_groups_are_counted_over_the_columns_and_cuts_of_both() -> None:
    other = read_ruleset(finer_flowchart())
    diff = compare_spaces(SEED, other)
    assert diff.cells == 4 * 3 * 3 * 5 * 2
    assert as_counter(diff) == counted(SEED, other)
    assert diff.changed == sum(each.cells for each in diff.changes)


def test_silent_cells_are_a_placement_of_their_own() -> None:
    diff = compare_spaces(read_ruleset(finer_flowchart()), SEED)
    silent = [each for each in diff.changes if not each.before]
    assert {str(each) for each in silent} >= {"no answer -> session"}
    assert all(each.old_rows == () for each in silent)


def test_one_changed_row_changes_its_cells_only() -> None:
    document = document_of()
    row_of(document, "T10")["home"] = "database"
    diff = compare_spaces(OURS, read_ruleset(document))
    (change,) = [each for each in diff.changes if each.before == ("source",)]
    assert (change.after, change.new_rows) == (("database",), ("T10",))
    assert change.example["staleness"] == "exact"


def test_the_largest_group_comes_first() -> None:
    sizes = [each.cells for each in compare_spaces(SEED, OURS).changes]
    assert sizes == sorted(sizes, reverse=True)


def test_two_rulesets_are_compared_within_a_second_of_work() -> None:
    start = time.process_time()
    compare_spaces(SEED, OURS)
    assert time.process_time() - start < 1
