"""A user's module in a page: a counter, and a thunk that waits on the page's loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from stateroom.store import Slice, Store, StoreApi

__all__ = ("main",)


@dataclass
class Counter:
    """What the page shows."""

    value: int = 0


counter = Slice("counter", Counter)


@counter.reducer
def add(state: Counter, step: int) -> None:
    """Count on."""
    state.value += step


@counter.selector
def value(state: Counter) -> int:
    """What a page shows."""
    return state.value


async def main() -> str:
    """Count, wait, count again; return what the page would show at each moment."""
    store = Store(counter)
    shown: list[int] = []
    store.watch(value, shown.append)

    async def later(api: StoreApi) -> str:
        await asyncio.sleep(0.001)
        api.dispatch(add(40))
        return type(asyncio.get_running_loop()).__name__

    store.dispatch(add(2))
    loop = await store.dispatch(later)
    return f"{shown} on {loop}"
