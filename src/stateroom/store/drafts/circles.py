"""Finds where a value contains itself, to word the error of one that does.

State is a tree. Plain objects that point back at what holds them have no end when they
are frozen; that is found out when Python has no stack left for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.errors import DraftMisuse
from stateroom.store.drafts.generating import LIVE
from stateroom.store.drafts.nodes import Name, entries, printed
from stateroom.store.drafts.settling import node_of
from stateroom.store.drafts.tables import SCALARS

__all__ = ("refuse_circle",)

Entries = Iterator[tuple[object, object]]


def refuse_circle(value: object) -> None:
    """Refuse a value that contains itself; nothing happens when it is merely deep.

    Raises:
        DraftMisuse: it does; the path leads to where it begins anew.
    """
    path = _path_round(value)
    if path is not None:
        raise DraftMisuse(
            f"{printed(path)} is one of the objects that contain it",
            path=printed(path),
            hint="state is a tree: hold the id of the other object instead",
        )


def _path_round(top: object) -> tuple[object, ...] | None:
    """Find the way from an object back to itself, without a call for each level."""
    above: list[object] = [top]
    inside = {id(top)}
    steps: list[object] = []
    below: list[Entries] = [_held(top)]
    seen = {id(top): top}
    while below:
        found = next(below[-1], None)
        if found is None:
            below.pop()
            inside.discard(id(above.pop()))
            del steps[-1:]
            continue
        key, child = found
        if id(child) in inside:
            return (*steps, key)
        if type(child) not in SCALARS and seen.setdefault(id(child), None) is None:
            seen[id(child)] = child
            above.append(child)
            inside.add(id(child))
            steps.append(key)
            below.append(_held(child))
    return None


def _held(value: object) -> Entries:
    """Yield what a value holds as it is: to read a draft would make another one."""
    if isinstance(value, dict):
        yield from dict.items(value)
    elif isinstance(value, list):
        yield from enumerate(list.__iter__(value))
    else:
        node = node_of(value)
        yield from ((Name(key), child) for key, child in _children(node))
        yield from entries(value if node is None else getattr(value, LIVE, value))


def _children(node: object) -> Entries:
    children: dict[object, object] | None = getattr(node, "children", None)
    return iter((children or {}).items())
