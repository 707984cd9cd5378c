"""Drafts of dicts, and frozen dicts.

A draft is a real dict that holds its content, so that ``json.dumps``, ``dict(draft)``
and ``{**draft}`` see it even where they read past our methods. Drafts of its values
stand in it, where they were read. At the end of the recipe it becomes a frozen dict.

Calling either class gives a plain dict, as ``dataclasses.asdict`` expects.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, ValuesView
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NoReturn, cast

from stateroom.store.drafts.nodes import Node, Scope, ended, mark
from stateroom.store.drafts.refusing import members
from stateroom.store.drafts.settling import (
    NODES,
    adopt_child,
    finish,
    is_unchanged_draft_of,
    note,
    settle,
    settled_items,
    thaw,
)
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import DRAFTERS, Settler, is_same, register

if TYPE_CHECKING:
    from _typeshed import SupportsKeysAndGetItem

__all__ = ("DraftDict", "FrozenDict", "frozen_dict")

_get = dict.__getitem__
_put = dict.__setitem__
_look = dict.get
_new = dict.__new__
_fill = dict.update
_ABSENT: Final = object()


class FrozenDict(dict[object, object]):
    """A dict that refuses to be changed; equal to a plain one with the same content.

    ``copy.copy``, ``copy.deepcopy`` and ``pickle`` give plain dicts.
    """

    __slots__ = ("_node",)

    def __new__(cls, *args: object, **kwargs: object) -> FrozenDict:
        """Return a plain dict; frozen ones are made by ``freeze``."""
        return _plain(args, kwargs)

    def __copy__(self) -> dict[object, object]:
        return dict(self)

    def __deepcopy__(self, memo: object) -> object:
        return thaw(self)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return dict, (list(_rebuild(self, thaw).items()),)


for _name, _method in members(
    "__setitem__ __delitem__ __ior__ clear pop popitem setdefault update"
):
    setattr(FrozenDict, _name, _method)


def _plain(args: object, kwargs: dict[str, object]) -> FrozenDict:
    (first,) = cast("tuple[dict[str, object]]", args or ({},))
    return cast("FrozenDict", dict(first, **kwargs))


class DraftDict(dict[object, object]):
    """A dict that a recipe may change; the base stays as it is."""

    __slots__ = ("_node",)
    _node: Node

    def __new__(cls, *args: object, **kwargs: object) -> DraftDict:
        """Return a plain dict; drafts are made by ``produce``."""
        return cast("DraftDict", _plain(args, kwargs))

    def __getitem__(self, key: object) -> object:
        value = _get(self, key)
        drafter = DRAFTERS[type(value)]
        if drafter is None:
            return value
        child = drafter(value, self._node)
        if child is not value:
            _put(self, key, child)
            adopt_child(self._node, key, child)
        return child

    def __setitem__(self, key: object, value: object) -> None:
        old = _look(self, key, _ABSENT)
        if old is value or is_same(old, value):
            return
        node = self._node
        if not is_unchanged_draft_of(old, value):
            mark(node)
            note(node, key, is_set=True)
        _put(self, key, value)

    def __delitem__(self, key: object) -> None:
        if key not in self:
            raise KeyError(key)
        mark(self._node)
        note(self._node, key, is_set=False)
        dict.__delitem__(self, key)

    def get(self, key: object, default: object = None) -> object:
        """Return the value under ``key``, as a draft where it can be one."""
        return self[key] if key in self else default

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

    def update(
        self,
        new: SupportsKeysAndGetItem[object, object]
        | Iterable[tuple[object, object]] = (),
        **named: object,
    ) -> None:
        """Put the items of a mapping, or pairs, and the keywords."""
        for key, value in dict(new).items():
            self[key] = value
        for name, value in named.items():
            self[name] = value

    def __ior__(self, other: object) -> DraftDict:  # type: ignore[override,misc] # one signature for dict's two
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
        return dict, (list(_rebuild(self, thaw).items()),)


class RevokedDict(dict[object, object]):
    """What a draft becomes that is no part of the result: it refuses everything."""

    __slots__ = ("_node",)
    _node: Node

    def __repr__(self) -> str:
        return "<draft of a dict whose recipe has ended>"

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise ended(self._node)


for _name in (
    "__contains__ __delitem__ __eq__ __getitem__ __ior__ __iter__ __len__ __or__ "
    "__reversed__ __setitem__ clear copy get items keys pop popitem setdefault update "
    "values"
).split():
    setattr(RevokedDict, _name, RevokedDict._refuse)  # noqa: SLF001 - our own class


def _draft(value: object, parent: Node | Scope) -> DraftDict:
    draft = _new(DraftDict)
    _fill(draft, cast("dict[object, object]", value))
    node = Node(value, parent, _revoke)
    node.draft = draft
    draft._node = node  # noqa: SLF001 - as all that follow: of our own classes
    return draft


def _revoke(node: Node) -> None:
    draft = node.draft
    if CAN_SWAP and type(draft) is DraftDict:
        draft.__class__ = RevokedDict  # type: ignore[assignment] # one layout


def _finish(draft: object) -> object:
    return finish(cast("DraftDict", draft)._node, _build)


def _build(node: Node) -> object:
    draft = cast("DraftDict", node.draft)
    for key in _to_settle(node, draft):
        value = _get(draft, key)
        settled = settle(value)
        if settled is not value:
            _put(draft, key, settled)
    if not CAN_SWAP:
        return frozen_dict(draft)
    draft._node = None  # type: ignore[assignment] # a frozen dict has none
    draft.__class__ = FrozenDict  # type: ignore[assignment] # one layout
    return draft


def _to_settle(node: Node, draft: DraftDict) -> list[object]:
    """Name the keys under which something may not be frozen yet."""
    if type(node.base) is not FrozenDict:
        return list(draft)
    keys = {**(node.assigned or {}), **(node.children or {})}
    return [key for key in keys if key in draft]


def frozen_dict(content: dict[object, object]) -> FrozenDict:
    """Return a frozen dict of ``content``, whose values are frozen already."""
    made = _new(FrozenDict)
    _fill(made, content)
    return made


def _freeze(value: object) -> FrozenDict:
    pairs = cast("dict[object, object]", value)
    return frozen_dict(settled_items(pairs.items()))


def _rebuild(value: object, each: Settler) -> dict[object, object]:
    pairs = dict.items(cast("dict[object, object]", value))
    return {key: each(held) for key, held in pairs}


register(dict, draft=_draft, settle=_freeze, rebuild=_rebuild)
register(FrozenDict, draft=_draft, rebuild=_rebuild)
register(DraftDict, settle=_finish, rebuild=_rebuild)
NODES[DraftDict] = attrgetter("_node")
