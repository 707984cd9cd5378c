"""Every deviation is shown with both, and stands on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.oracle.comparing import ALLOWANCES
from tests.oracle.deviating import Deviation, row_of
from tests.oracle.deviations import DEVIATIONS
from tests.oracle.real import Real
from tests.oracle.shown_drafts import DRAFTS
from tests.oracle.shown_store import STORE

PAGE = Path(__file__).resolve().parents[2] / "docs/explanation/store-deviations.md"
SHOWN = {**DRAFTS, **STORE}
NAMES = [each.name for each in DEVIATIONS]


@pytest.mark.parametrize("each", DEVIATIONS, ids=NAMES)
def test_a_deviation_is_as_the_page_says(each: Deviation, real: Real) -> None:
    assert real.trace("deviation", {"name": each.name}) == each.shown_there
    assert SHOWN[each.name]() == each.shown_here


@pytest.mark.parametrize("each", DEVIATIONS, ids=NAMES)
def test_a_deviation_deviates(each: Deviation) -> None:
    assert each.shown_there != each.shown_here


def test_the_page_has_these_rows_and_no_other() -> None:
    rows = re.findall(r"^\| `.*$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rows == [row_of(each) for each in DEVIATIONS]


def test_a_name_is_given_once() -> None:
    assert sorted(set(NAMES)) == sorted(NAMES)
    assert sorted(SHOWN) == sorted(NAMES)


def test_what_comparisons_allow_stands_on_the_page() -> None:
    allowed = {name for several in ALLOWANCES.values() for name, _ in several}
    assert allowed - set(NAMES) == set()
