"""Cached functions over one source, the same in every process of a test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from stateroom.cache import Cache
from tests.faults.sources import Source

__all__ = ("Gate", "Job", "Jobs", "Plain")

TTL_S = 60.0
Before = Callable[[str], Awaitable[None]]


class Job(msgspec.Struct, frozen=True):
    """A value with tags of its own: the words of its text that look like tags."""

    text: str

    @property
    def tags(self) -> list[str]:
        """Return its tags; ``"Job:7 Team:2 old"`` has two."""
        return [word for word in self.text.split() if word.partition(":")[2]]


class Gate:
    """Holds loads between their look at the source and their return.

    Attributes:
        reached: how many loads have come to the gate so far.
    """

    def __init__(self) -> None:
        self.reached = 0
        self._open = asyncio.Event()
        self._arrival = asyncio.Event()
        self._open.set()

    def close(self) -> None:
        """Hold every load that comes from now on."""
        self._open.clear()

    def open(self) -> None:
        """Let all go on."""
        self._open.set()

    async def arrival(self, count: int = 1) -> None:
        """Wait until so many loads have come, since the beginning."""
        while self.reached < count:
            self._arrival.clear()
            await self._arrival.wait()

    async def __call__(self, _name: str) -> None:
        self.reached += 1
        self._arrival.set()
        await self._open.wait()


class Jobs:
    """What one process, or one cache that plays a process, asks for.

    Each load reads the source first and then waits for ``before_return``: so a write
    in between makes the loaded value old.

    Attributes:
        static: tagged ``"Static"``.
        tagged: tagged with what its text says.
        wordless: as ``static``; results whose text is ``"none"`` are not kept.
    """

    def __init__(self, cache: Cache, source: Source, before_return: Before) -> None:
        @cache.cached(TTL_S, tags=["Static"], name="static", early=0, jitter=0)
        async def static(name: str) -> str:
            return await self._load(name)

        @cache.cached(TTL_S, tags=_tags, name="tagged", early=0, jitter=0)
        async def tagged(name: str) -> Job:
            return Job(await self._load(name))

        @cache.cached(
            TTL_S, name="wordless", early=0, jitter=0, keep=_is_word, negative_ttl=0
        )
        async def wordless(name: str) -> str:
            return await self._load(name)

        self.cache = cache
        self.static = static
        self.tagged = tagged
        self.wordless = wordless
        self._source = source
        self._before_return = before_return

    async def _load(self, name: str) -> str:
        text = self._source.load(name)
        await self._before_return(name)
        if text == "fails":
            raise LookupError(name)
        return text


class Plain:
    """The same for blocking code.

    Attributes:
        static: as ``Jobs.static``, under a name of its own.
    """

    def __init__(
        self, cache: Cache, source: Source, before_return: Callable[[str], object]
    ) -> None:
        @cache.cached(TTL_S, tags=["Static"], name="plain", early=0, jitter=0)
        def static(name: str) -> str:
            text = source.load(name)
            before_return(name)
            if text == "fails":
                raise LookupError(name)
            return text

        self.cache = cache
        self.static = static


def _tags(job: Job) -> list[str]:
    return job.tags


def _is_word(text: str) -> bool:
    return text != "none"
