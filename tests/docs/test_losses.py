"""The twenty losses of redux-persist: what is said of us has a test that is there."""

from __future__ import annotations

import re

import pytest

from tests.docs.evidence import is_there
from tests.docs.story import ROOT

PAGE = ROOT / "docs" / "explanation" / "persist-losses.md"
ROW = re.compile(r"^\| (\d+) \| .* \| (.*) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")
ROWS: list[tuple[str, str]] = ROW.findall(PAGE.read_text("utf-8"))


def test_the_rows_are_those_of_the_list() -> None:
    assert [number for number, _ in ROWS] == [str(each) for each in range(1, 21)]


@pytest.mark.parametrize(("number", "cell"), ROWS, ids=[each for each, _ in ROWS])
def test_every_row_names_its_tests_and_they_are_there(number: str, cell: str) -> None:
    named = NAMED.findall(cell)
    mark = f"::test_row_{int(number):02}_"
    assert [each for each in named if mark in each and is_there(each)] == named != []
