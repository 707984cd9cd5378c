"""Fixtures for tests in a real browser: one per process, started by the first test.

A test that does nothing to its page shares ``tab``, which is emptied before each, or
``tabs``, two of one profile; one that reloads, closes or breaks a page opens its own in
``profile``. Starting Pyodide takes seconds, so share where you can.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.browsing import Chromium, program
from tests.browser.serving import ROOT, Site, files_of_tests
from tests.browser.tabs import Profile, Tab
from tests.tools.npm import cache_of, commands, installed, locked

FORGET = """async () => {
    localStorage.clear();
    sessionStorage.clear();
    const gone = ({ name }) => new Promise((resolve, reject) => {
        const asked = indexedDB.deleteDatabase(name);
        asked.onsuccess = resolve;
        asked.onerror = () => reject(asked.error);
    });
    await Promise.all((await indexedDB.databases()).map(gone));
}"""


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Chromium]:
    """The browser; skips where there is none, and fails where CI is set."""
    executable = program()
    # The same package as that of the tests in other Pythons.
    project = ROOT / "tests" / "interpreters"
    folder = installed(project, commands(), cache_of(request.config)).parent
    pyodide = folder / "node_modules" / "pyodide"
    site = Site(pyodide, files_of_tests(), memory=folder / "memory.bin")
    with Chromium(executable, site) as started:
        # Once for all processes, and for all runs with this release of Pyodide.
        with locked(folder / "memory.lock"):
            if not site.memory.is_file():
                started.keep_memory()
        yield started


@pytest.fixture(scope="session")
def shared_profile(chromium: Chromium) -> Iterator[Profile]:
    with chromium.profile() as made:
        yield made


@pytest.fixture(scope="session")
def shared_tab(shared_profile: Profile) -> Tab:
    return shared_profile.open()


@pytest.fixture(scope="session")
def other_tab(shared_profile: Profile) -> Tab:
    return shared_profile.open()


@pytest.fixture
def tab(shared_tab: Tab) -> Iterator[Tab]:
    """A tab whose storages are empty; its Python has seen other tests."""
    shared_tab.script(FORGET)
    yield shared_tab
    told, shared_tab.problems = shared_tab.problems, []
    assert told == []


@pytest.fixture
def tabs(tab: Tab, other_tab: Tab) -> Iterator[tuple[Tab, Tab]]:
    """Two tabs of one profile, whose storages are empty."""
    yield tab, other_tab
    told, other_tab.problems = other_tab.problems, []
    assert told == []


@pytest.fixture
def profile(chromium: Chromium) -> Iterator[Profile]:
    """A profile of this test's own, for tabs that it reloads, closes or breaks."""
    with chromium.profile() as made:
        yield made
    assert made.problems() == []
