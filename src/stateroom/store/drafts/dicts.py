"""Drafts of dicts.

A draft is a real dict that holds its content, so that ``json.dumps``, ``dict(draft)``
and ``{**draft}`` see it even where they read past our methods. Drafts of its values
stand in it, where they were read. At the end of the recipe it becomes a frozen dict.

Calling the class gives a plain dict, as ``dataclasses.asdict`` expects.
"""
# ruff: noqa: SLF001 - the functions below belong to the classes of this module

from __future__ import annotations

from collections.abc import ItemsView, Iterable, ValuesView
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NoReturn, Self, cast

from stateroom.store.drafts.depth import bounded
from stateroom.store.drafts.frozen import (
    FrozenDict,
    FrozenRoot,
    frozen_dict,
    plain_dict,
)
from stateroom.store.drafts.nodes import REVOKERS, Node, Scope, ended, mark
from stateroom.store.drafts.settling import (
    NODES,
    as_key,
    finish,
    is_unchanged_draft_of,
    note,
    redraft,
    settled_items,
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
    from _typeshed import SupportsKeysAndGetItem

__all__ = ("DraftDict",)

_get = dict.__getitem__
_put = dict.__setitem__
_look = dict.get
_new = dict.__new__
_fill = dict.update
_ABSENT: Final = object()


class DraftDict(dict[object, object]):
    """A dict that a recipe may change; the base stays as it is."""

    __slots__ = ("_node",)
    _node: Node

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Return a plain dict; drafts are made by ``produce``."""
        return cast("Self", plain_dict(args, kwargs))

    def __getitem__(self, key: object) -> object:
        value = _get(self, key)
        drafter = DRAFTERS[type(value)]
        if drafter is None:
            return value
        node = self._node
        child = drafter(value, node)
        if child is not value:
            _put(self, key, child)
            if node.children is None:
                node.children = {}
            node.children[as_key(key)] = child
        return child

    def __setitem__(self, key: object, value: object) -> None:
        old = _look(self, key, _ABSENT)
        if old is value or is_same(old, value):
            return
        node = self._node
        key = as_key(key)
        if not is_unchanged_draft_of(old, value):
            mark(node)
            note(node, key, is_set=True)
        _put(self, key, value)

    def __delitem__(self, key: object) -> None:
        if key not in self:
            raise KeyError(key)
        node = self._node
        mark(node)
        if key in cast("dict[object, object]", node.base):
            note(node, as_key(key), is_set=False)
        elif node.assigned is not None:
            # Set and taken out again: nothing is left of it, nor of its place.
            node.assigned.pop(as_key(key), None)
        dict.__delitem__(self, key)

    def get(self, key: object, default: object = None) -> object:
        """Return the value under ``key``, as a draft where it can be one."""
        # Not by itself: dict.get would give what stands there, not its draft.
        if key not in self:
            return default
        return self[key]

    def setdefault(self, key: object, default: object = None) -> object:
        """Put ``default`` under a key that is missing; return what is there."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: object, default: object = _ABSENT) -> object:
        """Take the value under ``key`` out and return it, as a draft."""
        if key not in self and default is not _ABSENT:
            return default
        value = self[key]
        del self[key]
        return value

    def popitem(self) -> tuple[object, object]:
        """Take the newest item out."""
        if not self:
            raise KeyError("popitem(): dictionary is empty")
        key = next(reversed(self))
        return key, self.pop(key)

    def clear(self) -> None:
        """Take everything out."""
        for key in list(self):
            del self[key]

    def update(  # type: ignore[override] # one signature for dict's five
        self,
        new: SupportsKeysAndGetItem[object, object]
        | Iterable[tuple[object, object]] = (),
        /,
        **named: object,
    ) -> None:
        """Put the items of a mapping, or pairs, and the keywords."""
        for key, value in dict(new).items():
            self[key] = value
        for name, value in named.items():
            self[name] = value

    def __ior__(self, other: object) -> Self:  # type: ignore[misc] # dict's __or__ gives a plain dict
        self.update(cast("dict[object, object]", other))
        return self

    def values(self) -> ValuesView[object]:  # type: ignore[override] # a view that drafts
        """Return the values, as drafts where they can be."""
        return ValuesView(self)

    def items(self) -> ItemsView[object, object]:  # type: ignore[override] # as values
        """Return the items, with values as drafts where they can be."""
        return ItemsView(self)

    def copy(self) -> dict[object, object]:
        """Return a plain dict of the items, with drafts where they can be."""
        return {key: self[key] for key in self}

    __copy__ = copy

    def __deepcopy__(self, memo: object) -> object:
        return thaw(self)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return dict, (thaw(self),)


class RevokedDict(dict[object, object]):
    """What a draft becomes that is no part of the result: it refuses everything."""

    __slots__ = ("_node",)
    _node: Node

    def __repr__(self) -> str:
        return "<draft of a dict whose recipe has ended>"

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise ended(self._node)


for _name in [
    "__contains__",
    "__delitem__",
    "__eq__",
    "__getitem__",
    "__ior__",
    "__iter__",
    "__len__",
    "__or__",
    "__reversed__",
    "__setitem__",
    "clear",
    "copy",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
]:
    setattr(RevokedDict, _name, RevokedDict._refuse)


def _draft(value: dict[object, object], parent: Node | Scope) -> DraftDict:
    draft = _new(DraftDict)
    _fill(draft, value)
    draft._node = Node(value, parent, draft)
    if type(value) not in FROZEN and type(value) is not DraftDict:
        # What reads past our methods, as {**draft}, must not find what can change.
        for key in value:
            draft[key]
    return draft


def _revoke(draft: object, _: object) -> None:
    draft.__class__ = RevokedDict


def _finish(draft: DraftDict) -> object:
    return finish(draft._node, _build)


def _build(node: Node) -> object:
    draft = cast("DraftDict", node.draft)
    if type(node.base) not in FROZEN:
        _settle_keys(draft, list(draft))
    else:
        if node.children is not None:
            _settle_keys(draft, node.children)
        if node.assigned is not None:
            _settle_keys(draft, node.assigned)
    if not CAN_SWAP:
        return frozen_dict(draft)
    draft._node = None  # type: ignore[assignment] # a frozen dict has none
    draft.__class__ = FrozenDict  # type: ignore[assignment] # one layout
    return draft


def _settle_keys(draft: DraftDict, keys: Iterable[object]) -> None:
    """Freeze what stands under keys that were read or set, and may be gone since."""
    for key in keys:
        value = _look(draft, key)
        settler = SETTLERS[type(value)]
        if settler is not None:
            _put(draft, key, settler(value))


def _freeze(value: object) -> FrozenDict:
    pairs = cast("dict[object, object]", value)
    return frozen_dict(settled_items(pairs.items()))


def _rebuild(value: object, each: Settler) -> dict[object, object]:
    pairs = dict.items(cast("dict[object, object]", value))
    return {as_key(key): each(held) for key, held in pairs}


register(
    dict,
    draft=bounded(_draft),
    settle=bounded(_freeze),
    rebuild=bounded(_rebuild),
)
register(FrozenDict, draft=_draft, rebuild=_rebuild)
register(FrozenRoot, draft=_draft, rebuild=_rebuild)
register(DraftDict, draft=redraft, settle=_finish, rebuild=_rebuild)
refuse_all(RevokedDict, RevokedDict._refuse)
NODES[DraftDict] = NODES[RevokedDict] = attrgetter("_node")
if CAN_SWAP:
    REVOKERS[DraftDict] = _revoke
