"""Gives a value that was read the identity of what it is the same as.

What was decoded shares nothing with the state, be it the same or not; and whoever
watches a part of the state, or has memoised it, looks at identity.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import Final, TypeAlias, TypeVar, cast

from stateroom.persist.merging.conflicts import ABSENT
from stateroom.persist.merging.families import (
    FAMILIES,
    Shape,
    as_dict,
    fields_of,
    frozen,
)
from stateroom.persist.merging.sameness import are_spelled_alike, same
from stateroom.persist.merging.tuples import like_tuple
from stateroom.store.drafts import freeze, produce

__all__ = ("shared",)

T = TypeVar("T")
Elements: TypeAlias = "list[object]"


def shared(value: T, like: object) -> T:
    """Return ``value``, with every part that is the same in ``like`` taken from there.

    Args:
        value: what was read, frozen.
        like: what it may be the same as, wholly or in parts: the state.

    Returns:
        ``like`` itself when the two are the same, ``value`` itself when they have
        nothing in common, else a frozen value that is the same as ``value``.
    """
    return cast("T", _shared(value, like))


def _shared(value: object, like: object) -> object:
    if value is like:
        return like
    family = FAMILIES[type(value)]
    if family is not FAMILIES[type(like)]:
        return value
    share = _SHARERS.get(family.shape)
    if share is None:
        return like if same(value, like) else value
    return share(value, like)


def _share_mapping(value: object, like: object) -> object:
    content, known = as_dict(value), as_dict(like)
    parts = {
        key: _shared(held, known.get(key, ABSENT)) for key, held in content.items()
    }
    is_all = len(parts) == len(known) and are_spelled_alike(content, known)
    if is_all and all(part is known.get(key, ABSENT) for key, part in parts.items()):
        return like
    if all(part is content[key] for key, part in parts.items()):
        return value
    return frozen(parts, like=value, other=value)


def _share_record(value: object, like: object) -> object:
    family = FAMILIES[type(value)]
    fields, known = fields_of(value, family), fields_of(like, family)
    parts = tuple(map(_shared, fields, known))
    if all(map(_is, parts, known)):
        return like

    def change(draft: object) -> None:
        for name, part, field in zip(family.names, parts, fields, strict=True):
            if part is not field:
                setattr(draft, name, part)

    return produce(value, change)


def _share_list(value: object, like: object) -> object:
    parts = _share_elements(cast("Elements", value), cast("Elements", like))
    made = _picked(parts, value, like)
    return freeze(parts) if made is None else made


def _share_tuple(value: object, like: object) -> object:
    parts = _share_elements(
        list(cast("tuple[object, ...]", value)), list(cast("tuple[object, ...]", like))
    )
    made = _picked(parts, value, like)
    return like_tuple(type(value), parts) if made is None else made


def _picked(parts: Elements, value: object, like: object) -> object:
    """Return the one of two sequences that has exactly these elements, if any has."""
    for side in (like, value):
        held = cast("Elements", side)
        if len(held) == len(parts) and all(map(_is, held, parts)):
            return side
    return None


def _is(one: object, other: object) -> bool:
    return one is other


def _share_elements(value: Elements, like: Elements) -> Elements:
    """Share from both ends, and what is between them position by position."""
    front = _common(value, like)
    most = min(len(value), len(like)) - front
    back = min(most, _common(value[::-1], like[::-1]))
    inner = value[front : len(value) - back]
    known = like[front : len(like) - back]
    known += [ABSENT] * (len(inner) - len(known))
    return [
        *like[:front],
        *map(_shared, inner, known[: len(inner)]),
        *like[len(like) - back :],
    ]


def _common(value: Elements, like: Elements) -> int:
    """Return how many elements are the same at the front."""
    pairs = zip(value, like, strict=False)
    return sum(1 for _ in takewhile(lambda pair: same(*pair), pairs))


_SHARERS: Final[dict[Shape, Callable[[object, object], object]]] = {
    Shape.LIST: _share_list,
    Shape.MAPPING: _share_mapping,
    Shape.RECORD: _share_record,
    Shape.TUPLE: _share_tuple,
}
