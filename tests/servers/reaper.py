"""Ends the servers of a test run, however that run ends.

One small process reads a pipe from this one. When the pipe closes, because pytest has
ended, crashed or was killed, it kills the servers that are still on its list, and
removes their directories. Nothing else does: not ``atexit``, which a forked child of
a test would run too.
"""

from __future__ import annotations

import atexit
import functools
import os
import subprocess
import sys
from pathlib import Path

__all__ = ("forget", "watch")

PROGRAM = """
import os, shutil, signal, sys

alive = {}
for line in sys.stdin:
    sign, pid, home = line.rstrip("\\n").split(" ", 2)
    if sign == "+":
        alive[int(pid)] = home
    else:
        alive.pop(int(pid), None)
for pid, home in alive.items():
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
    shutil.rmtree(home, ignore_errors=True)
"""


def watch(pid: int, home: Path) -> None:
    """Have the process killed and its directory removed when this process ends."""
    _tell("+", pid, home)


def forget(pid: int, home: Path) -> None:
    """Take the process off the list: it has ended, and its number may be reused."""
    _tell("-", pid, home)


def _tell(sign: str, pid: int, home: Path) -> None:
    pipe = _reaper(os.getpid()).stdin
    assert pipe is not None
    pipe.write(f"{sign} {pid} {home}\n")
    pipe.flush()


@functools.cache
def _reaper(_owner: int) -> subprocess.Popen[str]:
    """Start the reaper of a process, once; a forked child has its own."""
    reaper = subprocess.Popen(
        (sys.executable, "-S", "-E", "-c", PROGRAM),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for pytest alone
        text=True,
    )
    atexit.register(_close, reaper, _owner)
    return reaper


def _close(reaper: subprocess.Popen[str], owner: int) -> None:
    if owner == os.getpid():
        reaper.communicate()
