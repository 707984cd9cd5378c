"""A private Redis server on a free port of this machine, for one run."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ("HOST", "Server", "private_redis", "version_of_redis")

HOST = "127.0.0.1"
ATTEMPTS = 3
"""Between finding a free port and listening on it, somebody else may take it."""
START_LIMIT = 10.0
"""Seconds in which the server has to answer; 50 ms is usual."""
STOP_LIMIT = 10.0
POLL = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a server listens."""

    port: int

    def url(self, database: int = 0) -> str:
        """Return the address of one of its databases."""
        return f"redis://{HOST}:{self.port}/{database}"


@contextmanager
def private_redis() -> Iterator[Server]:
    """Run a server that saves nothing, and stop it at the end."""
    with tempfile.TemporaryDirectory() as folder:
        process, server = _started(folder)
        try:
            yield server
        finally:
            _stop(process)


def version_of_redis() -> str:
    """Return the version of the server on PATH, or ``absent``."""
    binary = shutil.which("redis-server")
    if binary is None:
        return "absent"
    told = subprocess.run((binary, "--version"), capture_output=True, check=True)
    words = (word.partition("=") for word in told.stdout.decode().split())
    return next((value for name, _, value in words if name == "v"), "unknown")


def _started(folder: str) -> tuple[subprocess.Popen[bytes], Server]:
    binary = shutil.which("redis-server")
    if binary is None:
        raise RuntimeError("no redis-server on PATH: apt install redis-server")
    for _ in range(ATTEMPTS):
        server = Server(port=_free_port())
        process = subprocess.Popen(
            (binary, *_options(server.port, folder)),
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        if _comes_up(process, server.port):
            return process, server
        _stop(process)
    raise RuntimeError(f"redis-server did not start in {ATTEMPTS} attempts")


def _options(port: int, folder: str) -> tuple[str, ...]:
    named = {
        "port": str(port),
        "bind": HOST,
        "dir": folder,
        "save": "",
        "appendonly": "no",
        "maxclients": "10000",
    }
    return tuple(part for name, value in named.items() for part in (f"--{name}", value))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _comes_up(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until this very process answers; say whether it did."""
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and process.poll() is None:
        if _process_at(port) == process.pid:
            return True
        time.sleep(POLL)
    return False


def _process_at(port: int) -> int | None:
    """Return the process id of the Redis that answers on a port."""
    try:
        with socket.create_connection((HOST, port), timeout=1.0) as connection:
            connection.sendall(b"INFO server\r\n")
            lines = connection.recv(1 << 14).splitlines()
    except OSError:
        return None
    found = (line for line in lines if line.startswith(b"process_id:"))
    return int(next(found, b":-1").partition(b":")[2])


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
