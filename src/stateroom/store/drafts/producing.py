"""Runs recipes: functions that change a draft, and so make the next state.

The base is never touched. What did not change keeps its identity; what did is frozen.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar, cast

from stateroom.errors import DraftMisuse
from stateroom.store.drafts.circles import refuse_circle
from stateroom.store.drafts.misuse import refuse_async, refuse_both
from stateroom.store.drafts.nesting import produce_nested
from stateroom.store.drafts.nodes import (
    Node,
    Scope,
    ended,
    entries,
    name_of_class,
)
from stateroom.store.drafts.settling import holds_draft, node_of, redraft, settle, thaw
from stateroom.store.drafts.tables import (
    DRAFTERS,
    FROZEN,
    REBUILDERS,
    SCALARS,
    SETTLERS,
)
from stateroom.store.undefined import NOTHING, Nothing

__all__ = (
    "create_draft",
    "current",
    "finish_draft",
    "freeze",
    "is_draft",
    "is_draftable",
    "is_frozen",
    "original",
    "produce",
    "thaw",
)

T = TypeVar("T")


def produce(base: T, recipe: Callable[[T], T | Nothing | None]) -> T:
    """Return what ``base`` becomes when ``recipe`` changes a draft of it.

    Args:
        base: a dict, list, set, tuple, dataclass instance or msgspec Struct; of any
            other value the recipe is given the value itself, and returns the next.
        recipe: changes its draft and returns nothing, or changes nothing and returns
            the next value; ``NOTHING`` stands for None.

    Returns:
        ``base`` itself when nothing changed, else a frozen value that shares every
        subtree that did not change.

    Raises:
        DraftMisuse: the recipe changed its draft and returned another value, is a
            coroutine, or put a draft of another recipe into the value.

    Source:
        Immer 10 and 11: https://immerjs.github.io/immer/
    """
    drafter = DRAFTERS[type(base)]
    if drafter is None or drafter is redraft:
        return cast("T", _produce_otherwise(base, recipe))
    scope = Scope()
    try:
        draft: T = drafter(base, scope)  # type: ignore[assignment] # stands for base
        result: T = outcome(base, draft, recipe(draft), scope)  # type: ignore[assignment] # as above
    finally:
        scope.close()
    return result


def _produce_otherwise(base: T, recipe: Callable[[T], T | Nothing | None]) -> object:
    """Run a recipe on a value, or on a draft of a recipe around this one."""
    outer = node_of(base)
    if outer is None:
        return _replaced(base, recipe(base))
    return produce_nested(base, recipe, outer)


def outcome(base: object, draft: object, returned: object, scope: Scope) -> object:
    """Return the result of a recipe that has run."""
    if returned is None or returned is draft:
        if not scope.changed:
            return base
        scope.is_settling = True
        return _settled(draft)
    if scope.changed:
        refuse_both(draft, returned)
    scope.is_settling = True
    return _replaced(base, returned)


def _replaced(base: object, returned: object) -> object:
    """Return the value that a recipe returned, frozen."""
    if returned is NOTHING:
        return None
    if inspect.isawaitable(returned) or inspect.isgenerator(returned):
        refuse_async(returned)
    if returned is None and base is not None and DRAFTERS[type(base)] is None:
        raise DraftMisuse(
            f"the recipe returned nothing for {base!r:.200}, which has no draft to "
            "change",
            hint="return the next value; return NOTHING to make it None",
        )
    return _settled(returned)


def _settled(value: object) -> object:
    try:
        return settle(value)
    except RecursionError:
        refuse_circle(value)
        raise


def create_draft(base: T) -> T:
    """Return a draft of ``base`` that lives until ``finish_draft``.

    Raises:
        DraftMisuse: values of this class have no drafts, or it is one itself.
    """
    drafter = DRAFTERS[type(base)]
    if drafter is redraft:
        raise DraftMisuse(
            f"this {name_of_class(base)} is a draft already",
            hint="produce(draft, recipe) makes another value of it",
        )
    if drafter is None:
        raise DraftMisuse(
            f"an instance of {base.__class__.__name__} cannot be drafted",
            hint="state is made of dicts, lists, sets, tuples and dataclasses",
        )
    return cast("T", drafter(base, Scope()))


def finish_draft(draft: T) -> T:
    """End a draft of ``create_draft``, and return what it became.

    Raises:
        DraftMisuse: it is not such a draft, or was finished before.
    """
    node = node_of(draft)
    if node is None or not isinstance(node.parent, Scope):
        raise DraftMisuse(
            f"this {name_of_class(draft)} is no draft of create_draft, or was finished "
            "before",
            hint="finish each draft once, and use what finish_draft returns",
        )
    scope = node.scope
    if scope.closed:
        raise DraftMisuse(
            "this draft was finished before",
            hint="use what finish_draft returned",
        )
    try:
        return cast("T", outcome(node.base, draft, None, scope))
    finally:
        scope.close()


def is_draft(value: object) -> bool:
    """Say whether ``value`` is a draft whose recipe has not ended."""
    node = node_of(value)
    return node is not None and not node.scope.closed


def is_draftable(value: object) -> bool:
    """Say whether ``produce`` would hand a draft of ``value`` to its recipe."""
    return DRAFTERS[type(value)] is not None


def original(draft: T) -> T:
    """Return what ``draft`` was made from, as it was.

    Raises:
        DraftMisuse: ``draft`` is no draft.
    """
    return cast("T", _node(draft).base)


def current(draft: T) -> T:
    """Return a plain copy of what ``draft`` is now; it may outlive the recipe.

    What did not change is not copied: it is the frozen original.

    Raises:
        DraftMisuse: ``draft`` is no draft.
    """
    _node(draft)
    return cast("T", _now(draft))


def _node(draft: object) -> Node:
    node = node_of(draft)
    if node is None:
        raise DraftMisuse(
            f"this {name_of_class(draft)} is no draft",
            hint="only what a recipe is given, and what it reads from it, is one",
        )
    if node.scope.closed:
        raise ended(node)
    return node


def _now(value: object) -> object:
    node = node_of(value)
    if node is not None and not node.changed:
        return _now(node.base)
    if node is None and SETTLERS[type(value)] is None:
        return value
    if node is None and not _holds_draft(value):
        return value
    rebuild = REBUILDERS[type(value)]
    return value if rebuild is None else rebuild(value, _now)


def _holds_draft(value: object) -> bool:
    # Members, and keys.
    if isinstance(value, AbstractSet | Mapping) and any(map(holds_draft, value)):
        return True
    return any(
        node_of(held) is not None or _holds_draft(held) for _, held in entries(value)
    )


def freeze(value: T) -> T:
    """Return a frozen copy of ``value``; itself when it is frozen already.

    Raises:
        DraftMisuse: there is a draft in it, or it contains itself.
    """
    return cast("T", _settled(value))


def is_frozen(value: object) -> bool:
    """Say whether ``value``, and all it holds, cannot be changed in place.

    An object of a class that is unknown to drafts counts as one that can.
    """
    kind = type(value)
    if isinstance(value, tuple):
        return all(map(is_frozen, value))
    return kind in FROZEN or kind in SCALARS or isinstance(value, (str, int, float))
