"""Selectors of a slice: they read one slice, and are called with the root state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Concatenate, Generic, ParamSpec, TypeVar, cast

from stateroom.errors import InvalidSlice
from stateroom.store.undefined import UNDEFINED

__all__ = ("SliceSelector", "absent")

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


class SliceSelector(Generic[S, P, R]):
    """A function of a slice's state that finds the slice in the root state.

    Attributes:
        unwrapped: the function itself, which takes the state of the slice.
    """

    def __init__(
        self,
        name: str,
        initial: Callable[[], S],
        function: Callable[Concatenate[S, P], R],
    ) -> None:
        self.unwrapped: Callable[Concatenate[S, P], R] = function
        self._name = name
        self._initial = initial
        self.__name__: str = getattr(function, "__name__", "selector")
        self.__doc__ = function.__doc__

    def __call__(self, root: object, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            state = cast("Mapping[str, S]", root)[self._name]
        except (KeyError, TypeError):
            raise absent(self._name, self.__name__, root) from None
        return self.unwrapped(state, *args, **kwargs)

    def at(self, find: Callable[[object], S]) -> Callable[Concatenate[object, P], R]:
        """Return the same selector for a slice that stands elsewhere.

        Args:
            find: takes what the selector will be called with, gives the slice's state.
        """

        def select(root: object, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return self.unwrapped(find(root), *args, **kwargs)

        return select

    def or_initial(self, root: object, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Select from the slice, or from its initial state where it is not there yet.

        For slices that are injected later.

        Raises:
            InvalidSlice: the root state is no mapping.
        """
        if not isinstance(root, Mapping):
            raise absent(self._name, self.__name__, root)
        held: object = root.get(self._name, UNDEFINED)
        state = self._initial() if held is UNDEFINED else cast("S", held)
        return self.unwrapped(state, *args, **kwargs)


def absent(name: str, selector: str, root: object) -> InvalidSlice:
    """Say that a slice is not in what a selector of it was called with."""
    found = ", ".join(map(str, root)) if isinstance(root, Mapping) else repr(root)
    return InvalidSlice(
        f"{name}.{selector}: the state has no slice {name!r}; "
        f"found {found or 'no slice'}",
        path=name,
        hint="give the slice to the store, or store.inject(...) it first",
    )
