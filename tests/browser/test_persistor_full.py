"""A page without room: the slice is named, what was stored stays, and it can mend."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.inside import careers
from tests.browser.tabs import Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

NEVER = 3_600_000.0
LOCAL = "LocalStorage"
NOTES = "localStorage.getItem('careers:p:device:notes')"
MiB = 1024 * 1024


@pytest.fixture
def page(tab: Tab) -> Iterator[Tab]:
    """A page whose notes are stored once, and short."""
    assert tab.run(careers.begin, LOCAL, NEVER, None) == "ready"
    tab.run(careers.note, LOCAL, "first ", 1)
    assert tab.run(careers.flush, LOCAL) == {}
    yield tab
    tab.script("localStorage.removeItem('filler')")
    tab.run(careers.note, LOCAL, "last", 1)
    tab.run(careers.end_all)


def fill(tab: Tab, size: int) -> None:
    tab.script(f"localStorage.setItem('filler', 'x'.repeat({size}))")


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (3 * MiB, "of the quota of localStorage"),  # with the generation before it
        (5 * MiB, "of the slice"),
    ],
)
def test_what_is_over_a_budget_is_refused_and_named(
    page: Tab, size: int, told: str
) -> None:
    before = page.script(NOTES)
    page.run(careers.note, LOCAL, "x", size)
    page.run(careers.select, LOCAL, "Cook")
    reasons = page.run(careers.flush, LOCAL)
    assert list(reasons) == ["notes"]
    assert told in reasons["notes"]
    assert page.script(NOTES) == before
    assert '"Cook"' in str(page.script("localStorage['careers:p:device:roles']"))


def test_what_a_full_browser_refuses_is_stored_when_there_is_room_again(
    page: Tab,
) -> None:
    fill(page, 5 * MiB - 100_000)
    before = page.script(NOTES)
    page.run(careers.note, LOCAL, "longer ", 20_000)
    reasons = page.run(careers.flush, LOCAL)
    assert list(reasons) == ["notes"]
    assert "QuotaExceededError" in reasons["notes"]
    assert page.script(NOTES) == before
    page.script("localStorage.removeItem('filler')")
    assert page.run(careers.flush, LOCAL) == {}
    assert "longer longer" in str(page.script(NOTES))


@pytest.mark.parametrize("size", [20_000, 800_000], ids=["browser", "budget"])
def test_an_application_may_make_room_and_goes_on(page: Tab, size: int) -> None:
    fill(page, 5 * MiB - 100_000)
    page.run(careers.shrink_when_full, LOCAL)
    page.run(careers.note, LOCAL, "longer ", size)
    assert page.run(careers.flush, LOCAL) == {}
    assert page.run(careers.problems, LOCAL) == []
    page.run(careers.begin, LOCAL, NEVER, None)
    assert page.run(careers.state, LOCAL)["notes"] == "short"
