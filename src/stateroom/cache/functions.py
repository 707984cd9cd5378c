"""What both kinds of cached function share: what they carry, and what they refuse."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from stateroom.cache.locating import Locator
from stateroom.cache.places import Place
from stateroom.cache.voiding import Voiding

__all__ = ("Head", "done", "look_alike")

R = TypeVar("R")


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
