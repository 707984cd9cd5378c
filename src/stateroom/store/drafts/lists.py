"""Drafts of lists; like those of dicts.

Drafts of elements stand in the draft itself. Which indexes hold one is noted as long
as no element moves; after an insertion or removal in the middle all are looked at.
"""
# ruff: noqa: SLF001 - the functions below belong to the classes of this module

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, NoReturn, Self, SupportsIndex, cast

from stateroom.store.drafts.depth import bounded
from stateroom.store.drafts.frozen import FrozenList, frozen_list
from stateroom.store.drafts.nodes import REVOKERS, Node, Scope, ended, mark
from stateroom.store.drafts.settling import (
    NODES,
    adopt_child,
    finish,
    is_unchanged_draft_of,
    note,
    redraft,
    settle,
    thaw,
)
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import (
    DRAFTERS,
    FROZEN,
    SETTLERS,
    Settler,
    is_same,
    refuse_all,
    register,
)

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

__all__ = ("DraftList",)

_get = list.__getitem__
_put = list.__setitem__
_new = list.__new__
_fill = list.extend
_each = list.__iter__


class DraftList(list[object]):
    """A list that a recipe may change; the base stays as it is."""

    __slots__ = ("_node",)
    _node: Node

    def __new__(cls, content: Iterable[object] = ()) -> Self:
        """Return a plain list; drafts are made by ``produce``."""
        return cast("Self", list(content))

    def __getitem__(self, index: SupportsIndex | slice) -> object:  # type: ignore[override] # one signature for list's two
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        value: object = _get(self, index)
        drafter = DRAFTERS[type(value)]
        if drafter is None:
            return value
        return _drafted(self, self._node, index=index.__index__(), value=value)

    def __iter__(self) -> Iterator[object]:
        # The node is kept: after the recipe, the list is of a class without one.
        return _drafts(self, self._node)

    def __reversed__(self) -> Iterator[object]:
        return (self[index] for index in range(len(self) - 1, -1, -1))

    def _settle_later(self, index: int, value: object) -> None:
        if SETTLERS[type(value)] is not None:
            adopt_child(self._node, index, value)

    def _move(self) -> None:
        """Note a change after which elements may stand at other indexes."""
        mark(self._node)
        note(self._node, ..., is_set=True)

    def __setitem__(self, index: SupportsIndex | slice, value: object) -> None:
        if isinstance(index, slice):
            new = list(cast("Iterable[object]", value))
            self._change(lambda: _put(self, index, new))
            return
        old: object = _get(self, index)
        if old is value or is_same(old, value):
            return
        if not is_unchanged_draft_of(old, value):
            mark(self._node)
        _put(self, index, value)
        place = index.__index__()
        self._settle_later(place + len(self) if place < 0 else place, value)

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        if isinstance(index, slice):
            self._change(lambda: list.__delitem__(self, index))
            return
        _get(self, index)  # raises for an index that does not exist
        self._move()
        list.__delitem__(self, index)

    def _change(self, change: Callable[[], None]) -> None:
        """Run an operation of list, and see whether it changed anything."""
        node = self._node
        if node.scope.closed:
            raise ended(node)
        before = list(_each(self))
        change()
        if len(before) == len(self) and all(map(_is_kept, before, _each(self))):
            return
        mark(node)
        note(node, ..., is_set=True)

    def append(self, value: object) -> None:
        """Put ``value`` at the end."""
        mark(self._node)
        self._settle_later(len(self), value)
        list.append(self, value)

    def extend(self, values: Iterable[object]) -> None:
        """Put all of ``values`` at the end."""
        for value in list(values):
            self.append(value)

    def __iadd__(self, values: Iterable[object]) -> Self:  # type: ignore[misc] # list's __add__ gives a plain list
        self.extend(values)
        return self

    def __imul__(self, count: SupportsIndex) -> Self:
        # Drafts, so that each element is one and the same in all its places.
        repeated = list(self) * count
        self._change(lambda: _put(self, slice(None), repeated))
        return self

    def insert(self, index: SupportsIndex, value: object) -> None:
        """Put ``value`` before ``index``."""
        self._move()
        list.insert(self, index, value)

    def pop(self, index: SupportsIndex = -1) -> object:
        """Take an element out and return it, as a draft."""
        value = self[index]
        if index.__index__() in {-1, len(self) - 1}:
            mark(self._node)
        else:
            self._move()
        list.pop(self, index)
        return value

    def remove(self, value: object) -> None:
        """Take the first element out that equals ``value``."""
        index = self.index(value)
        self._move()
        list.__delitem__(self, index)

    def clear(self) -> None:
        """Take everything out."""
        if self:
            self._move()
            list.clear(self)

    def reverse(self) -> None:
        """Turn the order round."""
        self._change(lambda: list.reverse(self))

    def sort(
        self,
        *,
        key: Callable[[object], SupportsRichComparison] | None = None,
        reverse: bool = False,
    ) -> None:
        """Sort; ``key`` is given elements that it may read but not change."""
        keyed = cast("Callable[[object], SupportsRichComparison]", key)
        self._change(lambda: list.sort(self, key=keyed, reverse=reverse))

    def copy(self) -> list[object]:
        """Return a plain list of the elements, as drafts where they can be."""
        return list(self)

    __copy__ = copy

    def __deepcopy__(self, memo: object) -> object:
        return thaw(self)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return list, (thaw(self),)


def _drafted(draft: list[object], node: Node, *, index: int, value: object) -> object:
    """Put the draft of an element into its place, and return it."""
    drafter = DRAFTERS[type(value)]
    child = value if drafter is None else drafter(value, node)
    if child is not value:
        place = index + len(draft) if index < 0 else index
        _put(draft, place, child)
        adopt_child(node, place, child)
    return child


def _drafts(draft: list[object], node: Node) -> Iterator[object]:
    for index, value in enumerate(_each(draft)):
        if DRAFTERS[type(value)] is None:
            yield value
        else:
            yield _drafted(draft, node, index=index, value=value)


def _is_kept(old: object, new: object) -> bool:
    """Say whether an element that was written over another one changes nothing."""
    return old is new or is_same(old, new) or is_unchanged_draft_of(old, new)


class RevokedList(list[object]):
    """What a draft becomes that is no part of the result: it refuses everything."""

    __slots__ = ("_node",)
    _node: Node

    def __repr__(self) -> str:
        return "<draft of a list whose recipe has ended>"

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise ended(self._node)


_REFUSED = (
    "__add__ __contains__ __delitem__ __eq__ __ge__ __getitem__ __gt__ __iadd__ "
    "__imul__ __iter__ __le__ __len__ __lt__ __mul__ __reversed__ __setitem__ append "
    "clear copy count extend index insert pop remove reverse sort"
)
for _name in _REFUSED.split():
    setattr(RevokedList, _name, RevokedList._refuse)


def _draft(value: list[object], parent: Node | Scope) -> DraftList:
    draft = _new(DraftList)
    _fill(draft, value)
    draft._node = Node(value, parent, draft)
    if type(value) not in FROZEN and type(value) is not DraftList:
        # What reads past our methods, as draft + [...], must not find what can change.
        for index, held in enumerate(value):
            _drafted(draft, draft._node, index=index, value=held)
    return draft


def _revoke(draft: object, _: object) -> None:
    draft.__class__ = RevokedList


def _finish(draft: DraftList) -> object:
    return finish(draft._node, _build)


def _build(node: Node) -> object:
    draft = cast("DraftList", node.draft)
    for index in _to_settle(node, draft):
        value = _get(draft, index)
        settled = settle(value)
        if settled is not value:
            _put(draft, index, settled)
    if not CAN_SWAP:
        return frozen_list(_each(draft))
    draft._node = None  # type: ignore[assignment] # a frozen list has none
    draft.__class__ = FrozenList  # type: ignore[assignment] # one layout
    return draft


def _to_settle(node: Node, draft: DraftList) -> Iterable[int]:
    """Name the indexes at which something may not be frozen yet."""
    if node.assigned is not None or type(node.base) is not FrozenList:
        return range(len(draft))
    indexes = cast("dict[int, object]", node.children or {})
    return [index for index in indexes if index < len(draft)]


def _freeze(value: object) -> FrozenList:
    return frozen_list(map(settle, _each(cast("list[object]", value))))


def _rebuild(value: object, each: Settler) -> list[object]:
    return [each(held) for held in _each(cast("list[object]", value))]


register(
    list,
    draft=bounded(_draft),
    settle=bounded(_freeze),
    rebuild=bounded(_rebuild),
)
register(FrozenList, draft=_draft, rebuild=_rebuild)
register(DraftList, draft=redraft, settle=_finish, rebuild=_rebuild)
refuse_all(RevokedList, RevokedList._refuse)
NODES[DraftList] = NODES[RevokedList] = attrgetter("_node")
if CAN_SWAP:
    REVOKERS[DraftList] = _revoke
