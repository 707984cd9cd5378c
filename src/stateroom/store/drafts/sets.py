"""Drafts of sets, and frozen sets of state; like those of dicts.

The members of a set are hashable, so they do not change: none of them is drafted.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import NoReturn, cast

from stateroom.store.drafts.nodes import Node, Scope, ended, mark
from stateroom.store.drafts.refusing import members
from stateroom.store.drafts.settling import NODES, adopt_child, finish, settle, thaw
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import SETTLERS, Settler, register

__all__ = ("DraftSet", "FrozenSet", "frozen_set")

_new = set.__new__
_fill = set.update
_PLAIN_RESULTS = (
    "__and__ __or__ __rand__ __ror__ __rsub__ __rxor__ __sub__ __xor__ copy difference "
    "intersection symmetric_difference union"
)
"""Operations whose result is a set of the same class, unless it is said otherwise."""


class _PlainResults(set[object]):
    """A set whose operations give plain sets."""

    __slots__ = ()

    def __copy__(self) -> set[object]:
        return set(self)

    def __deepcopy__(self, memo: object) -> object:
        return thaw(self)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return set, (list(_rebuild(self, thaw)),)


def _plain_result(name: str) -> None:
    operation = getattr(set, name)

    def method(self: set[object], *others: object) -> object:
        return operation(set(self), *others)

    method.__name__ = name
    setattr(_PlainResults, name, method)


for _name in _PLAIN_RESULTS.split():
    _plain_result(_name)


class FrozenSet(_PlainResults):
    """A set that refuses to be changed; equal to a plain one with the same members.

    Unlike a ``frozenset`` it is what the state declares: a ``set``.
    """

    __slots__ = ("_node",)

    def __new__(cls, content: Iterable[object] = ()) -> FrozenSet:
        """Return a plain set; frozen ones are made by ``freeze``."""
        return cast("FrozenSet", set(content))


for _name, _method in members(
    "__iand__ __ior__ __isub__ __ixor__ add clear difference_update discard "
    "intersection_update pop remove symmetric_difference_update update"
):
    setattr(FrozenSet, _name, _method)


class DraftSet(_PlainResults):
    """A set that a recipe may change; the base stays as it is."""

    __slots__ = ("_node",)
    _node: Node

    def __new__(cls, content: Iterable[object] = ()) -> DraftSet:
        """Return a plain set; drafts are made by ``produce``."""
        return cast("DraftSet", set(content))

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

    def __ior__(self, other: AbstractSet[object]) -> DraftSet:  # type: ignore[override,misc] # set's is generic
        self._become(set(self) | other)
        return self

    def __iand__(self, other: AbstractSet[object]) -> DraftSet:
        self._become(set(self) & other)
        return self

    def __isub__(self, other: AbstractSet[object]) -> DraftSet:
        self._become(set(self) - other)
        return self

    def __ixor__(self, other: AbstractSet[object]) -> DraftSet:  # type: ignore[override,misc] # as __ior__
        self._become(set(self) ^ other)
        return self


class RevokedSet(_PlainResults):
    """What a draft becomes that is no part of the result: it refuses everything."""

    __slots__ = ("_node",)
    _node: Node

    def __repr__(self) -> str:
        return "<draft of a set whose recipe has ended>"

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise ended(self._node)


for _name in (
    f"{_PLAIN_RESULTS} __contains__ __eq__ __ge__ __gt__ __iand__ __ior__ __isub__ "
    "__iter__ __ixor__ __le__ __len__ __lt__ add clear difference_update discard "
    "intersection_update isdisjoint issubset issuperset pop remove "
    "symmetric_difference_update update"
).split():
    setattr(RevokedSet, _name, RevokedSet._refuse)  # noqa: SLF001 - our own class


def _draft(value: object, parent: Node | Scope) -> DraftSet:
    draft = _new(DraftSet)
    _fill(draft, cast("set[object]", value))
    node = Node(value, parent, _revoke)
    node.draft = draft
    draft._node = node  # noqa: SLF001 - as all that follow: of our own classes
    return draft


def _revoke(node: Node) -> None:
    draft = node.draft
    if CAN_SWAP and type(draft) is DraftSet:
        draft.__class__ = RevokedSet  # type: ignore[assignment] # one layout


def _finish(draft: object) -> object:
    return finish(cast("DraftSet", draft)._node, _build)


def _build(node: Node) -> object:
    draft = cast("DraftSet", node.draft)
    is_frozen = type(node.base) is FrozenSet
    for value in list((node.children or {}) if is_frozen else draft):
        settled = settle(value)
        if settled is not value and value in draft:
            set.remove(draft, value)
            set.add(draft, settled)
    if not CAN_SWAP:
        return frozen_set(draft)
    draft._node = None  # type: ignore[assignment] # a frozen set has none
    draft.__class__ = FrozenSet  # type: ignore[assignment] # one layout
    return draft


def frozen_set(content: Iterable[object]) -> FrozenSet:
    """Return a frozen set of ``content``, whose members are frozen already."""
    made = _new(FrozenSet)
    _fill(made, content)
    return made


def _freeze(value: object) -> FrozenSet:
    return frozen_set(map(settle, cast("set[object]", value)))


def _rebuild(value: object, each: Settler) -> set[object]:
    return {each(held) for held in cast("set[object]", value)}


register(set, draft=_draft, settle=_freeze, rebuild=_rebuild)
register(FrozenSet, draft=_draft, rebuild=_rebuild)
register(DraftSet, settle=_finish, rebuild=_rebuild)
NODES[DraftSet] = attrgetter("_node")
