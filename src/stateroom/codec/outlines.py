"""What msgspec makes of a type: its parts, what decides its bytes, can it be shared."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from typing import cast

import msgspec
from msgspec import inspect as shapes

__all__ = ("every", "is_frozen", "outline")

_FROZEN = (
    *(shapes.NoneType, shapes.BoolType, shapes.IntType, shapes.FloatType),
    *(shapes.StrType, shapes.BytesType, shapes.DateTimeType, shapes.DateType),
    *(shapes.TimeType, shapes.TimeDeltaType, shapes.DecimalType, shapes.UUIDType),
    *(shapes.EnumType, shapes.LiteralType, shapes.TupleType, shapes.VarTupleType),
    *(shapes.FrozenSetType, shapes.NamedTupleType, shapes.UnionType),
)


def _children(shape: shapes.Type) -> list[tuple[str, shapes.Type]]:
    """Return the types directly inside one of msgspec's, each with its label.

    Fields are in the order of their names where bytes carry the names, and in their
    own order where bytes carry the position alone.
    """
    found: list[tuple[str, shapes.Type]] = []
    match shape:
        case shapes.StructType(array_like=True) | shapes.NamedTupleType():
            found = [(each.encode_name, each.type) for each in shape.fields]
        case shapes.StructType() | shapes.DataclassType() | shapes.TypedDictType():
            found = [(each.encode_name, each.type) for each in shape.fields]
            found.sort(key=lambda pair: pair[0])
        case shapes.DictType():
            found = [("key", shape.key_type), ("value", shape.value_type)]
        case shapes.TupleType():
            found = [(f"{n}", each) for n, each in enumerate(shape.item_types)]
        case shapes.UnionType():
            found = [("", each) for each in shape.types]
        case shapes.CollectionType():
            found = [("item", shape.item_type)]
    return [(label, _plain(each)) for label, each in found]


def _plain(shape: shapes.Type) -> shapes.Type:
    """Return a type without what its annotation says to people about it."""
    while isinstance(shape, shapes.Metadata):
        shape = shape.type
    return shape


def every(root: shapes.Type) -> list[shapes.Type]:
    """Return each type of a tree once, in an order that only its content decides."""
    found: dict[int, shapes.Type] = {}
    pending = [_plain(root)]
    while pending:
        shape = pending.pop()
        if id(shape) not in found:
            found[id(shape)] = shape
            pending.extend(each for _, each in reversed(_children(shape)))
    return list(found.values())


def is_frozen(shape: shapes.Type) -> bool:
    """Say whether nobody can change a value of this type; its parts are not asked."""
    if isinstance(shape, _FROZEN):
        return True
    if isinstance(shape, shapes.StructType):
        return _struct_of(shape).__struct_config__.frozen
    if isinstance(shape, shapes.DataclassType):
        kind: object = typing.get_origin(shape.cls) or shape.cls
        params: object = getattr(kind, "__dataclass_params__", None)
        return bool(getattr(params, "frozen", False))
    return False


def outline(tree: list[shapes.Type]) -> list[object]:
    """Return all that decides how bytes of a type are read, and nothing else.

    More than a JSON schema has: that one forgets the names of a named tuple's fields
    and the types of a dict's keys.
    """
    number = {id(shape): n for n, shape in enumerate(tree)}
    return [
        [
            type(shape).__name__,
            _facts(shape),
            [[label, number[id(each)]] for label, each in _children(shape)],
        ]
        for shape in tree
    ]


def _facts(shape: shapes.Type) -> Sequence[object]:
    match shape:
        case shapes.EnumType():
            return sorted(repr(each.value) for each in shape.cls)
        case shapes.LiteralType():
            return sorted(map(repr, shape.values))
        case shapes.StructType():
            return [*_scalars(shape), *_needed(shape.fields), *_left_out(shape)]
        case shapes.DataclassType() | shapes.NamedTupleType() | shapes.TypedDictType():
            return _needed(shape.fields)
    return _scalars(shape)


def _scalars(shape: shapes.Type) -> list[object]:
    found = msgspec.structs.asdict(shape).items()
    return [[key, each] for key, each in found if isinstance(each, str | int | float)]


def _needed(fields: tuple[shapes.Field, ...]) -> list[str]:
    return sorted(each.encode_name for each in fields if each.required)


def _left_out(shape: shapes.StructType) -> list[object]:
    """Return the defaults that bytes leave to the reader."""
    if not _struct_of(shape).__struct_config__.omit_defaults:
        return []
    return [
        [
            each.encode_name,
            getattr(each.default_factory, "__qualname__", ""),
            _stable(each.default),
        ]
        for each in shape.fields
    ]


def _stable(default: object) -> str:
    """Print a default as every process prints it: no address, no order of a set."""
    try:
        return msgspec.json.encode(default, order="deterministic").decode()
    except TypeError:
        return type(default).__qualname__


def _struct_of(shape: shapes.StructType) -> type[msgspec.Struct]:
    # A generic alias does not pass its class's dunder attributes on.
    return cast("type[msgspec.Struct]", typing.get_origin(shape.cls) or shape.cls)
