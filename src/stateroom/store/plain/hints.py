"""Resolves the annotations of a class: names, inheritance and type variables."""

from __future__ import annotations

import sys
import typing
from collections.abc import Mapping
from typing import Final, ForwardRef, Generic, NamedTuple, Protocol, cast

from stateroom.store.plain.forms import bound, default_of
from stateroom.store.plain.misfits import Misfit, said

__all__ = ("Hint", "hints_of", "resolved")

Meanings = dict[object, object]

_RESOLVABLE: Final = (
    "define the class at the top of its module, import the names of its annotations "
    "outside of TYPE_CHECKING, or register_plain(...) it"
)


class Hint(NamedTuple):
    """The type of a field.

    Attributes:
        form: the annotation, with type variables replaced.
        module: in which names that are still text have their meaning.
    """

    form: object
    module: str


class _Holder:
    """Something with one annotation."""

    def __init__(self, annotation: object) -> None:
        self.__annotations__ = {"it": annotation}


def resolved(text: str | ForwardRef, module: str) -> object:
    """Return the type that an annotation in text means.

    Raises:
        Misfit: there is no such name in the module.
    """
    shown = text if isinstance(text, str) else text.__forward_arg__
    space = vars(sys.modules[module]) if module in sys.modules else {}
    try:
        found = typing.get_type_hints(_Holder(shown), space, include_extras=True)
    except Exception as error:
        raise Misfit(
            f"the annotation {shown!r} ({said(error)})", "one that has a meaning here",
            hint=_RESOLVABLE,
        ) from error  # fmt: skip
    return cast("object", found["it"])


def hints_of(kind: type, arguments: tuple[object, ...] = ()) -> dict[str, Hint]:
    """Return the types of a class's annotated attributes, inherited ones included.

    Args:
        kind: the class.
        arguments: what its type variables stand for; if none, what they allow.

    Raises:
        Misfit: an annotation cannot be resolved; it says which.
    """
    forms = _forms(kind)
    meanings = _meanings(kind, arguments)
    merged: Meanings = {}
    for each in reversed(meanings.values()):
        merged |= each
    owners = {
        name: base for base in reversed(kind.__mro__) for name in _annotated(base)
    }
    return {
        name: Hint(
            bound(form, {**merged, **meanings.get(owners.get(name, kind), {})}),
            owners.get(name, kind).__module__,
        )
        for name, form in forms.items()
    }


def _annotated(kind: type) -> Mapping[str, object]:
    """Return the annotations that stand in a class itself, resolved or not."""
    if sys.version_info >= (3, 14):
        import annotationlib  # noqa: PLC0415 - there is none in older versions

        form = annotationlib.Format.FORWARDREF
        return annotationlib.get_annotations(kind, format=form)
    # Not inspect.get_annotations, which names the module of none but the class itself.
    found: Mapping[str, object] = vars(kind).get("__annotations__", {})
    return found


def _forms(kind: type) -> dict[str, object]:
    itself = {kind.__name__: kind}  # a class inside a function may at least name it
    try:
        return typing.get_type_hints(kind, include_extras=True)
    except Exception as error:
        first = error
    try:
        return typing.get_type_hints(kind, localns=itself, include_extras=True)
    except Exception:
        raise _culprit(kind, first) from first


def _culprit(kind: type, error: Exception) -> Misfit:
    for base in kind.__mro__:
        for name, form in _annotated(base).items():
            if not isinstance(form, str | ForwardRef):
                continue
            try:
                resolved(form, base.__module__)
            except Misfit as misfit:
                misfit.at(name)
                return misfit
    return Misfit(
        f"annotations of {kind.__name__} without a meaning ({said(error)})",
        "ones that can be resolved",
        hint=_RESOLVABLE,
    )


def _meanings(kind: type, arguments: tuple[object, ...]) -> dict[type, Meanings]:
    """Return what the type variables of a class, and of each base, stand for there."""
    variables: tuple[object, ...] = getattr(kind, "__parameters__", ())
    given = arguments or tuple(map(default_of, variables))
    own = dict(zip(variables, given, strict=False))
    found: dict[type, Meanings] = {kind: own}
    bases = kind.__dict__.get("__orig_bases__", kind.__bases__)
    for base in bases:
        origin = typing.get_origin(base) or base
        if not isinstance(origin, type) or origin in {object, Generic, Protocol}:
            continue
        passed = tuple(bound(each, own) for each in typing.get_args(base))
        for owner, meanings in _meanings(origin, passed).items():
            found.setdefault(owner, meanings)
    return found
