"""Drafts of persistent maps, and frozen ones.

A draft holds only what was read or set of it, above its base; so a recipe that changes
one of 100,000 entries costs what that one costs. At the end the changes are put into
the map, which shares everything else with the base.
"""
# ruff: noqa: SLF001 - the functions below belong to the classes of this module

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from itertools import chain
from operator import attrgetter
from typing import Final, NoReturn, cast

from stateroom.store.drafts.nodes import REVOKERS, Node, Scope, ended, mark
from stateroom.store.drafts.refusing import members
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
    SETTLERS,
    Settler,
    is_same,
    refuse_all,
    register,
)
from stateroom.store.persistent.mapping import PersistentMap

__all__ = ("DraftMap", "FrozenMap")

_ABSENT: Final = object()


class FrozenMap(PersistentMap[object, object]):
    """A persistent map that is part of a state: all that it holds is frozen.

    Its ``set``, ``remove`` and ``update`` give maps that are no part of the state, and
    may hold anything; they are frozen when they are put into a state.
    """

    __slots__ = ()


for _name, _method in members("__setitem__ __delitem__ clear pop popitem setdefault"):
    setattr(FrozenMap, _name, _method)


class DraftMap(MutableMapping[object, object]):
    """A map that a recipe may change; the base stays as it is."""

    __slots__ = ("_added", "_base", "_gone", "_held", "_node")

    _added: dict[object, None]
    """Keys that come after those of the base, in order."""
    _base: PersistentMap[object, object]
    _gone: set[object]
    """Keys of the base that were removed; one of them may have been added again."""
    _held: dict[object, object]
    """What was read as a draft, or set, by its key."""
    _node: Node

    def peek(self, key: object) -> object:
        """Return what stands under ``key``, without making a draft of it.

        Raises:
            KeyError: nothing does.
        """
        value = self._held.get(key, _ABSENT)
        if value is not _ABSENT:
            return value
        if key in self._gone:
            raise KeyError(key)
        return self._base[key]

    def __getitem__(self, key: object) -> object:
        value = self.peek(key)
        drafter = DRAFTERS[type(value)]
        if drafter is None:
            return value
        child = drafter(value, self._node)
        if child is not value:
            self._held[key] = child
            adopt_child(self._node, key, child)
        return child

    def __setitem__(self, key: object, value: object) -> None:
        old = self.peek(key) if key in self else _ABSENT
        if old is value or is_same(old, value):
            return
        node = self._node
        if not is_unchanged_draft_of(old, value):
            mark(node)
            note(node, key, is_set=True)
        if old is _ABSENT:
            self._added[key] = None
        self._held[key] = value

    def __delitem__(self, key: object) -> None:
        if key not in self:
            raise KeyError(key)
        node = self._node
        mark(node)
        if key in self._base:
            note(node, key, is_set=False)
        elif node.assigned is not None:
            # Set and taken out again: nothing is left of it, nor of its place.
            node.assigned.pop(key, None)
        self._held.pop(key, None)
        if key in self._added:
            del self._added[key]
        else:
            self._gone.add(key)

    def __contains__(self, key: object) -> bool:
        if key in self._gone:
            return key in self._added
        return key in self._held or key in self._base

    def __len__(self) -> int:
        return len(self._base) - len(self._gone) + len(self._added)

    def __iter__(self) -> Iterator[object]:
        return chain(self._stayed(self._base), self._added)

    def __reversed__(self) -> Iterator[object]:
        return chain(reversed(self._added), self._stayed(reversed(self._base)))

    def _stayed(self, keys: Iterable[object]) -> Iterable[object]:
        if not self._gone:
            return keys
        return (key for key in keys if key not in self._gone)

    def popitem(self) -> tuple[object, object]:
        """Take the newest item out."""
        for key in reversed(self):
            return key, self.pop(key)
        raise KeyError("popitem(): dictionary is empty")

    def clear(self) -> None:
        """Take everything out."""
        for key in list(self):
            del self[key]

    def copy(self) -> dict[object, object]:
        """Return a plain dict of the items, with drafts where they can be."""
        return {key: self[key] for key in self}

    __copy__ = copy

    def __deepcopy__(self, memo: object) -> object:
        return thaw(self)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return dict, (thaw(self),)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return _content(self) == _content(other)

    __hash__ = None  # type: ignore[assignment] # as a dict

    def __repr__(self) -> str:
        return f"PersistentMap({_content(self)!r})"


class RevokedMap(DraftMap):
    """What a draft becomes when its recipe has ended: it refuses everything."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<draft of a map whose recipe has ended>"

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise ended(self._node)


_REFUSED = (
    "__contains__ __delitem__ __eq__ __getitem__ __iter__ __len__ __reversed__ "
    "__setitem__ clear copy get items keys peek pop popitem setdefault update values"
)
for _name in _REFUSED.split():
    setattr(RevokedMap, _name, RevokedMap._refuse)


def _draft(value: Mapping[object, object], parent: Node | Scope) -> DraftMap:
    draft = DraftMap()
    draft._node = Node(value, parent, draft)
    if type(value) is DraftMap:  # of a recipe around this one
        draft._base = value._base
        draft._held = dict(value._held)
        draft._added = dict(value._added)
        draft._gone = set(value._gone)
        return draft
    draft._base = cast("PersistentMap[object, object]", value)
    draft._held = {}
    draft._added = {}
    draft._gone = set()
    return draft


def _revoke(draft: object, _: object) -> None:
    draft.__class__ = RevokedMap


def _finish(draft: DraftMap) -> object:
    return finish(draft._node, _build)


def _build(node: Node) -> FrozenMap:
    draft = cast("DraftMap", node.draft)
    base = cast("PersistentMap[object, object]", settle(draft._base))
    new = _changed(draft, base, settle)
    if new is base or not CAN_SWAP:
        return _frozen(new)
    new.__class__ = FrozenMap  # nobody else has it
    return cast("FrozenMap", new)


def _changed(
    draft: DraftMap, base: PersistentMap[object, object], each: Settler
) -> PersistentMap[object, object]:
    """Return ``base`` with what the draft holds, ``each`` applied to that."""
    held, added = draft._held, draft._added
    left = base.remove(*draft._gone) if draft._gone else base
    if len(held) == 1:  # the most common change, which is worth a shorter way
        ((key, value),) = held.items()
        return left.set(key, each(value))
    put = {key: each(value) for key, value in held.items() if key not in added}
    new = {key: each(held[key]) for key in added}
    return left.update(put | new)


def _freeze(value: object) -> FrozenMap:
    """Freeze a map that may hold anything; what is frozen already stays shared."""
    content = cast("PersistentMap[object, object]", value)
    settled = {
        key: frozen
        for key, held in content.items()
        if SETTLERS[type(held)] is not None and (frozen := settle(held)) is not held
    }
    return _frozen(content.update(settled))


def _frozen(settled: PersistentMap[object, object]) -> FrozenMap:
    made = object.__new__(FrozenMap)
    made._buckets = settled._buckets
    made._index = settled._index
    made._keys = settled._keys
    made._size = settled._size
    made._values = settled._values
    return made


def _content(of: Mapping[object, object]) -> dict[object, object]:
    """Return what a mapping holds, without making drafts."""
    if isinstance(of, DraftMap):
        return dict(_changed(of, of._base, lambda held: held).items())
    return dict(of.items() if isinstance(of, PersistentMap) else of)


def _rebuild(value: object, each: Settler) -> Mapping[object, object]:
    content = cast("Mapping[object, object]", value)
    # Who thaws asks for a plain dict; all others for a map like the one that is there.
    if each is thaw:
        return {key: each(held) for key, held in _content(content).items()}
    if isinstance(content, DraftMap):
        return _changed(content, content._base, each)
    return PersistentMap((key, each(held)) for key, held in content.items())


register(PersistentMap, draft=_draft, settle=_freeze, rebuild=_rebuild)
register(FrozenMap, draft=_draft, rebuild=_rebuild)
register(DraftMap, draft=redraft, settle=_finish, rebuild=_rebuild)
refuse_all(RevokedMap, RevokedMap._refuse)
NODES[DraftMap] = NODES[RevokedMap] = attrgetter("_node")
REVOKERS[DraftMap] = _revoke
