"""msgspec Structs as state: drafts of them, and frozen ones.

Imported by itself when a Struct is first met; the rest of the store does not need
msgspec, and a browser need not have it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TypeAlias, cast

import msgspec

from stateroom.store.drafts.generating import (
    LIVE,
    NODE,
    PUT,
    SET_LIVE,
    accessors,
    set_class,
)
from stateroom.store.drafts.objects import changer, child_of, of_class, register_twins
from stateroom.store.drafts.settling import settle, thaw
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import FROZEN, SETTLERS, Settler
from stateroom.store.drafts.twins import (
    Quiet,
    Twins,
    copied,
    deeply_copied,
    has_hook,
    plain_made,
    refuse_del,
    refuse_set,
)
from stateroom.store.plain import Field, Record, register_records

__all__ = ("adopt",)

Maker: TypeAlias = Callable[[dict[str, object]], object]


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
        make=_maker(struct, frozen),
    )
    register_twins(twins)
    # msgspec.structs.replace gives another frozen one, with any value in it.
    SETTLERS[frozen] = _resettler(names, SETTLERS[struct])
    FROZEN.add(frozen)


def _put(struct: object, name: str, value: object) -> None:
    msgspec.structs.force_setattr(cast("msgspec.Struct", struct), name, value)


def _maker(kind: type[msgspec.Struct], frozen: type) -> Maker:
    """Return what makes an instance from its fields, as they are."""

    def make(held: dict[str, object]) -> object:
        # A Struct can only be made by a call, and the twin has no __post_init__.
        made: object = frozen(**held)
        set_class(made, kind)
        return made

    def make_and_set(held: dict[str, object]) -> object:
        made = kind(**held)
        for name, value in held.items():
            _put(made, name, value)
        return made

    return make if CAN_SWAP else make_and_set


def _copier(kind: type[msgspec.Struct], frozen: type) -> Settler:
    # Past the twin, whose own copy is plain.
    copy: Settler = getattr(msgspec.Struct, "__copy__")  # noqa: B009 - not in its stubs
    names = kind.__struct_fields__

    def copied_by(make: Maker, own: tuple[type, ...]) -> Settler:
        def copy_any(source: object) -> object:
            if type(source) in own:
                return copy(source)
            # A draft of a recipe around this one, which is no Struct.
            return make({name: getattr(source, name) for name in names})

        return copy_any

    if CAN_SWAP:
        return copied_by(_maker(kind, frozen), (kind, frozen))
    return copied_by(lambda held: cast("object", frozen(**held)), (frozen,))


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
        **_equality(kind),
        "__class__": property(lambda _: kind),
        "__copy__": copied,
        "__deepcopy__": deeply_copied,
        "__delattr__": refuse_del,
        "__hash__": kind.__hash__,
        "__module__": kind.__module__,
        "__post_init__": lambda _: None,
        "__qualname__": kind.__qualname__,
        "__reduce_ex__": _reduce,
        "__setattr__": refuse_set,
    }
    make = cast("Callable[..., type]", type(kind))  # type: ignore[explicit-any] # the keyword arguments of a Struct's class
    bases = (Quiet, kind) if has_hook(kind) else (kind,)
    made = make(kind.__name__, bases, members, frozen=True)
    # msgspec puts its own refusal in place of ours.
    type.__setattr__(made, "__setattr__", refuse_set)
    type.__setattr__(made, "__delattr__", refuse_del)
    return made


def _equality(kind: type[msgspec.Struct]) -> dict[str, object]:
    """Return how twins compare; nothing where the Struct has a way of its own."""
    is_usual = cast("object", kind.__eq__) is msgspec.Struct.__eq__
    if not is_usual or not kind.__struct_config__.eq:
        return {}
    return {"__eq__": _equals(kind)}


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
    return _restored, (plain.__class__, held)


def _restored(kind: type, held: dict[str, object]) -> object:
    return SETTLERS[kind] and cast("Twins", of_class(kind)).make(held)


def _draft_twin(
    kind: type[msgspec.Struct], names: tuple[str, ...], known: dict[str, object]
) -> type:
    """Make the class of drafts: no Struct, as those take no further slots."""
    members: dict[str, object] = {
        **_methods(kind),
        **_equality(kind),
        "__class__": property(lambda _: kind),
        "__copy__": copied,
        "__deepcopy__": deeply_copied,
        "__getattr__": _from_class(kind),
        "__hash__": lambda self: hash(thaw(self)),
        "__module__": kind.__module__,
        "__new__": plain_made(kind),
        "__qualname__": kind.__qualname__,
        "__reduce_ex__": _reduce,
        "__repr__": lambda self: repr(thaw(self)),
        "__slots__": (NODE, LIVE),
        **accessors(names, known, store=PUT, set_live=SET_LIVE),
    }
    return type(kind.__name__, (), members)


def _methods(kind: type[msgspec.Struct]) -> dict[str, object]:
    """Return what a class body defines; Python looks for len(draft) in the class."""
    return {
        name: held
        for base in reversed(kind.__mro__)
        if base not in msgspec.Struct.__mro__
        for name, held in vars(base).items()
        if isinstance(held, FunctionType | property | staticmethod)
        and name not in {"__delattr__", "__setattr__"}
    }


def _from_class(kind: type) -> Callable[[object, str], object]:
    """Return what finds everything else that the class has for its draft."""

    def find(_: object, name: str) -> object:
        if hasattr(kind, name):
            found: object = getattr(kind, name)
            return found
        raise AttributeError(f"{kind.__name__!r} object has no attribute {name!r}")

    return find


def _record(kind: type) -> Record:
    struct = cast("type[msgspec.Struct]", kind)
    fields = (
        Field(each.name, each.required) for each in msgspec.structs.fields(struct)
    )
    return Record(tuple(fields), lambda given: struct(**given))


register_records(msgspec.Struct, _record)
