"""The table "what survives what": each answer in it has a test that is there."""

from __future__ import annotations

import re

import pytest

from tests.docs.evidence import is_there
from tests.docs.story import ROOT

PAGE = ROOT / "docs" / "explanation" / "persist.md"
COLUMNS = (
    "reload",
    "restart",
    "crash",
    "power loss",
    "sign-out",
    "upgrade",
    "downgrade",
    "second tab or process",
    "full disk",
)
NAMED = re.compile(r"\(([a-z]\d(?:, [a-z]\d)*)\)$")
OPEN = ("-", "what the browser has on the disk, which no page knows", "the same")
"""What a cell may be that promises nothing."""


def rows() -> list[list[str]]:
    """Return the cells of the table, its head first and without the line below."""
    section = PAGE.read_text("utf-8").partition("## What survives what\n")[2]
    table = section.partition("\n| | ")[2].partition("\n\n")[0]
    lines = f"| | {table}".splitlines()
    cells = [[each.strip() for each in line.split("|")[1:-1]] for line in lines]
    return [cells[0], *cells[2:]]


def listed() -> dict[str, str]:
    """Return what each short name stands for."""
    pattern = r"^\| ([a-z]\d) \| `(tests/[\w/]+\.py::test_\w+)` \|$"
    found = re.findall(pattern, PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(dict(found)) == len(found)
    return dict(found)


def names_in(cell: str) -> list[str]:
    named = NAMED.search(cell)
    return named[1].split(", ") if named else []


def test_the_columns_are_what_can_happen_to_a_program() -> None:
    assert rows()[0] == ["", *COLUMNS]
    assert {len(row) for row in rows()} == {len(COLUMNS) + 1}


@pytest.mark.parametrize("row", rows()[1:], ids=lambda row: row[0][:30])
def test_every_answer_names_its_tests(row: list[str]) -> None:
    silent = [cell for cell in row[1:] if not names_in(cell) and cell not in OPEN]
    assert silent == []


def test_every_name_stands_for_a_test_and_is_used() -> None:
    used = {name for row in rows()[1:] for cell in row for name in names_in(cell)}
    assert used == set(listed())


@pytest.mark.parametrize("name", sorted(listed()))
def test_every_test_that_is_named_is_there(name: str) -> None:
    assert is_there(listed()[name])
