"""Makes the two twins of a dataclass: the frozen one and the draft.

Both are subclasses that say they *are* the user's class: ``value.__class__`` is it, so
that ``==``, ``repr``, ``match``, ``dataclasses.replace`` and ``isinstance`` treat them
as what they stand for. Only ``type(value)`` tells them apart.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

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
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import REBUILDERS, Settler

__all__ = (
    "Twins",
    "copied",
    "deep",
    "deeply_copied",
    "make_twins",
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
    """
    names = tuple(each.name for each in dataclasses.fields(kind))
    frozen = _frozen_twin(kind)
    # An instance with a __dict__ reads three times slower after a change of class.
    can_swap = CAN_SWAP and not has_dict(kind) and sets_freely(kind)
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


def has_dict(kind: type) -> bool:
    """Say whether instances keep attributes in a ``__dict__``."""
    return kind.__dictoffset__ != 0


def _subclass(kind: type, members: dict[str, object]) -> type:
    common: dict[str, object] = {
        "__class__": property(lambda _: kind),
        "__copy__": copied,
        "__dataclass_fields__": getattr(kind, "__dataclass_fields__", {}),
        "__deepcopy__": deeply_copied,
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__reduce_ex__": _reduce,
    }
    made: type = type(kind)(kind.__name__, (kind,), {**common, **members})
    return made


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
    # Of a class with its own way to set attributes, a draft has that way, too.
    is_free = sets_freely(kind) and not has_dict(kind)
    set_live = SET_LIVE if is_free else PUT_LIVE
    members: dict[str, object] = {"__slots__": (NODE, LIVE)}
    members |= accessors(names, known, store=store, set_live=set_live)
    if has_dict(kind):
        members["__setattr__"] = _only_fields(kind, frozenset(names))
        members["__dict__"] = property(
            lambda self: {name: getattr(self, name) for name in names}
        )
    elif not sets_freely(kind):
        members["__setattr__"] = put
    return _subclass(kind, members)


def _only_fields(
    kind: type, names: frozenset[str]
) -> Callable[[object, str, object], None]:
    def set_field(self: object, name: str, value: object) -> None:
        if name not in names and name not in {NODE, LIVE}:
            raise AttributeError(f"{kind.__name__} has no field {name!r}")
        put(self, name, value)

    return set_field


def _rebuilt(value: object, each: Settler) -> object:
    rebuild = REBUILDERS[type(value)]
    return value if rebuild is None else rebuild(value, each)


def copied(self: object) -> object:
    """Return a plain copy; for ``__copy__``."""
    return _rebuilt(self, lambda held: held)


def deeply_copied(self: object, _: object) -> object:
    """Return a plain deep copy; for ``__deepcopy__``."""
    return _rebuilt(self, deep)


def deep(value: object) -> object:
    """Return a plain deep copy, as ``thaw`` does."""
    return _rebuilt(value, deep)


def _reduce(self: object, _: object) -> tuple[object, ...]:
    names = tuple(
        each.name for each in dataclasses.fields(cast("type", self.__class__))
    )
    held = {name: deep(getattr(self, name)) for name in names if hasattr(self, name)}
    return restored, (self.__class__, held)


def restored(kind: type, held: dict[str, object]) -> object:
    """Make an instance from its fields, without running its ``__init__``."""
    made: object = new(kind)
    for name, value in held.items():
        put(made, name, value)
    return made
