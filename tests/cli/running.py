"""Runs the program: in this process, as a process, and on a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from stateroom.cli.program import app

__all__ = ("ROOT", "SEED", "Done", "on_terminal", "process", "run", "uncoloured")

ROOT = Path(__file__).resolve().parents[2]
SEED = str(ROOT / "examples" / "seed.toml")
PATIENCE = 15
"""Seconds for one process, on a machine that is busy; it takes a third of one."""
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Done:
    """What a run printed, and how it ended."""

    status: int
    out: str
    err: str = ""


def run(*words: str, answers: str = "", env: Mapping[str, str] | None = None) -> Done:
    """Run the program in this process, without a terminal; it reads ``answers``."""
    settings: dict[str, str | None] = dict.fromkeys(
        [name for name in os.environ if name.startswith("STATEROOM_")]
    )
    result = CliRunner().invoke(
        app, words, input=answers, env={**settings, **(env or {})}
    )
    assert isinstance(result.exception, SystemExit | None), result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def command(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "stateroom", *words)


def environment(**more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("STATEROOM_")
        and name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"}
    }
    return kept | {"PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"} | more


def process(*words: str, answers: str = "", **env: str) -> Done:
    """Run the program as a process without a terminal."""
    done = subprocess.run(
        command(*words),
        input=answers,
        env=environment(**env),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def on_terminal(
    *words: str,
    answers: tuple[str, ...] = (),
    columns: int = 80,
    env: Mapping[str, str] | None = None,
    in_root: bool = False,
) -> Done:
    """Run the program on a terminal of its own, to which both its outputs go.

    Each of ``answers`` is typed when the program asks for it; ``in_root`` runs it in
    the root of the checkout.
    """
    ours, theirs = pty.openpty()
    size = struct.pack("HHHH", 50, columns, 0, 0)
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
    child = subprocess.Popen(
        command(*words),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT if in_root else None,
        env=environment(TERM="xterm-256color", COLUMNS=str(columns)) | dict(env or {}),
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - a system call, before any thread
    )
    os.close(theirs)
    try:
        text = _converse(ours, list(answers))
        status = child.wait(PATIENCE)
    finally:
        child.kill()
        os.close(ours)
    return Done(status, text.replace("\r\n", "\n"))


def _take_terminal() -> None:
    """Make the terminal the one that Ctrl-C is sent to."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _converse(terminal: int, answers: list[str]) -> str:
    """Read all that is printed, typing an answer at each prompt."""
    text = ""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # the other side has closed
            return text
        if not data:
            return text
        text += data.decode("utf-8", "replace")
        if answers and uncoloured(text).endswith("do not know: "):
            os.write(terminal, answers.pop(0).encode())
    raise TimeoutError(text)


def uncoloured(text: str) -> str:
    """Return text without escape sequences."""
    return _ESCAPES.sub("", text)
