"""Says which calls are the same call to a memo, without comparing anything deeply.

An object is itself and nothing else; a scalar is its class and its value. So NaN is
NaN, 0.0 is not -0.0, and 1, 1.0 and True are three values. The rule is that of the
drafts (``is_same``), and stricter in one place: scalars that are equal and print
differently, as Decimal("1.0") and Decimal("1.00"), are two values here, because a
result that was made of the one may show it.

A key is made of ``int``, ``str``, ``bytes`` and classes only. So that looking it up
runs no Python code, which the lock-free memos rely on.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Mapping
from typing import Final

from stateroom.store.drafts.tables import SCALARS

__all__ = ("key_of",)

_WHOLE: Final[frozenset[type]] = frozenset({bytes, int, str})
"""Classes whose values compare as we want it; hashing them runs no Python code."""

_LONE: Final[frozenset[type]] = frozenset(
    {
        bool, type(None), type(...),  # singletons: their identity is their value
        frozenset,  # {1} equals {True}, and its elements may be anything
        type, types.BuiltinFunctionType, types.FunctionType, types.MethodType,
    }
)  # fmt: skip
"""Classes whose values are told apart by identity, although drafts compare them."""

_TELLS: Final[dict[type, Callable[[object], object]]] = {
    **dict.fromkeys(_WHOLE, lambda value: value),
    **dict.fromkeys(SCALARS - _WHOLE - _LONE, repr),
}
"""By the class of a scalar: what tells its values apart. Objects are not in it."""


def key_of(args: tuple[object, ...], named: Mapping[str, object]) -> Hashable:
    """Make the key of a call. The order of named arguments does not matter.

    The id of an object says which object it is for as long as it lives. Whoever keeps
    a key must therefore keep the arguments.
    """
    names = sorted(named) if named else ()
    tells = _TELLS
    parts = [
        (type(value), tells[type(value)](value)) if type(value) in tells else id(value)
        for value in ((*args, *map(named.__getitem__, names)) if named else args)
    ]
    # The names are the only text in a key, so they cannot be taken for arguments.
    return (*parts, *names)
