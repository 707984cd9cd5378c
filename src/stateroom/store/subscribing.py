"""Who is told that something was dispatched: listeners, watchers and observers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

from stateroom.errors import EndlessUpdate, InvalidAction, InvalidSlice
from stateroom.store.drafts.tables import is_same

__all__ = (
    "Listener",
    "Listeners",
    "Observable",
    "Observer",
    "Subscription",
    "Unsubscribe",
    "Watcher",
    "is_same_value",
)

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

Listener: TypeAlias = Callable[[], object]
"""Called after every dispatch, without arguments."""
Unsubscribe: TypeAlias = Callable[[], None]
"""Ends a subscription; calling it again does nothing."""

MOST_NESTED: Final = 50
"""How often a watcher may make itself fire again, inside its own call."""


class Listeners:
    """Listeners in the order of their registration.

    Attributes:
        calls: the listeners now. A new tuple after each change, so that who runs
            through one is not disturbed by it.
    """

    def __init__(self) -> None:
        self.calls: tuple[Listener, ...] = ()
        self._keys: tuple[object, ...] = ()

    def add(self, listener: Listener) -> object:
        """Register ``listener``, also when it is registered already; return its key."""
        key = object()
        self.calls = (*self.calls, listener)
        self._keys = (*self._keys, key)
        return key

    def has(self, key: object) -> bool:
        """Say whether a registration has not ended."""
        return key in self._keys

    def remove(self, key: object) -> None:
        """End this one registration; nothing happens when it has ended."""
        if key not in self._keys:
            return
        index = self._keys.index(key)
        self.calls = self.calls[:index] + self.calls[index + 1 :]
        self._keys = self._keys[:index] + self._keys[index + 1 :]


def is_same_value(old: object, new: object) -> bool:
    """Say whether a selected value is the one of before.

    Objects are compared by identity, as state that did not change keeps it; scalars
    by class and value; tuples element by element, as selectors put several values
    together in a new tuple each time.
    """
    if type(old) is tuple and type(new) is tuple:
        return len(old) == len(new) and all(map(is_same_value, old, new))
    return is_same(old, new)


class Watcher(Generic[T]):
    """Calls back when a selected value has changed, and only then."""

    def __init__(
        self,
        get_state: Callable[[], object],
        select: Callable[[object], T],
        callback: Callable[[T], object],
        *,
        is_equal: Callable[[T, T], bool],
    ) -> None:
        if not callable(select):
            raise InvalidSlice(
                "what is watched is a function of the root state; "
                f"found {select!r:.200}",
                hint="a selector, e.g. roles.select_slice for a whole slice",
            )
        self._get_state = get_state
        self._select = select
        self._callback = callback
        self._is_equal = is_equal
        self._depth = 0
        self.value: T = select(get_state())

    def __call__(self) -> None:
        """See whether the value has changed, and say so.

        Raises:
            EndlessUpdate: the callback has made itself fire again too often.
        """
        new = self._select(self._get_state())
        if self._is_equal(self.value, new):
            return
        self.value = new
        if self._depth >= MOST_NESTED:
            raise self._endless(new)
        self._depth += 1
        try:
            self._callback(new)
        finally:
            self._depth -= 1

    def _endless(self, value: T) -> EndlessUpdate:
        name = getattr(self._callback, "__qualname__", repr(self._callback))
        return EndlessUpdate(
            f"{name} changes what it watches, and so fired {MOST_NESTED} times inside "
            f"itself; the value is {value!r:.200} now",
            hint="let it dispatch only while something is left to change",
        )


class Observer(Protocol[T_contra]):
    """What an observable tells about states: an object with ``next``."""

    def next(self, state: T_contra, /) -> object:
        """Take the newest state."""
        ...


class Subscription:
    """A running observation."""

    def __init__(self, stop: Unsubscribe) -> None:
        self._stop = stop

    def unsubscribe(self) -> None:
        """End it; calling it again does nothing."""
        self._stop()


class Observable:
    """A store as a source of states, for libraries of observables.

    Source:
        The TC39 proposal for observables, as far as Redux follows it.
    """

    def __init__(
        self,
        get_state: Callable[[], object],
        subscribe: Callable[[Listener], Unsubscribe],
    ) -> None:
        self._get_state = get_state
        self._subscribe = subscribe

    def subscribe(self, observer: Observer[object]) -> Subscription:
        """Tell ``observer`` the state now, and after every dispatch.

        Raises:
            InvalidAction: the observer is None or a scalar; a ``TypeError``, too.
        """
        given: object = observer
        if given is None or isinstance(given, (bool, int, float, str, bytes)):
            raise InvalidAction(
                f"an observer is an object with next; found {given!r}",
                hint="give it next(state); or use store.subscribe(function)",
            )

        def tell() -> None:
            if hasattr(observer, "next"):
                observer.next(self._get_state())

        tell()
        return Subscription(self._subscribe(tell))
