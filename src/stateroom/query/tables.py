"""Tables of the state: frozen mappings from keys, changed by making the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from stateroom.store.drafts.frozen import frozen_dict

__all__ = ("put", "put_all", "without")

V = TypeVar("V")


def put(table: Mapping[str, V], key: str, value: V) -> Mapping[str, V]:
    """Return a frozen table that has ``value`` under ``key``; the place of a key stays.

    ``value`` is frozen already.
    """
    made = frozen_dict(cast("dict[object, object]", table))
    dict.__setitem__(made, key, value)
    return cast("Mapping[str, V]", made)


def put_all(table: Mapping[str, V], values: Mapping[str, V]) -> Mapping[str, V]:
    """Return a frozen table that has ``values``, frozen already, under their keys."""
    made = frozen_dict(cast("dict[object, object]", table))
    dict.update(made, values)
    return cast("Mapping[str, V]", made)


def without(table: Mapping[str, V], keys: Iterable[str]) -> Mapping[str, V]:
    """Return a frozen table that has nothing under ``keys``; itself if that is so."""
    known = [key for key in keys if key in table]
    if not known:
        return table
    made = frozen_dict(cast("dict[object, object]", table))
    for key in known:
        dict.__delitem__(made, key)
    return cast("Mapping[str, V]", made)
