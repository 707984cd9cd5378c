"""A process with one cache; see ``tests.faults.stations``. One JSON document a line."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import threading
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from stateroom.cache import Cache
from tests.faults.jobs import Gate, Jobs
from tests.faults.sources import Source
from tests.faults.watching import engine_of, is_hearing, until_async

RACED = ["r1", "r2", "r3", "r4", "r5", "r6"]
QUIET_S = 0.3
"""Until what another process wrote last is told."""


class Worker:
    """Carries out orders, each in a task of its own."""

    def __init__(self, cache: Cache, source: Source) -> None:
        self.gate = Gate()
        self.cache = cache
        self._source = source
        self._jobs = Jobs(cache, source, self._before_return)
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, line: str) -> None:
        """Begin what a line orders."""
        order = json.loads(line)
        task = asyncio.ensure_future(self._obey(order))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _obey(self, order: dict[str, str]) -> None:
        start = time.monotonic()
        try:
            said = {"value": str(await self._deed(order["do"])(order["name"]))}
        except Exception as error:
            said = {"error": type(error).__name__, "text": str(error)}
        say(id=order["id"], seconds=str(time.monotonic() - start), **said)

    def _deed(self, do: str) -> Callable[[str], Awaitable[object]]:
        deeds: dict[str, Callable[[str], Awaitable[object]]] = {
            "static": self._jobs.static,
            "tagged": self._tagged,
            "invalidate": self._jobs.static.invalidate,
            "invalidate-tag": self.cache.invalidate_tags,
            "hold": self._hold,
            "release": self._release,
            "hear": self._hear,
            "voided": self._voided,
            "race": self._race,
            "stale": self._stale,
            "local-hits": self._local_hits,
        }
        return deeds[do]

    async def _tagged(self, name: str) -> str:
        return (await self._jobs.tagged(name)).text

    async def _hold(self, _: str) -> None:
        self.gate.close()

    async def _release(self, _: str) -> None:
        self.gate.open()

    async def _hear(self, _: str) -> None:
        """Wait until changes are told."""
        engine_of(self.cache).hearing.start()
        await until_async(lambda: is_hearing(self.cache), "the tracker")

    async def _voided(self, _: str) -> int:
        """Return how many loads came too late to be kept."""
        return self._jobs.static.serving.tally.voided

    async def _race(self, seconds: str) -> int:
        """Read and write a few entries for so long; return the number of reads."""
        for name in RACED:  # now each has the tags that later writes go by
            self._source.write(name, f"Job:{name} {uuid.uuid4().hex}")
            await self._jobs.static.invalidate(name)
            await self._jobs.tagged.invalidate(name)
        end = time.monotonic() + float(seconds)
        counts = await asyncio.gather(*(self._read(end, n) for n in range(12)))
        await self._write(end=0.0)
        return sum(counts)

    async def _read(self, end: float, seed: int) -> int:
        dice, count = random.Random(seed), 0
        while time.monotonic() < end:
            name = dice.choice(RACED)
            await (self._jobs.static(name) if seed % 2 else self._jobs.tagged(name))
            count += 1
            if not count % 25:
                await self._write(end)
        return count

    async def _write(self, end: float) -> None:
        """Change an entry, and say so; at the end, all of them."""
        names = RACED if not end else random.sample(RACED, 1)
        for name in names:
            self._source.write(name, f"Job:{name} {uuid.uuid4().hex}")
            if random.random() < 0.5:
                await self._jobs.static.invalidate(name)
                await self._jobs.tagged.invalidate(name)
            else:
                await self.cache.invalidate_tags("Static", f"Job:{name}")

    async def _stale(self, _: str) -> list[str]:
        """Return which entries are not what the source says, when all is quiet."""
        await asyncio.sleep(QUIET_S)
        stale = []
        for name in RACED * 2:
            now = self._source.read(name)
            found = {
                "static": await self._jobs.static(name),
                "tagged": await self._tagged(name),
            }
            stale += [f"{how} {name}" for how in found if found[how] != now]
        return stale

    async def _local_hits(self, _: str) -> int:
        return self._jobs.static.serving.tally.local

    async def _before_return(self, name: str) -> None:
        if name not in RACED:
            say(reached=name)
        await self.gate(name)


def say(**what: str) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def main(settings: dict[str, str | float]) -> None:
    """Obey until the input ends."""
    timeout = float(settings["timeout"])
    cache = Cache(
        str(settings["url"]), namespace=str(settings["namespace"]),
        local=bool(settings["local"]), timeout=timeout, connect_timeout=timeout,
    )  # fmt: skip
    worker = Worker(cache, Source(Path(str(settings["home"]))))
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(worker.take, line)
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=listen, daemon=True).start()
    async with cache:
        await over.wait()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
