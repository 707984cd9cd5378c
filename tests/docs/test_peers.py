"""The page about the cache's peers: what it says of us is held by something."""

from __future__ import annotations

import re

import pytest

from benchmarks.areas.cache import AREA
from tests.docs.story import ROOT

PAGE = ROOT / "docs" / "explanation" / "cache-peers.md"
FILE = re.compile(r"`(tests/[\w/]+\.py)`")
LINKED = re.compile(r"\]\((\.\./how-to/[\w-]+\.md)\)")
WORD = re.compile(r"`([a-z]\w+)`")


def rows() -> list[list[str]]:
    """Return the cells of the table that goes line by line, its head aside."""
    table = (
        PAGE.read_text("utf-8").partition("## Line by line")[2].partition("\n## ")[0]
    )
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]


def figures() -> set[str]:
    return {each.name for each in AREA.figures}


def evidence(cell: str) -> list[str]:
    """Return what a cell of ours names: files of tests, pages, figures."""
    named = [word for word in WORD.findall(cell) if word in figures()]
    return [*FILE.findall(cell), *LINKED.findall(cell), *named]


@pytest.mark.parametrize("row", rows()[2:], ids=lambda row: row[0])
def test_every_line_about_us_names_what_holds_it(row: list[str]) -> None:
    assert len(row) == len(rows()[0]) + 1  # the head's first cell is empty
    assert evidence(row[1]) != []


def test_every_file_and_page_that_is_named_is_there() -> None:
    text = PAGE.read_text("utf-8")
    named = [ROOT / each for each in FILE.findall(text)]
    named += [PAGE.parent / each for each in LINKED.findall(text)]
    assert [path for path in named if not path.exists()] == []


def test_every_figure_that_is_said_to_be_printed_is_measured() -> None:
    pages = [PAGE, *(ROOT / "docs" / "decisions").glob("001*.md")]
    pages += (ROOT / "docs" / "how-to").glob("cache-*.md")
    named = set()
    for page in pages:
        for paragraph in page.read_text("utf-8").split("\n\n"):
            if "make bench ARGS=cache" in " ".join(paragraph.split()):
                named |= {each for each in WORD.findall(paragraph) if "_" in each}
    assert len(named) > 4
    assert named - figures() == set()
