"""What a page has written outlives it: hidden, reloaded, closed, ended, and killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.browsing import Chromium
from tests.browser.inside import lives, records
from tests.browser.tabs import Profile, Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

LEFT = "localStorage.getItem('lives:left')"
FRONT = "() => document.visibilityState"
HIDE = "dispatchEvent(new PageTransitionEvent('pagehide'))"


def write_everywhere(tab: Tab) -> None:
    for kind in records.KINDS:
        done = tab.run(records.write, kind, f"{kind}:", "roles", "kept", None)
        assert done == records.WRITTEN


def read_everywhere(tab: Tab) -> list[list[str | None]]:
    return [tab.run(records.read, kind, f"{kind}:", "roles") for kind in records.KINDS]


def test_a_reloaded_page_has_what_it_wrote_before_and_while_it_was_left(
    profile: Profile,
) -> None:
    tab = profile.open()
    write_everywhere(tab)
    tab.run(lives.write_when_leaving, "lives:", "bye ")
    tab.reload()
    assert read_everywhere(tab) == [["kept", None]] * 3
    # Once for pagehide, and once for being hidden.
    assert tab.script(LEFT) == "bye bye "


def test_what_a_tab_writes_while_it_is_closed_is_there_in_another(
    profile: Profile,
) -> None:
    tab, other = profile.open(), profile.open("empty.html")
    tab.run(lives.write_when_leaving, "lives:", "bye ")
    tab.close()
    assert other.script(LEFT) == "bye bye "


def test_a_page_is_told_when_another_tab_hides_it(
    chromium: Chromium, tmp_path: Path
) -> None:
    with chromium.user(tmp_path) as user:
        tab = user.open()
        tab.run(lives.write_when_leaving, "lives:", "hidden ")
        before = tab.script(FRONT)
        other = user.open("empty.html")
        hidden = tab.script(FRONT)
        assert (before, hidden) == ("visible", "hidden")
        assert other.script(LEFT) == "hidden "
        assert user.problems() == []


def test_a_browser_that_is_started_again_has_what_was_written(
    chromium: Chromium, tmp_path: Path
) -> None:
    with chromium.user(tmp_path) as user:
        write_everywhere(user.open())
    with chromium.user(tmp_path) as user:
        assert read_everywhere(user.open()) == [["kept", None]] * 3


def test_a_browser_that_was_killed_has_what_was_written_to_a_database(
    chromium: Chromium, tmp_path: Path
) -> None:
    with chromium.user(tmp_path, is_killed=True) as user:
        tab = user.open()
        tab.run(records.write, "IndexedDB", "app", "durable", "one", None)
        tab.run(records.write_relaxed, "IndexedDB", "app", "relaxed", "two")
    with chromium.user(tmp_path) as user:
        tab = user.open()
        assert tab.run(records.read, "IndexedDB", "app", "durable") == ["one", None]
        assert tab.run(records.read, "IndexedDB", "app", "relaxed") == ["two", None]


def test_nobody_is_told_after_the_end(tab: Tab) -> None:
    tab.run(lives.count_calls)
    tab.script(HIDE)
    before = tab.run(lives.calls)
    tab.run(lives.end_counting)
    tab.script(HIDE)
    assert (before, tab.run(lives.calls)) == (1, 1)
