"""What a draft knows about itself: its base, its parent, and whether it changed.

A scope is one run of a recipe. A node belongs to one draft. When a draft changes for
the first time, it and all above it are marked; so the end of the recipe visits marked
nodes only, and everything else keeps its identity.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NoReturn, cast

from stateroom.errors import DraftMisuse

__all__ = (
    "ENDED",
    "PENDING",
    "REVOKERS",
    "SET_FREELY",
    "UNDER_WAY",
    "Ended",
    "Name",
    "Node",
    "Scope",
    "ended",
    "entries",
    "field_names",
    "mark",
    "name_of_class",
    "path_of",
    "printed",
)


class Scope:
    """One run of a recipe: the parent of the root's node.

    Attributes:
        changed: whether any draft of this scope changed.
        closed: whether the recipe has ended; its drafts may not be used any more.
        is_settling: whether the drafts are being turned into results.
        nodes: of every draft that was made, in order; None while there are none.
        outer: the scope whose draft is the base of this one, or None.
        origins: by the id of a result that differs from its base: its node. Recorded
            for patches only, else None.
        tuples: by the id of a tuple of drafts: itself, and what it was made from.
        is_recorded: whether patches are wanted.
        root: the draft of an object that has no node yet, or had none at first.
        base: what ``root`` is a draft of.
        children: none; a root with drafts in it has a node.
    """

    # Defaults stand in the class, and most runs of a recipe set two of them: to set
    # all of them in each would cost as much as the rest of a small change.
    changed: bool = False
    closed: bool = False
    is_settling: bool = False
    nodes: list[Node] | None = None
    outer: Scope | None = None
    origins: dict[int, Node] | None = None
    tuples: dict[int, tuple[object, object]] | None = None
    root: object = None
    base: object = None
    children: None = None
    is_recorded: bool = False

    @property
    def parent(self) -> Scope:
        """Itself: so that marking needs no test for the end of the chain."""
        return self

    @property
    def scope(self) -> Scope:
        """Itself; like that of a node."""
        return self

    def close(self) -> None:
        """End the recipe: every draft of it refuses to be used from now on."""
        self.closed = True
        root = self.root
        if root is not None:
            if type(root) in SET_FREELY:
                root._stateroom_live = ENDED  # type: ignore[attr-defined] # noqa: SLF001 - the name of our own slot
            else:
                REVOKERS[type(root)](root, self)
            self.root = None
        if self.nodes is None:
            return
        for node in self.nodes:
            draft = node.draft
            revoke = REVOKERS.get(type(draft))
            if revoke is not None:
                revoke(draft, node)
            # Without links to and fro, all goes at once, and the old state with it.
            node.draft = node.children = None
        self.nodes = self.tuples = self.origins = None


REVOKERS: dict[type, Callable[[object, Node | Scope], None]] = {}
"""By the class of a draft: what makes it refuse everything, given what it had."""

SET_FREELY: set[type] = set()
"""Classes of drafts whose attributes are simply set: one is revoked without a call."""

PENDING: Final = object()
"""The result of a draft whose recipe has not ended."""
UNDER_WAY: Final = object()
"""The result of a draft while it is being made: met again, it contains itself."""


class Ended:
    """What a draft of an object reads when its recipe has ended."""

    __slots__ = ("_node",)

    def __init__(self, node: Node | Scope) -> None:
        self._node = node

    def __getattr__(self, name: str) -> NoReturn:
        raise ended(self._node)


ENDED: Final = Ended(Scope())
"""What a root reads, which has no path."""


class Node:
    """The state of one draft.

    Attributes:
        base: what was drafted.
        draft: the draft itself; None after its end.
        parent: the node above, or the scope.
        scope: the run of the recipe that it belongs to.
        changed: whether the draft or one below it changed.
        assigned: by key: True when it was set, False when it was deleted, in the order
            of the first change. None while nothing was. For a list: not None once
            elements may have moved to other indexes.
        children: drafts by key, beside or inside the draft, and values that are to be
            frozen. None while there are none.
        result: the frozen outcome, ``PENDING`` or ``UNDER_WAY``.
        is_recorded: whether patches are wanted, as in the scope.
    """

    changed: bool = False
    is_recorded: bool = False
    assigned: dict[object, bool] | None = None
    children: dict[object, object] | None = None
    result: object = PENDING

    def __init__(self, base: object, parent: Node | Scope, draft: object) -> None:
        scope = parent.scope
        self.base: object = base
        self.parent: Node | Scope = parent
        self.scope: Scope = scope
        self.draft: object = draft
        if scope.closed:
            raise ended(self)
        if scope.is_recorded:
            self.is_recorded = True
        if scope.nodes is None:
            scope.nodes = [self]
        else:
            scope.nodes.append(self)


def mark(node: Node) -> None:
    """Note that the draft of ``node`` changes, and with it all above it.

    Raises:
        DraftMisuse: the recipe of this draft has ended.
    """
    if node.scope.closed:
        raise ended(node)
    above: Node | Scope = node
    while not above.changed:
        above.changed = True
        above = above.parent


def ended(node: Node | Scope) -> DraftMisuse:
    """Say that a draft outlived its recipe."""
    path = path_of(node) if isinstance(node, Node) else ""
    place = f"the draft of {path}" if path else "this draft"
    return DraftMisuse(
        f"{place} was used after its recipe had ended",
        path=path,
        hint="drafts live inside a reducer or recipe only; take current(draft) along",
    )


def path_of(node: Node) -> str:
    """Print where in its root a draft stands; empty for the root, or when unknown."""
    return printed(tuple(_steps_to(node)))


def _steps_to(node: Node) -> Iterator[object]:
    steps: list[object] = []
    while isinstance(node.parent, Node):
        steps.append(_key_in(node.parent, node))
        node = node.parent
    return reversed(steps)


def _key_in(parent: Node, child: Node) -> object:
    """Find under which key a draft stands; only called to word an error."""
    for key, value in entries(parent.base):
        if value is child.base:
            return key
    return "?"


def entries(value: object) -> Iterator[tuple[object, object]]:
    """Yield keys and values of a container, whatever its class."""
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    else:
        for name in field_names(value):
            if hasattr(value, name):
                yield Name(name), getattr(value, name)


def field_names(value: object) -> Iterable[str]:
    """Name the fields of a dataclass instance or Struct; none for other objects."""
    kind = value.__class__
    if dataclasses.is_dataclass(kind):
        # Not all of __dataclass_fields__, which has class variables as well.
        return [each.name for each in dataclasses.fields(kind)]
    return cast("Iterable[str]", getattr(kind, "__struct_fields__", ()))


def name_of_class(value: object) -> str:
    """Name the class of a value as its user knows it: a draft of a list is a list."""
    for kind in (dict, list, set):
        if isinstance(value, kind):
            return kind.__name__
    return value.__class__.__name__


class Name(str):
    """The name of a field, told apart from a key of a dict when a path is printed."""

    __slots__ = ()


def printed(path: tuple[object, ...]) -> str:
    """Print a path as Python would write it: ``selected[2].title``."""
    text = ""
    for step in path:
        if isinstance(step, Name) or (isinstance(step, str) and step.isidentifier()):
            text += f".{step}" if text else str(step)
        else:
            text += f"[{step!r}]"
    return text
