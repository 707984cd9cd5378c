"""Waits for news from Redis, on connections apart: one that waits answers nobody else.

Their answers may take seconds. So they neither take a turn from those that are
answered at once, nor count as failures of the server.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from typing import Protocol

from stateroom.errors import Unavailable
from stateroom.link import AsyncLink, Command, Link
from stateroom.link.belonging import PerLoop, inherit

__all__ = ("LONGEST_S", "Ears")

LONGEST_S = 1.0
"""Seconds between two looks at what is waited for, though nothing was heard: so long
may a wake-up be lost that went to a process which stood still."""
PATIENCE_S = LONGEST_S + 0.25
"""A server looks at its clock ten times a second, and may be busy."""
DEAF_S = 0.1
"""Seconds until it is tried again after nothing could be heard."""
LEAST_S = 0.001
"""To Redis, 0 is for ever."""


class Opens(Protocol):
    """Opens links whose answers may take longer."""

    def open(self, *, patience_s: float = 0.0) -> Link: ...

    def open_async(self, *, patience_s: float = 0.0) -> AsyncLink: ...


class Ears:
    """The links that one application waits with, in one process."""

    def __init__(self, server: Opens) -> None:
        self._server = server
        self._link: Link | None = None
        self._lock = threading.Lock()
        self._links: PerLoop[AsyncLink] = PerLoop(
            lambda: server.open_async(patience_s=PATIENCE_S),
            end=lambda link: link.aclose(),
        )

    def hear(self, key: bytes, seconds: float) -> bool:
        """Wait until something is pushed to a list, and take it; say whether it was."""
        with self._lock:
            if self._link is None:
                self._link = self._server.open(patience_s=PATIENCE_S)
            link = self._link
        try:
            return _is_heard(link.run([_words(key, seconds)]))
        except Unavailable:
            time.sleep(min(seconds, DEAF_S))
            return False

    async def hear_async(self, key: bytes, seconds: float) -> bool:
        """``hear``, awaited."""
        try:
            return _is_heard(await self._links.here().run([_words(key, seconds)]))
        except Unavailable:
            await asyncio.sleep(min(seconds, DEAF_S))
            return False

    def close(self) -> None:
        """Close the blocking link."""
        link, self._link = self._link, None
        if link is not None:
            link.close()
        self._links.drop_closed()

    async def aclose_here(self) -> None:
        """Close what belongs to the running loop."""
        await self._links.aclose_here()

    def after_fork(self) -> None:
        """Drop, in a child, what belongs to its parent, without touching it."""
        inherit(self._link, *self._links.forget())
        self._link = None
        self._lock = threading.Lock()


def _words(key: bytes, seconds: float) -> Command:
    return ("BLPOP", key, f"{max(LEAST_S, min(seconds, LONGEST_S)):.3f}")


def _is_heard(replies: Sequence[object]) -> bool:
    return bool(replies[0])
