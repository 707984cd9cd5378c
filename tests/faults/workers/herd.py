"""Forks processes that all ask for one entry at the same moment; each says its value.

The parent may have used the cache before it forks, as a server does that loads its
application first; its children then go on with what they inherit.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from pathlib import Path

from stateroom.cache import Cache
from tests.faults.jobs import Jobs, Plain
from tests.faults.sources import Source
from tests.faults.watching import engine_of, is_hearing, until_async

LOAD_S = 0.2
PATIENT_S = 5.0

TURNS = 40
NAMES = [f"n{n}" for n in range(5)]
VALUES = [f"{name}: first" for name in NAMES]

Settings = dict[str, str]


def slow(name: str) -> float:
    """Return how long a load takes, in seconds."""
    return LOAD_S if name == "a" else 0.0


class Herd:
    """What parent and children share: a declaration, made once."""

    def __init__(self, settings: Settings) -> None:
        source = Source(Path(settings["home"]))
        self.cache = Cache(
            settings["url"], namespace=settings["namespace"], timeout=PATIENT_S,
            connect_timeout=PATIENT_S, local=settings["local"] == "yes",
        )  # fmt: skip
        self.jobs = Jobs(self.cache, source, lambda n: asyncio.sleep(slow(n)))
        self.plain = Plain(self.cache, source, lambda n: time.sleep(slow(n)))

    async def ask(self, name: str) -> str:
        """Return a value in an event loop."""
        async with self.cache:
            value = await self.jobs.static(name)
            if engine_of(self.cache).local is not None:
                await until_async(lambda: is_hearing(self.cache), "the tracker")
                assert [await self.jobs.static(name) for _ in range(2)] == [value] * 2
                assert self.jobs.static.serving.tally.local > 0
            for _ in range(TURNS):  # a socket that others use too would mix replies up
                values = await asyncio.gather(*map(self.jobs.static, NAMES))
                assert values == VALUES
            return value

    def ask_blocking(self, name: str) -> str:
        """Return a value without one."""
        with self.cache:
            value = self.plain.static(name)
            for _ in range(TURNS):  # as above
                assert [self.plain.static(each) for each in NAMES] == VALUES
            return value


def begin(herd: Herd, face: str, go: int) -> int:
    """Fork one that waits until ``go`` is closed, asks, says what it got, and ends."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.read(go, 1)
        gc.collect()  # what was inherited is closed now, if it ever is
        asks = herd.ask_blocking
        value = asks("a") if face == "blocking" else asyncio.run(herd.ask("a"))
        os.write(1, f"{value}\n".encode())
        status = 0
    finally:
        os._exit(status)


def scatter(herd: Herd, settings: Settings) -> list[int]:
    """Let all of them ask at once; return their numbers."""
    wait, go = os.pipe()
    os.set_inheritable(go, False)  # noqa: FBT003 - the name says it
    count = int(settings["count"])
    children = [begin(herd, settings["face"], wait) for _ in range(count)]
    os.write(go, b"x" * len(children))
    return children


def failed(children: list[int]) -> bool:
    """Wait for all of them; say whether one did not end well."""
    statuses = [os.waitpid(each, 0)[1] for each in children]
    return any(statuses)


async def within(herd: Herd, settings: Settings) -> None:
    """Use the cache in a loop, fork from it, and use it again beside the children."""
    assert await herd.jobs.static("parent") == "parent: first"
    children = scatter(herd, settings)
    waiting = asyncio.ensure_future(asyncio.to_thread(failed, children))
    while not waiting.done():
        async with asyncio.timeout(PATIENT_S / 2):
            values = await asyncio.gather(*map(herd.jobs.static, NAMES))
        assert values == VALUES
        await asyncio.sleep(0.001)
    assert not await waiting
    assert await herd.jobs.static("after") == "after: first"
    await herd.cache.aclose()


def main(settings: Settings) -> None:
    """Fork before the first use, or amid it."""
    herd = Herd(settings)
    match settings["used"]:
        case "":
            assert not failed(scatter(herd, settings))
        case "blocking":
            assert herd.plain.static("parent") == "parent: first"
            assert not failed(scatter(herd, settings))
            assert herd.plain.static("parent") == "parent: first"
            assert herd.plain.static("after") == "after: first"
            herd.cache.close()
        case "async":
            asyncio.run(within(herd, settings))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
