"""How the end of a recipe turns drafts, and what was put into them, into results.

``settle`` gives the frozen form of any value: drafts become what they stand for, plain
containers are copied and frozen, frozen ones and scalars stand as they are. The same
draft in two places becomes the same object in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar, cast

from stateroom.errors import DraftMisuse
from stateroom.store.drafts.nodes import PENDING, UNDER_WAY, Node, Scope, ended, path_of
from stateroom.store.drafts.tables import (
    DRAFTERS,
    FROZEN,
    LEAVES,
    REBUILDERS,
    SETTLERS,
)

__all__ = (
    "NODES",
    "adopt_child",
    "as_key",
    "finish",
    "holds_draft",
    "is_unchanged_draft_of",
    "node_of",
    "note",
    "redraft",
    "settle",
    "settled_items",
    "thaw",
)

T = TypeVar("T")

NODES: dict[type, Callable[[object], Node]] = {}
"""By the class of a draft: how its node is read."""


def node_of(value: object) -> Node | None:
    """Return the node of a draft; None for what is no draft, or none any more."""
    reader = NODES.get(type(value))
    return None if reader is None else reader(value)


def redraft(value: object, parent: Node | Scope) -> object:
    """Return a draft that is read through another one.

    Itself, unless it belongs to a recipe around this one, which must not see what this
    one does: then a draft of the draft.
    """
    node = NODES[type(value)](value)
    if node.scope is parent.scope:
        return value
    drafter = DRAFTERS[type(node.base)]
    while drafter is redraft:
        node = NODES[type(node.base)](node.base)
        drafter = DRAFTERS[type(node.base)]
    return value if drafter is None else drafter(value, parent)


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
    result = node.result
    if result is not PENDING:
        if result is UNDER_WAY:
            raise _endless(node)
        return result
    scope = node.scope
    if not scope.is_settling:
        raise _foreign(node)
    node.result = UNDER_WAY
    if not node.changed and type(node.base) in FROZEN:
        node.result = node.base
        return node.base
    result = node.result = build(node)
    if scope.origins is not None:
        scope.origins[id(result)] = node
    return result


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
    return {as_key(key): settle(value) for key, value in pairs}


def holds_draft(value: object) -> bool:
    """Say whether something hashable is a draft, or holds one."""
    if isinstance(value, tuple | frozenset):
        return any(map(holds_draft, value))
    return type(value) in NODES


def as_key(key: object) -> object:
    """Return what stands for ``key`` in a dict: for a draft, what it is now.

    A draft ends with its recipe, and a key must not change.
    """
    if type(key) in LEAVES or not holds_draft(key):
        return key
    return settle(thaw(key))
