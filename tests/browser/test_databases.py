"""A database that is changed, blocked, busy, emptied or somebody else's."""

from __future__ import annotations

import pytest

from tests.browser.inside import proxies, records
from tests.browser.tabs import Tab

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

OPEN = """(name, version, tables) => new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, version);
    asked.onupgradeneeded = () => {
        for (const table of tables) asked.result.createObjectStore(table);
    };
    asked.onsuccess = () => resolve(window.opened = asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("somebody has not let go of it"));
})"""
PUT = "await new Promise((done) => { write.oncomplete = done; })"
OURS = "'records', 'records/bytes'"


def open_by_hand(tab: Tab, name: str, version: int, tables: str) -> None:
    """Open a database in JavaScript, as ``window.opened``."""
    tab.script(f"async () => {{ await ({OPEN})('{name}', {version}, [{tables}]); }}")


def write(tab: Tab, text: str, replaces: str | None) -> str:
    return tab.run(records.write, "IndexedDB", "app", "roles", text, replaces)


def test_another_tab_can_change_the_database_and_ours_goes_on(
    tabs: tuple[Tab, Tab],
) -> None:
    here, there = tabs
    write(here, "one", None)
    open_by_hand(there, "app", 7, "'another'")  # which waits while ours is connected
    there.script("() => opened.close()")
    assert write(here, "two", "one") == records.WRITTEN
    assert there.run(records.read, "IndexedDB", "app", "roles") == ["two", "one"]


def test_a_storage_makes_its_tables_in_a_database_that_has_others(tab: Tab) -> None:
    open_by_hand(tab, "app", 3, "'another'")
    tab.script("() => opened.close()")
    assert write(tab, "one", None) == records.WRITTEN
    open_by_hand(tab, "app", 5, "")
    names = tab.script("() => { opened.close(); return [...opened.objectStoreNames]; }")
    assert names == ["another", "records", "records/bytes"]


def test_a_tab_that_keeps_an_older_version_open_is_told_of(tab: Tab) -> None:
    open_by_hand(tab, "app", 3, "'another'")
    tab.run(records.open_impatient, "IndexedDB", "app")
    blocked = write(tab, "one", None)
    tab.script("() => opened.close()")
    tab.run(records.close, "IndexedDB", "app")
    assert blocked.startswith("StorageUnavailable")
    assert "not opened within 0.4 s" in blocked
    assert write(tab, "one", None) == records.WRITTEN
    # What was opened too late is closed, so that it keeps nobody from another version.
    open_by_hand(tab, "app", 9, "'third'")
    tab.script("() => opened.close()")


def test_a_tab_that_never_ends_its_transaction_is_not_waited_for(
    tabs: tuple[Tab, Tab],
) -> None:
    here, there = tabs
    here.run(records.open_impatient, "IndexedDB", "app")
    write(here, "one", None)
    open_by_hand(there, "app", 1, "")
    there.script("""() => {
        const table = opened.transaction('records', 'readwrite').objectStore('records');
        const go_on = () => { if (!window.enough) table.get(1).onsuccess = go_on; };
        window.enough = false;
        go_on();
    }""")
    busy = write(here, "two", "one")
    there.script("() => { window.enough = true; opened.close(); }")
    here.run(records.close, "IndexedDB", "app")
    assert busy.startswith("StorageUnavailable roles ")
    assert "no answer within 0.4 s" in busy
    assert here.run(records.read, "IndexedDB", "app", "roles") == ["one", None]
    assert write(here, "two", "one") == records.WRITTEN


def test_a_connection_that_the_browser_has_closed_is_opened_again(tab: Tab) -> None:
    write(tab, "one", None)
    tab.command(
        "Storage.clearDataForOrigin", origin=tab.origin, storageTypes="indexeddb"
    )
    assert tab.run(records.read, "IndexedDB", "app", "roles") == [None, None]
    assert write(tab, "two", None) == records.WRITTEN


def test_a_table_of_another_program_is_left_alone(tab: Tab) -> None:
    open_by_hand(tab, "app", 1, "'records'")
    tab.script("() => opened.close()")
    told = write(tab, "one", None)
    assert told.startswith("StorageUnavailable")
    assert "records is a table of another program" in told
    open_by_hand(tab, "app", 1, "")
    names = tab.script("() => { opened.close(); return [...opened.objectStoreNames]; }")
    assert names == ["records"]


def test_what_is_no_head_is_said_and_not_overwritten(tab: Tab) -> None:
    open_by_hand(tab, "app", 1, OURS)
    tab.script(f"""async () => {{
        const write = opened.transaction('records', 'readwrite');
        write.objectStore('records').put({{ theirs: 1 }}, 'roles');
        {PUT};
        opened.close();
    }}""")
    told = [write(tab, "one", replaces) for replaces in (None, "other")]
    assert ["StorageUnavailable roles" in each for each in told] == [True] * 2


def test_a_durable_write_asks_the_browser_to_be_strict(tab: Tab) -> None:
    tab.script("""() => {
        const own = window.own = IDBDatabase.prototype.transaction;
        window.asked = [];
        IDBDatabase.prototype.transaction = function (...all) {
            const made = own.apply(this, all);
            asked.push([made.mode, made.durability]);
            return made;
        };
    }""")
    write(tab, "one", None)
    tab.run(records.write_relaxed, "IndexedDB", "app", "other", "one")
    tab.run(records.read, "IndexedDB", "app", "roles")
    tab.script("() => { IDBDatabase.prototype.transaction = own; }")
    assert tab.script("asked") == [
        ["readwrite", "strict"],
        ["readwrite", "relaxed"],
        ["readonly", "default"],
    ]


@pytest.mark.parametrize("program", sorted(proxies.PROGRAMS))
def test_javascript_holds_no_function_of_ours_in_the_end(
    tab: Tab, program: str
) -> None:
    assert tab.run(proxies.left_by, program) == 0
