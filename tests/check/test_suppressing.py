"""Accepted findings, with a reason and until a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from stateroom.catalogue.document import Catalogue, Suppression
from stateroom.check import Report
from stateroom.check.suppressing import suppress
from stateroom.errors import CatalogueError
from tests.check.running import TODAY, checked, codes_of

DRAFTS = """
[items.letter]
like = "draft"

[items.essay]
like = "draft"
"""
LAST_DAY = date(2026, 6, 30)


def report(folder: Path, suppression: str, *, today: date = TODAY) -> Report:
    return checked(folder, f"{DRAFTS}\n[[suppress]]\n{suppression}\n", today=today)


def test_a_suppression_of_one_item_leaves_the_others(tmp_path: Path) -> None:
    found = report(tmp_path, 'code = "PER006"\nitem = "letter"\nreason = "short"')
    assert [(each.code, each.item) for each in found.findings] == [("PER006", "essay")]
    (accepted,) = found.suppressed
    assert (accepted.finding.item, accepted.reason) == ("letter", "short")


def test_a_suppression_without_an_item_is_for_all(tmp_path: Path) -> None:
    found = report(tmp_path, 'code = "PER006"\nreason = "short"')
    assert codes_of(found) == []
    assert len(found.suppressed) == 2
    assert "PER006" not in found.passed


def test_a_suppressed_finding_does_not_fail_the_check(tmp_path: Path) -> None:
    assert report(tmp_path, 'code = "DEC001"\nreason = "short"').failed
    assert not report(tmp_path, 'code = "PER006"\nreason = "short"').failed


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 6, 29), []),
        (LAST_DAY, []),
        (date(2026, 7, 1), ["PER006", "PER006", "SUP001"]),
    ],
)
def test_a_suppression_holds_on_its_last_day_and_not_the_day_after(
    today: date, expected: list[str], tmp_path: Path
) -> None:
    text = f'code = "PER006"\nreason = "short"\nuntil = "{LAST_DAY}"'
    assert codes_of(report(tmp_path, text, today=today)) == expected


def test_an_expired_suppression_is_told_at_its_place(tmp_path: Path) -> None:
    text = 'code = "PER006"\nreason = "short"\nuntil = "2026-01-01"'
    found = report(tmp_path, text).findings[-1]
    assert (found.code, found.place.line) == ("SUP001", 11)
    assert found.evidence == "2 findings, accepted because: short"


def test_a_single_hidden_finding_is_told_as_one(tmp_path: Path) -> None:
    text = 'code = "PER006"\nitem = "letter"\nreason = "short"\nuntil = "2026-01-01"'
    told = report(tmp_path, text).findings
    (found,) = [each for each in told if each.code == "SUP001"]
    assert found.evidence == "1 finding, accepted because: short"


def test_an_expired_one_that_matches_nothing_is_told_once(tmp_path: Path) -> None:
    text = 'code = "SEC001"\nreason = "short"\nuntil = "2026-01-01"'
    found = codes_of(report(tmp_path, text))
    assert [code for code in found if code.startswith("SUP")] == ["SUP001"]


def test_a_suppression_that_matches_nothing_is_told(tmp_path: Path) -> None:
    text = 'code = "SEC001"\nitem = "letter"\nreason = "short"'
    found = report(tmp_path, text).findings[-1]
    assert (found.code, found.item, found.place.line) == ("SUP002", "letter", 11)


def test_each_suppression_is_told_at_its_own_place(tmp_path: Path) -> None:
    both = 'code = "PER006"\nreason = "r"\n[[suppress]]\ncode = "SEC001"\nreason = "r"'
    (unused,) = report(tmp_path, both).findings
    assert (unused.code, unused.place.line) == ("SUP002", 14)


def test_what_is_said_of_suppressions_cannot_be_suppressed(tmp_path: Path) -> None:
    text = 'code = "SUP002"\nreason = "short"'
    assert "SUP002" in codes_of(report(tmp_path, text))


@pytest.mark.parametrize("field", ["code", "until"])
def test_a_catalogue_made_in_python_is_held_to_the_same(field: str) -> None:
    wrong = {"code": "SEC02"} if field == "code" else {"until": "tomorrow"}
    given = {"code": "SEC002", "reason": "short"} | wrong
    catalogue = Catalogue(suppressions=(Suppression(**given),))
    with pytest.raises(CatalogueError) as caught:
        suppress((), catalogue, today=TODAY)
    (problem,) = caught.value.problems
    assert problem.where == f"suppress.{field}"
    assert problem.nearest == ("SEC002" if field == "code" else "")
