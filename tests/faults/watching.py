"""Looks into a cache, a loop and a server: what a test waits for and counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager

from stateroom.cache import Cache
from stateroom.cache.engine import Engine
from tests.servers.processes import RedisProcess

__all__ = (
    "Counted",
    "commands",
    "engine_of",
    "eventually",
    "is_hearing",
    "keys_of",
    "scripts_run",
    "until_async",
)

POLL_S = 0.005


def engine_of(cache: Cache) -> Engine:
    """Return the machinery of a cache."""
    return cache._engine  # noqa: SLF001 - what is tested is what users do not see


def is_hearing(cache: Cache) -> bool:
    """Say whether a cache hears of changes, so that its local copies are served."""
    return time.monotonic() < engine_of(cache).hearing.trusted_until


async def until_async(
    is_true: Callable[[], bool], what: str, *, within: float = 10.0
) -> None:
    """Wait in the running loop until something is true.

    Raises:
        TimeoutError: it did not become true.
    """
    end = time.monotonic() + within
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {within:g} s for {what}")
        await asyncio.sleep(POLL_S)


async def eventually(
    ask: Callable[[], Awaitable[object]], expected: object, *, within: float = 5.0
) -> None:
    """Ask until the answer is the expected one.

    Raises:
        AssertionError: it did not come; the message has the last one.
    """
    end = time.monotonic() + within
    while (found := await ask()) != expected:
        assert time.monotonic() < end, f"still {found!r}, not {expected!r}"
        await asyncio.sleep(POLL_S)


def keys_of(server: RedisProcess, pattern: str) -> list[str]:
    """Return the keys of a server that match."""
    return sorted(server.cli("KEYS", pattern).split())


def scripts_run(server: RedisProcess) -> int:
    """Return how often scripts of ours were run so far: who misses runs one."""
    calls = _calls(server)
    return calls.get("evalsha", 0) + calls.get("eval", 0)


class Counted:
    """How often each command was called, by clients and by scripts.

    Attributes:
        calls: by the command's name, in lower case.
    """

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}

    def of(self, names: Iterable[str]) -> int:
        """Return how often these were called, all together."""
        return sum(self.calls.get(each, 0) for each in names)


@contextmanager
def commands(server: RedisProcess) -> Iterator[Counted]:
    """Count the commands that a server runs inside the block; known at its end."""
    before = _calls(server)
    counted = Counted()
    yield counted
    for name, calls in _calls(server).items():
        if calls != before.get(name, 0):
            counted.calls[name] = calls - before.get(name, 0)


def _calls(server: RedisProcess) -> dict[str, int]:
    counts = {}
    for line in server.cli("INFO", "commandstats").splitlines():
        name, _, fields = line.removeprefix("cmdstat_").partition(":calls=")
        if fields:
            counts[name.lower()] = int(fields.partition(",")[0])
    return counts
