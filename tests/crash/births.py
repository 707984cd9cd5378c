"""The parent's side of the crash tests: children that are listened to, and killed."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ("ROOT", "Child", "Nursery", "environment")

ROOT = Path(__file__).parents[2]
PATIENCE_S = 15.0
"""Seconds that a child may be silent, when it has something to say."""


def environment() -> dict[str, str]:
    """Return an environment in which a process finds the package and the tests.

    What this process has on its path comes first: so a copy tests itself.
    """
    places = os.pathsep.join([*filter(None, sys.path), str(ROOT), str(ROOT / "src")])
    return {**os.environ, "PYTHONPATH": places, "PYTHONDONTWRITEBYTECODE": "1"}


class Nursery:
    """A process that forks children."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._orders = ours
        self._process = subprocess.Popen(
            (sys.executable, "-m", "tests.crash.nursery", str(theirs.fileno())),
            pass_fds=(theirs.fileno(),),
            env=environment(),
            cwd=ROOT,
        )
        theirs.close()

    def bear(self, life: str, kind: str, place: Path, word: object = "") -> Child:
        """Begin a child of that life; see ``tests.crash.lives``."""
        hearing, saying = os.pipe()
        order = json.dumps(["bear", life, kind, str(place), str(word)]).encode()
        socket.send_fds(self._orders, [order], [saying])
        os.close(saying)
        return Child(self, self._answer(), hearing)

    def bury(self, number: int) -> int:
        """Wait for the end of a child, and return how it ended, as ``waitpid`` does."""
        self._orders.sendall(json.dumps(["bury", str(number)]).encode())
        return self._answer()

    def _answer(self) -> int:
        said = self._orders.recv(64)
        assert said.endswith(b"\n"), "the nursery has ended"
        return int(said)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._orders.close()
        self._process.wait(PATIENCE_S)


class Child:
    """A process that says what it does.

    Attributes:
        number: of the process.
        lines: what was heard of it and not taken yet, as words.
    """

    def __init__(self, nursery: Nursery, number: int, descriptor: int) -> None:
        self._nursery = nursery
        self.number = number
        self.lines: list[list[str]] = []
        self._descriptor = descriptor
        self._rest = b""
        self._is_silent = False

    def listen(self, seconds: float) -> None:
        """Hear what it says for so long, or until it has ended."""
        end = time.monotonic() + seconds
        left = seconds
        while left >= 0 and not self._is_silent:
            if not select.select([self._descriptor], [], [], left)[0]:
                return
            self._hear()
            left = end - time.monotonic()

    def until(self, word: str) -> list[list[str]]:
        """Return what it says up to a line that begins with that word."""
        end = time.monotonic() + PATIENCE_S
        while not self._is_silent and time.monotonic() < end:
            found = [place for place, line in enumerate(self.lines) if line[0] == word]
            if found:
                rest = self.lines[found[0] + 1 :]
                self.lines = self.lines[: found[0] + 1]
                taken, self.lines = self.taken(), rest
                return taken
            if select.select([self._descriptor], [], [], PATIENCE_S)[0]:
                self._hear()
        raise AssertionError(f"no {word!r} came: {self.taken()[-5:]}")

    def end(self, number: int | None = signal.SIGKILL) -> int:
        """End it with a signal, hear the rest, and return how it ended."""
        if number is not None:
            os.kill(self.number, number)
        self.listen(PATIENCE_S)
        os.close(self._descriptor)
        return self._nursery.bury(self.number)

    def taken(self) -> list[list[str]]:
        """Return what was heard and not taken yet; a failure of the child is ours."""
        taken, self.lines = self.lines, []
        failures = [json.loads(" ".join(line[1:])) for line in taken if _failed(line)]
        if failures:
            raise AssertionError("\n".join(failures))
        return taken

    def _hear(self) -> None:
        data = os.read(self._descriptor, 1 << 16)
        self._is_silent = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.lines += [line.decode().split(" ") for line in lines]


def _failed(line: list[str]) -> bool:
    return line[0] == "failed"
