"""The errors of frozen state, and how they find out where the state stands.

A frozen object has no link to what holds it: that would keep old states alive. So the
path is searched when an error is worded, in the stores that exist at that moment.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NoReturn, Protocol

from stateroom.errors import FrozenState
from stateroom.store.drafts.nodes import Name, entries, printed
from stateroom.store.drafts.tables import SCALARS

__all__ = ("Root", "locate", "refuse", "refuser", "watch_root")

MOST_SEARCHED = 200_000
"""Objects that are looked at for one message; then the path stays unknown."""

SHOWN: Final = {
    "__delitem__": "deleting an item",
    "__iadd__": "+=",
    "__iand__": "&=",
    "__imul__": "*=",
    "__ior__": "|=",
    "__isub__": "-=",
    "__ixor__": "^=",
    "__setitem__": "assigning an item",
}
"""What methods that have no name of their own are called in a message."""


class Root(Protocol):
    """What holds a state, e.g. a store."""

    def root_state(self) -> object: ...


_roots: weakref.WeakSet[Root] = weakref.WeakSet()


def watch_root(root: Root) -> None:
    """Search ``root`` from now on, as long as it lives, when an error is worded."""
    _roots.add(root)


def locate(value: object) -> tuple[object, ...] | None:
    """Return the path to ``value`` in a living store; None when there is none."""
    for root in tuple(_roots):
        found = _search(root.root_state(), value)
        if found is not None:
            return found
    return None


def _search(top: object, wanted: object) -> tuple[object, ...] | None:
    """Find ``wanted`` by identity, breadth first: the shortest path to it."""
    if top is wanted:
        return ()
    seen = {id(top)}
    queue: list[tuple[tuple[object, ...], object]] = [((), top)]
    children = (
        (path, key, child) for path, value in queue for key, child in entries(value)
    )
    for path, key, child in islice(children, MOST_SEARCHED):
        if child is wanted:
            return (*path, key)
        if type(child) not in SCALARS and id(child) not in seen:
            seen.add(id(child))
            queue.append(((*path, key), child))
    return None


def refuse(value: object, action: str, *steps: object) -> NoReturn:
    """Raise the error of frozen state that someone tries to change.

    Args:
        value: the frozen object.
        action: what was tried, e.g. ``"append"``.
        steps: the field or key below ``value`` that was to be changed, if it was one.

    Raises:
        FrozenState: always.
    """
    found = locate(value)
    path = "" if found is None else printed((*found, *steps))
    kind = value.__class__.__name__
    place = path or (printed((Name(kind), *steps)) if steps else f"this {kind}")
    raise FrozenState(
        f"{place} is frozen state: {action} is refused",
        path=path,
        hint="change it in a reducer, or make a copy that may change: thaw(value)",
    )


def refuser(action: str) -> Callable[..., NoReturn]:
    """Return a method that refuses ``action``, whatever it is called with."""

    def method(self: object, *_: object, **__: object) -> NoReturn:
        refuse(self, action)

    method.__name__ = action
    return method


def item_refuser(action: str) -> Callable[..., NoReturn]:
    """Return a method that refuses ``action`` on the item under its first argument."""

    def method(self: object, key: object, *_: object) -> NoReturn:
        refuse(self, action, key)

    return method


def members(names: str) -> Iterator[tuple[str, Callable[..., NoReturn]]]:
    """Yield a refusing method for each of the names, with what it is called."""
    for name in names.split():
        make = item_refuser if name.endswith("item__") else refuser
        yield name, make(SHOWN.get(name, name))
