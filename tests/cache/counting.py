"""A link that counts what goes through it, and answers when a test lets it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from stateroom.link import Call, Command

__all__ = ("CountingLink",)


class CountingLink:
    """Holds whatever it is asked for, and answers when the test lets it.

    Attributes:
        asked: the keys of each exchange.
    """

    is_cluster = False

    def __init__(self, *, size: int = 8) -> None:
        self.asked: list[list[bytes]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None
        self._size = size

    @property
    def batches(self) -> list[int]:
        """How many values were asked for in each exchange."""
        return [sum(b":v:" in key for key in keys) for keys in self.asked]

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        self.asked.append(list(keys))
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return [b"%b" % key if b":t:" in key else b"v" * self._size for key in keys]

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        raise NotImplementedError(calls)

    async def nodes(self) -> list[str]:
        raise NotImplementedError

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        raise NotImplementedError(node, cursor, pattern, count)

    async def aclose(self) -> None:
        """Nothing is open."""
