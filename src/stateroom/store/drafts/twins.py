"""Makes the two twins of a dataclass: the frozen one and the draft.

Both are subclasses that say they *are* the user's class: ``value.__class__`` is it, so
that ``==``, ``repr``, ``match``, ``dataclasses.replace`` and ``isinstance`` treat them
as what they stand for. Only ``type(value)`` tells them apart.

The accessors of a class are generated from the text below, as ``dataclasses`` does it:
reading ``live.title`` by name costs a third of ``getattr(live, "title")``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, cast

from stateroom.store.drafts.nodes import Node, Scope
from stateroom.store.drafts.refusing import refuse
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import (
    DRAFTERS,
    REBUILDERS,
    SETTLERS,
    Settler,
    is_same,
)

__all__ = (
    "ABSENT",
    "LIVE",
    "NODE",
    "ObjectDraft",
    "Twins",
    "accessors",
    "copied",
    "deep",
    "deeply_copied",
    "make_twins",
    "new",
    "put",
    "refuse_del",
    "refuse_set",
    "restored",
    "set_class",
    "set_live",
)

NODE: Final = "_stateroom_node"
"""The attribute of a draft with its node."""
LIVE: Final = "_stateroom_live"
"""The attribute of a draft with the object that is read: the base, or its copy."""


class ObjectDraft(Protocol):
    """What every draft of an object has beside its fields; named by the two above."""

    _stateroom_node: Node | Scope
    _stateroom_live: object


def set_live(draft: object, live: object) -> None:
    """Let a draft read another object."""
    put(draft, LIVE, live)


put = object.__setattr__
"""Sets a field past the ``__setattr__`` of a frozen class."""
new = object.__new__
set_class: Callable[[object, type], None] = object.__dict__["__class__"].__set__
"""Changes the class of an object, also of one that refuses assignments."""

_ACCESSORS = """
def read(self):
    value = self._stateroom_live.{name}
    drafter = DRAFTERS[type(value)]
    return value if drafter is None else child(self, {name!r}, value, drafter)

def write(self, value):
    live = self._stateroom_live
    try:
        old = live.{name}
    except AttributeError:
        old = ABSENT
    scope = self._stateroom_node
    if type(scope) is not Scope or SETTLERS[type(value)] is not None or scope.origins:
        return change(self, {name!r}, value, old)
    if old is value or is_same(old, value):
        return
    if not scope.changed:
        scope.changed = True
        live = copy(live)
        set_live(self, live)
    {store}
"""
"""A field of a draft; ``child`` and ``change`` are those of ``objects``.

``write`` does the most common change itself: a value that needs no freezing, in a root
of which nothing was drafted yet. Everything else is ``change``'s.
"""

_COPIER = """
def copy(source):
    made = new(born)
{lines}
    return made
"""

ABSENT: Final = object()
"""What a field holds that was never set."""

_PUT = "put(live, {0!r}, value)"
_SET = "live.{0} = value"


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
    copy = _copier(born, names)
    known: dict[str, object] = {"child": child, "change": change, "copy": copy}
    return Twins(
        kind,
        names,
        frozen,
        _draft_twin(kind, names, known, _SET if can_swap else _PUT),
        copy,
        put,
        lambda held: restored(kind, held),
    )


def has_dict(kind: type) -> bool:
    """Say whether instances keep attributes in a ``__dict__``."""
    return kind.__dictoffset__ != 0


def sets_freely(kind: type) -> bool:
    """Say whether ``instance.field = value`` simply sets it."""
    return cast("object", kind.__setattr__) is object.__setattr__


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
    refuse(self, f"assigning {name!r}", f".{name}")


def refuse_del(self: object, name: str) -> None:
    """Refuse a deletion; for ``__delattr__``."""
    refuse(self, f"deleting {name!r}", f".{name}")


def accessors(
    names: tuple[str, ...], known: dict[str, object], store: str = _PUT
) -> dict[str, object]:
    """Return the properties of a draft, by the names of the fields.

    Args:
        names: of the fields.
        known: the functions that the text calls.
        store: the statement that sets a field of a copy.
    """
    found: dict[str, object] = {}
    common = {
        "ABSENT": ABSENT,
        "DRAFTERS": DRAFTERS,
        "SETTLERS": SETTLERS,
        "Scope": Scope,
        "is_same": is_same,
    }
    for name in names:
        text = _ACCESSORS.format(name=name, store=store.format(name))
        made = _run(text, {**common, **known})
        found[name] = property(
            cast("Callable[[object], object]", made["read"]),
            cast("Callable[[object, object], None]", made["write"]),
        )
    return found


def _draft_twin(
    kind: type, names: tuple[str, ...], known: dict[str, object], store: str
) -> type:
    known |= {"put": put, "set_live": set_live}
    members: dict[str, object] = {"__slots__": (NODE, LIVE)}
    members |= accessors(names, known, store)
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


def _copier(born: type, names: tuple[str, ...]) -> Settler:
    direct = sets_freely(born)
    line = "    made.{0} = source.{0}" if direct else "    put(made, {0!r}, source.{0})"
    lines = "\n".join(line.format(name) for name in names) or "    pass"
    text = _COPIER.format(lines=lines)
    quick = cast("Settler", _run(text, {"new": new, "put": put, "born": born})["copy"])
    if not names:
        return quick

    def copy(source: object) -> object:
        try:
            return quick(source)
        except AttributeError:  # a field that was never set
            return _copy_what_is_set(source, born, names)

    return copy


def _copy_what_is_set(source: object, born: type, names: tuple[str, ...]) -> object:
    made: object = new(born)
    for name in names:
        value = getattr(source, name, ABSENT)
        if value is not ABSENT:
            put(made, name, value)
    return made


def _run(text: str, known: dict[str, object]) -> dict[str, object]:
    made: dict[str, object] = {}
    exec(text, known, made)  # noqa: S102 - our own text; names are those of fields
    return made


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
