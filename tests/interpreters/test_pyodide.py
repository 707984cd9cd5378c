"""Store, persisted tier and queries run in a browser's Python; so do their own tests.

One start of Pyodide serves every test here, in whichever process it runs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from stateroom.cli.bundling_standard import PYODIDE, STANDARD
from tests.interpreters.runtime import HERE, Report, modules, run_in_page
from tests.interpreters.selecting import TOO_LONG, selected
from tests.tools.npm import commands

pytestmark = [pytest.mark.slow, pytest.mark.timeout(660)]

AT_LEAST = {"store": 150, "persist": 1_000, "query": 500}
"""Tests of each suite that must have run there, or an empty run would pass."""
KEPT_OUT_BY = {
    TOO_LONG,
    "cryptography",
    "httpx",
    "orjson",
    "resource",
    "stateroom.catalogue.keys",
    "stateroom.cli.bundling",
    "stateroom.persist.encrypted",
    "stateroom.query.transports.httpx",
    "stateroom.store.structs",
    "stateroom.testing",
    "tests.tools.npm",
}
"""What may keep a file of tests from being run there: what is not for a page, or not
worth its time."""


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest, shared: Path) -> Report:
    return run_in_page(commands(), request.config, shared)


def test_it_is_the_python_of_a_browser(report: Report) -> None:
    assert (report["python"][:4], report["platform"]) == ("3.14", "emscripten")


def test_a_bundled_application_runs_a_thunk_on_the_loop_of_the_page(
    report: Report,
) -> None:
    assert report["told"] == "[2, 42] on WebLoop"


def test_every_module_that_is_bundled_is_imported(report: Report) -> None:
    assert report["imported"] == dict.fromkeys(modules(), "")
    for part in ("stateroom.store", "stateroom.persist", "stateroom.query"):
        assert len([name for name in modules() if name.startswith(part)]) > 20


def test_no_test_of_what_is_bundled_fails(report: Report) -> None:
    assert report["failed"] == {}
    assert report["status"] in {0, 1}  # 1 where one lacked something


def test_many_tests_of_each_part_have_run(report: Report) -> None:
    for suite, least in AT_LEAST.items():
        passed = [each for each in report["passed"] if f"tests/{suite}/" in each]
        assert len(passed) >= least
    assert len(set(report["passed"])) == len(report["passed"])


def test_coroutines_have_run_on_the_loop_of_the_page(report: Report) -> None:
    assert report["coroutines"] >= 10
    assert report["loops"] == ["WebLoop"]


def test_few_tests_needed_a_thread_a_process_or_a_struct(report: Report) -> None:
    assert len(report["without"]) <= len(report["passed"]) / 10, report["without"]


def test_what_is_left_out_by_name_is_there_to_be_left_out(report: Report) -> None:
    assert report["unknown"] == []


def test_a_file_is_kept_out_only_by_what_is_not_for_a_page() -> None:
    reasons = {reason for lacking in selected().values() for reason in lacking}
    assert reasons - KEPT_OUT_BY == set()


def test_what_a_bundle_may_import_is_what_can_be_imported_there(
    report: Report,
) -> None:
    assert frozenset(report["standard"]) == STANDARD


def test_the_lock_names_the_release_and_no_registry() -> None:
    lock = (HERE / "package-lock.json").read_text("utf-8")
    assert f'"pyodide": "{PYODIDE}"' in lock
    assert "resolved" not in lock
    assert "://" not in lock
