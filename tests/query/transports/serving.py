"""A server on this machine, on the loop of whoever starts it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.query.transports.answering import Asked, Line, polite, read, rude

__all__ = ("Site",)


class Site:
    """What is served.

    Attributes:
        asked: every request.
        connections: how many were opened.
        origin: as ``"http://127.0.0.1:40001"``.
        bad_days: paths that the next requests are taken for, one after another.
        waiting: set when somebody waits for what will never come.
        gone: set when that client has left.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.connections: int = 0
        self.origin: str = ""
        self.bad_days: list[str] = []
        self.waiting: asyncio.Event = asyncio.Event()
        self.gone: asyncio.Event = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Serve on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.origin = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """Serve no more, and leave nobody waiting."""
        if self._server is not None:
            self._server.close()
        for writer in [*self._writers]:
            writer.close()
        await self.emptied()

    async def emptied(self) -> None:
        """Wait until every client has left."""
        if self._serving:
            await asyncio.wait(self._serving)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        self._writers.add(writer)
        self.connections += 1
        line = Line(reader, writer, self.waiting, self.gone)
        try:
            while await self._answered(line):
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone, or has nothing more to ask
        finally:
            writer.close()
            self._writers.discard(writer)
            self._serving.discard(task)

    async def _answered(self, line: Line) -> bool:
        """Answer the next request; say whether there may be one after it."""
        asked = await read(line.reader)
        self.asked.append(asked)
        if self.bad_days:
            asked = replace(asked, target=self.bad_days.pop(0))
        if await rude(asked, line):
            return False
        line.writer.write(polite(asked))
        return True
