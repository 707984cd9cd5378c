"""What a draft knows about itself: its base, its parent, and whether it changed.

A scope is one run of a recipe. A node belongs to one draft. When a draft changes for
the first time, it and all above it are marked; so the end of the recipe visits marked
nodes only, and everything else keeps its identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stateroom.errors import DraftMisuse

__all__ = ("Node", "Scope", "mark", "path_of")


class Scope:
    """One run of a recipe: the parent of the root's node.

    Attributes:
        changed: whether any draft of this scope changed.
        closed: whether the recipe has ended; its drafts may not be used any more.
        is_settling: whether the drafts are being turned into results.
        nodes: of every draft that was made, in order.
        outer: the scope whose draft is the base of this one, or None.
        origins: by the id of a result that differs from its base, both of them.
            Recorded for patches only, else None.
        tuples: by the id of a tuple of drafts: itself, and what it was made from.
    """

    __slots__ = (
        "changed",
        "closed",
        "is_settling",
        "nodes",
        "origins",
        "outer",
        "parent",
        "scope",
        "tuples",
    )

    def __init__(self, outer: Scope | None = None) -> None:
        self.changed: bool = False
        self.closed: bool = False
        self.is_settling: bool = False
        self.nodes: list[Node] = []
        self.origins: dict[int, Node] | None = None
        self.outer: Scope | None = outer
        self.tuples: dict[int, tuple[object, object]] | None = None
        # A scope closes the chain of parents, so that marking needs no test for it.
        self.parent: Scope = self
        self.scope: Scope = self

    def close(self) -> None:
        """End the recipe: every draft of it refuses to be used from now on."""
        self.closed = True
        for node in self.nodes:
            node.revoke(node)
            node.draft = node.children = None
        # Without the links to itself it goes at once, and the old state with it.
        self.nodes = []
        self.parent = self.scope = _ENDED


_ENDED = Scope()
_ENDED.closed = True
"""Stands above the drafts of every scope that has ended."""


class Node:
    """The state of one draft.

    Attributes:
        base: what was drafted.
        draft: the draft itself; None after its end.
        parent: the node above, or the scope.
        scope: the run of the recipe that it belongs to.
        revoke: makes the draft unusable, given this node.
        changed: whether the draft or one below it changed.
        assigned: by key: True when it was set, False when it was deleted, in the order
            of the first change. None while nothing was.
        children: drafts of children by key, for drafts that cannot hold them in
            themselves; or the keys where a child's draft stands.
        shifted: whether elements of a list may have moved to other indexes.
        result: the frozen outcome, once known.
        is_done: whether ``result`` is known.
        is_under_way: whether the outcome is being made: a draft inside itself.
    """

    __slots__ = (
        "assigned",
        "base",
        "changed",
        "children",
        "draft",
        "is_done",
        "is_under_way",
        "parent",
        "result",
        "revoke",
        "scope",
        "shifted",
    )

    def __init__(
        self, base: object, parent: Node | Scope, revoke: Callable[[Node], None]
    ) -> None:
        self.base: object = base
        self.draft: object = None
        self.parent: Node | Scope = parent
        self.scope: Scope = parent.scope
        self.revoke: Callable[[Node], None] = revoke
        self.changed: bool = False
        self.assigned: dict[object, bool] | None = None
        self.children: dict[object, object] | None = None
        self.shifted: bool = False
        self.is_done: bool = False
        self.is_under_way: bool = False
        self.result: object = None
        if self.scope.closed:
            raise ended(self)
        self.scope.nodes.append(self)


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


def ended(node: Node) -> DraftMisuse:
    """Say that a draft outlived its recipe."""
    path = path_of(node)
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
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    else:
        kind = value.__class__
        names = getattr(kind, "__dataclass_fields__", None)
        for name in names or getattr(kind, "__struct_fields__", ()):
            if hasattr(value, name):
                yield Name(name), getattr(value, name)


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
