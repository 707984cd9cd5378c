"""A server that is sent everything twice, or whose reply is lost.

That is what a connection does which dies after the question went out: where it was idle
before, the question is sent again; where it was not, nobody knows whether it arrived.
"""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.errors import Unavailable
from stateroom.link import AsyncLink, Call, Command, Link
from stateroom.link.facts import ServerFacts
from stateroom.live import Live
from stateroom.live.engine import Server

__all__ = ("loses_reply", "sends_twice")


class _Link:
    is_cluster = False

    def __init__(self, link: Link, loses: set[str] | None) -> None:
        self._link = link
        self._loses = loses

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        replies = self._link.run(calls)
        if self._loses is None:
            return self._link.run(calls)
        for each in calls:
            if isinstance(each, Call) and each.script.name in self._loses:
                self._loses.discard(each.script.name)
                raise Unavailable("the reply was lost")
        return replies

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return self._link.get_many(keys)

    def nodes(self) -> list[str]:
        return self._link.nodes()

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        return self._link.scan(node, cursor, pattern, count)

    def close(self) -> None:
        self._link.close()


class _Server:
    is_cluster = False

    def __init__(self, server: Server, loses: set[str] | None) -> None:
        self._server = server
        self._loses = loses

    @property
    def shown(self) -> str:
        return self._server.shown

    def open(self, *, patience_s: float = 0.0) -> Link:
        return _Link(self._server.open(patience_s=patience_s), self._loses)

    def open_async(self, *, patience_s: float = 0.0) -> AsyncLink:
        return self._server.open_async(patience_s=patience_s)

    def facts(self) -> tuple[ServerFacts, ...]:
        return self._server.facts()

    async def facts_async(self) -> tuple[ServerFacts, ...]:
        return await self._server.facts_async()

    def close(self) -> None:
        self._server.close()


def sends_twice(live: Live) -> None:
    """Have every exchange of blocking code sent twice; the second reply is told."""
    live.engine.server = _Server(live.engine.server, None)
    live.close()


def loses_reply(live: Live, script: str) -> None:
    """Have a script run once, in blocking code, whose reply does not come."""
    live.engine.server = _Server(live.engine.server, {script})
    live.close()
