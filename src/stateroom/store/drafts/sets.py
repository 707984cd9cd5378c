"""Drafts of sets; like those of dicts.

The members of a set are hashable, so they do not change: none of them is drafted.
"""
# ruff: noqa: SLF001 - the functions below belong to the classes of this module

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import NoReturn, Self, cast

from stateroom.store.drafts.depth import bounded
from stateroom.store.drafts.frozen import (
    PLAIN_RESULTS,
    FrozenSet,
    PlainResults,
    frozen_set,
)
from stateroom.store.drafts.nodes import REVOKERS, Node, Scope, ended, mark
from stateroom.store.drafts.settling import (
    NODES,
    adopt_child,
    finish,
    holds_draft,
    redraft,
    settle,
)
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import SETTLERS, Settler, refuse_all, register

__all__ = ("DraftSet",)

_new = set.__new__
_fill = set.update


class DraftSet(PlainResults):
    """A set that a recipe may change; the base stays as it is."""

    __slots__ = ("_node",)
    _node: Node

    def __new__(cls, content: Iterable[object] = ()) -> Self:
        """Return a plain set; drafts are made by ``produce``."""
        return cast("Self", set(content))

    def add(self, value: object) -> None:
        """Put ``value`` in, if it is not there."""
        if value in self:
            return
        mark(self._node)
        if SETTLERS[type(value)] is not None:
            adopt_child(self._node, value, value)
        set.add(self, value)

    def discard(self, value: object) -> None:
        """Take ``value`` out, if it is there."""
        if value in self:
            mark(self._node)
            set.discard(self, value)

    def remove(self, value: object) -> None:
        """Take ``value`` out.

        Raises:
            KeyError: it is not there.
        """
        if value not in self:
            raise KeyError(value)
        self.discard(value)

    def pop(self) -> object:
        """Take any member out and return it."""
        if not self:
            raise KeyError("pop from an empty set")
        mark(self._node)
        return set.pop(self)

    def clear(self) -> None:
        """Take everything out."""
        self._become(set())

    def _become(self, new: AbstractSet[object]) -> None:
        for value in set(self) - new:
            self.discard(value)
        for value in new:
            self.add(value)

    def update(self, *others: Iterable[object]) -> None:
        """Put all members of ``others`` in."""
        for value in set().union(*others):
            self.add(value)

    def intersection_update(self, *others: Iterable[object]) -> None:
        """Keep what is in all of ``others``."""
        self._become(set(self).intersection(*others))

    def difference_update(self, *others: Iterable[object]) -> None:
        """Take out what is in any of ``others``."""
        self._become(set(self).difference(*others))

    def symmetric_difference_update(self, other: Iterable[object]) -> None:
        """Keep what is in one of the two only."""
        self._become(set(self).symmetric_difference(other))

    def __ior__(self, other: AbstractSet[object]) -> Self:
        self._become(set(self) | other)
        return self

    def __iand__(self, other: AbstractSet[object]) -> Self:
        self._become(set(self) & other)
        return self

    def __isub__(self, other: AbstractSet[object]) -> Self:
        self._become(set(self) - other)
        return self

    def __ixor__(self, other: AbstractSet[object]) -> Self:
        self._become(set(self) ^ other)
        return self


class RevokedSet(PlainResults):
    """What a draft becomes that is no part of the result: it refuses everything."""

    __slots__ = ("_node",)
    _node: Node

    def __repr__(self) -> str:
        return "<draft of a set whose recipe has ended>"

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise ended(self._node)


for _name in (
    f"{PLAIN_RESULTS} __contains__ __eq__ __ge__ __gt__ __iand__ __ior__ __isub__ "
    "__iter__ __ixor__ __le__ __len__ __lt__ add clear difference_update discard "
    "intersection_update isdisjoint issubset issuperset pop remove "
    "symmetric_difference_update update"
).split():
    setattr(RevokedSet, _name, RevokedSet._refuse)


def _draft(value: set[object], parent: Node | Scope) -> DraftSet:
    draft = _new(DraftSet)
    _fill(draft, value)
    draft._node = Node(value, parent, draft)
    return draft


def _revoke(draft: object, _: object) -> None:
    draft.__class__ = RevokedSet


def _finish(draft: DraftSet) -> object:
    return finish(draft._node, _build)


def _build(node: Node) -> object:
    draft = cast("DraftSet", node.draft)
    if node.children is not None or type(node.base) is not FrozenSet:
        # All anew, as a draft that has changed is not found under its hash any more.
        members = [settle(each) for each in draft]
        set.clear(draft)
        set.update(draft, members)
    if not CAN_SWAP:
        return frozen_set(draft)
    draft._node = None  # type: ignore[assignment] # a frozen set has none
    draft.__class__ = FrozenSet  # type: ignore[assignment] # one layout
    return draft


def _freeze(value: object) -> FrozenSet:
    return frozen_set(map(settle, cast("set[object]", value)))


def _rebuild(value: object, each: Settler) -> set[object]:
    return {each(held) for held in cast("set[object]", value)}


def _settle_frozenset(value: frozenset[object]) -> frozenset[object]:
    return frozenset(map(settle, value)) if holds_draft(value) else value


def _rebuild_frozenset(value: object, each: Settler) -> frozenset[object]:
    given = cast("frozenset[object]", value)
    rebuilt = [(held, each(held)) for held in given]
    if all(new is old for old, new in rebuilt):
        return given
    return frozenset(new for _, new in rebuilt)


register(
    set,
    draft=bounded(_draft),
    settle=bounded(_freeze),
    rebuild=bounded(_rebuild),
)
register(FrozenSet, draft=_draft, rebuild=_rebuild)
register(DraftSet, draft=redraft, settle=_finish, rebuild=_rebuild)
register(frozenset, settle=_settle_frozenset, rebuild=_rebuild_frozenset)
refuse_all(RevokedSet, RevokedSet._refuse)
NODES[DraftSet] = NODES[RevokedSet] = attrgetter("_node")
if CAN_SWAP:
    REVOKERS[DraftSet] = _revoke
