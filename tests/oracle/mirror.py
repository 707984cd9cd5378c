"""A rough copy of what a recipe works on, so that random steps fit what they meet.

It knows the shape of the tree and what may be changed. It decides nothing about what is
right: the real packages do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from tests.oracle.real import Json
from tests.oracle.terms import content

__all__ = ("Mirrored", "Node", "copied", "mirrored")

Status: TypeAlias = Literal["draft", "plain", "frozen"]
"""Of the base, put in by the recipe, or not to be changed."""
Mirrored: TypeAlias = "Node | Json"
"""A container, or the term of a scalar."""


@dataclass(eq=False)
class Node:
    """A container. ``held`` has the indexes of a list as its keys.

    ``origin`` is what a draft was made from.
    """

    kind: str
    status: Status
    held: dict[Json, Mirrored] = field(default_factory=dict)
    members: list[Json] = field(default_factory=list)
    origin: Node | None = None

    def values(self) -> list[Mirrored]:
        """What stands in a list."""
        return list(self.held.values())

    def fill(self, values: list[Mirrored]) -> None:
        """Let a list hold other values."""
        self.held = dict(enumerate(values))

    def children(self) -> Iterator[tuple[Json, Node]]:
        """The containers in it."""
        for key, each in self.held.items():
            if isinstance(each, Node):
                yield key, each

    def reaches(self, other: Node) -> bool:
        """Whether ``other`` is this node or stands below it."""
        return self is other or any(each.reaches(other) for _, each in self.children())

    def below(self) -> Counter[int]:
        """How often each node stands here or below, by its id."""
        found = Counter([id(self)])
        for _, each in self.children():
            found.update(each.below())
        return found

    def shares(self, root: Node) -> bool:
        """Whether something here or below stands elsewhere in ``root``, too."""
        inside, every = self.below(), root.below()
        return any(every[key] != count for key, count in inside.items())

    def keep(self) -> None:
        """Leave this node, and all below it, alone from now on."""
        self.status, self.origin = "frozen", None
        for _, each in self.children():
            each.keep()


def mirrored(term: Json, status: Status) -> Mirrored:
    """The mirror of a term."""
    if not isinstance(term, dict) or content(term)[0] not in {"o", "a", "s", "m", "r"}:
        return term
    kind, inner = content(term)
    node = Node(kind, status)
    if kind == "s":
        node.members = list(cast("list[Json]", inner))
    elif kind == "a":
        node.fill([mirrored(each, status) for each in cast("list[Json]", inner)])
    else:
        pairs = cast("list[tuple[Json, Json]]", inner)
        node.held = {key: mirrored(each, status) for key, each in pairs}
    return _drafted(node)


def copied(value: Mirrored, status: Status) -> Mirrored:
    """Another tree of the same shape."""
    if not isinstance(value, Node):
        return value
    held = {key: copied(each, status) for key, each in value.held.items()}
    return _drafted(Node(value.kind, status, held, list(value.members)))


def _drafted(node: Node) -> Node:
    if node.status == "draft":
        node.origin = cast("Node", copied(node, "frozen"))
    return node
