"""A store that remembers what reached its reducer, and turns of the event loop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, cast

from stateroom.store.actions import Action
from stateroom.store.middleware import Middleware
from stateroom.store.store import Store
from stateroom.store.undefined import UNDEFINED

__all__ = ("Recorded", "Reducer", "collected", "turns")

Reducer: TypeAlias = Callable[[object, Action], object]

MANY_TURNS = 25
"""More turns of the loop than any chain of callbacks in these tests is long."""


class Recorded(Store):
    """A store with one reducer, and the actions that it was given."""

    def __init__(
        self,
        reduce: Reducer = lambda state, _: state,
        *,
        state: object = None,
        extra: object = None,
        middleware: Sequence[Middleware] = (),
        checks: bool = False,
    ) -> None:
        self.actions: list[Action] = []

        def root(before: object, action: Mapping[str, object]) -> object:
            known = cast("Action", action)
            if known["type"].startswith("@@stateroom/"):
                return None if before is UNDEFINED else before
            self.actions.append(known)
            return reduce(before, known)

        super().__init__(
            root, preloaded=state, extra=extra, middleware=middleware, checks=checks
        )

    @property
    def types(self) -> list[str]:
        return [each["type"] for each in self.actions]


async def turns() -> None:
    """Let everything happen that needs no time to pass."""
    for _ in range(MANY_TURNS):
        await asyncio.sleep(0)


async def collected() -> None:
    """Let everything happen, and have what nobody holds thrown away."""
    await turns()
    gc.collect()
