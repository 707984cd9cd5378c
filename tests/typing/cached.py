"""Types survive the decorator. Checked by mypy and pyright, never run.

A line that must not pass is marked; strict mode fails when its error is one no more.
"""

from __future__ import annotations

from typing import assert_type

from stateroom.cache import AsyncCached, BlockingCached, Cache, Entry

cache = Cache.memory()


@cache.cached(ttl=60, tags=["Job"])
async def search(query: str, *, location: str | None = None) -> list[str]:
    return [query, location or ""]


@cache.cached(ttl=60, tags=lambda jobs: [f"Job:{each}" for each in jobs])
def search_blocking(query: str, *, location: str | None = None) -> list[str]:
    return [query, location or ""]


class Board:
    @cache.cached(ttl=60, ignore={"self"})
    async def ranks(self, game: int) -> dict[str, int]:
        return {"a": game}

    @cache.cached(ttl=60, ignore={"self"})
    def ranks_blocking(self, game: int) -> dict[str, int]:
        return {"a": game}


async def is_typed(board: Board) -> None:
    assert_type(await search("python", location="Berlin"), list[str])
    assert_type(await search.entry("python"), Entry[list[str]])
    assert_type(await search.fresh("python"), list[str])
    assert_type(await search.refresh("python"), list[str])
    assert_type(await search.invalidate("python", location=None), int)
    assert_type(await search.get_many(["a", "b"]), list[list[str]])
    assert_type(search.key("python"), str)

    assert_type(search_blocking("python"), list[str])
    assert_type(search_blocking.entry("python").value, list[str])
    assert_type(search_blocking.invalidate("python"), int)

    assert_type(await board.ranks(7), dict[str, int])
    assert_type(await board.ranks.invalidate(7), int)
    assert_type(board.ranks_blocking(7), dict[str, int])

    assert_type(await cache.get("k", of=int), int | None)
    assert_type(await cache.get("k", of=int, default=0), int)
    assert_type(await cache.get("k", of=int, default=None), int | None)
    assert_type(cache.blocking.get("k", of=int), int | None)
    assert_type(cache.blocking.get("k", of=int, default="none"), int | str)


async def is_refused(board: Board) -> None:
    await search(7)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    await search()  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    await search.invalidate("a", place="b")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    search_blocking(7)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    await board.ranks("x")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    board.ranks_blocking("x")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    await search_blocking("x")  # type: ignore[misc] # pyright: ignore[reportGeneralTypeIssues]


def is_of_its_kind(plain: AsyncCached[[str], int]) -> BlockingCached[[str], int]:
    return plain  # type: ignore[return-value] # pyright: ignore[reportReturnType]
