"""Generates what reads, writes and copies the fields of one class of state.

As ``dataclasses`` does it: reading ``live.title`` by name costs a third of
``getattr(live, "title")``, and an action of a small slice reads and writes one field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, cast

from stateroom.store.drafts.nodes import Node, Scope, mark
from stateroom.store.drafts.tables import (
    DRAFTERS,
    EXACT,
    LEAVES,
    Drafter,
    Settler,
    is_same,
)

__all__ = (
    "ABSENT",
    "LIVE",
    "NODE",
    "PUT",
    "PUT_LIVE",
    "SET",
    "SET_LIVE",
    "ObjectDraft",
    "accessors",
    "copier",
    "drafter_of",
    "new",
    "put",
    "set_class",
    "sets_freely",
)

NODE: Final = "_stateroom_node"
"""The attribute of a draft with its node."""
LIVE: Final = "_stateroom_live"
"""The attribute of a draft with the object that is read: the base, or its copy."""


class ObjectDraft(Protocol):
    """What every draft of an object has beside its fields; named by the two above."""

    _stateroom_node: Node | Scope
    _stateroom_live: object


put: Callable[[object, str, object], None] = object.__setattr__
"""Sets a field past the ``__setattr__`` of a frozen class."""
new: Callable[[type], object] = object.__new__
set_class: Callable[[object, type], None] = object.__dict__["__class__"].__set__
"""Changes the class of an object, also of one that refuses assignments."""


_ACCESSORS = """
def read(self):
    value = self._stateroom_live.{name}
    if type(value) in LEAVES:
        return value
    drafter = DRAFTERS[type(value)]
    return value if drafter is None else child(self, {name!r}, value, drafter)

def write(self, value):
    live = self._stateroom_live
    try:
        old = live.{name}
    except AttributeError:
        old = ABSENT
    node = self._stateroom_node
    kind = type(value)
    if kind not in LEAVES or node.children is not None or node.is_recorded:
        return change(self, {name!r}, value, old)
    if old is value or (
        kind is type(old) and (old == value if kind in EXACT else is_same(old, value))
    ):
        return
    if live is node.base:
        if type(node) is Scope:
            node.changed = True
        else:
            mark(node)
        live = copy(live)
        {set_live}
    {store}
"""
"""A field of a draft; ``child`` and ``change`` are those of ``objects``.

``write`` does the most common change itself: a scalar, in an object of which nothing
was drafted, and of which no patches are wanted. Everything else is ``change``'s.
"""

_DRAFTER = """
def draft(value, parent):
    made = new(kind)
    made._stateroom_live = value
    if type(parent) is Scope and type(value) is frozen:
        # A root that holds frozen values needs no node until one is drafted.
        made._stateroom_node = parent
        parent.root = made
        parent.base = value
    else:
        made._stateroom_node = Node(value, parent, made)
    return made
"""
"""Makes a draft of a class whose attributes are simply set."""

_COPIER = """
def copy(source):
    made = new(born)
    try:
{lines}
    except AttributeError:  # a field that was never set
        return copy_what_is_set(source, born, names)
    return made
"""

ABSENT: Final = object()
"""What a field holds that was never set."""

PUT: Final = "put(live, {0!r}, value)"
SET: Final = "live.{0} = value"
PUT_LIVE: Final = f"put(self, {LIVE!r}, live)"
SET_LIVE: Final = f"self.{LIVE} = live"


def sets_freely(kind: type) -> bool:
    """Say whether ``instance.field = value`` simply sets it."""
    return cast("object", kind.__setattr__) is object.__setattr__


def accessors(
    names: tuple[str, ...], known: dict[str, object], *, store: str, set_live: str
) -> dict[str, object]:
    """Return the properties of a draft, by the names of the fields.

    Args:
        names: of the fields.
        known: the functions that the text calls.
        store: the statement that sets a field of a copy.
        set_live: the statement that lets the draft read its copy.
    """
    found: dict[str, object] = {}
    common = {
        "ABSENT": ABSENT,
        "DRAFTERS": DRAFTERS,
        "EXACT": EXACT,
        "LEAVES": LEAVES,
        "Scope": Scope,
        "is_same": is_same,
        "mark": mark,
    }
    for name in names:
        text = _ACCESSORS.format(name=name, store=store.format(name), set_live=set_live)
        made = _run(text, {**common, **known})
        found[name] = property(
            cast("Callable[[object], object]", made["read"]),
            cast("Callable[[object, object], None]", made["write"]),
        )
    return found


def drafter_of(kind: type, frozen: type) -> Drafter:
    """Return what makes drafts of class ``kind``; ``frozen`` is the twin of both."""
    known: dict[str, object] = {
        "Node": Node,
        "Scope": Scope,
        "frozen": frozen,
        "kind": kind,
        "new": new,
    }
    return cast("Drafter", _run(_DRAFTER, known)["draft"])


def copier(born: type, names: tuple[str, ...]) -> Settler:
    """Return what copies the fields of an instance into a new one of class ``born``."""
    direct = sets_freely(born)
    line = "made.{0} = source.{0}" if direct else "put(made, {0!r}, source.{0})"
    lines = "\n".join(f"        {line.format(name)}" for name in names)
    known: dict[str, object] = {
        "born": born,
        "copy_what_is_set": _copy_what_is_set,
        "names": names,
        "new": new,
        "put": put,
    }
    text = _COPIER.format(lines=lines or "        pass")
    return cast("Settler", _run(text, known)["copy"])


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
