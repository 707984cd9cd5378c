"""Compares values with all that ``==`` lets pass: classes, NaN, -0.0, zones, order."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, time
from decimal import Decimal

from stateroom.store.plain import Plain

__all__ = ("exact", "is_json")


def exact(value: object) -> object:
    """Return what two values have in common only if they are the same in all."""
    kind = value.__class__
    if dataclasses.is_dataclass(kind):
        names = [each.name for each in dataclasses.fields(kind)]
        return kind, [(name, exact(getattr(value, name))) for name in names]
    if isinstance(value, Mapping):
        return kind, [(exact(key), exact(each)) for key, each in value.items()]
    if isinstance(value, list | tuple):
        return kind, [exact(each) for each in value]
    if isinstance(value, AbstractSet):
        return kind, sorted(repr(exact(each)) for each in value)
    if isinstance(value, datetime | time):
        return kind, value.isoformat(), str(value.tzinfo), value.fold
    is_number = isinstance(value, float | complex | Decimal)
    return kind, repr(value) if is_number else value


def is_json(plain: Plain) -> bool:
    """Say whether all of ``plain`` is of the exact classes that JSON has."""
    if type(plain) is dict:
        return all(type(key) is str and is_json(plain[key]) for key in plain)
    if type(plain) is list:
        return all(map(is_json, plain))
    if type(plain) is int:
        return abs(plain) < 2**53
    if type(plain) is float:
        return plain - plain == 0
    return plain is None or type(plain) in {bool, str}
