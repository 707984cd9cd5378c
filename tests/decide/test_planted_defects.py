"""Faults are planted in our table, and the proof finds each of them.

At the end every row and every condition is taken out in turn. What nothing notices
then is not pinned by anything, so that it must be listed here with the reason.
"""

from __future__ import annotations

import tomllib

import pytest

from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import build_item
from stateroom.catalogue.values import read_value
from stateroom.decide.closing import row_toml
from stateroom.decide.compare import compare_spaces
from stateroom.decide.engine import decide_item
from stateroom.decide.parsing import read_ruleset
from stateroom.decide.proof import Proof, prove
from stateroom.decide.properties import PROPERTIES
from stateroom.decide.reading import cell_of
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.rulesets import load_ruleset
from stateroom.decide.stated import Steps
from stateroom.decide.table import compile_table
from stateroom.decide.verdicts import Example
from tests.decide.documents import (
    Document,
    alternatives_of,
    block_of,
    codes,
    deleted,
    document_of,
    dropped,
    every_condition,
    naive_breaks,
    proved,
    row_of,
    rows_of,
    tables,
)
from tests.decide.test_expert_cases import CASES

OURS = load_ruleset()


def edited(row_id: str, **values: object) -> Document:
    document = document_of()
    row_of(document, row_id).update(values)
    return document


def narrowed(row_id: str, column: str, cell: object) -> Document:
    """Our table with one condition changed in every alternative of a row."""
    document = document_of()
    for when in alternatives_of(row_of(document, row_id)):
        when[column] = cell
    return document


def without(row_id: str, column: str) -> Document:
    """Our table without one condition, in every alternative of a row."""
    document = document_of()
    for when in alternatives_of(row_of(document, row_id)):
        when.pop(column, None)
    return document


def with_row(beside: str, *, before: bool = False, **values: object) -> Document:
    """Our table with one more row in the block of another, first or last."""
    document = document_of()
    row = row_of(document, beside) | {"id": "NEW"} | values
    rows = tables(block_of(document, beside), "rows")
    rows.insert(0 if before else len(rows), row)
    return document


# ------------------------------------------------------------- faults of rows


def test_a_missing_row_is_a_gap_that_its_proposal_closes() -> None:
    document = deleted(document_of(), "T12")
    proof = proved(document)
    coverage = {each.row: each.decides for each in prove(OURS).coverage}
    assert ("TBL001", "rows") in codes(proof)
    assert proof.gaps == coverage["T12"]
    pasted = "[[blocks]]\n" + "\n".join(map(row_toml, proof.proposals))
    rows = tables(tables(tomllib.loads(pasted), "blocks")[0], "rows")
    tables(block_of(document, "T10"), "rows").extend(rows)
    closed = proved(document)
    assert closed.gaps == 0
    assert [code for code, _ in codes(closed) if code == "TBL002"] == []


@pytest.mark.parametrize("row_id", ["T18", "T05", "T07", "T09", "T10", "T11", "T12"])
def test_the_proposals_for_any_missing_row_close_its_gap_exactly(row_id: str) -> None:
    document = deleted(document_of(), row_id)
    proof = proved(document)
    if not proof.gaps:
        return
    text = "\n".join(map(row_toml, proof.proposals))
    block = {"name": "closing", "hit": "unique", "about": ""}
    rows = tables(tables(tomllib.loads("[[blocks]]\n" + text), "blocks")[0], "rows")
    tables(document, "blocks").append({**block, "rows": rows})
    closed = proved(document)
    assert closed.gaps == 0
    added = [each for each in closed.coverage if each.block == "closing"]
    assert sum(each.decides for each in added) == proof.gaps
    assert all(each.matches == each.decides for each in added)


def test_a_widened_cell_of_a_unique_block_is_an_overlap() -> None:
    found = codes(proved(narrowed("T07", "staleness", ["exact", "bounded"])))
    assert ("TBL003", "T08") in found
    found = codes(proved(narrowed("T04", "horizon", ["account", "record"])))
    assert ("TBL002", "T04+T05") in found


def test_an_overlap_in_a_first_block_is_as_it_should_be() -> None:
    document = narrowed("T05", "horizon", ["account", "record", "moment", "device"])
    alternatives_of(row_of(document, "T05"))[0].pop("horizon")
    assert ("TBL002", "T04+T05") in codes(proved(document))
    block_of(document, "T05")["hit"] = "first"
    assert codes(proved(document)) == []


def test_an_earlier_broader_row_shadows_and_is_not_also_an_overlap() -> None:
    document = with_row("T04", before=True, when={"coordination": ["atomic"]})
    found = codes(proved(document))
    assert {("TBL003", "T04"), ("TBL003", "T05")} <= set(found)
    assert "TBL002" not in dict(found)


def test_a_row_over_an_impossible_combination_is_unreachable() -> None:
    when = {"audience": ["tab"], "horizon": ["record"]}
    assert codes(proved(with_row("T10", when=when))) == [("TBL004", "NEW")]


def test_a_row_without_alternatives_is_unreachable() -> None:
    assert codes(proved(with_row("T10", when=[]))) == [("TBL004", "NEW")]


def test_an_overlay_of_a_home_that_never_is_so_is_unreachable() -> None:
    found = codes(proved(narrowed("C01", "home", ["redis/cache"])))
    assert ("TBL004", "C01") in found


def test_a_repeated_row_is_a_duplicate_and_nothing_else() -> None:
    assert codes(proved(with_row("T10"))) == [("TBL006", "NEW")]


def test_equal_conditions_with_another_home_are_a_conflict_and_nothing_else() -> None:
    assert codes(proved(with_row("T10", home="database"))) == [("TBL005", "NEW")]


def test_equal_conditions_with_other_copies_are_a_conflict() -> None:
    assert codes(proved(with_row("T10", copies=["session"]))) == [("TBL005", "NEW")]


def test_conditions_that_are_equal_on_possible_cells_only_are_equal() -> None:
    document = with_row("T06")
    (when,) = alternatives_of(row_of(document, "NEW"))
    row_of(document, "NEW")["when"] = when | {"horizon": ["moment", "reload"]}
    assert codes(proved(document)) == [("TBL006", "NEW")]


def test_a_repeated_overlay_is_a_duplicate_and_one_that_adds_nothing_is_shadowed() -> (
    None
):
    document = document_of()
    overlay = row_of(document, "C01")
    narrow = {**alternatives_of(overlay)[0], "audience": ["user"]}
    more = [overlay | {"id": "C98"}, overlay | {"id": "C99", "when": narrow}]
    tables(document, "overlays").extend(more)
    assert codes(proved(document)) == [("TBL003", "C99"), ("TBL006", "C98")]


def test_an_alternative_that_decides_nothing_of_its_own_is_told() -> None:
    document = document_of()
    row = row_of(document, "T11")
    row["when"] = [*alternatives_of(row), {"authority": ["derived"],
        "staleness": ["bounded"], "cost": ["costly"], "size": "<= 1 KiB"}]  # fmt: skip
    (finding,) = proved(document).findings
    assert (finding.code, finding.input) == ("TBL003", "T11")
    assert "alternative 3" in finding.message


# ---------------------------------------------------------- faults of columns


def test_a_column_whose_effect_is_gone_changes_nothing() -> None:
    document = narrowed("C01", "offline", ["false", "true"])
    for row in rows_of(document):
        whens = alternatives_of(row)
        row["when"] = [when for when in whens if when.get("offline") != ["true"]]
        for when in alternatives_of(row):
            if "offline" in when:
                when["offline"] = ["false", "true"]
    assert ("TBL007", "offline") in codes(proved(document))


def test_a_declared_column_that_no_row_reads_is_unused_and_not_also_idle() -> None:
    document = document_of()
    document["columns"] = [*document["columns"], "cardinality"]  # type: ignore[misc]
    assert codes(proved(document)) == [("TBL009", "cardinality")]


# ------------------------------------------------------------------ properties

BROKEN: dict[str, Document] = {
    "secret-never-persisted": edited("T03", home="persist"),
    "secret-stays-in-its-tab": edited("T03", home="session"),
    "secret-never-cached": edited("T03", home="redis/cache"),
    "internal-never-in-the-browser": edited("T25", home="session"),
    "regulated-never-held": edited("T18", home="database"),
    "exact-never-from-a-cache": edited("T07", copies=["redis/cache"]),
    "exact-never-from-an-offline-copy": without("C01", "staleness"),
    "lasting-original-has-a-lasting-home": edited("T09", home="persist"),
    "lasting-original-not-in-redis": edited("T09", home="redis/live"),
    "original-never-evictable": edited("T14", home="redis/cache"),
    "big-never-persisted": without("C01", "size"),
    "atomic-never-cached": edited("T05", home="redis/cache"),
    "atomic-where-steps-count": edited("T05", home="database"),
    "atomic-record-in-the-database": edited("T04", home="redis/live"),
    "offline-has-a-client-copy": narrowed("C01", "audience", ["user"]),
    "tab-stays-in-its-tab": edited("T06", home="process"),
    "sensitivity-never-nears-the-browser": narrowed("T15", "sensitivity", ["personal"]),
    "staleness-never-removes-a-cache": edited("T10", copies=["redis/cache"]),
    "derived-keeps-its-source": edited("T10", home="database"),
    "edge-for-lasting-public-files": without("T22", "immutable"),
    "process-for-small-constants": without("T23", "size"),
    "transport-for-the-moment": edited("T14", home="transport"),
    "visit-never-in-the-database": edited("T13", home="database"),
    "client-homes-for-its-own-user": edited("T14", home="session"),
    "device-data-stays-on-its-device": edited("T15", home="database"),
    "client-copy-only-where-needed": without("C01", "offline"),
    "what-pays-has-a-copy": edited("T11", copies=[]),
    "no-copy-beside-its-home": without("C01", "home"),
}


def answered(example: Example, ruleset: Ruleset) -> tuple[tuple[int | None, ...], str]:
    """Load a counter-example as a catalogue would; return its cell and its row."""
    (facts,) = tomllib.loads(example.item)["items"].values()
    said = {name: read_value(INPUTS[name], raw) for name, raw in facts.items()}
    item = build_item("counter-example", said)
    cell = cell_of(item, ruleset.columns)
    assert cell_of(item, example.columns) == example.cell
    return cell, " + ".join(example.placement)


def example_of(proof: Proof, name: str) -> Example:
    (verdict,) = [each for each in proof.properties if each.name == name]
    assert verdict.example is not None
    return verdict.example


def test_every_property_is_broken_by_a_planted_fault() -> None:
    assert list(BROKEN) == [each.name for each in PROPERTIES]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_property_is_found_with_a_true_counter_example(name: str) -> None:
    ruleset = read_ruleset(BROKEN[name])
    proof = prove(ruleset)
    assert ("TBL008", name) in codes(proof)
    example = example_of(proof, name)
    cell, _ = answered(example, ruleset)
    known = tuple(piece for piece in cell if piece is not None)
    assert len(known) == len(cell)
    assert compile_table(ruleset).is_possible(known)
    assert compile_table(ruleset).outcome(known).placement == example.placement
    stated = next(each for each in PROPERTIES if each.name == name)
    if not isinstance(stated, Steps):
        pieces = zip(example.columns, example.cell, strict=True)
        words = {column.name: piece for column, piece in pieces}
        assert naive_breaks(stated, example.columns, words, example.placement)


def test_a_comparison_shows_both_sides() -> None:
    proof = proved(BROKEN["sensitivity-never-nears-the-browser"])
    example = example_of(proof, "sensitivity-never-nears-the-browser")
    assert example.before.startswith("sensitivity public: database")
    assert (example.placement[0], 'sensitivity = "personal"' in example.item) == (
        "persist",
        True,
    )


# ----------------------------------------------------- every row and condition

REDUNDANT_ROWS = {
    "T01": "T06 would keep a secret of a tab in the tab too, but not say why",
}
# Conditions whose removal changes nothing: earlier rows, or the impossible
# combinations, take what they keep out. With them, a row reads right on its own.
REDUNDANT_CONDITIONS = {
    *((row, 0, "audience") for row in ("T02", "T20")),
    ("T15", 1, "immutable"),
    ("T15", 2, "immutable"),
    ("T15", 2, "offline"),
    ("T15", 3, "audience"),
    ("T15", 3, "sensitivity"),
    *(("T17", each, "audience") for each in range(3)),
    *(("T17", each, "sensitivity") for each in range(3)),
    ("T03", 2, "audience"),
    ("T03", 2, "authority"),
    ("T17", 0, "writer"),
    ("T22", 2, "cost"),
    ("T17", 2, "offline"),
    ("T09", 0, "size"),
    ("T12", 0, "size"),
    ("T10", 0, "authority"),
    *(("T11", each, "authority") for each in range(2)),
    *(("T12", each, "authority") for each in range(2)),
}


def changes_an_expert_case(ruleset: Ruleset) -> bool:
    return any(
        set(decide_item(build_item("case", facts), ruleset).placement.split(" + "))
        != set(placement.split(" + "))
        for _, facts, placement in CASES
    )


def is_noticed(document: Document) -> bool:
    ruleset = read_ruleset(document)
    return bool(prove(ruleset).findings) or changes_an_expert_case(ruleset)


def is_changed(document: Document) -> bool:
    return compare_spaces(OURS, read_ruleset(document)).changed > 0


def test_no_row_can_be_taken_out_unnoticed() -> None:
    base = document_of()
    takeouts = {str(row["id"]): deleted(base, str(row["id"])) for row in rows_of(base)}
    unnoticed = {row for row, left in takeouts.items() if not is_noticed(left)}
    unchanged = {row for row in unnoticed if not is_changed(takeouts[row])}
    assert unchanged == set(REDUNDANT_ROWS)
    assert unnoticed == unchanged


@pytest.mark.slow
def test_no_condition_can_be_taken_out_unnoticed() -> None:
    base = document_of()
    takeouts = {each: dropped(base, *each) for each in every_condition(base)}
    unnoticed = {each for each, left in takeouts.items() if not is_noticed(left)}
    unchanged = {each for each in unnoticed if not is_changed(takeouts[each])}
    assert unchanged == REDUNDANT_CONDITIONS
    assert unnoticed == unchanged


@pytest.mark.parametrize("row", ["T07", "T09", "T10", "T12"])
def test_a_proposed_row_breaks_no_promise_that_holds(row: str) -> None:
    base = deleted(document_of(), row)
    proof = prove(read_ruleset(base))
    assert proof.proposals
    rows = "\n".join(map(row_toml, proof.proposals)).replace("blocks.rows", "rows")
    block = {"name": "proposed", "hit": "first", **tomllib.loads(rows)}
    closed = prove(read_ruleset(base | {"blocks": [*base["blocks"], block]}))  # type: ignore[misc]
    assert closed.gaps == 0
    assert {each.name for each in closed.properties if not each.held} <= {
        each.name for each in proof.properties if not each.held
    }
