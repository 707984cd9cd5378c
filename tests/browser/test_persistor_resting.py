"""A persistor that has nothing to do does nothing in a page, and leaves nothing."""

from __future__ import annotations

import pytest

from tests.browser.inside import careers, resting
from tests.browser.tabs import Profile, Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

POLL = 77.0
"""Seconds; a timer of so long is one to look for others' writes."""


@pytest.mark.parametrize(
    ("kind", "timers"),
    [("IndexedDB", 0), ("LocalStorage", 0), ("LockedLocalStorage", 0), ("Memory", 1)],
)
def test_a_timer_looks_for_others_only_where_nobody_tells_of_them(
    tab: Tab, kind: str, timers: int
) -> None:
    delays = tab.run(resting.delays_of_timers, kind, POLL)
    assert len([each for each in delays if each > POLL * 900]) == timers
    tab.run(careers.end_all)


def test_javascript_holds_nothing_of_a_persistor_that_is_closed(
    profile: Profile,
) -> None:
    page = profile.open()
    kinds = ("LocalStorage", "LockedLocalStorage", "IndexedDB")
    assert [page.run(resting.left_by, kind) for kind in kinds] == [0, 0, 0]


@pytest.mark.parametrize("kind", ["IndexedDB", "LocalStorage"])
def test_changes_that_are_flushed_leave_no_timer_each(tab: Tab, kind: str) -> None:
    delays = tab.run(resting.delays_while_flushing, kind, 10)
    assert len([each for each in delays if each > resting.LONG / 2]) <= 1
    tab.run(careers.end_all)
