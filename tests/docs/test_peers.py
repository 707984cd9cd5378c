"""The pages about peers: what they say of us is held by something."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from benchmarks.areas import cache, live, persist, query, store
from benchmarks.figures import Area
from tests.docs.story import ROOT

DOCS = ROOT / "docs"
FILE = re.compile(r"`(tests/[\w/]+\.py)`")
LINKED = re.compile(r"\]\((\.\./how-to/[\w-]+\.md)\)")
WORD = re.compile(r"`([a-z]\w+)`")


def cells(line: str) -> list[str]:
    """Return the cells of a line of a table."""
    return [cell.strip() for cell in line.strip("| ").split(" | ")]


@dataclass(frozen=True)
class Peers:
    """A page about peers, and the benchmarks that it speaks of."""

    name: str
    area: Area

    @property
    def text(self) -> str:
        path = DOCS / "explanation" / f"{self.name}-peers.md"
        return path.read_text("utf-8")

    def tables(self) -> list[list[list[str]]]:
        """Return the cells of the tables that go line by line, their heads first."""
        part = self.text.partition("## Line by line")[2].partition("\n## ")[0]
        blocks = [block.splitlines() for block in part.split("\n\n")]
        return [
            [cells(line) for line in lines]
            for lines in blocks
            if lines and lines[0].startswith("| |")
        ]

    def figures(self) -> set[str]:
        return {each.name for each in self.area.figures}

    def evidence(self, cell: str) -> list[str]:
        """Return what a cell of ours names: files of tests, pages, figures."""
        named = [word for word in WORD.findall(cell) if word in self.figures()]
        return [*FILE.findall(cell), *LINKED.findall(cell), *named]


PAGES = (
    Peers("cache", cache.AREA),
    Peers("store", store.AREA),
    Peers("persist", persist.AREA),
    Peers("live", live.AREA),
    Peers("query", query.AREA),
)
LINES = [
    (page, table[0], row)
    for page in PAGES
    for table in page.tables()
    for row in table[2:]
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_table_is_read_and_begins_with_us(page: Peers) -> None:
    part = page.text.partition("## Line by line")[2].partition("\n## ")[0]
    assert len(page.tables()) == part.count("\n| --- ")
    assert {table[0][0] for table in page.tables()} == {"Stateroom"}


@pytest.mark.parametrize(
    ("page", "head", "row"), LINES, ids=lambda each: str(each)[:40]
)
def test_every_line_about_us_names_what_holds_it(
    page: Peers, head: list[str], row: list[str]
) -> None:
    assert len(row) == len(head) + 1  # the head's first cell is empty
    assert page.evidence(row[1]) != []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_page_that_is_named_is_there(page: Peers) -> None:
    named = [ROOT / each for each in FILE.findall(page.text)]
    named += [DOCS / "explanation" / each for each in LINKED.findall(page.text)]
    assert [path for path in named if not path.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_figure_that_is_said_to_be_printed_is_measured(page: Peers) -> None:
    pages = [
        *(DOCS / "explanation").glob(f"{page.name}*.md"),
        *(DOCS / "decisions").glob("001*.md"),
        *(DOCS / "how-to").glob(f"{page.name}-*.md"),
    ]
    named = set()
    for path in pages:
        for paragraph in path.read_text("utf-8").split("\n\n"):
            if f"make bench ARGS={page.name}" in " ".join(paragraph.split()):
                named |= {each for each in WORD.findall(paragraph) if "_" in each}
    assert len(named) > 4
    assert named - page.figures() == set()
