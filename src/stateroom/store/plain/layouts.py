"""Says what the classes that are records consist of, and how one is made.

An instance is made by calling its class, so that a ``__post_init__`` still guards it
against bad data. What the call does not take, as a field with ``init=False``, is set
afterwards.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from typing import Final, NamedTuple, NotRequired, Protocol, Required, cast

from stateroom.store.plain.hints import Hint, hints_of
from stateroom.store.plain.misfits import Misfit
from stateroom.store.plain.registry import REGISTRY, Field, Record

__all__ = ("Layout", "is_record", "layout_of")

Make = Callable[[dict[str, object]], object]

_UNTYPED: Final = Hint(object, "")
_NEWER_WRAPPERS: Final = "ReadOnly"
_put = object.__setattr__


class Layout(NamedTuple):
    """What a record consists of.

    Attributes:
        record: its fields, and what makes an instance.
        hints: the types of the fields.
        is_mapping: whether values stand under keys, not in attributes.
    """

    record: Record
    hints: dict[str, Hint]
    is_mapping: bool = False


class _Maker(Protocol):
    """A class that is called with fields by name."""

    def __call__(self, **fields: object) -> object: ...


def is_record(kind: type) -> bool:
    """Say whether a class has a layout."""
    return (
        dataclasses.is_dataclass(kind)
        or (issubclass(kind, tuple) and hasattr(kind, "_fields"))
        or typing.is_typeddict(kind)
        or REGISTRY.family(kind) is not None
    )


def layout_of(kind: type, arguments: tuple[object, ...]) -> Layout | None:
    """Return the layout of a class; None when it is no record.

    Raises:
        Misfit: an annotation has no meaning, or an instance cannot be made again.
    """
    describe = REGISTRY.family(kind)
    if describe is not None:
        return _described(kind, arguments, describe(kind))
    if typing.is_typeddict(kind):
        return _typed_dict(kind, arguments)
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _named_tuple(kind, arguments)
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, arguments)
    return None


def _described(kind: type, arguments: tuple[object, ...], record: Record) -> Layout:
    is_said = all(each.form is not None for each in record.fields)
    hints = {} if is_said else hints_of(kind, arguments)
    for each in record.fields:
        if each.form is not None:
            hints[each.name] = Hint(each.form, kind.__module__)
    return Layout(record, hints)


def _typed_dict(kind: type, arguments: tuple[object, ...]) -> Layout:
    hints = hints_of(kind, arguments)
    required = cast("frozenset[str]", getattr(kind, "__required_keys__", frozenset()))
    fields = tuple(
        Field(name, _is_required(hint.form, is_default=name in required))
        for name, hint in hints.items()
    )
    return Layout(Record(fields, lambda given: given), hints, is_mapping=True)


def _is_required(form: object, *, is_default: bool) -> bool:
    """Say it by the annotation: where that was text, the class itself is mistaken."""
    while (origin := typing.get_origin(form)) is not None:
        if origin in {Required, NotRequired}:
            return origin is Required
        if origin is not typing.Annotated and _newer(origin) != _NEWER_WRAPPERS:
            break
        form = typing.get_args(form)[0]
    return is_default


def _newer(origin: object) -> object:
    return getattr(origin, "_name", "")


def _named_tuple(kind: type, arguments: tuple[object, ...]) -> Layout:
    names = cast("tuple[str, ...]", getattr(kind, "_fields", ()))
    defaults = cast("dict[str, object]", getattr(kind, "_field_defaults", {}))
    hints = hints_of(kind, arguments)
    fields = tuple(Field(name, name not in defaults) for name in names)
    return Layout(
        Record(fields, _called(kind)),
        {name: hints.get(name, _UNTYPED) for name in names},
    )


def _called(kind: type) -> Make:
    make = cast("_Maker", kind)
    return lambda given: make(**given)


def _dataclass(kind: type, arguments: tuple[object, ...]) -> Layout:
    _refuse_vars(kind)
    found = dataclasses.fields(kind)
    late = frozenset(each.name for each in found if not each.init)
    fields = tuple(Field(each.name, _must(each)) for each in found)
    make = _completed(kind, late) if late else _called(kind)
    return Layout(Record(fields, make), hints_of(kind, arguments))


def _must(field: dataclasses.Field[object]) -> bool:
    missing = dataclasses.MISSING
    has_default = field.default is not missing or field.default_factory is not missing
    return field.init and not has_default


def _completed(kind: type, late: frozenset[str]) -> Make:
    make = cast("_Maker", kind)

    def complete(given: dict[str, object]) -> object:
        early = {name: each for name, each in given.items() if name not in late}
        made = make(**early)
        for name in given.keys() & late:
            _put(made, name, given[name])
        return made

    return complete


def _refuse_vars(kind: type) -> None:
    """Refuse a class whose instances do not keep all that made them."""
    everything: dict[str, dataclasses.Field[object]] = kind.__dataclass_fields__  # type: ignore[attr-defined]
    for name, each in everything.items():
        is_var = getattr(each, "_field_type", None) is dataclasses._FIELD_INITVAR  # type: ignore[attr-defined] # noqa: SLF001
        if is_var and each.default is dataclasses.MISSING:
            raise Misfit(
                f"{kind.__name__}, whose instances do not keep the InitVar {name!r}",
                "a class that can be made of its fields",
                hint=f"give {name!r} a default, or register_plain(...) the class",
            )
