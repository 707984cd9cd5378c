"""The decorator that turns a result function into a selector.

The overloads say what the decorator accepts, for up to six input selectors. First come
those whose inputs take the state alone: the decorated function is given what they
return, and any further parameters of its own become parameters of the selector. Then
those whose inputs all take the same further arguments. What is a mixture of both, or
has more inputs, works as well; type checkers know its result only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar, Unpack, cast, overload

from stateroom.store.selectors.memos import Function
from stateroom.store.selectors.options import SelectorOptions
from stateroom.store.selectors.selecting import Selector

__all__ = ("SelectorDecorator", "selector")

P = ParamSpec("P")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
R = TypeVar("R")
S = TypeVar("S")
X = TypeVar("X")


class SelectorDecorator:
    """A decorator with the options that its selectors have unless they say otherwise.

    Example::

        small = SelectorDecorator(size=1, checks="never")

        @small(select_items)
        def total(items): ...
    """

    __slots__ = ("_options",)

    def __init__(self, **options: Unpack[SelectorOptions]) -> None:
        self._options = options

    @overload
    def __call__(
        self, one: Callable[[S], A], /, **options: Unpack[SelectorOptions]
    ) -> Callable[[Callable[Concatenate[A, P], R]], Selector[Concatenate[S, P], R]]: ...

    @overload
    def __call__(
        self,
        one: Callable[[S], A],
        two: Callable[[S], B],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[
        [Callable[Concatenate[A, B, P], R]], Selector[Concatenate[S, P], R]
    ]: ...

    @overload
    def __call__(
        self,
        one: Callable[[S], A],
        two: Callable[[S], B],
        three: Callable[[S], C],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[
        [Callable[Concatenate[A, B, C, P], R]], Selector[Concatenate[S, P], R]
    ]: ...

    @overload
    def __call__(
        self,
        one: Callable[[S], A],
        two: Callable[[S], B],
        three: Callable[[S], C],
        four: Callable[[S], D],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[
        [Callable[Concatenate[A, B, C, D, P], R]], Selector[Concatenate[S, P], R]
    ]: ...

    @overload
    def __call__(
        self,
        one: Callable[[S], A],
        two: Callable[[S], B],
        three: Callable[[S], C],
        four: Callable[[S], D],
        five: Callable[[S], E],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[
        [Callable[Concatenate[A, B, C, D, E, P], R]], Selector[Concatenate[S, P], R]
    ]: ...

    @overload
    def __call__(
        self,
        one: Callable[[S], A],
        two: Callable[[S], B],
        three: Callable[[S], C],
        four: Callable[[S], D],
        five: Callable[[S], E],
        six: Callable[[S], F],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[
        [Callable[Concatenate[A, B, C, D, E, F, P], R]], Selector[Concatenate[S, P], R]
    ]: ...

    @overload
    def __call__(
        self,
        one: Callable[Concatenate[S, X, P], A],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[[Callable[[A], R]], Selector[Concatenate[S, X, P], R]]: ...

    @overload
    def __call__(
        self,
        one: Callable[Concatenate[S, X, P], A],
        two: Callable[Concatenate[S, X, P], B],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[[Callable[[A, B], R]], Selector[Concatenate[S, X, P], R]]: ...

    @overload
    def __call__(
        self,
        one: Callable[Concatenate[S, X, P], A],
        two: Callable[Concatenate[S, X, P], B],
        three: Callable[Concatenate[S, X, P], C],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[[Callable[[A, B, C], R]], Selector[Concatenate[S, X, P], R]]: ...

    @overload
    def __call__(
        self,
        one: Callable[Concatenate[S, X, P], A],
        two: Callable[Concatenate[S, X, P], B],
        three: Callable[Concatenate[S, X, P], C],
        four: Callable[Concatenate[S, X, P], D],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[[Callable[[A, B, C, D], R]], Selector[Concatenate[S, X, P], R]]: ...

    @overload
    def __call__(
        self,
        one: Callable[Concatenate[S, X, P], A],
        two: Callable[Concatenate[S, X, P], B],
        three: Callable[Concatenate[S, X, P], C],
        four: Callable[Concatenate[S, X, P], D],
        five: Callable[Concatenate[S, X, P], E],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[
        [Callable[[A, B, C, D, E], R]], Selector[Concatenate[S, X, P], R]
    ]: ...

    @overload
    def __call__(
        self,
        one: Callable[Concatenate[S, X, P], A],
        two: Callable[Concatenate[S, X, P], B],
        three: Callable[Concatenate[S, X, P], C],
        four: Callable[Concatenate[S, X, P], D],
        five: Callable[Concatenate[S, X, P], E],
        six: Callable[Concatenate[S, X, P], F],
        /,
        **options: Unpack[SelectorOptions],
    ) -> Callable[
        [Callable[[A, B, C, D, E, F], R]], Selector[Concatenate[S, X, P], R]
    ]: ...

    @overload
    def __call__(  # type: ignore[explicit-any] # the one of any arguments
        self,
        *inputs: Callable[Concatenate[S, ...], object],
        **options: Unpack[SelectorOptions],
    ) -> Callable[[Callable[..., R]], Selector[..., R]]: ...

    def __call__(self, *inputs: object, **options: Unpack[SelectorOptions]) -> object:
        """Make selectors of what ``inputs`` return.

        Args:
            inputs: functions of the state, and of further arguments if they like;
                selectors are such functions.
            options: see ``SelectorOptions``.

        Returns:
            A decorator. The function that it is given computes the result.

        Raises:
            UsageError: there are no inputs, one is no function, or the function takes
                fewer values than there are inputs.
            InvalidValue: an option has no such value.
        """
        functions = cast("tuple[Function[object], ...]", inputs)
        merged: SelectorOptions = {**self._options, **options}

        def decorate(function: Function[R]) -> Selector[P, R]:
            return Selector(functions, function, options=merged)

        return decorate


selector: SelectorDecorator = SelectorDecorator()
"""Turns a function of selected values into a selector that remembers its results."""
