"""Reads annotations: what stands around a type, and what a type is called."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from typing import (
    Annotated,
    Final,
    ForwardRef,
    Literal,
    LiteralString,
    NotRequired,
    Protocol,
    Required,
    TypeVar,
    cast,
)

from stateroom.store.plain.misfits import NoForm

__all__ = (
    "UNIONS",
    "Generic",
    "alias_value",
    "bound",
    "default_of",
    "is_union",
    "literal",
    "rendered",
    "unwrapped",
)

UNIONS: Final = (typing.Union, types.UnionType)
_WRAPPERS: Final = (Annotated, Final, Required, NotRequired)
_NEWER_WRAPPERS: Final = frozenset({"ReadOnly"})


class Generic(Protocol):
    """A form that still has type variables."""

    def __getitem__(self, arguments: tuple[object, ...]) -> object: ...


def is_union(form: object) -> bool:
    """Say whether ``form`` is ``A | B`` or ``Optional[A]``."""
    return typing.get_origin(form) in UNIONS


def unwrapped(form: object) -> object:
    """Return the type inside ``Annotated``, ``NewType``, ``Required`` and the like."""
    while True:
        origin: object = typing.get_origin(form)
        if origin in _WRAPPERS or getattr(origin, "_name", "") in _NEWER_WRAPPERS:
            form = typing.get_args(form)[0]
        elif isinstance(form, typing.NewType):
            form = form.__supertype__
        elif form is Final:
            form = object
        elif form is LiteralString:
            form = str
        elif isinstance(form, TypeVar):
            form = default_of(form)
        else:
            return form


def alias_value(form: object) -> object:
    """Return what a ``type`` statement's name stands for; None for anything else."""
    alias = typing.get_origin(form) or form
    # The class of such names is typing's own since 3.12.
    if type(alias).__name__ != "TypeAliasType":
        return None
    value = cast("object", getattr(alias, "__value__"))  # noqa: B009 - newer than 3.11
    parameters = getattr(alias, "__type_params__", ())
    return bound(value, dict(zip(parameters, typing.get_args(form), strict=False)))


def default_of(variable: object) -> object:
    """Return what a type variable stands for where nobody says it."""
    default: object = getattr(variable, "__default__", None)
    if default is not None and type(default).__name__ != "NoDefaultType":
        return default
    limit: object = getattr(variable, "__bound__", None)
    if limit is not None:
        return limit
    choices: tuple[object, ...] = getattr(variable, "__constraints__", ())
    return typing.Union[choices] if choices else object  # noqa: UP007 - of a tuple


def bound(form: object, meanings: Mapping[object, object]) -> object:
    """Return ``form`` with its type variables replaced by what they stand for.

    Raises:
        NoForm: it has some that stand for several types at once.
    """
    if isinstance(form, TypeVar):
        return meanings.get(form, default_of(form))
    variables: tuple[object, ...] = getattr(form, "__parameters__", ())
    if isinstance(form, type) or not variables:
        return form
    arguments = tuple(meanings.get(each, default_of(each)) for each in variables)
    try:
        return cast("Generic", form)[arguments]
    except TypeError as error:
        raise NoForm(rendered(form)) from error


def rendered(form: object) -> str:
    """Return a type as one would write it, without modules, e.g. ``list[Role]``."""
    if form is None or form is type(None):
        return "None"
    if form is ...:
        return "..."
    if isinstance(form, str | ForwardRef):
        return form if isinstance(form, str) else form.__forward_arg__
    origin: object = typing.get_origin(form)
    if origin is None:
        return _name(form)
    arguments = typing.get_args(form)
    if origin in UNIONS:
        return " | ".join(map(rendered, arguments))
    shown = ", ".join(_arguments(origin, arguments)) or "()"
    return f"{_name(origin)}[{shown}]"


def _arguments(origin: object, arguments: tuple[object, ...]) -> Iterator[str]:
    if origin is Literal:
        yield from map(literal, arguments)
        return
    for each in arguments:  # those of Callable have a list among them
        shown = ", ".join(map(rendered, each)) if isinstance(each, list) else ""
        yield f"[{shown}]" if shown else rendered(each)


def literal(value: object) -> str:
    """Return one value of a ``Literal`` as one would write it."""
    name: object = getattr(value, "_name_", None)
    return repr(value) if name is None else f"{type(value).__name__}.{name}"


def _name(form: object) -> str:
    name: object = getattr(form, "__name__", None) or getattr(form, "_name", None)
    return name if isinstance(name, str) else str(form)
