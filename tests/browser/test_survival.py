"""What an application in a page finds again: reloaded, closed, killed, beside another.

``docs/explanation/persist.md`` tells it in a table, and names these tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.browsing import Chromium
from tests.browser.inside import letters
from tests.browser.tabs import Profile, Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

every_kind = pytest.mark.parametrize(
    "kind", ["IndexedDB", "LocalStorage", "LockedLocalStorage"]
)
awaited = pytest.mark.parametrize("kind", ["IndexedDB", "LockedLocalStorage"])
NEVER = 3_600_000.0
"""Milliseconds until something is written: longer than any test."""
TIMES = 10
APP = "careers"


@pytest.mark.parametrize("kind", ["LocalStorage", "LockedLocalStorage"])
def test_what_waits_is_stored_in_local_storage_when_its_page_is_left(
    profile: Profile, kind: str
) -> None:
    tab = profile.open()
    assert tab.run(letters.begin, kind, NEVER, APP) == "ready"
    tab.run(letters.write, "Dear Ms Gray")
    tab.reload()
    assert tab.run(letters.begin, kind, NEVER, APP) == "ready"
    assert tab.run(letters.lines) == ["Dear Ms Gray"]
    assert tab.run(letters.sending) == []
    tab.run(letters.write, "I can cook.")
    tab.close()
    other = profile.open()
    other.run(letters.begin, kind, NEVER, APP)
    assert other.run(letters.lines) == ["Dear Ms Gray", "I can cook."]


@awaited
def test_what_was_flushed_is_there_after_a_reload(profile: Profile, kind: str) -> None:
    tab = profile.open()
    tab.run(letters.begin, kind, NEVER, APP)
    tab.run(letters.write, "Dear Ms Gray")
    assert tab.run(letters.flush) == "stored"
    tab.reload()
    assert tab.run(letters.begin, kind, NEVER, APP) == "ready"
    assert (tab.run(letters.lines), tab.run(letters.sending)) == (["Dear Ms Gray"], [])


@every_kind
def test_what_was_flushed_is_there_in_a_browser_that_is_started_again(
    chromium: Chromium, tmp_path: Path, kind: str
) -> None:
    with chromium.user(tmp_path) as user:
        tab = user.open()
        tab.run(letters.begin, kind, NEVER, APP)
        tab.run(letters.write, "Dear Ms Gray")
        assert tab.run(letters.flush) == "stored"
    with chromium.user(tmp_path) as user:
        tab = user.open()
        tab.run(letters.begin, kind, NEVER, APP)
        assert tab.run(letters.lines) == ["Dear Ms Gray"]


def test_what_was_flushed_to_a_database_survives_the_kill_of_a_browser(
    chromium: Chromium, tmp_path: Path
) -> None:
    with chromium.user(tmp_path, is_killed=True) as user:
        tab = user.open()
        tab.run(letters.begin, "IndexedDB", NEVER, APP)
        tab.run(letters.write, "Dear Ms Gray")
        assert tab.run(letters.flush) == "stored"
    with chromium.user(tmp_path) as user:
        tab = user.open()
        assert tab.run(letters.begin, "IndexedDB", NEVER, APP) == "ready"
        assert tab.run(letters.lines) == ["Dear Ms Gray"]


@every_kind
def test_what_one_tab_writes_another_takes_in_and_merges(
    tabs: tuple[Tab, Tab], kind: str
) -> None:
    here, there = tabs
    # Nothing is written but by a flush: in localStorage two at one moment do not meet.
    for each in tabs:
        namespace = f"merging-{kind.lower()}"
        assert each.run(letters.begin, kind, NEVER, namespace) == "ready"
    here.run(letters.write, "from here")
    assert here.run(letters.flush) == "stored"
    assert there.run(letters.until_lines, 1) == ["from here"]
    there.run(letters.write, "from there")
    assert there.run(letters.flush) == "stored"
    assert here.run(letters.until_lines, 2) == ["from here", "from there"]


@awaited
def test_of_what_two_tabs_write_at_the_same_time_nothing_is_lost(
    tabs: tuple[Tab, Tab], kind: str
) -> None:
    for each in tabs:
        each.run(letters.begin, kind, NEVER, f"meeting-{kind.lower()}")
    here, there = (
        each.start(letters.write_each_flushed, name, TIMES)
        for each, name in zip(tabs, ("here", "there"), strict=True)
    )
    assert (here.result(), there.result()) == ("stored", "stored")
    wanted = {f"{name} {n}" for name in ("here", "there") for n in range(TIMES)}
    for each in tabs:
        assert set(each.run(letters.until_lines, 2 * TIMES)) == wanted


def test_a_full_local_storage_keeps_what_it_has_and_says_so(profile: Profile) -> None:
    tab = profile.open()
    tab.run(letters.begin, "LocalStorage", NEVER, APP)
    tab.run(letters.write, "Dear Ms Gray")
    assert tab.run(letters.flush) == "stored"
    tab.script("() => localStorage.setItem('filler', 'x'.repeat(4_900_000))")
    tab.run(letters.write, "I can cook. " * 30_000)
    assert "localStorage" in tab.run(letters.flush)
    tab.reload()
    assert tab.run(letters.begin, "LocalStorage", NEVER, APP) == "ready"
    assert tab.run(letters.lines) == ["Dear Ms Gray"]


def test_a_full_database_keeps_the_letter_and_says_so(profile: Profile) -> None:
    tab = profile.open()
    tab.command(
        "Storage.overrideQuotaForOrigin", origin=tab.origin, quotaSize=1_500_000
    )
    tab.run(letters.begin, "IndexedDB", NEVER, APP)
    tab.run(letters.write, "Dear Ms Gray")
    assert tab.run(letters.flush) == "stored"
    tab.run(letters.write, "I can cook. " * 200_000)
    assert "Quota" in tab.run(letters.flush)
    tab.reload()
    assert tab.run(letters.begin, "IndexedDB", NEVER, APP) == "ready"
    assert tab.run(letters.lines) == ["Dear Ms Gray"]
