"""Every deviation is shown with both, and stands on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.oracle.deviating import Deviation, row_of
from tests.oracle.query.comparing import ALLOWED
from tests.oracle.query.deviations import DEVIATIONS
from tests.oracle.query.shown import shown_here, shown_there
from tests.oracle.real import Real

PAGE = Path(__file__).resolve().parents[3] / "docs/explanation/query-deviations.md"
NAMES = [each.name for each in DEVIATIONS]


@pytest.mark.parametrize("each", DEVIATIONS, ids=NAMES)
def test_a_deviation_is_as_the_page_says(each: Deviation, real: Real) -> None:
    assert shown_there(each.name, real) == each.shown_there
    assert shown_here(each.name) == each.shown_here


@pytest.mark.parametrize("each", DEVIATIONS, ids=NAMES)
def test_a_deviation_deviates(each: Deviation) -> None:
    assert each.shown_there != each.shown_here


def test_the_page_has_these_rows_and_no_other() -> None:
    rows = re.findall(r"^\| `.*$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rows == [row_of(each) for each in DEVIATIONS]


def test_a_name_is_given_once() -> None:
    assert sorted(set(NAMES)) == sorted(NAMES)


def test_what_comparisons_allow_stands_on_the_page() -> None:
    assert set(ALLOWED) - set(NAMES) == set()
