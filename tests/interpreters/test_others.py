"""What is bundled runs on later releases of CPython, where this machine has them.

The drafts rest on what an interpreter lets a class be exchanged for, so its own tests
run on each. Pyodide, which is 3.14, always runs: see ``test_pyodide``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interpreters.runtime import Report, modules, other_python, run_elsewhere

pytestmark = [pytest.mark.slow, pytest.mark.timeout(660)]

VERSIONS = ("3.12", "3.13")
AT_LEAST = {"store": 150, "persist": 1_000, "query": 500}
"""As in ``test_pyodide``."""


@pytest.fixture(scope="session", params=VERSIONS)
def report(request: pytest.FixtureRequest, shared: Path) -> Report:
    version = str(request.param)
    python = other_python(version)
    if not python:
        pytest.skip(f"there is no CPython {version} on this machine")
    found = run_elsewhere(python, shared)
    assert found["python"].startswith(version)
    return found


def test_every_module_that_is_bundled_is_imported(report: Report) -> None:
    assert report["imported"] == dict.fromkeys(modules(), "")


def test_the_bundled_application_runs(report: Report) -> None:
    assert report["told"].startswith("[2, 42] on ")


def test_the_tests_of_what_is_bundled_pass(report: Report) -> None:
    assert report["failed"] == {}
    assert {*report["without"].values()} <= {"msgspec is not Python"}
    assert report["unknown"] == []
    for suite, least in AT_LEAST.items():
        passed = [each for each in report["passed"] if f"tests/{suite}/" in each]
        assert len(passed) >= least
