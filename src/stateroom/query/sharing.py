"""Gives what a request brought the identity of what it is the same as.

A server answers with the same data again and again. Whoever watches a part of it, or
has memoised something that was made of it, looks at identity; so every part that did
not change is taken from what was there before.

Mappings are compared key by key, in any order; lists and tuples position by position;
dataclass instances, named tuples and Structs of one class field by field, whatever
their ``==`` says. Of an object of any other class the new one is taken.

Source:
    ``copyWithStructuralSharing`` of RTK Query, which knows plain objects and arrays.
"""

from __future__ import annotations

import dataclasses
import enum
import operator
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias, TypeVar, cast

from stateroom.store.drafts import freeze
from stateroom.store.drafts.depth import bounded
from stateroom.store.drafts.frozen import (
    FrozenDict,
    FrozenList,
    frozen_dict,
    frozen_list,
)
from stateroom.store.drafts.objects import of_class
from stateroom.store.drafts.settling import NODES
from stateroom.store.drafts.tables import EXACT, LEAVES, SETTLERS, is_same
from stateroom.store.drafts.twins import Twins
from stateroom.store.persistent import PersistentMap

__all__ = ("share",)

T = TypeVar("T")

Sharer: TypeAlias = Callable[[object, object], object]
"""Shares a value with what was there before, which is of the same family."""
Dict: TypeAlias = dict[object, object]
Sequence: TypeAlias = "list[object] | tuple[object, ...]"

_ABSENT: Final = object()


def share(old: object, new: T) -> T:
    """Return ``new``, frozen, with every part that is the same in ``old`` from there.

    Args:
        old: what was there before, frozen; of any kind.
        new: what came; it may be frozen or not, and is not changed.

    Returns:
        ``old`` itself when the two are the same.

    Raises:
        DraftMisuse: there is a draft in ``new``, or it contains itself.
    """
    return cast("T", _share(old, new))


def _share(old: object, new: object) -> object:
    if old is new:
        return old
    sharer = _SHARERS[type(new)]
    if sharer is None or sharer is not _SHARERS[type(old)]:
        return freeze(new)
    return sharer(old, new)


def _of_leaf(old: object, new: object) -> object:
    return old if is_same(old, new) else new


# -------------------------------------------------------------------- mappings


def _of_dict(old: object, new: object) -> object:
    held, content = cast("Dict", old), cast("Dict", new)
    parts = _parts(held, content)
    if parts is None:
        return old
    if type(new) is FrozenDict and _are(parts.values(), content.values()):
        return new
    return frozen_dict(parts)


def _of_map(old: object, new: object) -> object:
    held = cast("PersistentMap[object, object]", old)
    content = dict(cast("PersistentMap[object, object]", new).items())
    parts = _parts(held, content)
    if parts is None:
        return old
    is_as_it_came = _are(parts.values(), content.values())
    return freeze(new if is_as_it_came else PersistentMap(parts))


def _parts(held: Mapping[object, object], content: Dict) -> Dict | None:
    """Return the content, shared value by value; None when it is what was there.

    This and its like below are one loop each, as they see every value of an answer,
    and make nothing while it is the same.
    """
    changed: Dict = {}
    find, is_text = held.get, True
    for key, value in content.items():
        if type(key) is not str:
            is_text = False
        was = find(key, _ABSENT)
        if was is value:
            continue
        if (kind := type(value)) in EXACT:
            if type(was) is not kind or was != value:
                changed[key] = value
        elif (part := _share(was, value)) is not was:
            changed[key] = part
    is_same_all = not changed and len(held) == len(content)
    if is_same_all and (is_text or _are_keys(held, content)):
        return None
    return {key: changed[key] if key in changed else held[key] for key in content}


def _are_keys(held: Mapping[object, object], content: Dict) -> bool:
    """Say whether keys that are equal are the same, as 1 and True are not."""
    known = {key: key for key in held}
    return all(known[key] is key or is_same(known[key], key) for key in content)


# ------------------------------------------------------------------- sequences


def _of_list(old: object, new: object) -> object:
    parts = _elements(cast("Sequence", old), cast("Sequence", new))
    if parts is None:
        return old
    if type(new) is FrozenList and _are(parts, new):
        return new
    return frozen_list(parts)


def _of_tuple(old: object, new: object) -> object:
    content = cast("tuple[object, ...]", new)
    if type(old) is not type(content):
        return freeze(new)
    parts = _elements(cast("Sequence", old), content)
    if parts is None:
        return old
    # Without calling what a user may have defined.
    made: object = tuple.__new__(type(content), parts)
    return new if _are(parts, content) else made


def _elements(held: Sequence, content: Sequence) -> list[object] | None:
    """Return the elements, shared by position; None when they are those before."""
    changed: dict[int, object] = {}
    for index, (was, value) in enumerate(zip(held, content, strict=False)):
        if was is value:
            continue
        if (kind := type(value)) in EXACT:
            if type(was) is not kind or was != value:
                changed[index] = value
        elif (part := _share(was, value)) is not was:
            changed[index] = part
    if not changed and len(held) == len(content):
        return None
    parts = [*held[: len(content)], *map(freeze, content[len(held) :])]
    for index, part in changed.items():
        parts[index] = part
    return parts


def _are(parts: Iterable[object], others: Iterable[object]) -> bool:
    """Say whether two sequences of one length hold the very same objects."""
    return all(map(operator.is_, parts, others))


# ------------------------------------------------------------- records and sets


def _of_record(twins: Twins) -> Sharer:
    names, frozen = twins.names, twins.frozen

    def of_record(old: object, new: object) -> object:
        held = [getattr(old, name, _ABSENT) for name in names]
        content = [getattr(new, name, _ABSENT) for name in names]
        parts = _elements(held, content)
        if parts is None:
            return old
        if type(new) is frozen and _are(parts, content):
            return new
        pairs = zip(names, parts, strict=True)
        known = {name: part for name, part in pairs if part is not _ABSENT}
        return freeze(twins.make(known))

    return of_record


def _of_set(old: object, new: object) -> object:
    held, content = cast("AbstractSet[object]", old), cast("AbstractSet[object]", new)
    if isinstance(old, frozenset) is not isinstance(new, frozenset):
        return freeze(new)
    if len(held) != len(content) or held != content:
        return freeze(new)
    known = {each: each for each in held}
    # 1 is equal to True; what is no scalar is not looked into.
    is_all = all(known[each] is each or is_same(known[each], each) for each in content)
    return old if is_all else freeze(new)


# --------------------------------------------------------------------- classes


class _Sharers(dict[type, "Sharer | None"]):
    """Sharers by class. Asking for an unknown class classifies it."""

    def __missing__(self, kind: type) -> Sharer | None:
        self[kind] = found = _sharer_of(kind)
        return found


def _sharer_of(kind: type) -> Sharer | None:
    if kind in NODES:
        return None
    if kind in LEAVES or issubclass(kind, enum.Enum):
        return _of_leaf
    if kind is tuple or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        return _TUPLES
    if not dataclasses.is_dataclass(kind):
        for base, sharer in _BASES.items():
            if issubclass(kind, base):
                return sharer
    # Looking it up classifies a class that was never met.
    _ = SETTLERS[kind]
    twins = of_class(kind)
    if twins is None:
        return None
    return bounded(_of_record(twins)) if kind is twins.kind else _SHARERS[twins.kind]


# Levels count in a page, as they do where a value is frozen.
_TUPLES: Final[Sharer] = bounded(_of_tuple)
_BASES: Final[dict[type, Sharer]] = {
    dict: bounded(_of_dict),
    list: bounded(_of_list),
    PersistentMap: bounded(_of_map),
    set: _of_set,
    frozenset: _of_set,
}
_SHARERS: Final = _Sharers()
