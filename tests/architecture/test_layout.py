"""Sizes of files, what a browser can import, and what no file of ours may name."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import stateroom

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
PYTHON_FILES = sorted(SOURCE.rglob("*.py"))

LONGEST = 600
"""Lines; nothing excuses more."""
LONG = 300
"""Lines; more needs a reason in ``LONG_FILES``."""
LONG_FILES: dict[str, str] = {}
"""Path below src/stateroom -> why it is one file and not two."""

BROWSER_SAFE = ("errors", "signals", "flows", "store", "persist", "query", "client")
LEAVES = (
    "stateroom.persist.encrypted",
    "stateroom.query.transports.httpx",
    "stateroom.store.structs",
)
"""Modules of browser-safe packages that may need more; each is imported on request."""

PURE = ("catalogue", "decide")
LOADING = (
    "stateroom.catalogue.loading",
    "stateroom.decide.lockfile",
    "stateroom.decide.rulesets",
)
"""The modules of pure packages that may touch a file."""
OUTSIDE = ("input", "now", "open", "read_bytes", "read_text", "today", "utcnow")
"""Calls that need no import of their own, or are methods of a value handed in."""

IMPORT_WITHOUT_THIRD_PARTIES = """
import importlib, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top != "stateroom" and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} is not there in a browser")

for name in list(sys.modules):
    if name.partition(".")[0] not in {"__main__", *sys.stdlib_module_names}:
        del sys.modules[name]
sys.meta_path.insert(0, Refuse())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_of(part: str) -> list[str]:
    """Every module of a part of the package, its leaves aside; none if it is not."""
    name = f"stateroom.{part}"
    found = map(module_name, PYTHON_FILES)
    return [
        each
        for each in found
        if (each == name or each.startswith(f"{name}.")) and each not in LEAVES
    ]


def files_of_the_repository() -> list[Path]:
    git = shutil.which("git") or "git"
    listed = subprocess.run(
        (git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def import_without_third_parties(*modules: str) -> str:
    """Import where the standard library is all there is; say what fails."""
    result = subprocess.run(
        (sys.executable, "-c", IMPORT_WITHOUT_THIRD_PARTIES, *modules),
        capture_output=True,
        check=False,
        text=True,
    )
    return result.stderr


def test_no_file_is_longer_than_the_hard_limit() -> None:
    longer = {str(path): lines_of(path) for path in PYTHON_FILES}
    assert {path: n for path, n in longer.items() if n > LONGEST} == {}


def test_each_long_file_has_a_reason_and_no_reason_is_left_over() -> None:
    long = {
        path.relative_to(SOURCE / "stateroom").as_posix()
        for path in PYTHON_FILES
        if lines_of(path) > LONG
    }
    assert long == set(LONG_FILES)


def test_every_public_name_of_the_package_resolves() -> None:
    missing = [name for name in stateroom.__all__ if not hasattr(stateroom, name)]
    assert missing == []


def test_the_package_imports_with_the_standard_library_alone() -> None:
    assert import_without_third_parties("stateroom") == ""


@pytest.mark.parametrize("part", BROWSER_SAFE)
def test_the_browser_half_imports_with_the_standard_library_alone(part: str) -> None:
    assert import_without_third_parties("stateroom", *modules_of(part)) == ""


def test_a_third_party_import_would_be_refused() -> None:
    assert "not there in a browser" in import_without_third_parties("msgspec")


def outside_world(code: str) -> list[str]:
    """Name the calls that read a clock or a file without importing a forbidden one."""
    calls = [each for each in ast.walk(ast.parse(code)) if isinstance(each, ast.Call)]
    names = [ast.unparse(call.func) for call in calls]
    return [name for name in names if name.rpartition(".")[2] in OUTSIDE]


@pytest.mark.parametrize("part", PURE)
def test_judgement_asks_neither_a_clock_nor_a_file(part: str) -> None:
    asking = {
        path.name: found
        for path in PYTHON_FILES
        if f"{module_name(path)}.".startswith(f"stateroom.{part}.")
        and module_name(path) not in LOADING
        and (found := outside_world(path.read_text("utf-8")))
    }
    assert asking == {}


@pytest.mark.parametrize(
    "code", ["datetime.now(UTC)", "date.today()", "open(path)", "f(path.read_text())"]
)
def test_asking_a_clock_or_a_file_would_be_seen(code: str) -> None:
    assert outside_world(code) != []


# Written in two pieces, so that this file does not name them either.
FORBIDDEN = tuple(
    "".join(pieces)
    for pieces in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("npmjs", ".org"),
        ("npmjs", ".com"),
        ("debian", ".org"),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/tm", "p/"),
        (".lib", "rary/"),
    )
)


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in files_of_the_repository()
        for word in FORBIDDEN
        if word.encode() in path.read_bytes()
    ]
    assert named == []
