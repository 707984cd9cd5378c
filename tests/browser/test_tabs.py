"""Several tabs on one storage: conflicts are told, writes noticed, and none is lost."""

from __future__ import annotations

import pytest

from tests.browser.inside import fencing, records
from tests.browser.tabs import Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

every_kind = pytest.mark.parametrize("kind", sorted(records.KINDS))
awaited = pytest.mark.parametrize("kind", ["IndexedDB", "LockedLocalStorage"])
TIMES = 60


@every_kind
def test_what_one_tab_writes_another_is_told_of_and_reads(
    tabs: tuple[Tab, Tab], kind: str
) -> None:
    here, there = tabs
    there.run(records.listen, kind, "notices")
    written = here.run(records.write, kind, "notices", "roles", "one", None)
    pulse = there.run(records.noticed, kind, "notices")
    assert written == records.WRITTEN
    assert pulse == here.run(records.pulse, kind, "notices") != "None"
    assert there.run(records.read, kind, "notices", "roles") == ["one", None]


@every_kind
def test_a_tab_is_told_of_a_deletion(tabs: tuple[Tab, Tab], kind: str) -> None:
    here, there = tabs
    here.run(records.write, kind, "deletes", "roles", "one", None)
    there.run(records.listen, kind, "deletes")
    here.run(records.delete, kind, "deletes", "roles")
    there.run(records.noticed, kind, "deletes")
    assert there.run(records.read, kind, "deletes", "roles") == [None, None]


@every_kind
def test_a_tab_that_has_not_seen_the_write_of_another_is_refused(
    tabs: tuple[Tab, Tab], kind: str
) -> None:
    here, there = tabs
    there.run(records.listen, kind, "conflicts")
    here.run(records.write, kind, "conflicts", "roles", "one", None)
    there.run(records.noticed, kind, "conflicts")
    late = there.run(records.write, kind, "conflicts", "roles", "two", None)
    assert late.startswith("WriteConflict roles ")
    assert here.run(records.read, kind, "conflicts", "roles") == ["one", None]


@awaited
def test_of_what_two_tabs_count_at_the_same_time_nothing_is_lost(
    tabs: tuple[Tab, Tab], kind: str
) -> None:
    counting = [each.start(records.count_up, kind, "counts", TIMES) for each in tabs]
    conflicts = [each.result() for each in counting]
    found = [each.run(records.read, kind, "counts", "count")[0] for each in tabs]
    assert str(2 * TIMES) in found
    assert sum(map(int, map(str, conflicts))) > 0, "they never met"


@every_kind
def test_a_page_that_comes_back_looks_for_what_it_has_missed(
    tab: Tab, kind: str
) -> None:
    tab.run(records.listen, kind, "back")
    tab.run(records.write, kind, "back", "roles", "one", None)
    tab.script(
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    )
    assert tab.run(records.noticed, kind, "back") == tab.run(
        records.pulse, kind, "back"
    )


def test_a_write_waits_for_what_another_tab_wrote_and_is_not_seen_yet(tab: Tab) -> None:
    found = tab.run(fencing.write_after_a_late_one, "late:")
    assert found == [True, "WriteConflict"]


def test_a_write_that_never_arrives_is_given_up_once(tab: Tab) -> None:
    found = tab.run(fencing.write_after_a_lost_one, "lost:")
    assert found == ["written", ["other", "roles"]]


def test_a_tab_that_does_not_give_the_lock_back_is_not_waited_for(
    tabs: tuple[Tab, Tab],
) -> None:
    here, there = tabs
    here.run(records.open_impatient, "LockedLocalStorage", "held:")
    there.script("""() => new Promise((granted) => {
        navigator.locks.request("stateroom:localStorage:held:", () => {
            granted();
            return new Promise((release) => { window.release = release; });
        });
    })""")
    told = here.run(records.write, "LockedLocalStorage", "held:", "roles", "one", None)
    there.script("() => release()")
    assert told.startswith("StorageUnavailable")
    assert "not given within 0.4 s" in told
    here.run(records.close, "LockedLocalStorage", "held:")
    again = here.run(records.write, "LockedLocalStorage", "held:", "roles", "one", None)
    assert again == records.WRITTEN
