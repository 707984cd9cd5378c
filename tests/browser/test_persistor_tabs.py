"""Two tabs with one application: told of each other's writes, merged, signed out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.inside import careers
from tests.browser.tabs import Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

every_kind = pytest.mark.parametrize(
    "kind", ["IndexedDB", "LocalStorage", "LockedLocalStorage"]
)
NEVER = 3_600_000.0
"""Milliseconds until something is written: longer than any test."""
UNTIL_SEEN = """() => new Promise((seen) => {
    const look = () => {
        const text = localStorage.getItem("careers:p:device:roles") ?? "";
        text.includes("Cook") ? seen() : setTimeout(look, 5);
    };
    look();
})"""
"""Without a lock a tab writes over what another wrote some milliseconds before."""


@pytest.fixture
def both(tabs: tuple[Tab, Tab]) -> Iterator[tuple[Tab, Tab]]:
    """Two tabs, in which applications are ended with the test."""
    yield tabs
    for each in tabs:
        each.run(careers.end_all)


def begun(both: tuple[Tab, Tab], kind: str) -> tuple[Tab, Tab]:
    """Begin in both tabs; nothing is written, nor looked for, of itself."""
    for each in both:
        assert each.run(careers.begin, kind, NEVER, None) == "ready"
    return both


@every_kind
def test_what_both_tabs_changed_at_once_is_merged_and_what_cannot_be_is_told(
    both: tuple[Tab, Tab], kind: str
) -> None:
    here, there = begun(both, kind)
    for each, role in ((here, "Cook"), (there, "Nurse")):
        each.run(careers.pause, kind)
        each.run(careers.select, kind, role)
        each.run(careers.title, kind, f"as {role}")
    assert here.run(careers.flush, kind) == {}
    if kind == "LocalStorage":
        there.script(UNTIL_SEEN)
    assert there.run(careers.flush, kind) == {}
    merged = {"selected": ["Cook", "Nurse"], "title": "as Nurse", "loading": True}
    assert there.run(careers.state, kind)["roles"] == merged
    assert here.run(careers.until, kind, "roles", merged)["roles"] == merged
    assert there.run(careers.problems, kind) == [["roles", "STR-905"]]


@every_kind
def test_who_signs_out_in_one_tab_leaves_nothing_in_the_other(
    both: tuple[Tab, Tab], kind: str
) -> None:
    here, there = begun(both, kind)
    here.run(careers.write, kind, "Dear Ms Gray")
    here.run(careers.select, kind, "Cook")
    assert here.run(careers.flush, kind) == {}
    letter: dict[str, object] = {"lines": ["Dear Ms Gray"]}
    assert there.run(careers.until, kind, "letter", letter)["letter"] == letter
    roles = {"selected": ["Cook"], "title": "", "loading": False}
    assert there.run(careers.until, kind, "roles", roles)["roles"] == roles
    here.run(careers.sign_out, kind)
    nothing: dict[str, object] = {"lines": []}
    found = there.run(careers.until, kind, "letter", nothing)
    assert found["letter"] == nothing
    assert found["roles"] == roles
    assert there.run(careers.flush, kind) == {}
    assert there.run(careers.begin, kind, NEVER, None) == "ready"
    assert there.run(careers.state, kind)["letter"] == nothing


@pytest.mark.parametrize("kind", ["LocalStorage", "LockedLocalStorage"])
def test_a_page_that_comes_back_takes_in_what_it_has_missed(
    both: tuple[Tab, Tab], kind: str
) -> None:
    here, _ = begun(both, kind)
    here.run(careers.write_as_another, kind, "Cook")
    before = here.run(careers.state, kind)["roles"]
    here.script(
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    )
    roles = {"selected": ["Cook"], "title": "", "loading": False}
    found = here.run(careers.until, kind, "roles", roles)
    assert before == {"selected": [], "title": "", "loading": False}
    assert found["roles"] == roles
