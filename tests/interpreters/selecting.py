"""Which of our tests need nothing that a page does not have: store, persist, query."""

from __future__ import annotations

import importlib
from itertools import chain
from pathlib import Path

from stateroom import testing
from stateroom.cli.bundling_files import LEAVES, SAFE
from stateroom.cli.bundling_imports import imports_of
from stateroom.cli.bundling_standard import PROVIDED, STANDARD

__all__ = (
    "BORROWED",
    "ROOT",
    "STAND_INS",
    "SUITES",
    "TOOLS",
    "TOO_LONG",
    "lacking",
    "selected",
)

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("store", "persist", "query")
"""Folders of tests, each of a part of Stateroom that runs in a browser."""
TOOLS = (
    "_hypothesis_globals", "_pytest", "hypothesis", "iniconfig", "packaging", "pluggy",
    "py", "pygments", "pytest", "sortedcontainers", "typing_extensions",
    "tzdata",
)  # fmt: skip
"""Pytest, Hypothesis, what they need, and time zones, as installed here: Python alone.

Hypothesis has one compiled part, which ``stand_ins/native.py`` does the work of.
"""
STAND_INS = ("dbm", "msgspec")
"""What a page does not have: only names, for files in which a few tests use them."""
BORROWED = (
    "testing/__init__.py", "testing/faults.py",
    "testing/faulty_async.py", "testing/recording.py", "testing/schedules.py",
    "testing/storages.py", "testing/storages_bytes.py",
    "testing/storages_keys.py", "testing/storages_places.py",
    "testing/storages_writers.py", "testing/timers.py", "testing/timing.py",
    "testing/transports.py",
)  # fmt: skip
"""Files of Stateroom that these tests use, and that need Python alone."""

TOO_LONG = "time: every step of a whole course, which is the same in every Python"
EXHAUSTIVE = (
    "persist/faces/test_cancelling.py",
    "persist/owners/test_orders.py",
    "persist/storages/test_files_faults.py",
    "persist/storages/test_files_power.py",
    "persist/writers/test_orders.py",
)
"""Files that would take longer there than all others of their suite together."""


def selected() -> dict[Path, tuple[str, ...]]:
    """Return every Python file of the suites, with what keeps it from being run."""
    files = (ROOT.joinpath("tests", suite).rglob("*.py") for suite in SUITES)
    long = {ROOT / "tests" / each for each in EXHAUSTIVE}
    return {
        path: (TOO_LONG,) if path in long else lacking(path)
        for path in sorted(chain.from_iterable(files))
    }


def lacking(path: Path, seen: frozenset[Path] = frozenset()) -> tuple[str, ...]:
    """Return what a file imports, itself or through other files, and no page has."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    found: set[str] = set()
    for each in imports_of(path.read_bytes(), name, is_package=False):
        for module in (each.module, *(f"{each.module}.{one}" for one in each.names)):
            helper = ROOT.joinpath(*module.split(".")).with_suffix(".py")
            if module.startswith("tests.") and helper.is_file():
                is_new = helper not in seen
                found.update(lacking(helper, seen | {path}) if is_new else ())
        found.update(_foreign(each.module, each.names))
    return tuple(sorted(found))


def _foreign(module: str, names: tuple[str, ...]) -> set[str]:
    top = module.partition(".")[0]
    if top in STANDARD | PROVIDED | {*TOOLS, *STAND_INS}:
        return set()
    if top == "tests":
        is_ours = module.split(".")[1] in SUITES
        return set() if is_ours else {module}
    if top != "stateroom":
        return {top}
    if _is_borrowed(module, names):
        return set()
    if module != "stateroom" and module.split(".")[1] not in SAFE:
        return {module}
    loaded = {module, *(f"{module}.{name}" for name in names), *_homes(module, names)}
    return loaded & set(LEAVES)


def _is_borrowed(module: str, names: tuple[str, ...]) -> bool:
    borrowed = {f"stateroom.{path[:-3].replace('/', '.')}" for path in BORROWED}
    if module == testing.__name__:
        return _homes(module, names) <= borrowed
    return module in borrowed


def _homes(module: str, names: tuple[str, ...]) -> set[str]:
    """Return where names are from that a package loads when they are first used."""
    there = importlib.import_module(module)
    found = (
        getattr(getattr(there, name, None), "__module__", module) for name in names
    )
    return {home for home in found if isinstance(home, str)}
