"""Makes the two twins of a dataclass: the frozen one and the draft.

Both are subclasses that say they *are* the user's class: ``value.__class__`` is it, so
that ``==``, ``repr``, ``match``, ``dataclasses.replace`` and ``isinstance`` treat them
as what they stand for. Only ``type(value)`` tells them apart.
"""

from __future__ import annotations

import dataclasses
import inspect
from abc import ABCMeta
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import cast

from stateroom.errors import DraftMisuse
from stateroom.store.drafts.generating import (
    LIVE,
    NODE,
    PUT,
    PUT_LIVE,
    SET,
    SET_LIVE,
    accessors,
    copier,
    new,
    put,
    sets_freely,
)
from stateroom.store.drafts.nodes import Name
from stateroom.store.drafts.refusing import refuse
from stateroom.store.drafts.settling import thaw
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import REBUILDERS, Rebuilder, Settler

__all__ = (
    "Quiet",
    "Twins",
    "copied",
    "deeply_copied",
    "has_hook",
    "make_twins",
    "plain_made",
    "refuse_del",
    "refuse_set",
    "restored",
)


@dataclass(frozen=True, slots=True)
class Twins:
    """A class with what was made for it.

    Attributes:
        kind: the user's class.
        names: of its fields, in order.
        frozen: the class of its frozen instances.
        draft: the class of its drafts.
        copy: makes a copy that is under way: of class ``kind`` where that can become
            frozen by a change of class, else of class ``frozen`` from the start.
        put: sets a field of such a copy.
        make: makes an instance of ``kind`` from its fields, without ``__init__``.
    """

    kind: type
    names: tuple[str, ...]
    frozen: type
    draft: type
    copy: Settler
    put: Callable[[object, str, object], None]
    make: Callable[[dict[str, object]], object]


def make_twins(
    kind: type,
    *,
    child: Callable[..., object],
    change: Callable[..., None],
) -> Twins:
    """Make the twins of a dataclass.

    Args:
        kind: the class.
        child: ``child(draft, name, value, drafter)`` gives the draft of a field.
        change: ``change(draft, name, value, old)`` sets a field.

    Raises:
        DraftMisuse: a field sets another attribute in its place.
    """
    names = tuple(each.name for each in dataclasses.fields(kind))
    _refuse_descriptors(kind, names)
    frozen = _frozen_twin(kind)
    can_swap = _can_swap(kind, names)
    born = kind if can_swap else frozen
    copy = copier(born, names)
    known: dict[str, object] = {"child": child, "change": change, "copy": copy}
    return Twins(
        kind,
        names,
        frozen,
        _draft_twin(kind, names, known, SET if can_swap else PUT),
        copy,
        put,
        lambda held: restored(kind, held),
    )


def _can_swap(kind: type, names: tuple[str, ...]) -> bool:
    """Say whether instances are frozen by a change of class."""
    # An instance with a __dict__ reads three times slower after a change of class.
    if not CAN_SWAP or has_dict(kind) or not sets_freely(kind):
        return False
    # Without a slot, a class and one with another first base differ in their layouts.
    return bool(names) or not has_hook(kind)


def has_dict(kind: type) -> bool:
    """Say whether instances keep attributes in a ``__dict__``."""
    return kind.__dictoffset__ != 0


def has_hook(kind: type) -> bool:
    """Say whether a class is told of its subclasses: by an ``__init_subclass__``."""
    return hasattr(kind.__init_subclass__, "__func__")


class Quiet:
    """The first base of twins of such a class: it is not told of them."""

    __slots__ = ()

    def __init_subclass__(cls, **_: object) -> None:
        """Do nothing, and hand nothing on: a registry must not find the twin."""


def plain_made(kind: type) -> Callable[..., object]:
    """Return the ``__new__`` of a twin: calling it makes a plain instance.

    So does ``type(self)(...)`` in a method, which would get the twin otherwise.
    """

    def make(_: type, *args: object, **kwargs: object) -> object:
        made: object = kind(*args, **kwargs)
        return made

    return make


def _subclass(kind: type, members: dict[str, object]) -> type:
    common: dict[str, object] = {
        "__class__": property(lambda _: kind),
        "__copy__": copied,
        "__dataclass_fields__": getattr(kind, "__dataclass_fields__", {}),
        "__deepcopy__": deeply_copied,
        "__module__": kind.__module__,
        "__new__": plain_made(kind),
        "__qualname__": kind.__qualname__,
        "__reduce_ex__": _reduce,
    }
    # Past what a metaclass of the user's does with a new class, as it is none of his.
    meta = type(kind)
    make = ABCMeta.__new__ if issubclass(meta, ABCMeta) else type.__new__
    bases = (Quiet, kind) if has_hook(kind) else (kind,)
    return make(meta, kind.__name__, bases, {**common, **members})


def _frozen_twin(kind: type) -> type:
    members: dict[str, object] = {
        "__setattr__": refuse_set,
        "__delattr__": refuse_del,
    }
    return _subclass(kind, {**members, "__slots__": ()})


def refuse_set(self: object, name: str, _: object) -> None:
    """Refuse an assignment; for ``__setattr__``."""
    refuse(self, f"assigning {name!r}", Name(name))


def refuse_del(self: object, name: str) -> None:
    """Refuse a deletion; for ``__delattr__``."""
    refuse(self, f"deleting {name!r}", Name(name))


def _draft_twin(
    kind: type, names: tuple[str, ...], known: dict[str, object], store: str
) -> type:
    known |= {"put": put}
    # A __setattr__ of the class is not called: it may write past the draft.
    is_free = sets_freely(kind) and not has_dict(kind)
    set_live = SET_LIVE if is_free else PUT_LIVE
    members: dict[str, object] = {"__slots__": (NODE, LIVE)}
    members |= accessors(names, known, store=store, set_live=set_live)
    if has_dict(kind):
        members["__setattr__"] = _only_fields(kind, {*names, *_descriptors(kind)})
        members["__dict__"] = property(
            lambda self: {name: getattr(self, name) for name in names}
        )
    elif not sets_freely(kind):
        members["__setattr__"] = put
    return _subclass(kind, members)


def _descriptors(kind: type) -> set[str]:
    """Name what sets something else when it is set: properties, but no slots."""
    return {
        name
        for base in kind.__mro__
        for name, held in vars(base).items()
        if hasattr(type(held), "__set__") and not inspect.ismemberdescriptor(held)
    }


def _refuse_descriptors(kind: type, names: tuple[str, ...]) -> None:
    """Refuse fields that cannot be written to an instance that is frozen already."""
    for name in _descriptors(kind).intersection(names) if has_dict(kind) else ():
        raise DraftMisuse(
            f"{kind.__name__}.{name} is a field and a property or descriptor in one, "
            "which cannot be frozen",
            path=name,
            hint="name the field otherwise, e.g. with a leading underscore",
        )


def _only_fields(
    kind: type, names: AbstractSet[str]
) -> Callable[[object, str, object], None]:
    def set_field(self: object, name: str, value: object) -> None:
        if name not in names and name not in {NODE, LIVE}:
            raise AttributeError(f"{kind.__name__} has no field {name!r}")
        put(self, name, value)

    return set_field


def copied(self: object) -> object:
    """Return a plain copy; for ``__copy__``."""
    rebuild = cast("Rebuilder", REBUILDERS[type(self)])
    return rebuild(self, lambda held: held)


def deeply_copied(self: object, _: object) -> object:
    """Return a plain deep copy; for ``__deepcopy__``."""
    return thaw(self)


def _reduce(self: object, _: object) -> tuple[object, ...]:
    names = tuple(
        each.name for each in dataclasses.fields(cast("type", self.__class__))
    )
    held = {name: thaw(getattr(self, name)) for name in names if hasattr(self, name)}
    return restored, (self.__class__, held)


def restored(kind: type, held: dict[str, object]) -> object:
    """Make an instance from its fields, without running its ``__init__``."""
    made: object = new(kind)
    for name, value in held.items():
        put(made, name, value)
    return made
