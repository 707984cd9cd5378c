"""Words the errors of recipes that do two things at once, or do not end."""

from __future__ import annotations

import inspect
from typing import NoReturn

from stateroom.errors import DraftMisuse
from stateroom.store.drafts.nodes import Node, entries, name_of_class, printed
from stateroom.store.drafts.settling import node_of

__all__ = ("changed_path", "refuse_async", "refuse_both")


def refuse_both(draft: object, returned: object) -> NoReturn:
    """Refuse a recipe that changed its draft and returned another value.

    Raises:
        DraftMisuse: always; it names the first change.
    """
    if inspect.isawaitable(returned) or inspect.isgenerator(returned):
        refuse_async(returned)
    path = changed_path(draft)
    raise DraftMisuse(
        f"the recipe changed {path or 'its draft'} and returned a "
        f"{name_of_class(returned)} as well",
        path=path,
        hint="do one of the two: change the draft, or return the next value",
    )


def _changed_keys(node: Node, draft: object) -> list[object]:
    """Name what was set in a draft itself, as far as it was noted."""
    if node.assigned is not None:
        return [key for key in node.assigned if key is not ...]
    before = dict(entries(node.base))
    return [
        key
        for key, held in entries(draft)
        if node_of(held) is None and before.get(key) is not held
    ]


def changed_path(draft: object) -> str:
    """Print the path to the first thing that was changed in ``draft``."""
    node = node_of(draft)
    steps: list[object] = []
    while node is not None:
        below = [
            (key, inner)
            for key, value in entries(draft)
            if (inner := node_of(value)) is not None and inner.changed
        ]
        if not below:
            steps.extend(_changed_keys(node, draft)[:1])
            break
        key, node = below[0]
        draft = node.draft
        steps.append(key)
    return printed(tuple(steps))


def refuse_async(returned: object) -> NoReturn:
    """Refuse a recipe that is a coroutine or generator.

    Raises:
        DraftMisuse: always.
    """
    close = getattr(returned, "close", None)
    if close is not None:
        close()
    raise DraftMisuse(
        "the recipe is a coroutine or generator; it must have ended when it returns",
        hint="await first, in a thunk, and dispatch what came out of it",
    )
