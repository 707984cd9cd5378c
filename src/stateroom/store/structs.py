"""msgspec Structs as state: drafts of them, and frozen ones.

Imported by itself when a Struct is first met; the rest of the store does not need
msgspec, and a browser need not have it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import msgspec

from stateroom.store.drafts.generating import LIVE, NODE, PUT, SET_LIVE, accessors
from stateroom.store.drafts.objects import changer, child_of, register_twins
from stateroom.store.drafts.settling import settle, thaw
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import FROZEN, SETTLERS, Settler
from stateroom.store.drafts.twins import (
    Twins,
    copied,
    deeply_copied,
    refuse_del,
    refuse_set,
)
from stateroom.store.plain import Field, Record, register_records

__all__ = ("adopt",)


def adopt(kind: type) -> None:
    """Make the twins of a Struct, and register all three classes."""
    struct = cast("type[msgspec.Struct]", kind)
    names = struct.__struct_fields__
    frozen = _frozen_twin(struct)
    copy = _copier(struct, frozen)
    known: dict[str, object] = {
        "change": changer(_put),
        "child": child_of,
        "copy": copy,
        "put": _put,
    }
    twins = Twins(
        kind=struct,
        names=names,
        frozen=frozen,
        draft=_draft_twin(struct, names, known),
        copy=copy,
        put=_put,
        make=lambda held: _made(struct, held),
    )
    register_twins(twins)
    # msgspec.structs.replace gives another frozen one, with any value in it.
    SETTLERS[frozen] = _resettler(names, SETTLERS[struct])
    FROZEN.add(frozen)


def _put(struct: object, name: str, value: object) -> None:
    msgspec.structs.force_setattr(cast("msgspec.Struct", struct), name, value)


def _made(kind: type[msgspec.Struct], held: dict[str, object]) -> object:
    """Make an instance from its fields; a Struct can only be made by a call."""
    return kind(**held)


def _copier(kind: type[msgspec.Struct], frozen: type) -> Settler:
    # Past the twin, whose own copy is plain.
    copy: Settler = getattr(msgspec.Struct, "__copy__")  # noqa: B009 - not in its stubs
    names = kind.__struct_fields__

    def copy_as_frozen(source: object) -> object:
        if type(source) is frozen:
            return copy(source)
        return frozen(**{name: getattr(source, name) for name in names})

    return copy if CAN_SWAP else copy_as_frozen


def _resettler(names: tuple[str, ...], freeze: Settler | None) -> Settler:
    def settle_again(value: object) -> object:
        for name in names:
            held = getattr(value, name)
            if settle(held) is not held:
                return cast("Settler", freeze)(value)
        return value

    return settle_again


def _frozen_twin(kind: type[msgspec.Struct]) -> type:
    members: dict[str, object] = {
        "__class__": property(lambda _: kind),
        "__copy__": copied,
        "__deepcopy__": deeply_copied,
        "__delattr__": refuse_del,
        "__eq__": _equals(kind),
        "__hash__": kind.__hash__,
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__reduce_ex__": _reduce,
        "__setattr__": refuse_set,
    }
    make = cast("Callable[..., type]", type(kind))  # type: ignore[explicit-any] # the keyword arguments of a Struct's class
    made = make(kind.__name__, (kind,), members, frozen=True)
    # msgspec puts its own refusal in place of ours.
    type.__setattr__(made, "__setattr__", refuse_set)
    type.__setattr__(made, "__delattr__", refuse_del)
    return made


def _equals(kind: type[msgspec.Struct]) -> Callable[[object, object], object]:
    names = kind.__struct_fields__

    def equals(self: object, other: object) -> object:
        if other.__class__ is not kind:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in names)

    return equals


def _reduce(self: object, _: object) -> tuple[object, ...]:
    plain = thaw(self)
    names = cast("type[msgspec.Struct]", plain.__class__).__struct_fields__
    held = {name: getattr(plain, name) for name in names}
    return _made, (plain.__class__, held)


def _draft_twin(
    kind: type[msgspec.Struct], names: tuple[str, ...], known: dict[str, object]
) -> type:
    """Make the class of drafts: no Struct, as those take no further slots."""
    members: dict[str, object] = {
        "__class__": property(lambda _: kind),
        "__copy__": copied,
        "__deepcopy__": deeply_copied,
        "__eq__": _equals(kind),
        "__hash__": None,
        "__getattr__": _from_class(kind),
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__reduce_ex__": _reduce,
        "__repr__": lambda self: repr(thaw(self)),
        "__slots__": (NODE, LIVE),
        **accessors(names, known, store=PUT, set_live=SET_LIVE),
    }
    return type(kind.__name__, (), members)


def _from_class(kind: type) -> Callable[[object, str], object]:
    """Return what finds methods and properties of the Struct for its draft."""

    def find(self: object, name: str) -> object:
        found = getattr(kind, name)
        bind = getattr(type(found), "__get__", None)
        return found if bind is None else bind(found, self, kind)

    return find


def _record(kind: type) -> Record:
    struct = cast("type[msgspec.Struct]", kind)
    fields = (
        Field(each.name, each.required) for each in msgspec.structs.fields(struct)
    )
    return Record(tuple(fields), lambda given: _made(struct, given))


register_records(msgspec.Struct, _record)
