"""Tuples and named tuples in drafts: they stay tuples, and hold drafts.

A tuple cannot change, but what it holds can. One that holds something to draft is read
as a tuple of the drafts; at the end of the recipe the tuple of the results takes its
place, or the original when none of them changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from stateroom.store.drafts.depth import bounded
from stateroom.store.drafts.nodes import Node, Scope
from stateroom.store.drafts.settling import NODES, settle
from stateroom.store.drafts.tables import DRAFTERS, Settler, register

__all__ = ("adopt",)


def adopt(kind: type) -> None:
    """Register a class of tuples; one that is no named tuple stands as it is."""
    if kind is tuple or hasattr(kind, "_fields"):
        register(
            kind,
            draft=bounded(_draft),
            settle=bounded(_settle),
            rebuild=bounded(_rebuild),
        )
    else:
        register(kind)


def _alike(
    original: tuple[object, ...], values: Iterable[object]
) -> tuple[object, ...]:
    """Make a tuple of the same class, without calling what a user may have defined."""
    return tuple.__new__(original.__class__, values)


def _draft(value: object, parent: Node | Scope) -> object:
    original = cast("tuple[object, ...]", value)
    drafts = [_drafted(each, parent) for each in original]
    if all(new is old for new, old in zip(drafts, original, strict=True)):
        return original
    made = _alike(original, drafts)
    _originals(parent.scope)[id(made)] = (made, original)
    return made


def _drafted(value: object, parent: Node | Scope) -> object:
    drafter = DRAFTERS[type(value)]
    return value if drafter is None else drafter(value, parent)


def _originals(scope: Scope) -> dict[int, tuple[object, object]]:
    """What each tuple of drafts stands for; the id is safe as long as it is held."""
    if scope.tuples is None:
        scope.tuples = {}
    return scope.tuples


def _settle(value: object) -> object:
    given = cast("tuple[object, ...]", value)
    settled = tuple(settle(each) for each in given)
    if all(new is old for new, old in zip(settled, given, strict=True)):
        return given
    original = _original_of(given)
    if original is not None and _is_same_content(settled, original):
        return original
    return _alike(given, settled)


def _is_same_content(settled: tuple[object, ...], original: tuple[object, ...]) -> bool:
    return all(new is old for new, old in zip(settled, original, strict=True))


def _original_of(given: tuple[object, ...]) -> tuple[object, ...] | None:
    """Find what a tuple of drafts was made from, through the scope of any of them."""
    for each in given:
        scope = _scope_of(each)
        if scope is not None and scope.tuples is not None:
            held = scope.tuples.get(id(given))
            if held is not None and held[0] is given:
                return cast("tuple[object, ...]", held[1])
    return None


def _scope_of(value: object) -> Scope | None:
    """Find the scope of a draft, or of the first draft in nested tuples."""
    if isinstance(value, tuple):
        return next(filter(None, map(_scope_of, value)), None)
    reader = NODES.get(type(value))
    return None if reader is None else reader(value).scope


def _rebuild(value: object, each: Settler) -> object:
    given = cast("tuple[object, ...]", value)
    return _alike(given, map(each, given))


adopt(tuple)
