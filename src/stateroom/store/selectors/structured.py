"""Selectors whose result is a structure of what other selectors return."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, TypeVar, Unpack, cast, overload

from stateroom.errors import UsageError
from stateroom.store.selectors.memos import Function
from stateroom.store.selectors.options import SelectorOptions
from stateroom.store.selectors.selecting import Selector

__all__ = ("create_structured_selector",)

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
V = TypeVar("V")


@overload
def create_structured_selector(
    shape: Mapping[str, Callable[Concatenate[S, P], V]],
    /,
    **options: Unpack[SelectorOptions],
) -> Selector[Concatenate[S, P], Mapping[str, V]]: ...


@overload  # selectors of slices take any root; mypy finds no S and P of several such
def create_structured_selector(
    shape: Mapping[str, Callable[[object], object]],
    /,
    *,
    into: type[T],
    **options: Unpack[SelectorOptions],
) -> Selector[[object], T]: ...


@overload
def create_structured_selector(
    shape: Mapping[str, Callable[Concatenate[S, P], object]],
    /,
    *,
    into: type[T],
    **options: Unpack[SelectorOptions],
) -> Selector[Concatenate[S, P], T]: ...


def create_structured_selector(
    shape: Mapping[str, object],
    /,
    *,
    into: type | None = None,
    **options: Unpack[SelectorOptions],
) -> object:
    """Make a selector whose result holds, by name, what each selector returns.

    The result is the same object until one of them returns another value.

    Args:
        shape: an input selector by each name.
        into: a dataclass, NamedTuple or TypedDict to make of them; without it, the
            result is a mapping, shared by all callers.
        options: see ``SelectorOptions``.

    Raises:
        UsageError: there are no selectors, or ``into`` has no field of one of the
            names, or needs more.
    """
    names = tuple(shape)
    if into is not None:
        _refuse_other_fields(names, into)
    make = cast("Function[object]", into or dict)

    def combine(*values: object, **named: object) -> object:
        return make(**dict(zip(names, values, strict=True)), **named)

    combine.__name__ = combine.__qualname__ = getattr(into, "__name__", "structured")
    functions = cast("tuple[Function[object], ...]", tuple(shape.values()))
    return Selector(functions, combine, options=options)


def _refuse_other_fields(names: tuple[str, ...], into: type) -> None:
    """Refuse a class that cannot be made of exactly these names."""
    try:
        _signature_of(into).bind(**dict.fromkeys(names))
    except TypeError as error:
        raise UsageError(
            f"a {into.__name__} cannot be made of {', '.join(names)}: {error}",
            hint="give a selector for each of its fields, under the name of the field",
        ) from error


def _signature_of(into: type) -> inspect.Signature:
    """Return the parameters that a class is made of; those of a TypedDict, its keys."""
    required = getattr(into, "__required_keys__", None)
    if required is None:
        return inspect.signature(into)
    by_name = inspect.Parameter.KEYWORD_ONLY
    empty = inspect.Parameter.empty
    return inspect.Signature(
        [
            # In annotations that are kept as text, Python 3.11 overlooks NotRequired.
            inspect.Parameter(
                name,
                by_name,
                default=None
                if name not in required or "NotRequired" in str(kind)
                else empty,
            )
            for name, kind in into.__annotations__.items()
        ]
    )
