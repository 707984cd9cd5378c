"""A program that keeps its answers in a folder, and says what it finds there."""

from __future__ import annotations

import asyncio
import enum
import sys
from dataclasses import dataclass

from stateroom.persist import Files, Persistor, persist
from stateroom.query import QueryApi, QueryCall, QueryClient
from stateroom.query.mirroring import mirror_of
from stateroom.store import Store

__all__ = ("main",)


class Kind(enum.Enum):
    FULL = "full"


@dataclass
class Pay:
    cents: int


@dataclass
class Job:
    id: int
    kind: Kind
    pay: Pay | None = None


api = QueryApi("api")
asked: list[str] = []


@api.query
async def jobs(call: QueryCall, kind: Kind) -> dict[str, list[Job]]:
    """Return some jobs."""
    asked.append(kind.value)
    return {"found": [Job(1, kind, Pay(100)), Job(2, kind)]}


async def main(folder: str) -> str:
    """Ask for jobs; return them, and how often the server was asked."""
    mirror = mirror_of(api)
    store = Store(persist(mirror.slice, **mirror.settings))
    with Persistor(store, Files(folder)) as persistor:
        persistor.hydrate()
        async with QueryClient(store, api) as client:
            found = await client.fetch(jobs(Kind.FULL))
    return f"{found} {len(asked)}"


if __name__ == "__main__":
    print(asyncio.run(main(sys.argv[1])))  # noqa: T201 - it is asked for
