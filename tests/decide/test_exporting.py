"""Exports: what goes out comes back, and no cell becomes a formula or markup."""

from __future__ import annotations

import csv
import io
import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from stateroom.catalogue.document import App
from stateroom.catalogue.item import build_item
from stateroom.decide import Engine, Ruleset, load_ruleset
from stateroom.decide.agreement import compare_decisions
from stateroom.decide.exporting import (
    FORMATS,
    export_agreement,
    export_decisions,
    export_rules,
)
from stateroom.decide.parsing import read_ruleset
from stateroom.decide.tables import defused, original, to_csv, to_markdown
from stateroom.errors import UsageError
from tests.decide.worked import expected_tiers, worked_decisions

OURS = load_ruleset()
SEEDS = load_ruleset("seed-flowchart")
NUMBERS = read_ruleset(
    tomllib.loads(
        """
        name = "numbers"
        about = "intervals of every shape"
        columns = ["reads_per_hour", "size", "hit_ratio", "offline"]
        [[blocks]]
        name = "all"
        hit = "first"
        [[blocks.rows]]
        id = "N1"
        when = [
          { reads_per_hour = "> 1234567.25", size = "(1000 B, 1.5 KiB]" },
          { hit_ratio = "[0.1, 0.3333333333)", size = "<= 12345679 B" },
        ]
        home = "redis/cache"
        because = "=1+1 is not a formula"
        [[blocks.rows]]
        id = "N2"
        when = {}
        home = "database"
        copies = ["redis/cache", "persist"]
        because = "a | bar, a <tag> and a\\nline"
        """
    )
)
RULESETS = pytest.mark.parametrize("ruleset", [OURS, SEEDS, NUMBERS], ids=str)


def read_csv(text: str) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(text))
    return [{name: original(cell) for name, cell in row.items()} for row in rows]


@RULESETS
def test_rules_read_back_from_json_into_the_same_ruleset(ruleset: Ruleset) -> None:
    document = json.loads(export_rules(ruleset, "json"))
    again = read_ruleset(document["ruleset"])
    assert document["schema_version"] == "1.0"
    assert again.hash == document["hash"] == ruleset.hash
    assert again == ruleset


@RULESETS
def test_the_csv_of_rules_has_a_line_for_every_alternative(ruleset: Ruleset) -> None:
    rows = read_csv(export_rules(ruleset, "csv"))
    every = (*ruleset.rows, *ruleset.overlays)
    assert [(row["row"], row["alternative"]) for row in rows] == [
        (row.id, str(number)) for row in every for number in range(1, len(row.when) + 1)
    ]
    reasons = {row["row"]: row["because"] for row in rows}
    assert reasons == {row.id: row.because for row in every}


def test_the_csv_of_rules_spells_cells_as_rules_do() -> None:
    rows = read_csv(export_rules(SEEDS, "csv"))
    assert [row["size"] for row in rows] == ["any", "> 10 MB", "any", "any"]
    assert rows[0]["audience"] == "group, public"


def test_the_csv_of_decisions_has_a_line_for_every_item() -> None:
    decisions = worked_decisions()
    rows = read_csv(export_decisions(decisions, "csv"))
    assert [(row["item"], row["rule"]) for row in rows] == [
        (each.item, each.rule) for each in decisions.decisions
    ]
    search = next(row for row in rows if row["item"] == "A11")
    assert search["home"] == "source"
    assert search["copies"] == "redis/cache"
    assert search["ttl_seconds"] == "3600"
    assert search["scope"] == "public"


def test_the_json_of_decisions_is_the_document_that_decide_prints() -> None:
    document = json.loads(export_decisions(worked_decisions(), "json"))
    assert document["schema_version"] == "1.0"
    assert document["decisions"][10]["item"] == "A11"
    assert document["decisions"][10]["home"]["place"] == "source"


def test_the_map_of_decisions_names_every_home_and_copy() -> None:
    diagram = export_decisions(worked_decisions(), "mermaid")
    for home in ("redis_2f_live", "redis_2f_auth", "persist", "session", "source"):
        assert f"subgraph home_{home}[" in diagram
    assert "items_source_20__2b__20_redis_2f_cache -.->" in diagram


@RULESETS
def test_the_markdown_of_rules_names_every_row(ruleset: Ruleset) -> None:
    page = export_rules(ruleset, "markdown")
    for row in (*ruleset.rows, *ruleset.overlays):
        assert f"| {row.id} |" in page
    for block in ruleset.blocks:
        assert f"### {block.name}\n" in page


def test_the_page_of_a_comparison_begins_with_its_sum() -> None:
    found = compare_decisions(
        worked_decisions("seed-flowchart"), worked_decisions(), expected_tiers()
    )
    page = export_agreement(found, "markdown")
    assert page.startswith("seed-flowchart agrees with stateroom on 30, contradicts")
    assert "| A04 | silent | silent |  | source + redis/cache | redis |" in page
    document = json.loads(export_agreement(found, "json"))
    assert document["counts"]["tiers"]["differs"] == 14
    assert len(read_csv(export_agreement(found, "csv"))) == 51


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(first: str) -> None:
    text = to_csv(["cell"], [[f"{first}cmd|' /C calc'!A0"]])
    (cell,) = list(csv.reader(io.StringIO(text, newline="")))[1]
    assert cell.startswith("'")


def test_a_title_that_is_a_formula_is_defused_in_an_export() -> None:
    engine = Engine(OURS, App())
    item = build_item("theme", {"audience": "tab"}, title="=1+1")
    decisions = engine.decide_all([item])
    assert ",'=1+1," in export_decisions(decisions, "csv").splitlines()[1] + ","


@given(st.text())
def test_a_defused_cell_gives_its_text_back(text: str) -> None:
    assert original(defused(text)) == text


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4))
def test_a_csv_reads_back_to_the_same_rows(rows: list[list[str]]) -> None:
    text = to_csv(["one", "two"], rows)
    found = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [[original(cell) for cell in row] for row in found] == rows


SHOWN = st.text(st.characters(min_codepoint=32, max_codepoint=126)).map(str.strip)


@given(st.lists(SHOWN, min_size=2, max_size=2))
def test_a_cell_of_markdown_shows_the_text_it_was_given(row: list[str]) -> None:
    page = to_markdown(["one", "two"], [row])
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    cells = [token for token in tokens if token.type == "inline"][2:]
    shown = ["".join(c.content for c in token.children or []) for token in cells]
    assert shown == row


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_ends_with_a_line_break(to: str) -> None:
    assert export_rules(OURS, to).endswith("\n")
    assert export_decisions(worked_decisions(), to).endswith("\n")


def test_an_unknown_format_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="there is no format marckdown") as caught:
        export_rules(OURS, "marckdown")
    assert caught.value.hint == "did you mean markdown?"
