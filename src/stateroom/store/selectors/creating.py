"""The function that makes a selector, where a decorator does not fit.

The overloads are those of the decorator; see there. A tuple of inputs keeps the type of
each. Of a list, whose elements have one type only, they know nothing but the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar, Unpack, cast, overload

from stateroom.store.selectors.memos import Function
from stateroom.store.selectors.options import SelectorOptions
from stateroom.store.selectors.selecting import Selector

__all__ = ("SelectorCreator", "create_selector")

P = ParamSpec("P")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
R = TypeVar("R")
S = TypeVar("S")
T = TypeVar("T")
X = TypeVar("X")


class SelectorCreator:
    """Makes selectors, with options that they have unless they say otherwise."""

    __slots__ = ("_options",)

    def __init__(self, **options: Unpack[SelectorOptions]) -> None:
        self._options = options

    @overload
    def __call__(
        self,
        inputs: tuple[Callable[[S], A]],
        function: Callable[Concatenate[A, P], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[Callable[[S], A], Callable[[S], B]],
        function: Callable[Concatenate[A, B, P], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[Callable[[S], A], Callable[[S], B], Callable[[S], C]],
        function: Callable[Concatenate[A, B, C, P], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[
            Callable[[S], A], Callable[[S], B], Callable[[S], C], Callable[[S], D]
        ],
        function: Callable[Concatenate[A, B, C, D, P], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[
            Callable[[S], A],
            Callable[[S], B],
            Callable[[S], C],
            Callable[[S], D],
            Callable[[S], E],
        ],
        function: Callable[Concatenate[A, B, C, D, E, P], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[
            Callable[[S], A],
            Callable[[S], B],
            Callable[[S], C],
            Callable[[S], D],
            Callable[[S], E],
            Callable[[S], F],
        ],
        function: Callable[Concatenate[A, B, C, D, E, F, P], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[Callable[Concatenate[S, X, P], A]],
        function: Callable[[A], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, X, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[
            Callable[Concatenate[S, X, P], A], Callable[Concatenate[S, X, P], B]
        ],
        function: Callable[[A, B], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, X, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[
            Callable[Concatenate[S, X, P], A],
            Callable[Concatenate[S, X, P], B],
            Callable[Concatenate[S, X, P], C],
        ],
        function: Callable[[A, B, C], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, X, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[
            Callable[Concatenate[S, X, P], A],
            Callable[Concatenate[S, X, P], B],
            Callable[Concatenate[S, X, P], C],
            Callable[Concatenate[S, X, P], D],
        ],
        function: Callable[[A, B, C, D], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, X, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[
            Callable[Concatenate[S, X, P], A],
            Callable[Concatenate[S, X, P], B],
            Callable[Concatenate[S, X, P], C],
            Callable[Concatenate[S, X, P], D],
            Callable[Concatenate[S, X, P], E],
        ],
        function: Callable[[A, B, C, D, E], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, X, P], R]: ...

    @overload
    def __call__(
        self,
        inputs: tuple[
            Callable[Concatenate[S, X, P], A],
            Callable[Concatenate[S, X, P], B],
            Callable[Concatenate[S, X, P], C],
            Callable[Concatenate[S, X, P], D],
            Callable[Concatenate[S, X, P], E],
            Callable[Concatenate[S, X, P], F],
        ],
        function: Callable[[A, B, C, D, E, F], R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[Concatenate[S, X, P], R]: ...

    @overload
    def __call__(  # type: ignore[explicit-any] # the one of any arguments
        self,
        inputs: list[T],
        function: Callable[..., R],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Selector[..., R]: ...

    def __call__(
        self,
        inputs: Sequence[object],
        function: object,
        /,
        **options: Unpack[SelectorOptions],
    ) -> object:
        """Make a selector that computes ``function`` of what ``inputs`` return.

        Args:
            inputs: functions of the state, and of further arguments if they like.
            function: given what they return, in order; computes the result.
            options: see ``SelectorOptions``.

        Raises:
            UsageError: there are no inputs, one is no function, or ``function`` takes
                fewer values than there are inputs.
            InvalidValue: an option has no such value.
        """
        functions = cast("tuple[Function[object], ...]", tuple(inputs))
        merged: SelectorOptions = {**self._options, **options}
        return Selector(functions, cast("Function[object]", function), options=merged)


create_selector: SelectorCreator = SelectorCreator()
"""Makes a selector of input selectors and a function of what they return."""
