"""Which of our tests of the store need nothing that a page does not have."""

from __future__ import annotations

from pathlib import Path

from stateroom.cli.bundling_files import LEAVES, SAFE
from stateroom.cli.bundling_imports import imports_of
from stateroom.cli.bundling_standard import PROVIDED, STANDARD

__all__ = ("BORROWED", "ROOT", "STAND_INS", "SUITE", "TOOLS", "lacking", "selected")

ROOT = Path(__file__).resolve().parents[2]
SUITE = ROOT / "tests" / "store"
TOOLS = (
    "_hypothesis_globals", "_pytest", "hypothesis", "iniconfig", "packaging", "pluggy",
    "py", "pygments", "pytest", "sortedcontainers", "typing_extensions",
    "tzdata",
)  # fmt: skip
"""Pytest, Hypothesis, what they need, and time zones, as installed here: Python alone.

Hypothesis has one compiled part, which ``stand_ins/native.py`` does the work of.
"""
STAND_INS = ("msgspec",)
"""What is no Python: only names, for files in which a few tests use them."""
BORROWED = ("cache/clocks.py", "testing/timing.py")
"""Files of Stateroom that tests of the store use, and that need Python alone."""


def selected() -> dict[Path, tuple[str, ...]]:
    """Return every Python file of the suite, with what keeps it from being run."""
    return {path: lacking(path) for path in sorted(SUITE.rglob("*.py"))}


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
        return set() if module.startswith("tests.store") else {module}
    if top != "stateroom":
        return {top}
    borrowed = {f"stateroom.{path[:-3].replace('/', '.')}" for path in BORROWED}
    if module in borrowed:
        return set()
    if module != "stateroom" and module.split(".")[1] not in SAFE:
        return {module}
    return {module, *(f"{module}.{name}" for name in names)} & set(LEAVES)
