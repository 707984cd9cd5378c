"""Node is found wherever it is, and its packages are those of the list."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.oracle.real import SOURCES, Real
from tests.tools.npm import (
    Commands,
    cache_of,
    commands,
    installed,
    on_path,
    wheels,
)

VERSIONS = {
    "@reduxjs/toolkit": "2.14.0",
    "immer": "11.2.10",
    "immer10": "10.2.0",
    "redux": "5.0.1",
    "redux-thunk": "3.1.0",
    "reselect": "5.3.0",
}
WAYS = {"path": on_path, "wheel": wheels}
"""Where Node can be; the development dependencies hold the second."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(params=WAYS)
def found(request: pytest.FixtureRequest) -> Commands:
    """Node of each kind; a machine needs one only."""
    way: str = request.param
    return WAYS[way]() or commands()


def test_each_node_runs_the_programs(found: Commands, tmp_path: Path) -> None:
    with Real(found, installed(SOURCES, found, tmp_path)) as real:
        assert real.trace("deviation", {"name": "private-types"}) == ["@@redux"]
    installs = list(tmp_path.glob("packages-*"))
    assert len(installs) == 1


def test_a_second_process_finds_what_the_first_one_installed(
    request: pytest.FixtureRequest,
) -> None:
    cache = cache_of(request.config)
    first = installed(SOURCES, commands(), cache)
    broken = Commands(commands().node, ("false",))
    assert installed(SOURCES, broken, cache) == first


def test_without_node_the_tests_fail_with_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(pytest.fail.Exception, match="test needs Node: put node and"):
        commands()


def test_an_install_that_fails_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    refusing = Commands(commands().node, (shutil.which("false") or "false",))
    with pytest.raises(pytest.fail.Exception, match="ci --ignore-scripts"):
        installed(SOURCES, refusing, tmp_path)
    assert [path for path in tmp_path.glob("packages-*") if path.suffix == ""] == []


def test_the_packages_have_the_versions_that_the_page_names(
    request: pytest.FixtureRequest,
) -> None:
    folder = installed(SOURCES, commands(), cache_of(request.config)).parent
    found = {
        name: json.loads((folder / "node_modules" / name / "package.json").read_text())[
            "version"
        ]
        for name in VERSIONS
    }
    assert found == VERSIONS
    page = (SOURCES.parents[2] / "docs/explanation/store-deviations.md").read_text()
    assert [version for version in VERSIONS.values() if version not in page] == [
        "3.1.0"
    ]


def test_the_list_names_no_address_of_a_registry() -> None:
    text = (SOURCES / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity"') == 8


def test_a_fault_of_the_oracle_is_no_trace(real: Real) -> None:
    with pytest.raises(RuntimeError, match="oracle's own program failed: TypeError"):
        real.trace("statement", {"name": "there is none"})
    assert real.trace("deviation", {"name": "private-types"}) == ["@@redux"]
