"""Waits for a store's state, told by the store itself: nothing is polled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar, cast

from stateroom.store.loops import resolve
from stateroom.store.store import Store

__all__ = ("wait_for",)

T = TypeVar("T")

PATIENCE_S = 10.0
"""A test that waits for longer has stopped; it is told for what."""
MOST_SHOWN = 2000
"""Characters of a state in a message."""


async def wait_for(
    store: Store, predicate: Callable[[object], T], *, timeout_s: float = PATIENCE_S
) -> T:
    """Wait until something is true of the state; at once if it is already.

    The predicate is asked after each dispatch, from whichever thread that comes.

    Args:
        store: whose state is looked at.
        predicate: takes the root state, such as a selector of a slice does.
        timeout_s: seconds after which the test is told that it waits in vain.

    Returns:
        What the predicate returned, when that was true.

    Raises:
        AssertionError: it never was, in that time; the message tells the state.
        Exception: whatever the predicate raises.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[tuple[T, None] | tuple[None, Exception]]
    found = loop.create_future()

    def look() -> None:
        try:
            value = predicate(store.state)
        except Exception as error:
            resolve(found, (None, error))
        else:
            if value:
                resolve(found, (value, None))

    stop = store.subscribe(look)
    try:
        look()
        await asyncio.wait({found}, timeout=timeout_s)
    finally:
        stop()
    if not found.done():
        raise AssertionError(_in_vain(predicate, store, timeout_s))
    value, error = found.result()
    if error is not None:
        raise error
    return cast("T", value)


def _in_vain(predicate: object, store: Store, seconds: float) -> str:
    name = getattr(predicate, "__qualname__", repr(predicate))
    state = repr(store.state)
    if len(state) > MOST_SHOWN:
        state = f"{state[:MOST_SHOWN]}..."
    return f"{name} was not true in {seconds:g} s; the state is {state}"
