"""Puts stored fields into the state of a slice, by the rules of redux-persist 6.

Each reconciler is given three things and returns the next state, frozen:

* ``inbound``: the fields that were stored;
* ``original``: the state before ``persist/REHYDRATE`` was reduced;
* ``reduced``: the state after that. A field in which the two differ was decided by a
  reducer, which knows better; the merging ones leave it alone.

"Differ" is what ``!==`` is in JavaScript: containers are the same when they are one
object, as frozen state is when nothing has changed; texts, booleans and None when they
are equal; numbers when they are equal, of whatever class. So NaN differs from itself.
Other scalars that JavaScript does not have, as dates, are compared by value.

State is a mapping, or an instance with fields. Such an instance has the fields of its
class: what is stored under another name is ignored, and where a key of a mapping would
vanish, a field keeps what it has in ``reduced``. A value of ``UNDEFINED`` is no value:
with it a key vanishes. Where nothing changes, ``reduced`` itself is returned.

Source:
    redux-persist 6.0.0: hardSet, autoMergeLevel1 and autoMergeLevel2.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final, TypeVar, cast

from stateroom.errors import InvalidPersist
from stateroom.store.drafts import freeze, is_draftable, produce
from stateroom.store.drafts.tables import is_same
from stateroom.store.undefined import UNDEFINED

__all__ = ("hard_set", "merge_level_1", "merge_level_2")

S = TypeVar("S")

_PERSIST: Final = "_persist"
"""What redux-persist keeps beside the fields; it is never merged."""


def hard_set(
    inbound: Mapping[str, object],
    original: S,  # noqa: ARG001 - a reconciler is given three
    reduced: S,
) -> S:
    """Return what was stored, whatever a reducer has done.

    A mapping becomes ``inbound`` as it is: keys that were not stored vanish. Of an
    instance the stored fields are set.

    Raises:
        InvalidPersist: the state has no fields.
    """
    if not isinstance(reduced, Mapping):
        return _changed(reduced, inbound)
    stored = _defined(inbound)
    if list(stored) == list(reduced) and all(
        is_same(reduced[key], each) for key, each in stored.items()
    ):
        return cast("S", freeze(reduced))
    return cast("S", freeze(stored))


def merge_level_1(inbound: Mapping[str, object], original: S, reduced: S) -> S:
    """Return ``reduced`` with every stored field that no reducer has decided.

    Raises:
        InvalidPersist: the state has no fields.
    """
    return _changed(reduced, _undecided(inbound, original, reduced))


def merge_level_2(inbound: Mapping[str, object], original: S, reduced: S) -> S:
    """Return the same, where a field that has fields itself gets only those stored.

    So it is for mappings and instances with fields; lists, sets and scalars are set as
    a whole. What is stored for such a field is taken apart as ``{...value}`` does: a
    list is its elements by index, a text its UTF-16 code units by index, and anything
    else, as None, is nothing.

    Raises:
        InvalidPersist: the state has no fields.
    """
    merged: dict[str, object] = {}
    for key, each in _undecided(inbound, original, reduced).items():
        part = _part(reduced, key)
        merged[key] = _changed(part, _spread(each)) if _has_fields(part) else each
    return _changed(reduced, merged)


def _undecided(
    inbound: Mapping[str, object], original: object, reduced: object
) -> dict[str, object]:
    return {
        key: each
        for key, each in inbound.items()
        if key != _PERSIST and _is_equal(_part(original, key), _part(reduced, key))
    }


def _is_equal(one: object, other: object) -> bool:
    """Say whether ``one === other`` in JavaScript."""
    if _is_number(one) and _is_number(other):
        return one == other
    return is_same(one, other)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _names_of(value: object) -> tuple[str, ...] | None:
    """Return the fields of an instance; None of what is no such instance."""
    if isinstance(value, type):
        return None
    if dataclasses.is_dataclass(value):
        return tuple(each.name for each in dataclasses.fields(value))
    # What a msgspec.Struct has; msgspec need not be there.
    names: tuple[str, ...] | None = getattr(value, "__struct_fields__", None)
    return names


def _has_fields(value: object) -> bool:
    return isinstance(value, Mapping) or _names_of(value) is not None


def _part(state: object, key: str) -> object:
    if isinstance(state, Mapping):
        return cast("object", state.get(key, UNDEFINED))
    value: object = (
        getattr(state, key) if key in (_names_of(state) or ()) else UNDEFINED
    )
    return value


def _changed(state: S, changes: Mapping[str, object]) -> S:
    """Return ``state`` with some keys or fields set; itself when that is no change."""
    if isinstance(state, Mapping):
        base: object = state if is_draftable(state) else dict(state)
        return cast("S", freeze(produce(base, lambda draft: _set_keys(draft, changes))))
    names = _names_of(state)
    if names is None:
        raise InvalidPersist(
            f"an instance of {type(state).__name__} has no fields to put what was "
            "stored into",
            hint="keep a state that is one value with three_way, or as a field",
        )
    known = {name: each for name, each in changes.items() if name in names}
    return freeze(produce(state, lambda draft: _set_fields(draft, known)))


def _set_keys(draft: object, changes: Mapping[str, object]) -> None:
    keys = cast("dict[str, object]", draft)
    for key, each in changes.items():
        if each is not UNDEFINED:
            keys[key] = each
        elif key in keys:
            del keys[key]


def _set_fields(draft: object, changes: Mapping[str, object]) -> None:
    for name, each in _defined(changes).items():
        setattr(draft, name, each)


def _defined(inbound: Mapping[str, object]) -> dict[str, object]:
    return {key: each for key, each in inbound.items() if each is not UNDEFINED}


def _spread(value: object) -> Mapping[str, object]:
    """Return ``{...value}`` of JavaScript."""
    if isinstance(value, Mapping):
        return cast("Mapping[str, object]", value)
    if isinstance(value, str):
        units = value.encode("utf-16-le", "surrogatepass")
        several: list[object] = [
            units[at : at + 2].decode("utf-16-le", "surrogatepass")
            for at in range(0, len(units), 2)
        ]
        return _indexed(several)
    if isinstance(value, list | tuple):
        return _indexed(value)
    return {name: getattr(value, name) for name in _names_of(value) or ()}


def _indexed(several: list[object] | tuple[object, ...]) -> dict[str, object]:
    return {str(index): each for index, each in enumerate(several)}
