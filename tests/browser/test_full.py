"""A full storage is told, and what was stored before is still there, whole."""

from __future__ import annotations

import pytest

from tests.browser.inside import filling, records
from tests.browser.tabs import Profile, Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

OLD = len(filling.OLD)
DEMOTED = OLD - len(filling.OLDEST)
"""Units that it takes to make the current generation the previous one."""
FIRST = OLD + len("full:roles")
"""Units of the first record, with its name."""


def test_local_storage_holds_as_many_units_as_it_says(tab: Tab) -> None:
    assert tab.run(filling.fill_by_one_more) == [True, False]


@pytest.mark.parametrize(
    ("room", "size"),
    [
        (0, OLD),  # not even the previous generation
        (DEMOTED - 1, OLD),
        (DEMOTED, OLD + 1),  # the previous one, and then not the current one
        (DEMOTED + 99, OLD + 100),
        (DEMOTED + 99, 1024 * 1024),
    ],
)
def test_a_write_without_room_changes_nothing_in_local_storage(
    tab: Tab, room: int, size: int
) -> None:
    found = tab.run(filling.rewrite_within, room, size, "full:")
    assert found == ["StorageFull roles", [True], [True, True]]


@pytest.mark.parametrize("more", [0, 100])
def test_a_write_that_just_fits_is_written(tab: Tab, more: int) -> None:
    found = tab.run(filling.rewrite_within, DEMOTED + more, OLD + more, "full:")
    assert found == ["written", [True], [True, True]]


@pytest.mark.parametrize("room", [0, 10, 300, FIRST, FIRST + 20])
def test_a_first_write_without_room_leaves_no_record(tab: Tab, room: int) -> None:
    found = tab.run(filling.first_write, room, "full:")
    assert found == ["StorageFull", [], True]


def test_a_full_database_keeps_what_it_has(profile: Profile) -> None:
    tab = profile.open()
    # Before the first write: a browser remembers for a while how much room there is.
    tab.command(
        "Storage.overrideQuotaForOrigin", origin=tab.origin, quotaSize=2_000_000
    )
    tab.run(records.write, "IndexedDB", "full", "roles", "old", None)
    large = "n" * 3_000_000
    found = tab.run(records.write, "IndexedDB", "full", "roles", large, "old")
    kept = tab.run(records.read, "IndexedDB", "full", "roles")
    tab.command("Storage.overrideQuotaForOrigin", origin=tab.origin)
    again = tab.run(records.write, "IndexedDB", "full", "roles", "new", "old")
    assert found.startswith("StorageFull roles ")
    assert (kept, again) == (["old", None], records.WRITTEN)
