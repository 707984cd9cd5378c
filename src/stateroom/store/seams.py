"""What a store hands to others: the api of thunks and middlewares, and to devtools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar, cast, overload

from stateroom.errors import InReducer
from stateroom.store.middleware import Next, StoreApi
from stateroom.store.roots import without

__all__ = ("Api", "Instrument", "Readable", "run_or_pass", "state_of")

R = TypeVar("R")
T = TypeVar("T")
S_co = TypeVar("S_co", covariant=True)


class Readable(Protocol[S_co]):
    """A part of the state that can be read by it: a slice."""

    @property
    def name(self) -> str:
        """The key in the root state."""
        ...

    def initial(self) -> S_co:
        """Return a new initial state."""
        ...


def state_of(part: Readable[T], root: object) -> T:
    """Return the state of a slice in a root state.

    Raises:
        InvalidSlice: it is not there.
    """
    try:
        return cast("Mapping[str, T]", root)[part.name]
    except (KeyError, TypeError, AttributeError):
        raise without(part) from None


class Instrument(Protocol):
    """What can stand in for the root reducer: the devtools."""

    @property
    def is_time_travelling(self) -> bool:
        """Whether another state than the newest is shown."""
        ...

    def perform(self, action: Mapping[str, object], /) -> object:
        """Take an action and return the root state to show."""
        ...


class Api:
    """What middlewares and thunks may use of a store.

    Attributes:
        extra: what the store was given for its thunks.
        send: the whole chain; the store sets it when the chain is built.
    """

    def __init__(self, get_state: Callable[[], object], extra: object) -> None:
        self.extra: object = extra
        self.send: Next = _too_early
        self._get_state = get_state

    def __getitem__(self, part: Readable[T], /) -> T:
        """Return the state of a slice as it is now.

        Raises:
            InvalidSlice: the store does not have it.
        """
        return state_of(part, self._get_state())

    def get_state(self) -> object:
        """Return the root state as it is now."""
        return self._get_state()

    @overload
    def dispatch(self, action: Callable[[StoreApi], R], /) -> R: ...

    @overload
    def dispatch(self, action: Mapping[str, object], /) -> Mapping[str, object]: ...

    def dispatch(self, action: object, /) -> object:
        """Send an action, or a thunk, through the whole chain of middlewares."""
        return self.send(action)


def _too_early(_: object) -> object:
    raise InReducer(
        "a middleware dispatched while the chain was being built; those behind it "
        "would not have seen the action",
        hint="dispatch when the first action arrives",
    )


def run_or_pass(action: object, api: StoreApi, after: Next) -> object:
    """Call a thunk with the api; hand everything else on."""
    if callable(action) and not hasattr(action, "match"):
        result: object = action(api)
        return result
    return after(action)
