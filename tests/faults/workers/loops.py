"""Uses one cache from several event loops and threads; says what each of them got."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stateroom.cache import Cache
from tests.faults.jobs import Gate, Jobs, Plain
from tests.faults.sources import Source

TURNS = 50


class Program:
    """One cache of a process, and the ways in which it is used."""

    def __init__(self, url: str, namespace: str, home: str) -> None:
        self.source = Source(Path(home))
        self.cache = Cache(
            url, namespace=namespace, timeout=5.0, connect_timeout=5.0, local=True
        )
        self.jobs = Jobs(self.cache, self.source, _pause)

    async def _use(self) -> list[str]:
        names = [f"n{n}" for n in range(20)]
        for _ in range(TURNS):
            await asyncio.gather(*(self.jobs.static(each) for each in names))
        return [await self.jobs.static(each) for each in names]

    async def _use_and_close(self) -> list[str]:
        async with self.cache:
            return await self._use()

    def one_after_the_other(self) -> list[str]:
        """Use it in one loop after the other, and close none of them."""
        values = [asyncio.run(self._use()) for _ in range(3)]
        assert values[0] == values[1] == values[2]
        gc.collect()
        return values[0]

    def each_closed(self) -> list[str]:
        """Use it in one loop after the other, closing it in each."""
        values = [asyncio.run(self._use_and_close()) for _ in range(3)]
        assert values[0] == values[1] == values[2]
        gc.collect()
        return values[0]

    def side_by_side(self) -> list[str]:
        """Use it in two loops of two threads, and in four threads without a loop."""
        gate = threading.Barrier(6)
        plain = Plain(self.cache, self.source, lambda _: None)

        def loop() -> list[str]:
            gate.wait()
            return asyncio.run(self._use())

        def thread() -> list[str]:
            gate.wait()
            for _ in range(TURNS):
                for n in range(20):
                    plain.static(f"n{n}")
            return [plain.static(f"n{n}") for n in range(20)]

        with ThreadPoolExecutor(6) as threads:
            begun = [threads.submit(each) for each in (loop, loop, *[thread] * 4)]
            values = [each.result() for each in begun]
        assert all(each == values[0] for each in values)
        return values[0]

    def ends_early(self) -> list[str]:
        """End a loop amid a load that is kept waiting, and ask again in another."""

        async def leave() -> str:
            gate = Gate()
            gate.close()
            held = Jobs(self.cache, self.source, gate)
            waiting = asyncio.ensure_future(held.tagged("n0"))
            await gate.arrival()
            waiting.cancel()
            return ""

        async def again() -> str:
            async with asyncio.timeout(1.0):  # sooner than the lease would run out
                return (await self.jobs.tagged("n0")).text

        return [asyncio.run(leave()), asyncio.run(again())]


async def _pause(_: str) -> None:
    await asyncio.sleep(0.01)


def main(url: str, namespace: str, home: str, way: str) -> None:
    """Use the cache in one way, and close it."""
    program = Program(url, namespace, home)
    ways: dict[str, Callable[[], list[str]]] = {
        "one after the other": program.one_after_the_other,
        "each closed": program.each_closed,
        "side by side": program.side_by_side,
        "ends early": program.ends_early,
    }
    sys.stdout.write(json.dumps(ways[way]()))
    program.cache.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
