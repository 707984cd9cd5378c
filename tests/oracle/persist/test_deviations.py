"""Every deviation is shown with both, and stands on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.oracle.deviating import Deviation, row_of
from tests.oracle.persist.comparing_ends import ALLOWED
from tests.oracle.persist.deviations import DEVIATIONS
from tests.oracle.persist.shown_reading import READING
from tests.oracle.persist.shown_there import THERE
from tests.oracle.persist.shown_writing import WRITING
from tests.oracle.real import Real

PAGE = Path(__file__).resolve().parents[3] / "docs/explanation/persist-deviations.md"
HERE = {**READING, **WRITING}
NAMES = [each.name for each in DEVIATIONS]


@pytest.mark.parametrize("each", DEVIATIONS, ids=NAMES)
def test_a_deviation_is_as_the_page_says(each: Deviation, real: Real) -> None:
    assert THERE[each.name](real) == each.shown_there
    assert HERE[each.name]() == each.shown_here


@pytest.mark.parametrize("each", DEVIATIONS, ids=NAMES)
def test_a_deviation_deviates(each: Deviation) -> None:
    assert each.shown_there != each.shown_here


def test_the_page_has_these_rows_and_no_other() -> None:
    rows = re.findall(r"^\| `.*$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rows == [row_of(each) for each in DEVIATIONS]


def test_a_name_is_given_once() -> None:
    assert sorted(set(NAMES)) == sorted(NAMES)
    assert sorted(HERE) == sorted(NAMES)
    assert sorted(THERE) == sorted(NAMES)


def test_what_comparisons_allow_stands_on_the_page() -> None:
    assert set(ALLOWED) - set(NAMES) == set()
