"""Types survive a guard. Checked by mypy and pyright, never run.

A line that must not pass is marked; strict mode fails when its error is one no more.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import assert_type

from stateroom.cache import AsyncCached, Cache
from stateroom.live import BlockingQuota, Grant, Grants, Live, Quota, Quotas, Usage

calls = Live.memory().quota("job-api", limit=5, per="month", cost_per_call="0.02")
cache = Cache.memory()


@calls.guarded()
async def fetch(query: str, *, page: int = 1) -> list[str]:
    return [query] * page


@calls.blocking.guarded(not_called=(ConnectionRefusedError, LookupError))
def fetch_blocking(query: str, *, page: int = 1) -> list[str]:
    return [query] * page


class Client:
    @calls.guarded()
    async def fetch(self, query: str) -> int:
        return len(query)

    @cache.cached(ttl=60, ignore={"self"})
    @calls.guarded()
    async def fetch_cached(self, query: str) -> int:
        return len(query)


async def is_typed(client: Client) -> None:
    assert_type(await fetch("nurse", page=2), list[str])
    assert_type(fetch_blocking("nurse"), list[str])
    assert_type(await client.fetch("nurse"), int)
    assert_type(await client.fetch_cached("nurse"), int)
    assert_type(calls, Quota)
    assert_type(calls.blocking, BlockingQuota)
    assert_type(await calls.take(2), Grant)
    assert_type(calls.blocking.require(), Grant)
    assert_type((await calls.take()).cost, Decimal | None)
    assert_type(await calls.usage(), Usage)
    assert_type(calls.also(calls.of(user=7)), Quotas)
    assert_type(await calls.also(calls.of(user=7)).take(), Grants)
    task: Coroutine[object, object, list[str]] = fetch("nurse")
    await task


async def is_refused() -> None:
    await fetch(7)  # type: ignore[arg-type]
    fetch_blocking("nurse", page="2")  # type: ignore[arg-type]
    calls.guarded(when_soft="stop")  # type: ignore[call-overload]
    Live.memory().quota("q", limit=1, per="fortnight")  # type: ignore[arg-type]
    Live.memory().quota("q", limit=1, per="day", cost_per_call=0.1)  # type: ignore[arg-type]


def is_kept() -> None:
    guarded: Callable[[int], str] = calls.guarded()(str)
    cached: AsyncCached[[int], str] = cache.cached(ttl=60)(calls.guarded()(_text))
    del guarded, cached


async def _text(number: int) -> str:
    return str(number)
