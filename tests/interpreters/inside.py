"""Runs inside of another Python: imports what is bundled, then runs tests with pytest.

Pytest is Python alone, so the one that is installed here runs there as well. Nothing
is imported from our tests: this file is the program, and only the bundle is there. In
Pyodide it is unpacked already, and the folder is mounted; elsewhere an argument names
the folder.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import sys
import time
import warnings
from collections.abc import Awaitable, Coroutine
from pathlib import Path
from typing import TypeVar, cast

T = TypeVar("T")
IS_PAGE = sys.platform == "emscripten"
SHARED = Path("/shared" if IS_PAGE else sys.argv[1])
sys.dont_write_bytecode = True  # the folder is shared with the machine outside
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
if not IS_PAGE:
    sys.path.insert(0, str(SHARED / "app.zip"))
sys.path += [str(SHARED / "tools"), str(SHARED / "suite")]

import hypothesis  # noqa: E402 - it is on the path from here on
import msgspec  # noqa: E402 - as above, and only what stands in for it
import pytest  # noqa: E402 - as above
from _pytest.fixtures import SubRequest  # noqa: E402 - as above

import stateroom  # noqa: E402 - as above

# What tests use beside the bundle, module by module.
stateroom.__path__.append(str(SHARED / "borrowed"))

NOT_TRIED = {"antigravity", "dbm", "idlelib", "this"}
"""Modules that open a window, print a poem, or are not there but stood in for."""
STRUCTS = "msgspec is not Python"
NO_DBM = "dbm is not in a page"
LACKING = {
    "can't start new thread": "can't start new thread",
    "emscripten does not support processes": "emscripten does not support processes",
    STRUCTS: STRUCTS,
    "found the annotation Struct": STRUCTS,
    NO_DBM: NO_DBM,
    "module 'dbm' has no attribute 'open'": NO_DBM,
}
"""What an error says when a test needs what is not there -> what that is."""
BUNDLE_ALONE = "starts a Python that has the bundle alone"
NOT_HERE = {
    "test_a_database_on_a_full_disk_keeps_what_it_has": BUNDLE_ALONE,
    "test_a_directory_that_may_not_be_written_is_read": BUNDLE_ALONE,
    "test_a_struct_is_an_instance_too": STRUCTS,
    "test_every_test_of_drafts_holds_with_copies_too": "starts our own pytest",
    "test_files_keep_their_promises_where_no_lock_exists": BUNDLE_ALONE,
    "test_files_on_a_full_disk_keep_what_they_have": BUNDLE_ALONE,
    "test_files_that_may_not_grow_keep_what_they_have": BUNDLE_ALONE,
    "test_the_suite_needs_the_standard_library_alone": BUNDLE_ALONE,
    "test_s7_checks_are_on_in_development_only": "starts a Python without the bundle",
}
"""Tests that need our own interpreter, and why."""
TOO_DEEP = "Pyodide ends when a list of some 10,000 levels is read or let go"
DEEP = 1_000
"""Levels at most, in a page, where a test has a constant of this name."""
TOO_LONG = "takes a page long, and nothing of it is a page's own"
ONE_LOOP = "a page has one loop, which always runs and never ends"
NO_LOCKS = "a page is alone with its files: every lock is granted"
NO_OTHER_THREAD = "it waits for another thread, which never comes"
NOT_IN_A_PAGE = NOT_HERE | {
    "test_a_call_that_was_lost_with_its_loop_is_asked_for_in_the_next": ONE_LOOP,
    "test_a_blocking_storage_is_called_in_a_thread_of_its_own": NO_OTHER_THREAD,
    "test_a_client_belongs_to_one_loop": ONE_LOOP,
    "test_a_client_needs_a_running_loop": ONE_LOOP,
    "test_a_close_waits_for_what_is_being_written": NO_OTHER_THREAD,
    "test_a_listener_that_fails_in_the_thread_is_logged_and_costs_nothing": (
        NO_OTHER_THREAD
    ),
    "test_a_lock_file_that_was_deleted_while_waiting_locks_nobody": NO_LOCKS,
    "test_a_lock_that_becomes_free_is_taken": NO_LOCKS,
    "test_a_registered_class_in_circles_is_refused": TOO_DEEP,
    "test_a_run_is_rejected_as_aborted_when_the_loop_ends": ONE_LOOP,
    "test_a_slow_storage_is_not_waited_for_and_not_written_meanwhile": (
        NO_OTHER_THREAD
    ),
    "test_a_thread_is_started_when_it_is_first_needed_and_ends_with_a_close": (
        NO_OTHER_THREAD
    ),
    "test_a_thread_that_was_ended_by_force_is_replaced": NO_OTHER_THREAD,
    "test_a_subscription_can_end_after_its_loop": ONE_LOOP,
    "test_a_timer_waits_so_many_milliseconds": "takes the page's own timer away",
    "test_a_timer_without_a_loop_says_that_it_cannot": ONE_LOOP,
    "test_a_write_that_is_overdue_is_noticed_at_the_next_dispatch": NO_OTHER_THREAD,
    "test_a_writer_that_may_not_wait_asks_once": NO_LOCKS,
    "test_a_writer_waits_in_growing_pauses_and_then_names_the_lock": NO_LOCKS,
    "test_aborting_a_run_whose_loop_was_closed_over_it_changes_nothing": ONE_LOOP,
    "test_aborting_after_the_loop_has_ended_changes_nothing": ONE_LOOP,
    "test_another_thread_is_told_that_no_loop_runs_there": NO_OTHER_THREAD,
    "test_any_record_is_lived_through": TOO_LONG,
    "test_long_texts_take_time_in_proportion": TOO_LONG,
    "test_an_alias_that_is_nothing_but_itself_is_refused": "3.14 says so, otherwise",
    "test_an_async_thunk_outside_of_a_loop_says_what_to_do": ONE_LOOP,
    "test_an_effect_that_waits_needs_a_loop_and_says_so": ONE_LOOP,
    "test_an_error_is_plain_data": "it has other numbers",
    "test_an_error_of_the_system_has_its_name_as_code": "it has other numbers",
    "test_the_files_of_a_living_writer_are_left_alone": NO_LOCKS,
    "test_what_is_no_file_is_neither_read_nor_replaced": "no pipes, no devices",
    "test_what_is_no_packet_is_refused": TOO_DEEP,
    "test_what_is_stored_beside_a_read_is_newer_than_what_was_read": NO_OTHER_THREAD,
    "test_what_is_stored_beside_a_write_meets_it_as_its_own": NO_OTHER_THREAD,
    "test_what_is_urgent_is_written_without_anybody_asking": NO_OTHER_THREAD,
}
"""Tests of what a page does not have, though nothing that they import says so."""
ASK_PYTEST = (
    "--verbose",
    "--no-header",
    "--durations=20",
    "--continue-on-collection-errors",
    "--import-mode=importlib",
    f"--rootdir={SHARED / 'suite'}",
    f"--config-file={SHARED / 'suite' / 'pytest.ini'}",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:faulthandler",
)


# A page takes its time, and everything has been looked at closely by our own Python.
hypothesis.settings.register_profile(
    "here",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=10,
    stateful_step_count=20,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("here")


class Outcomes:
    """What became of each test; coroutines run on the loop that a page has."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.failed: dict[str, str] = {}
        self.without: dict[str, str] = {}
        self.coroutines = 0
        self.loops: set[str] = set()
        self.unknown: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is not meant for this interpreter."""
        names = NOT_IN_A_PAGE if IS_PAGE else NOT_HERE
        for module in {getattr(each, "module", None) for each in items if IS_PAGE}:
            if isinstance(getattr(module, "DEEP", None), int):
                setattr(module, "DEEP", DEEP)  # noqa: B010 - of any module
        self.unknown = sorted(set(names) - {*map(_function, items)})
        structs = {each.nodeid: STRUCTS for each in items if _is_of_structs(each)}
        self.without |= structs
        items[:] = [
            each
            for each in items
            if _function(each) not in names and each.nodeid not in structs
        ]

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a test that is a coroutine function, waiting as JavaScript does."""
        function = pyfuncitem.obj
        if not inspect.iscoroutinefunction(function):
            return None
        given = {name: pyfuncitem.funcargs[name] for name in _arguments(pyfuncitem)}
        _wait(self._watched(function(**given)))
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
    ) -> object:
        """Make what a fixture yields that is an asynchronous generator."""
        if not inspect.isasyncgenfunction(fixturedef.func):
            return None
        names = fixturedef.argnames
        made = fixturedef.func(
            **{each: request.getfixturevalue(each) for each in names}
        )
        value: object = _wait(anext(made))
        fixturedef.addfinalizer(lambda: _wait(anext(made, None)))
        key = fixturedef.cache_key(cast("SubRequest", request))
        fixturedef.cached_result = (value, key, None)
        return value

    async def _watched(self, test: Coroutine[object, object, None]) -> None:
        self.coroutines += 1
        self.loops.add(type(asyncio.get_running_loop()).__name__)
        await test

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first stage that failed, or that the test itself passed."""
        told = str(report.longrepr)
        needs = [lack for each, lack in LACKING.items() if each in told]
        if report.failed and needs:
            self.without[report.nodeid] = needs[0]
        elif report.failed:
            self.failed.setdefault(report.nodeid, told)
        elif report.skipped:
            self.without[report.nodeid] = told
        elif report.when == "call":
            self.passed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that could not be read."""
        if report.failed:
            self.failed[report.nodeid] = str(report.longrepr)


def _function(item: pytest.Item) -> str:
    return item.name.partition("[")[0]


def _is_of_structs(item: pytest.Item) -> bool:
    """Say whether a test is about a Struct, or a class of these, or in such a file."""
    if item.path.name.startswith("test_structs"):
        return True
    params = getattr(getattr(item, "callspec", None), "params", {})
    kinds = [each if isinstance(each, type) else type(each) for each in params.values()]
    return any(issubclass(each, msgspec.Struct) for each in kinds)


def _wait(awaited: Awaitable[T]) -> T:
    """Wait for something: in a page on its loop, elsewhere on a new one."""

    async def result() -> T:
        return await awaited

    if IS_PAGE:
        ffi = importlib.import_module("pyodide.ffi")
        return cast("T", ffi.run_sync(result()))
    return asyncio.run(result())


def _arguments(test: pytest.Function) -> tuple[str, ...]:
    names = inspect.signature(test.obj).parameters
    return tuple(name for name in names if name in test.funcargs)


def importable(names: list[str]) -> dict[str, str]:
    """Return what happens when each is imported: empty where nothing does."""
    found = {}
    for name in names:
        try:
            importlib.import_module(name)
            found[name] = ""
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


def standard() -> list[str]:
    """Return the modules of the standard library that can be imported here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = importable(sorted(sys.stdlib_module_names - NOT_TRIED))
    return [name for name, error in names.items() if not error]


def main(told: str, report_to: Path) -> None:
    """Import, run the tests, and write the report."""
    imported = importable(json.loads((SHARED / "modules.json").read_text()))
    start = time.perf_counter()
    outcomes = Outcomes()
    suite = str(SHARED / "suite" / "tests")
    status = int(pytest.main([*ASK_PYTEST, suite], plugins=[outcomes]))
    report = {
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "told": told,
        "imported": imported,
        "standard": standard() if IS_PAGE else [],
        "status": status,
        "passed": outcomes.passed,
        "failed": outcomes.failed,
        "without": outcomes.without,
        "unknown": outcomes.unknown,
        "coroutines": outcomes.coroutines,
        "loops": sorted(outcomes.loops),
        "seconds": time.perf_counter() - start,
    }
    report_to.write_text(json.dumps(report))


if IS_PAGE:
    main(globals()["told"], SHARED / "report.json")
else:
    app = importlib.import_module("app")
    main(asyncio.run(app.main()), Path(sys.argv[2]))
