"""The errors of frozen state, and how they find out where the state stands.

A frozen object has no link to what holds it: that would keep old states alive. So the
path is searched when an error is worded, in the stores that exist at that moment.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import NoReturn, Protocol

from stateroom.errors import FrozenState
from stateroom.store.drafts.nodes import entries, printed

__all__ = ("Root", "locate", "refuse", "refuser", "watch_root")

MOST_SEARCHED = 200_000
"""Objects that are looked at for one message; then the path stays unknown."""


class Root(Protocol):
    """What holds a state, e.g. a store."""

    def root_state(self) -> object: ...


_roots: weakref.WeakSet[Root] = weakref.WeakSet()


def watch_root(root: Root) -> None:
    """Search ``root`` from now on, as long as it lives, when an error is worded."""
    _roots.add(root)


def locate(value: object) -> str:
    """Print where ``value`` stands in a living store; empty when nowhere."""
    for root in tuple(_roots):
        found = _search(root.root_state(), value)
        if found is not None:
            return printed(found)
    return ""


def _search(top: object, wanted: object) -> tuple[object, ...] | None:
    """Find ``wanted`` by identity, breadth first: the shortest path to it."""
    seen = {id(top)}
    queue: list[tuple[tuple[object, ...], object]] = [((), top)]
    for path, value in queue:
        if value is wanted:
            return path
        if len(seen) > MOST_SEARCHED:
            return None
        for key, child in entries(value):
            if id(child) not in seen:
                seen.add(id(child))
                queue.append(((*path, key), child))
    return None


def refuse(value: object, action: str, step: str = "") -> NoReturn:
    """Raise the error of frozen state that someone tries to change.

    Args:
        value: the frozen object.
        action: what was tried, e.g. ``"append"``.
        step: what is appended to the path of ``value``, e.g. ``".title"``.

    Raises:
        FrozenState: always.
    """
    path = locate(value) + step
    place = path.lstrip(".") or f"this {value.__class__.__name__}"
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


def members(names: str) -> Iterator[tuple[str, Callable[..., NoReturn]]]:
    """Yield a refusing method for each of the names, with what it is called."""
    for name in names.split():
        shown = {
            "__setitem__": "assigning an item",
            "__delitem__": "deleting an item",
        }.get(name, name)
        yield name, refuser(shown)
