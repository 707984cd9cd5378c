"""Recipes inside recipes: a draft of a draft.

The inner recipe sees the outer draft as it is, and changes nothing of it: its result
is for the outer one to put somewhere, and is not frozen, as the outer one goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from stateroom.store.drafts.misuse import refuse_both
from stateroom.store.drafts.nodes import Node, Scope, ended
from stateroom.store.drafts.settling import node_of, redraft
from stateroom.store.drafts.tables import FROZEN, REBUILDERS, SETTLERS, Settler
from stateroom.store.undefined import NOTHING

__all__ = ("produce_nested",)

T = TypeVar("T")


def produce_nested(base: object, recipe: Callable[[T], object], outer: Node) -> object:
    """Run a recipe on a draft of another one, which stays unfinished."""
    if outer.scope.closed:
        raise ended(outer)
    scope = Scope()
    scope.outer = outer.scope
    release = _releaser(scope)
    try:
        draft = redraft(base, scope)
        returned = recipe(cast("T", draft))
        if returned is None or returned is draft:
            return release(draft) if scope.changed else base
        if scope.changed:
            refuse_both(draft, returned)
        return None if returned is NOTHING else release(returned)
    finally:
        scope.close()


def _releaser(scope: Scope) -> Settler:
    """Return what gives the plain form of what the recipe of ``scope`` made."""
    # By the id of a node, which the scope holds: one draft in two places is one object.
    done: dict[int, object] = {}

    def release(value: object) -> object:
        node = node_of(value)
        if node is None:
            return value if SETTLERS[type(value)] is None else rebuilt(value)
        if node.scope is not scope:
            return value
        if not node.changed and _is_whole(node.base):
            return node.base
        if id(node) not in done:
            done[id(node)] = rebuilt(value)
        return done[id(node)]

    def rebuilt(value: object) -> object:
        rebuild = REBUILDERS[type(value)]
        return value if rebuild is None else rebuild(value, release)

    return release


def _is_whole(base: object) -> bool:
    """Say whether a base can hold no draft of the recipe that ends."""
    return type(base) in FROZEN or node_of(base) is not None
