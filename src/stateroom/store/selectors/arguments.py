"""Finds out which of a selector's arguments each of its functions takes.

A selector may be called with more than the state, and not everything it is made of
needs to know: an input that takes the state alone is given the state alone. This is
read from signatures once, when the selector is declared.
"""

from __future__ import annotations

import inspect
import operator
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stateroom.store.slice_selectors import SliceSelector

__all__ = ("ANY_NUMBER", "Reach", "beyond", "name_of", "reach_of", "together")

ANY_NUMBER: Final = sys.maxsize
"""Positional arguments that a function with ``*args`` takes."""

_OF_STATE_ALONE = (operator.attrgetter, operator.itemgetter, operator.methodcaller)
"""They take one argument; their signatures say any number, or are not known."""

_BY_POSITION = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
)
_BY_NAME = (
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """The arguments that a function takes.

    Attributes:
        most: how many by position.
        names: which by name; None when it takes any.
    """

    most: int
    names: frozenset[str] | None

    def takes(self, args: tuple[object, ...], named: Mapping[str, object]) -> bool:
        """Say whether there is a place for each of these arguments."""
        return len(args) <= self.most and (
            not named or self.names is None or named.keys() <= self.names
        )

    def among(self, named: Mapping[str, object]) -> Mapping[str, object]:
        """Return those of the named arguments that it takes."""
        if self.names is None or not named:
            return named
        return {name: named[name] for name in named if name in self.names}


_STATE_ALONE = Reach(1, frozenset())


def reach_of(function: object) -> Reach:
    """Read from its signature what ``function`` takes; without one, the state alone."""
    known = getattr(function, "reach", None)
    if isinstance(known, Reach):
        return known
    if isinstance(function, SliceSelector):  # takes the root in the slice's place
        return reach_of(function.unwrapped)
    parameters = _parameters_of(function)
    if parameters is None or isinstance(function, _OF_STATE_ALONE):
        return _STATE_ALONE
    kinds = [each.kind for each in parameters]
    most = sum(kind in _BY_POSITION for kind in kinds)
    names = frozenset(each.name for each in parameters if each.kind in _BY_NAME)
    return Reach(
        ANY_NUMBER if inspect.Parameter.VAR_POSITIONAL in kinds else most,
        None if inspect.Parameter.VAR_KEYWORD in kinds else names,
    )


def beyond(function: object, count: int) -> Reach:
    """Read what ``function`` takes beside its first ``count`` arguments.

    Only parameters that it names count: one that takes ``*values`` means those of the
    inputs, and not what the selector was called with.
    """
    parameters = _parameters_of(function) or []
    by_position = [each for each in parameters if each.kind in _BY_POSITION]
    taken = by_position[:count]
    names = [each.name for each in parameters if each.kind in _BY_NAME]
    return Reach(
        max(0, len(by_position) - count),
        frozenset(names) - {each.name for each in taken},
    )


def _parameters_of(function: object) -> list[inspect.Parameter] | None:
    """List the parameters of a function; None when it does not tell them."""
    if not callable(function):
        return None
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # written in C, without a signature
        return None


def together(reaches: Sequence[Reach]) -> Reach:
    """Say what is taken by at least one of several functions."""
    names: frozenset[str] | None = frozenset()
    for each in reaches:
        names = None if names is None or each.names is None else names | each.names
    return Reach(max(each.most for each in reaches), names)


def name_of(function: object) -> str:
    """Print the name of a function."""
    return getattr(function, "__name__", None) or repr(function)
