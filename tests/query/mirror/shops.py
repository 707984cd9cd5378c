"""An api of jobs, and its server, which is a class."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field

from stateroom.errors import ResponseError
from stateroom.query import QueryApi, QueryCall, QueryEndpoint, Tag

__all__ = ("Job", "Server", "Shop", "open_shop")


@dataclass
class Job:
    id: int
    title: str = "Cook"


@dataclass
class Server:
    """Answers, unless it is down; whoever asks waits until the gate is open.

    Attributes:
        title: of every job.
        asked: what was asked for.
    """

    title: str = "Cook"
    is_down: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)

    async def answer(self, what: str) -> str:
        """Return the title that every job has.

        Raises:
            ResponseError: it is down.
        """
        self.asked.append(what)
        await self.gate.wait()
        if self.is_down:
            raise ResponseError("down", status=503, data={"again": "later"})
        return self.title


@dataclass
class Shop:
    """The api, its endpoints and its server."""

    server: Server
    api: QueryApi
    jobs: QueryEndpoint[[str, int], list[Job]]
    job: QueryEndpoint[[int], Job]
    count: QueryEndpoint[[], int]
    secret: QueryEndpoint[[], str]


def open_shop() -> Shop:
    """Return a shop whose server answers at once."""
    server, api = Server(), QueryApi("api", tags=("Job", "Secret"))
    server.gate.set()

    @api.query(provides=lambda jobs: [Tag("Job", each.id) for each in jobs])
    async def jobs(call: QueryCall, city: str, page: int) -> list[Job]:
        title = await server.answer(f"jobs {city} {page}")
        return [Job(page, title), Job(page + 1, title)]

    @api.query(keep_unused=5.0)
    async def job(call: QueryCall, number: int) -> Job:
        return Job(number, await server.answer(f"job {number}"))

    @api.query(keep_unused=math.inf)
    async def count(call: QueryCall) -> int:
        return len(await server.answer("count"))

    @api.query(provides=["Secret"], mirror=False)
    async def secret(call: QueryCall) -> str:
        return await server.answer("secret")

    return Shop(server, api, jobs, job, count, secret)
