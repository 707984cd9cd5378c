"""Finds what stands behind a name, a union or an abstract class."""

from __future__ import annotations

import typing
from collections.abc import Hashable, Iterator
from typing import ForwardRef, Literal, cast

from stateroom.store.plain.arrays import ABSTRACT
from stateroom.store.plain.forms import (
    Generic,
    alias_value,
    is_union,
    rendered,
    unwrapped,
)
from stateroom.store.plain.hints import resolved
from stateroom.store.plain.misfits import NoForm

__all__ = ("Member", "is_open", "key_of", "members")

Member = tuple[object, str]
"""An annotation, and the module in which its names have their meaning."""


def members(form: object, module: str) -> Iterator[Member]:
    """Yield what may stand where ``form`` is asked for: classes, and ``Literal``s.

    Raises:
        Misfit: a name has no meaning, or only itself as its meaning.
    """
    yield from _all(form, module, ())


def key_of(form: object, module: str) -> Hashable:
    """Return what tells an annotation from others."""
    try:
        hash(form)
    except TypeError as error:
        raise NoForm(rendered(form)) from error
    is_said = module and _has_names(form)
    return (form, module) if is_said else form


def _has_names(form: object) -> bool:
    if isinstance(form, str | ForwardRef):
        return True
    if typing.get_origin(form) is Literal:
        return False
    return any(map(_has_names, typing.get_args(form)))


def is_open(form: object) -> bool:
    """Say whether an annotation stands for others."""
    origin = typing.get_origin(form) or form
    return (
        isinstance(form, str | ForwardRef)
        or is_union(form)
        or origin is Literal
        or origin in ABSTRACT
        or alias_value(form) is not None
    )


def _all(form: object, module: str, outer: tuple[object, ...]) -> Iterator[Member]:
    """Yield what may stand where ``form`` is asked for."""
    form = unwrapped(form)
    origin = typing.get_origin(form) or form
    if (form, module) in outer:
        raise NoForm(f"{rendered(form)}, which is nothing but itself")
    outer = (*outer, (form, module))
    if isinstance(form, str | ForwardRef):
        yield from _all(resolved(form, module), module, outer)
    elif (value := alias_value(form)) is not None:
        home = getattr(origin, "__module__", module)
        yield from _all(value, home, outer)
    elif is_union(form):
        for each in typing.get_args(form):
            yield from _all(each, module, outer)
    elif origin in ABSTRACT:
        yield from _concrete(cast("type", origin), typing.get_args(form), module)
    else:
        yield form, module


def _concrete(
    kind: type, arguments: tuple[object, ...], module: str
) -> Iterator[Member]:
    item = arguments[0] if arguments else object
    for each in ABSTRACT[kind]:
        generic = cast("Generic", each)
        yield generic[(item, ...) if each is tuple else (item,)], module
