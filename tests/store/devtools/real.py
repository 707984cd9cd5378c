"""The Redux DevTools' own packages, asked through one long-lived Node process.

They come from the npm registry into pytest's cache, at the versions of
``tests/tools/devtools/package-lock.json``, once for any number of test processes. The
peers of the DevTools' window (React and the rest) are left out: its reducer needs none.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.oracle.node import Commands

__all__ = ("Node", "installed")

TOOL = Path(__file__).resolve().parents[2] / "tools" / "devtools"
LISTS = ("package.json", "package-lock.json")
INSTALL = ("ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund")


class Node:
    """Answers requests, one after the other."""

    def __init__(self, found: Commands, folder: Path) -> None:
        self._node = subprocess.Popen(
            [*found.node, "worker.mjs"],
            cwd=folder,
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

    def ask(self, family: str, **request: object) -> object:
        """Ask one family of programs.

        Raises:
            RuntimeError: the program itself is wrong, which is no finding.
        """
        send, receive = self._node.stdin, self._node.stdout
        assert send is not None
        assert receive is not None
        send.write(json.dumps({"family": family, **request}) + "\n")
        send.flush()
        answer = json.loads(receive.readline() or '{"error": "node has ended"}')
        if "error" in answer:
            raise RuntimeError(str(answer["error"]))
        found: object = answer["value"]
        return found


def installed(found: Commands, cache: Path) -> Path:
    """The folder with our programs and the packages in it."""
    paths = [*(TOOL / name for name in LISTS), *sorted(TOOL.glob("*.mjs"))]
    content = b"\0".join(path.read_bytes() for path in paths)
    folder = cache / hashlib.blake2b(content, digest_size=8).hexdigest()
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other test processes wait for this one
        if not folder.is_dir():
            partial = cache / "partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            for path in paths:
                shutil.copy(path, partial)
            _install(found, partial)
            partial.rename(folder)
    return folder


def _install(found: Commands, folder: Path) -> None:
    # npm's own scripts look for node on PATH.
    path = f"{Path(found.node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [*found.npm, *INSTALL],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        pytest.fail(
            f"npm cannot install the Redux DevTools: {done.stderr.strip()[-300:]}",
            pytrace=False,
        )
