"""The input selectors of a selector: runs them, each with the arguments it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from stateroom.errors import UsageError
from stateroom.store.selectors.arguments import (
    ANY_NUMBER,
    Reach,
    beyond,
    name_of,
    reach_of,
    together,
)
from stateroom.store.selectors.memos import Function

__all__ = ("Inputs",)


class Inputs:
    """What a selector computes from.

    Attributes:
        functions: the input selectors, in order.
        reach: the arguments that one of them takes, or the result function.
    """

    __slots__ = ("_beyond", "_narrowest", "_reaches", "functions", "reach")

    def __init__(
        self, functions: tuple[Function[object], ...], result_function: object
    ) -> None:
        _refuse_no_function(functions, result_function)
        self.functions: tuple[Function[object], ...] = functions
        self._reaches = tuple(map(reach_of, functions))
        self._narrowest = min(each.most for each in self._reaches)
        self._beyond = beyond(result_function, len(functions))
        # The result function is not given the state, whose place counts nevertheless.
        shifted = Reach(1 + self._beyond.most, self._beyond.names)
        self.reach: Reach = together((*self._reaches, shifted))

    def values(
        self, args: tuple[object, ...], named: Mapping[str, object]
    ) -> tuple[object, ...]:
        """Run the input selectors.

        Raises:
            UsageError: none of them takes one of the arguments, nor does the result
                function.
        """
        if not named and len(args) <= self._narrowest:
            return tuple([function(*args) for function in self.functions])
        if not self.reach.takes(args, named):
            self._refuse(args, named)
        return tuple(
            [
                function(*args[: reach.most], **reach.among(named))
                for function, reach in zip(self.functions, self._reaches, strict=True)
            ]
        )

    def rest(
        self, args: tuple[object, ...], named: Mapping[str, object]
    ) -> tuple[tuple[object, ...], Mapping[str, object]]:
        """Return the arguments that the result function takes beside the values."""
        return args[1 : 1 + self._beyond.most], self._beyond.among(named)

    def _refuse(
        self, args: tuple[object, ...], named: Mapping[str, object]
    ) -> NoReturn:
        """Say which arguments nothing in the selector takes."""
        known = self.reach.names or frozenset()
        surplus = [f"{name}={named[name]!r}" for name in named if name not in known]
        raise UsageError(
            "no input selector takes "
            + (", ".join(surplus) or f"{len(args)} arguments by position"),
            hint=f"the inputs are {', '.join(map(name_of, self.functions))}",
        )


def _refuse_no_function(
    functions: tuple[Function[object], ...], result_function: object
) -> None:
    """Refuse what cannot be called, and a result function of too few values."""
    if not functions:
        raise UsageError(
            "a selector needs at least one input selector",
            hint="write @selector(select_items), with the brackets",
        )
    for place, each in enumerate((*functions, result_function)):
        if not callable(each):
            what = "result function" if place == len(functions) else f"input {place}"
            raise UsageError(
                f"the {what} of a selector must be a function, got {each!r}",
                hint="the input selectors come first, each a function of the state",
            )
    reach = reach_of(result_function)
    if reach.most < len(functions) and reach.most != ANY_NUMBER:
        raise UsageError(
            f"{name_of(result_function)} takes {reach.most} values by position, and "
            f"there are {len(functions)} input selectors",
            hint="it is given what each of them returns, in their order",
        )
