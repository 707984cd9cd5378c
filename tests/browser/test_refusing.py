"""What a page does not have, or does not give, is said in one of our own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from stateroom.errors import InvalidPersist
from tests.browser.inside import refusing
from tests.browser.tabs import Failed, Profile, Tab

THROW = """
    const frame = document.createElement("iframe");
    frame.sandbox = "";  // an origin of its own, which is not ours to look into
    document.body.append(frame);
    try { return frame.contentWindow.localStorage; } finally { frame.remove(); }
"""


IN_A_WORKER = [
    "bytes_of_every_size_come_back_as_they_were",
    "keys_are_listed_in_order",
    "no_write_is_lost_when_writers_interleave",
    "the_pulse_changes_with_every_write_of_another",
]


@contextmanager
def without(tab: Tab, name: str, getter: str, *, of: str = "window") -> Iterator[None]:
    """Let a property of the page be what a getter gives, within the block."""
    tab.script(f"""() => {{
        window.kept = Object.getOwnPropertyDescriptor({of}, '{name}');
        const get = () => {{ {getter} }};
        Object.defineProperty({of}, '{name}', {{ configurable: true, get }});
    }}""")
    yield
    tab.script(f"""() => {{
        delete {of}['{name}'];
        if (kept) Object.defineProperty({of}, '{name}', kept);
    }}""")


@pytest.mark.parametrize("kind", sorted(refusing.MAKERS))
def test_outside_of_a_browser_it_says_where_it_runs(kind: str) -> None:
    with pytest.raises(InvalidPersist, match=r"in a browser, under Pyodide") as told:
        refusing.MAKERS[kind]()
    assert kind in str(told.value)
    assert told.value.hint == "take Files, SQLite or Memory here"


@pytest.mark.slow
@pytest.mark.timeout(90)
@pytest.mark.parametrize(
    ("getter", "told"),
    [
        (THROW, "SecurityError: Failed to read "),
        ("return null", "localStorage is turned off in this browser"),
    ],
)
def test_a_local_storage_that_is_denied_is_unavailable(
    tab: Tab, getter: str, told: str
) -> None:
    with without(tab, "localStorage", getter):
        found = tab.run(refusing.use)
    assert [each.startswith("StorageUnavailable") for each in found] == [True] * 6
    assert [told in each for each in found] == [True] * 6
    assert tab.run(refusing.use) == ["used"] * 6


@pytest.mark.slow
@pytest.mark.timeout(90)
@pytest.mark.parametrize("getter", [THROW, "return null", "return undefined"])
def test_a_database_that_is_denied_is_unavailable(tab: Tab, getter: str) -> None:
    with without(tab, "indexedDB", getter):
        found = tab.run(refusing.make_and_use)
    assert found.startswith("StorageUnavailable: IndexedDB 'refused' of http")
    assert ("SecurityError" in found, "turned off" in found) == (
        getter == THROW,
        getter != THROW,
    )
    assert tab.run(refusing.make_and_use) == "used"


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_a_page_without_locks_is_told_how_to_be_served(tab: Tab) -> None:
    with without(tab, "locks", "return undefined", of="navigator"):
        found = tab.run(refusing.make, "LockedLocalStorage")
    assert found.startswith("InvalidPersist: ")
    assert "needs navigator.locks" in found
    assert tab.run(refusing.make, "LockedLocalStorage") == "made"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_worker_has_a_database_and_nothing_else(profile: Profile) -> None:
    worker = profile.open("worker.html")
    found = {kind: worker.run(refusing.make, kind) for kind in refusing.MAKERS}
    assert found.pop("IndexedDB") == "made"
    assert ["a worker" in each for each in found.values()] == [True] * 3
    assert {each.partition(":")[0] for each in found.values()} == {"InvalidPersist"}
    worker.run(refusing.keep_promises, IN_A_WORKER)


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_all_this_runs_where_no_text_may_be_run_as_code(tab: Tab) -> None:
    with pytest.raises(Failed, match="EvalError"):
        tab.run_lines("""
            import js

            js.eval("1 + 1")
        """)
    tab.problems.clear()
