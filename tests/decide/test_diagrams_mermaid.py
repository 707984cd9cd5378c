"""Our diagrams are read by Mermaid itself, and mean there what they mean here.

The package comes from the npm registry, into pytest's cache, at the versions of
``tests/tools/mermaid/package-lock.json``.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import TypedDict, cast

import pytest

from stateroom.decide import load_ruleset
from stateroom.decide.diagrams import flowchart
from stateroom.decide.exporting import export_decisions
from stateroom.decide.heatmap import heatmap
from stateroom.decide.heatviews import export_heatmap
from stateroom.decide.mermaid import node_id
from stateroom.decide.parsing import read_ruleset
from stateroom.decide.ruleset import Ruleset
from tests.decide.worked import worked_decisions
from tests.tools.npm import cache_of, commands, installed, output

TOOL = Path(__file__).resolve().parents[1] / "tools" / "mermaid"
OURS = load_ruleset()
SEEDS = load_ruleset("seed-flowchart")

# Installing takes some ten seconds on a fresh machine, once.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NASTY = (
    'a < b & "c" > d #quot; #35; `x` $$y$$ {z} (w) [v] |u| ;t; 100%',
    "%%{init: {}}%% @{q} //x.y <script>z</script> <b>",
    "style:#x; classDef:#y; fa:fa-home",
    r"\n \\ end",
    "1. one",
    "- two",
    "`all` **bold** _it_",
    "ünïcode → 漢字 🙂",
)


class Read(TypedDict, total=False):
    """What Mermaid makes of a diagram."""

    error: str
    type: str
    nodes: dict[str, str]
    edges: list[list[str]]
    boxes: dict[str, str]


def diagrams() -> dict[str, str]:
    """Every kind of diagram, by a name for the test."""
    decisions = worked_decisions()
    silent = worked_decisions("seed-flowchart")
    return {
        "ours": flowchart(OURS),
        "seed": flowchart(SEEDS),
        "lit": flowchart(OURS, decisions["A11"]),
        "silent": flowchart(SEEDS, silent["A14"]),
        "nasty": flowchart(nasty_rules()),
        "map": export_decisions(decisions, "mermaid"),
        "heat": export_heatmap(heatmap(OURS), "mermaid"),
        "heat of sizes": export_heatmap(heatmap(OURS, down="size"), "mermaid"),
        "broken": "flowchart TB\n a[x (y)] --> ",
    }


def nasty_rules() -> Ruleset:
    """A ruleset whose every word tries to be more than a word."""
    rows = [
        {"id": text, "when": {}, "home": "nowhere", "because": text} for text in NASTY
    ]
    blocks = [
        {"name": text, "hit": "first", "about": text, "rows": [row]}
        for text, row in zip(NASTY, rows, strict=True)
    ]
    document = {"name": NASTY[0], "about": "x", "columns": ["cost"], "blocks": blocks}
    return read_ruleset(document)


@pytest.fixture(scope="module")
def read(request: pytest.FixtureRequest) -> dict[str, Read]:
    """What Mermaid makes of every diagram; it is started once."""
    found = commands()
    folder = installed(TOOL, found, cache_of(request.config))
    printed = output([*found.node, "check.mjs"], folder, json.dumps(diagrams()))
    return cast("dict[str, Read]", json.loads(printed))


def shown(text: str) -> str:
    """What a label shows, without the marks that are not seen."""
    return html.unescape(re.sub("<br ?/?>", " ", text)).replace("\u200c", "")


@pytest.mark.parametrize("name", [name for name in diagrams() if name != "broken"])
def test_mermaid_reads_the_diagram(read: dict[str, Read], name: str) -> None:
    assert "error" not in read[name]
    kind = "block" if name.startswith("heat") else "flowchart-v2"
    assert read[name]["type"] == kind


def test_mermaid_refuses_what_is_broken(read: dict[str, Read]) -> None:
    assert "Parse error" in read["broken"]["error"]


def test_mermaid_finds_every_block_and_row(read: dict[str, Read]) -> None:
    blocks = {node_id("block", block.name): block.name for block in OURS.blocks}
    assert blocks.items() <= read["ours"]["boxes"].items()
    for row in (*OURS.rows, *OURS.overlays):
        assert read["ours"]["nodes"][node_id("row", row.id)].startswith(row.id)


def test_mermaid_finds_no_node_that_only_an_arrow_names(read: dict[str, Read]) -> None:
    for name in ("ours", "seed", "lit", "silent", "map"):
        nodes, boxes = read[name]["nodes"], read[name]["boxes"]
        # What has no label of its own shows its id, as a box does until it is drawn.
        assert {node for node, text in nodes.items() if node == text} <= set(boxes)


def test_no_word_becomes_markup(read: dict[str, Read]) -> None:
    nodes, boxes = read["nasty"]["nodes"], read["nasty"]["boxes"]
    for text in NASTY:
        block = node_id("block", text)
        words = " ".join(text.split())
        assert shown(boxes[block]) == words
        assert shown(nodes[f"ask_{block}"]) == words
        assert shown(nodes[node_id("row", text)]) == f"{words} always"
