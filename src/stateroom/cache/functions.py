"""What both kinds of cached function share: what they carry, and what they refuse."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from stateroom.cache.locating import Locator
from stateroom.cache.places import Place
from stateroom.cache.voiding import Voiding
from stateroom.errors import BlockingCall

__all__ = ("Head", "done", "look_alike", "refuse_in_loop")

R = TypeVar("R")

_running_loop = asyncio._get_running_loop  # noqa: SLF001 - documented; does not raise


class Head(Generic[R]):
    """What is known of a cached function besides how it is called.

    Attributes:
        function: as it was decorated.
        locate: from its arguments to the place of their entry.
        item: the name under which its entries stand.
        voiding: carries out its invalidations.
    """

    __slots__ = ("function", "item", "locate", "voiding")

    def __init__(
        self,
        function: Callable[..., object],
        locate: Locator[Place],
        *,
        item: str,
        voiding: Voiding,
    ) -> None:
        self.function: Callable[..., object] = function
        self.locate: Locator[Place] = locate
        self.item: str = item
        self.voiding: Voiding = voiding


def refuse_in_loop(what: str) -> None:
    """Refuse a blocking call where an event loop runs, before anything is looked at.

    Raises:
        BlockingCall: it would stop every other task of the loop.
    """
    if _running_loop() is not None:
        raise BlockingCall(
            f"{what}: a blocking call inside a running event loop",
            hint="make the function async, or call it with asyncio.to_thread",
        )


def look_alike(
    cached: object,
    function: Callable[..., object],
    *,
    is_async: bool,
    is_bound: bool = False,
) -> None:
    """Carry the name, the documentation and the signature of the function.

    Frameworks look at the signature, and at whether it is a coroutine function.
    """
    carry = cast("Callable[[object, object], object]", functools.update_wrapper)
    carry(cached, function)
    if is_bound:
        signature = inspect.signature(function)
        _, *rest = signature.parameters.values()
        vars(cached)["__signature__"] = signature.replace(parameters=rest)
    if is_async:
        mark = getattr(inspect, "markcoroutinefunction", None)
        if mark is not None:
            mark(cached)


def done(count: int) -> None:
    """Take a count that nobody asked for: the work was done after a commit."""
    del count
