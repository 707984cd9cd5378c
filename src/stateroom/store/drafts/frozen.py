"""Frozen dicts, lists and sets: real ones that refuse to be changed.

Calling a class gives a plain one, as ``dataclasses.asdict`` expects; frozen ones are
made by ``freeze``, or become it at the end of a recipe. Copies, deep ones and pickled
ones too, are plain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn, Self, cast

from stateroom.store.drafts.refusing import members
from stateroom.store.drafts.settling import thaw

__all__ = (
    "PLAIN_RESULTS",
    "FrozenDict",
    "FrozenList",
    "FrozenRoot",
    "FrozenSet",
    "OpenRoot",
    "PlainResults",
    "frozen_dict",
    "frozen_list",
    "frozen_root",
    "frozen_set",
    "plain_dict",
)


class FrozenDict(dict[object, object]):
    """A dict that refuses to be changed; equal to a plain one with the same content.

    ``copy.copy``, ``copy.deepcopy`` and ``pickle`` give plain dicts.
    """

    __slots__ = ("_node",)

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Return a plain dict; frozen ones are made by ``freeze``."""
        return cast("Self", plain_dict(args, kwargs))

    def __copy__(self) -> dict[object, object]:
        return dict(self)

    def __deepcopy__(self, memo: object) -> object:
        return thaw(self)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return dict, (thaw(self),)


for _name, _method in members(
    "__setitem__ __delitem__ __ior__ clear pop popitem setdefault update"
):
    setattr(FrozenDict, _name, _method)


def plain_dict(args: object, kwargs: dict[str, object]) -> dict[object, object]:
    """Return what ``dict(*args, **kwargs)`` would."""
    (first,) = cast("tuple[dict[object, object]]", args or ({},))
    made = dict(first)
    made.update(cast("dict[object, object]", kwargs))
    return made


def frozen_dict(content: dict[object, object]) -> FrozenDict:
    """Return a frozen dict of ``content``, whose values are frozen already."""
    made = dict.__new__(FrozenDict)
    dict.update(made, content)
    return made


class OpenRoot(dict[object, object]):
    """The root of a state that is being made; it becomes a ``FrozenRoot``."""

    __slots__ = ("_node",)


class FrozenRoot(FrozenDict):
    """The root of a store's state."""

    __slots__ = ()

    def __getattr__(self, name: str) -> NoReturn:
        known = name in self
        raise AttributeError(
            f"the root of the state has no attribute {name!r}; "
            + (f"write state[{name!r}], or store[{name}]" if known else "nor a slice")
        )


def frozen_root(content: dict[object, object]) -> FrozenRoot:
    """Return a frozen root of ``content``, whose values are frozen already."""
    made = dict.__new__(FrozenRoot)
    dict.update(made, content)
    return made


class FrozenList(list[object]):
    """A list that refuses to be changed; equal to a plain one with the same content.

    ``copy.copy``, ``copy.deepcopy`` and ``pickle`` give plain lists.
    """

    __slots__ = ("_node",)

    def __new__(cls, content: Iterable[object] = ()) -> Self:
        """Return a plain list; frozen ones are made by ``freeze``."""
        return cast("Self", list(content))

    def __copy__(self) -> list[object]:
        return list(self)

    def __deepcopy__(self, memo: object) -> object:
        return thaw(self)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return list, (thaw(self),)


for _name, _method in members(
    "__setitem__ __delitem__ __iadd__ __imul__ append clear extend insert pop remove "
    "reverse sort"
):
    setattr(FrozenList, _name, _method)


def frozen_list(content: Iterable[object]) -> FrozenList:
    """Return a frozen list of ``content``, whose elements are frozen already."""
    made = list.__new__(FrozenList)
    list.extend(made, content)
    return made


PLAIN_RESULTS = (
    "__and__ __or__ __rand__ __ror__ __rsub__ __rxor__ __sub__ __xor__ copy difference "
    "intersection symmetric_difference union"
)
"""Operations whose result is a set of the same class, unless it is said otherwise."""


class PlainResults(set[object]):
    """A set whose operations give plain sets, and that prints like one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(set(self))

    def __copy__(self) -> set[object]:
        return set(self)

    def __deepcopy__(self, memo: object) -> object:
        return thaw(self)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return set, (thaw(self),)


def _plain_result(name: str) -> None:
    operation = getattr(set, name)

    def method(self: set[object], *others: object) -> object:
        return operation(set(self), *others)

    method.__name__ = name
    setattr(PlainResults, name, method)


for _name in PLAIN_RESULTS.split():
    _plain_result(_name)


class FrozenSet(PlainResults):
    """A set that refuses to be changed; equal to a plain one with the same members.

    Unlike a ``frozenset`` it is what the state declares: a ``set``.
    """

    __slots__ = ("_node",)

    def __new__(cls, content: Iterable[object] = ()) -> Self:
        """Return a plain set; frozen ones are made by ``freeze``."""
        return cast("Self", set(content))


for _name, _method in members(
    "__iand__ __ior__ __isub__ __ixor__ add clear difference_update discard "
    "intersection_update pop remove symmetric_difference_update update"
):
    setattr(FrozenSet, _name, _method)


def frozen_set(content: Iterable[object]) -> FrozenSet:
    """Return a frozen set of ``content``, whose members are frozen already."""
    made = set.__new__(FrozenSet)
    set.update(made, content)
    return made
