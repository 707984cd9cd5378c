"""Puts functions together: ``compose``, and creators that dispatch by themselves.

Source:
    ``compose`` and ``bindActionCreators`` of Redux.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TypeVar, overload

from stateroom.errors import InvalidSlice

__all__ = ("bind_action_creators", "compose")

Creator = Callable[..., object]
C = TypeVar("C", bound=Creator)


def compose(*functions: Creator) -> Creator:
    """Return the function that calls all of these, from right to left.

    The last one takes all arguments, every other the result of the one after it.
    Without any, it returns its argument; of one, that one itself.
    """
    if not functions:
        return lambda value: value
    return reduce(_after, functions)


def _after(outer: Creator, inner: Creator) -> Creator:
    def composed(*args: object, **kwargs: object) -> object:
        return outer(inner(*args, **kwargs))

    return composed


@overload
def bind_action_creators(
    creators: Mapping[str, object], dispatch: Creator
) -> dict[str, Creator]: ...


@overload
def bind_action_creators(creators: C, dispatch: Creator) -> Creator: ...


def bind_action_creators(
    creators: Creator | Mapping[str, object], dispatch: Creator
) -> Creator | dict[str, Creator]:
    """Return creators that dispatch what they make, and return what that returns.

    Args:
        creators: one, or a mapping; what is no function in it is left out.
        dispatch: of a store.

    Raises:
        InvalidSlice: ``creators`` is neither.
    """
    if isinstance(creators, Mapping):
        return {
            name: _after(dispatch, each)
            for name, each in creators.items()
            if callable(each)
        }
    if callable(creators):
        return _after(dispatch, creators)
    raise InvalidSlice(
        f"bind_action_creators takes a creator, or a mapping of them; found "
        f"{creators!r:.200}",
        hint='bind_action_creators({"select": select}, store.dispatch)',
    )
