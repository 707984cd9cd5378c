"""How the end of a recipe turns drafts, and what was put into them, into results.

``settle`` gives the frozen form of any value: drafts become what they stand for, plain
containers are copied and frozen, frozen ones and scalars stand as they are. The same
draft in two places becomes the same object in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar, cast

from stateroom.errors import DraftMisuse
from stateroom.store.drafts.nodes import Node, ended, path_of
from stateroom.store.drafts.tables import REBUILDERS, SETTLERS

__all__ = (
    "NODES",
    "finish",
    "is_unchanged_draft_of",
    "node_of",
    "note",
    "settle",
    "thaw",
)

T = TypeVar("T")

NODES: dict[type, Callable[[object], Node]] = {}
"""By the class of a draft: how its node is read."""


def node_of(value: object) -> Node | None:
    """Return the node of a draft; None for what is no draft, or none any more."""
    reader = NODES.get(type(value))
    return None if reader is None else reader(value)


def settle(value: object) -> object:
    """Return the frozen form of ``value``, without any draft in it.

    Raises:
        DraftMisuse: a draft in it belongs to another recipe, or contains itself.
    """
    settler = SETTLERS[type(value)]
    return value if settler is None else settler(value)


def thaw(value: T) -> T:
    """Return a plain, mutable, deep copy of a frozen value or draft."""
    rebuild = REBUILDERS[type(value)]
    return value if rebuild is None else cast("T", rebuild(value, thaw))


def finish(node: Node, build: Callable[[Node], object]) -> object:
    """Return what the draft of ``node`` becomes; known once, for all its places.

    Args:
        node: of the draft.
        build: makes the result of a draft that changed.
    """
    if node.is_done:
        return node.result
    if not node.scope.is_settling:
        raise _foreign(node)
    if node.is_under_way:
        raise _endless(node)
    node.is_under_way = True
    node.result = build(node) if node.changed else settle(node.base)
    node.is_done = True
    origins = node.scope.origins
    if origins is not None and node.changed:
        origins[id(node.result)] = node
    return node.result


def _foreign(node: Node) -> DraftMisuse:
    if node.scope.closed:
        return ended(node)
    return DraftMisuse(
        "a draft of another recipe, which has not ended yet, was put into this value",
        path=path_of(node),
        hint="put current(draft) there",
    )


def _endless(node: Node) -> DraftMisuse:
    path = path_of(node)
    return DraftMisuse(
        f"the draft of {path or 'the root'} contains itself",
        path=path,
        hint="state is a tree: hold the id of the other object instead",
    )


def is_unchanged_draft_of(old: object, value: object) -> bool:
    """Say whether ``old`` is a draft of ``value`` to which nothing happened."""
    reader = NODES.get(type(old))
    if reader is None:
        return False
    node = reader(old)
    return node.base is value and not node.changed


def note(node: Node, key: object, *, is_set: bool) -> None:
    """Remember that a key was set, or deleted."""
    if node.assigned is None:
        node.assigned = {}
    node.assigned[key] = is_set


def adopt_child(node: Node, key: object, child: object) -> None:
    """Remember under which key a draft stands, or a value that is to be frozen."""
    if node.children is None:
        node.children = {}
    node.children[key] = child


def settled_items(pairs: Iterable[tuple[object, object]]) -> dict[object, object]:
    """Return a plain dict of the pairs, each value settled."""
    return {key: settle(value) for key, value in pairs}
