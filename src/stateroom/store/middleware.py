"""What stands between ``dispatch`` and the reducer, as types.

A middleware is called three times: once with the store's api, when the store is built;
once with what comes after it; then with each action::

    def log(api: StoreApi) -> Callable[[Next], Next]:
        def around(next: Next) -> Next:
            def seen(action: object) -> object:
                print(action)
                return next(action)
            return seen
        return around
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar, overload

if TYPE_CHECKING:
    from stateroom.store.seams import Readable

__all__ = ("Middleware", "Next", "StoreApi")

R = TypeVar("R")
T = TypeVar("T")

Next: TypeAlias = Callable[[object], object]
"""The rest of the chain: takes what is dispatched, gives what ``dispatch`` returns."""


class StoreApi(Protocol):
    """What of the store a middleware and a thunk can use."""

    @property
    def extra(self) -> object:
        """What the store was given for its thunks: a client, a clock, a set of them."""
        ...

    def __getitem__(self, part: Readable[T], /) -> T:
        """Return the state of a slice as it is now: ``api[roles]``."""
        ...

    def get_state(self) -> object:
        """Return the root state as it is now."""
        ...

    @overload
    def dispatch(self, action: Callable[[StoreApi], R], /) -> R: ...

    @overload
    def dispatch(self, action: Mapping[str, object], /) -> Mapping[str, object]: ...

    def dispatch(self, action: object, /) -> object:
        """Send an action, or a thunk, through the whole chain of middlewares."""
        ...


Middleware: TypeAlias = Callable[[StoreApi], Callable[[Next], Next]]
"""Takes the store's api, then what comes next, then each action."""
