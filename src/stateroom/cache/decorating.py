"""The type of ``Cache.cached``: what a decorator makes of each kind of function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ParamSpec, Protocol, TypeVar, overload

from stateroom.cache.functions_async import AsyncCached
from stateroom.cache.functions_blocking import BlockingCached

__all__ = ("Decorator",)

P = ParamSpec("P")
R = TypeVar("R")


class Decorator(Protocol):
    """Serves a function from a cache; parameters and result stay as they are."""

    # An awaitable is an R too: whatever can be awaited is the first.
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[P, Awaitable[R]]
    ) -> AsyncCached[P, R]: ...

    @overload
    def __call__(self, function: Callable[P, R]) -> BlockingCached[P, R]: ...
