"""Worker processes: fresh ones, that stay for the run and answer one line at a time.

A worker is ``python -m MODULE``. It says that it is ready, and then answers every line
of its standard input by one of its standard output, both of them JSON.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TypeVar

import msgspec

from benchmarks.processes import ROOT

__all__ = ("Worker", "ask_all", "moment", "serve", "started")

T = TypeVar("T")
O = TypeVar("O")  # noqa: E741 - an order, as in the names below

READY = b"ready\n"
STOP_LIMIT = 10.0
"""Seconds for a worker to end after its input has."""


def moment() -> float:
    """Return now, in seconds of a clock that all processes of the machine share."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


class Worker:
    """One process. What it is asked it answers in order."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", module),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def wait_ready(self) -> None:
        """Return when it has imported all that it needs."""
        if self._line() != READY:
            raise RuntimeError("a worker does not say that it is ready")

    def order(self, order: object) -> None:
        """Tell it what to do; its answer comes when it is asked for."""
        told = _pipe(self._process.stdin)
        told.write(msgspec.json.encode(order) + b"\n")
        told.flush()

    def answer(self, kind: type[T]) -> T:
        """Wait for its answer to the oldest order that has none yet."""
        return msgspec.json.decode(self._line(), type=kind)

    def stop(self) -> None:
        """Make it end."""
        _pipe(self._process.stdin).close()
        try:
            self._process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()

    def _line(self) -> bytes:
        line = _pipe(self._process.stdout).readline()
        if not line:
            status = self._process.wait()
            raise RuntimeError(f"a worker ended with status {status}, see above")
        return line


@contextmanager
def started(module: str, count: int) -> Iterator[Sequence[Worker]]:
    """Run so many workers until the block ends."""
    workers = [Worker(module) for _ in range(count)]
    try:
        for each in workers:
            each.wait_ready()
        yield workers
    finally:
        for each in workers:
            each.stop()


def ask_all(
    workers: Sequence[Worker], orders: Sequence[object], kind: type[T]
) -> list[T]:
    """Tell each worker its order, all before the first answer; return the answers."""
    for worker, order in zip(workers, orders, strict=True):
        worker.order(order)
    return [worker.answer(kind) for worker in workers]


def serve(kind: type[O], work: Callable[[O], object]) -> None:
    """Be a worker: do the work for every order, until there are no more."""
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        answer = work(msgspec.json.decode(line, type=kind))
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
        sys.stdout.buffer.flush()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise RuntimeError("a worker has no pipe")
    return stream
