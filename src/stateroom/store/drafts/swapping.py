"""Finds out whether this interpreter lets an object change its class.

A draft that changed becomes a part of the frozen result by getting another class: no
second copy, no matter how large it is. CPython allows it between classes of one
layout; that is no promise of the language, so it is tried once when this module is
loaded. Where it is refused, results are copied instead: slower, with the same outcome.

The environment variable ``STATEROOM_NO_SWAP=1`` asks for the copies, e.g. to compare.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = ("CAN_SWAP", "works_here")


class _DictBefore(dict[str, int]):
    __slots__ = ("_node",)


class _DictAfter(dict[str, int]):
    __slots__ = ("_node",)


class _ListBefore(list[int]):
    __slots__ = ("_node",)


class _ListAfter(list[int]):
    __slots__ = ("_node",)


class _SetBefore(set[int]):
    __slots__ = ("_node",)


class _SetAfter(set[int]):
    __slots__ = ("_node",)


@dataclass(slots=True)
class _Before:
    value: int = 1


class _After(_Before):
    __slots__ = ()


_PAIRS = (
    (_DictBefore({"a": 1}), _DictAfter),
    (_ListBefore([1]), _ListAfter),
    (_SetBefore({1}), _SetAfter),
    (_Before(), _After),
)


def works_here() -> bool:
    """Try the change of class on every kind of object that drafts use it for."""
    for value, after in _PAIRS:
        try:
            object.__setattr__(value, "__class__", after)
        except TypeError:
            return False
        if type(value) is not after:
            return False
    return True


CAN_SWAP: bool = os.environ.get("STATEROOM_NO_SWAP") != "1" and works_here()
"""Whether results are frozen by a change of class."""
