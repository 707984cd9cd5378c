"""What is nobody's, and what is no block, is refused by type checkers, too. Never run.

A line that must not pass is marked; strict mode fails when its error is one no more.
"""

from __future__ import annotations

from typing import assert_type

from stateroom.live import (
    BlockingCounter,
    BlockingHeld,
    Counter,
    Held,
    Live,
    Recent,
)

live = Live.memory()
calls = live.quota("job-api", limit=5, per="month")
views = live.counter("views")
mutex = live.mutex("nightly")


@calls.guarded
async def fetch(query: str, *, page: int = 1) -> list[str]:
    return [query] * page


@calls.also(calls.of(user=7)).blocking.guarded
def fetch_blocking(query: str) -> list[str]:
    return [query]


async def is_typed() -> None:
    assert_type(await fetch("nurse", page=2), list[str])
    assert_type(fetch_blocking("nurse"), list[str])
    assert_type(views.of("home", user=7), Counter)
    assert_type(views.blocking.of(group="a"), BlockingCounter)
    assert_type(live.recent("seen", str, most=3).of(user="ann"), Recent[str])
    async with mutex.hold() as held:
        assert_type(held, Held)
    with mutex.blocking.hold() as kept:
        assert_type(kept, BlockingHeld)


async def is_refused(signed_in: str | None) -> None:
    views.of(user=signed_in)  # type: ignore[arg-type]
    views.blocking.of(group=None)  # type: ignore[arg-type]
    await fetch(7)  # type: ignore[arg-type]
    async with mutex:  # type: ignore[attr-defined]
        pass
    with mutex.blocking:  # type: ignore[attr-defined]
        pass
    with mutex.hold():  # type: ignore[attr-defined]
        pass
