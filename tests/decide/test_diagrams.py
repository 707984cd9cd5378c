"""The flowchart: all rules are in it, none of their words is markup, ways are lit."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.catalogue.item import Override, build_item
from stateroom.decide import Decision, decide_item, load_ruleset
from stateroom.decide.diagrams import flowchart
from stateroom.decide.mermaid import PAINTS, escape, label, node_id
from stateroom.decide.parsing import read_ruleset
from stateroom.decide.paths import path_of
from stateroom.decide.ruleset import PLACES
from stateroom.errors import UsageError
from tests.decide.worked import worked_decisions, worked_examples

OURS = load_ruleset()
SEEDS = load_ruleset("seed-flowchart")
EXAMPLES = tuple(row["id"] for row in worked_examples())


def ids_of(diagram: str) -> set[str]:
    """The ids of all nodes and boxes."""
    boxes = re.findall(r"^subgraph (\w+)\[", diagram, re.MULTILINE)
    return {*boxes, *re.findall(r'^(\w+)(?:\(\[|\{\{|\(|\[)"', diagram, re.MULTILINE)}


def label_of(diagram: str, node: str) -> str:
    """The label of a node, its lines joined by bars."""
    found = re.search(rf'^{node}\W+"(.*?)"', diagram, re.MULTILINE)
    assert found is not None
    return found[1].replace("<br/>", " | ")


def look_of(diagram: str, node: str) -> set[str]:
    """The classes of a node."""
    first = re.findall(rf'^{node}\W.*":*\W*:::(\w+)$', diagram, re.MULTILINE)
    return {*first, *re.findall(rf"^class {node} (\w+)$", diagram, re.MULTILINE)}


def edges_of(diagram: str) -> list[tuple[str, str]]:
    """The two ends of every arrow, in the order in which Mermaid numbers them."""
    arrow = r'^(\w+) (?:-->|-\.->)(?:\|".*?"\|)? (\w+)$'
    return re.findall(arrow, diagram, re.MULTILINE)


def lit_edges(diagram: str) -> list[tuple[str, str]]:
    found = re.search(r"^linkStyle ([\d,]+) .*stroke-width:4px$", diagram, re.MULTILINE)
    assert found is not None
    edges = edges_of(diagram)
    return [edges[int(number)] for number in found[1].split(",")]


@pytest.mark.parametrize("ruleset", [OURS, SEEDS], ids=lambda each: each.name)
def test_every_block_row_and_overlay_is_in_the_flowchart(ruleset: object) -> None:
    rules = OURS if ruleset is OURS else SEEDS
    wanted = {node_id("block", block.name) for block in rules.blocks}
    wanted |= {node_id("row", row.id) for row in (*rules.rows, *rules.overlays)}
    assert wanted <= ids_of(flowchart(rules))


def test_every_row_leads_to_its_home_and_its_copies_by_name() -> None:
    diagram = flowchart(OURS)
    edges = edges_of(diagram)
    for row in OURS.rows:
        node = node_id("row", row.id)
        assert (node, f"{node}_home") in edges
        assert label_of(diagram, f"{node}_home").startswith(str(row.home))
        for slot in row.copies:
            copy = f"{node}_{node_id('copy', str(slot))}"
            assert (f"{node}_home", copy) in edges
            assert label_of(diagram, copy).startswith(str(slot))


def test_colour_is_never_the_only_sign_of_a_place() -> None:
    diagram = flowchart(OURS)
    for node in ids_of(diagram):
        for look in look_of(diagram, node):
            if look.startswith("place_"):
                assert look.removeprefix("place_") in label_of(diagram, node)


def test_every_place_has_a_colour_of_its_own() -> None:
    assert set(PAINTS) == set(PLACES)
    assert len(set(PAINTS.values())) == len(PLACES)


def test_every_arrow_joins_what_the_diagram_has() -> None:
    diagram = flowchart(OURS, worked_decisions()["A11"])
    known = ids_of(diagram)
    assert {end for edge in edges_of(diagram) for end in edge} <= known


def test_what_all_rows_of_a_block_ask_is_said_once() -> None:
    diagram = flowchart(OURS)
    asked = label_of(diagram, "ask_block_records")
    assert asked.endswith("Every row asks: | • authority is original")
    assert "authority" not in label_of(diagram, "row_T07")


def test_alternatives_are_folded_into_the_label_of_their_row() -> None:
    assert label_of(flowchart(SEEDS), "row_F1") == (
        "F1 | • audience is group or public | and one of: "
        "| (a) cost is costly | (b) size &gt; 10 MB"
    )


def test_rows_of_a_first_block_are_asked_one_after_the_other() -> None:
    edges = edges_of(flowchart(SEEDS))
    assert ("row_F1", "row_F2") in edges
    assert ("row_F2", "row_F3") in edges


def test_a_way_out_to_nowhere_is_shown_only_where_rules_are_silent() -> None:
    assert "silent" in ids_of(flowchart(SEEDS))
    assert "silent" not in ids_of(flowchart(OURS))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_lit_way_of_an_example_ends_at_its_decision(name: str) -> None:
    decision = worked_decisions()[name]
    diagram = flowchart(OURS, decision)
    lit = lit_edges(diagram)
    row = node_id("row", decision.rule or "")
    assert lit[-1][1] == "decision"
    assert ("start", node_id("block", OURS.blocks[0].name)) in lit
    assert (row, f"{row}_home") in lit
    assert label_of(diagram, "decision") == f"{name} | {decision.placement}"
    assert {"fired"} <= look_of(diagram, row)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_way_tries_every_row_before_the_one_that_fires(name: str) -> None:
    decision = worked_decisions()[name]
    path = path_of(OURS, decision)
    ids = [row.id for row in OURS.rows]
    assert path.refused == tuple(ids[: ids.index(decision.rule or "")])
    diagram = flowchart(OURS, decision)
    for row_id in ids:
        refused = "refused" in look_of(diagram, node_id("row", row_id))
        assert refused == (row_id in path.refused)


def offline_search() -> Decision:
    row = next(row for row in worked_examples() if row["id"] == "A11")
    return decide_item(build_item("search", {**row["inputs"], "offline": True}))


def test_overlays_that_added_copies_are_lit_on_the_way() -> None:
    decision = offline_search()
    assert path_of(OURS, decision).overlays == ("C01",)
    lit = lit_edges(flowchart(OURS, decision))
    assert lit[-2:] == [("block_derived", "copies"), ("copies", "decision")]
    assert ("row_C01", "row_C01_copy_persist") in lit


def test_a_silent_ruleset_leads_to_no_decision() -> None:
    decision = worked_decisions("seed-flowchart")["A14"]
    diagram = flowchart(SEEDS, decision)
    ends = [("block_flowchart", "silent"), ("silent", "decision")]
    assert lit_edges(diagram)[-2:] == ends
    assert label_of(diagram, "decision") == "A14 | undecided"


def test_an_override_is_named_where_the_way_ends() -> None:
    override = Override(reason="measured", tier="none")
    item = build_item("a", dict(worked_examples()[0]["inputs"]), override=override)
    diagram = flowchart(OURS, decide_item(item))
    assert label_of(diagram, "decision") == "a | override: source"


def test_a_decision_of_another_ruleset_is_refused() -> None:
    with pytest.raises(UsageError, match="has no row T11"):
        flowchart(SEEDS, worked_decisions()["A11"])


def test_a_diagram_stays_within_the_limits_of_mermaid() -> None:
    # Defaults of Mermaid: maxTextSize 50,000 characters, maxEdges 500.
    diagram = flowchart(OURS, offline_search())
    assert len(diagram) < 50_000
    assert len(edges_of(diagram)) < 500


def test_the_same_rules_give_the_same_text() -> None:
    again = read_ruleset(tomllib.loads(ODD))
    assert flowchart(again) == flowchart(read_ruleset(tomllib.loads(ODD)))


ODD = r"""
name = "end; %% {x}"
about = "odd"
columns = ["audience", "size"]
[[blocks]]
name = 'a "quoted" <b> (block)'
about = "style:#x; classDef:#y; fa:fa-home $$x$$ \\n `code` %%{init: {}}%%"
[[blocks.rows]]
id = "T 1-ä"
when = {}
home = "nowhere"
because = "odd"
"""


def test_ids_of_odd_names_are_plain_and_stay_apart() -> None:
    diagram = flowchart(read_ruleset(tomllib.loads(ODD)))
    assert "row_T_20_1_2d__e4_" in ids_of(diagram)
    assert "always" in label_of(diagram, "row_T_20_1_2d__e4_")


@given(st.text(), st.text())
def test_two_names_never_share_an_id(one: str, other: str) -> None:
    assert (node_id("row", one) == node_id("row", other)) == (one == other)


@given(st.text())
def test_an_id_is_made_of_letters_digits_and_underscores(name: str) -> None:
    assert re.fullmatch(r"row_\w*", node_id("row", name), re.ASCII)


@given(st.text())
def test_no_text_can_end_its_label_or_start_markup(text: str) -> None:
    inside = escape(text)
    assert not set(inside) & set('<>"#%`\\')
    assert re.sub(r"&\w+;", "", inside).count("&") == 0
    assert "\n" not in label(text)
