"""What each class means to drafts: how it is drafted, settled and rebuilt.

Three tables by exact class. ``None`` in a table means: the value stands as it is.

* ``DRAFTERS``: a child that is read through a draft; ``drafter(value, parent)`` gives
  its draft. None for scalars, for drafts, and for objects of classes that we do not
  know, which are passed on untouched and never frozen, as Immer does with them.
* ``SETTLERS``: a value that goes into the result; ``settler(value)`` gives its frozen
  form, and that of every draft in it. None for what is frozen already.
* ``REBUILDERS``: ``rebuild(value, each)`` gives a plain, mutable copy, with ``each``
  applied to what it holds.

A class that stands in no table is classified when it is first met, and remembered.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import importlib
import pathlib
import types
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from stateroom.store.drafts.nodes import Node, Scope

__all__ = (
    "DRAFTERS",
    "EXACT",
    "FROZEN",
    "LEAVES",
    "REBUILDERS",
    "SCALARS",
    "SETTLERS",
    "Drafter",
    "Rebuilder",
    "Settler",
    "is_same",
    "refuse_all",
    "register",
)

K = TypeVar("K")
Drafter: TypeAlias = "Callable[[object, Node | Scope], object]"
Settler: TypeAlias = "Callable[[object], object]"
Rebuilder: TypeAlias = "Callable[[object, Settler], object]"

SCALARS: frozenset[type] = frozenset(
    {
        type(None), bool, int, float, complex, str, bytes, range, slice, type(...),
        dt.date, dt.datetime, dt.time, dt.timedelta,
        dt.timezone, decimal.Decimal, fractions.Fraction, uuid.UUID,
        pathlib.PurePosixPath, pathlib.PosixPath, frozenset,
        types.FunctionType, types.BuiltinFunctionType, types.MethodType, type,
    }
)  # fmt: skip
"""Classes whose instances never change: compared by value, never drafted."""


LEAVES: frozenset[type] = SCALARS - {frozenset}
"""Scalars that hold nothing; a frozenset may hold the draft of a frozen instance."""

_SHOWN: frozenset[type] = frozenset(
    {float, complex, decimal.Decimal, dt.datetime, dt.time}
)
"""Scalars that may be equal and yet show another value, or none equal to itself."""

EXACT: frozenset[type] = frozenset({type(None), bool, int, str, bytes})
"""Scalars of which two that are equal are the same; unlike 0.0 and -0.0."""


class Table(dict[type, "Callable[..., object] | None"]):
    """A column of the register. Asking for an unknown class classifies it."""

    # Callable[..., object] is written once here: drafters and settlers differ in
    # their arguments, and each table is given its precise type below.

    def __missing__(self, kind: type) -> object:
        classify(kind)
        return self[kind]


DRAFTERS: dict[type, Drafter | None] = Table()
SETTLERS: dict[type, Settler | None] = Table()
REBUILDERS: dict[type, Rebuilder | None] = Table()
FROZEN: set[type] = set()
"""Classes of our own whose instances are frozen, with all that they hold."""


def register(
    kind: type[K],
    *,
    draft: Callable[[K, Node | Scope], object] | None = None,
    settle: Callable[[K], object] | None = None,
    rebuild: Rebuilder | None = None,
) -> None:
    """Say what ``kind`` means to drafts; see the module for the three functions.

    What can be drafted and needs no settling is frozen.
    """
    DRAFTERS[kind] = cast("Drafter | None", draft)
    SETTLERS[kind] = cast("Settler | None", settle)
    REBUILDERS[kind] = rebuild
    if draft is not None and settle is None:
        FROZEN.add(kind)


def refuse_all(kind: type[K], refuse: Callable[[K, object], object]) -> None:
    """Refuse the instances of ``kind`` in whatever a draft or a state is made of.

    Without it, a list that refuses everything would be read past its own methods.
    """
    register(
        kind,
        draft=refuse,
        settle=lambda value: refuse(value, None),
        rebuild=cast("Rebuilder", refuse),
    )


def classify(kind: type) -> None:
    """Find out what a class is that was never met before, and register it."""
    for base in (dict, list, set):
        if issubclass(kind, base) and not dataclasses.is_dataclass(kind):
            register(
                kind,
                draft=DRAFTERS[base],
                settle=SETTLERS[base],
                rebuild=REBUILDERS[base],
            )
            return
    home = _home_of(kind)
    if home:
        importlib.import_module(home).adopt(kind)
    else:
        register(kind)


def _home_of(kind: type) -> str:
    """Name the module that knows classes like this one; empty when none does."""
    if kind in SCALARS or issubclass(kind, enum.Enum | type):
        return ""
    if dataclasses.is_dataclass(kind) and not _has_builtin_base(kind):
        return "stateroom.store.drafts.objects"
    if issubclass(kind, tuple):
        return "stateroom.store.drafts.tuples"
    if hasattr(kind, "__struct_fields__"):
        return "stateroom.store.structs"
    return ""


def _has_builtin_base(kind: type) -> bool:
    """Say whether instances hold more than fields: what a dict or an exception has."""
    return any(
        isinstance(vars(base).get("__new__"), types.BuiltinFunctionType)
        for base in kind.__mro__[:-1]
    )


def is_same(old: object, new: object) -> bool:
    """Say whether assigning ``new`` over ``old`` changes nothing.

    Objects are the same when they are one object; scalars when they are of one class
    and equal. NaN is the same as NaN, 0.0 is not -0.0, and 1, 1.0 and True are three
    values; Decimal("1.0") is not Decimal("1.00"), noon in London is not 13:00 in Paris.
    Never compares deeply, so that it costs the same for any state.

    Source:
        ``Object.is`` of ECMAScript, which Immer uses.
    """
    if old is new:
        return True
    kind = type(old)
    if kind is not type(new) or kind not in SCALARS:
        return False
    if kind in _SHOWN:
        return repr(old) == repr(new)
    return bool(old == new)
