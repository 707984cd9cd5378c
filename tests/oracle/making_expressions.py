"""Random expressions: values to put somewhere, and places to put them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

from tests.oracle.choosing import Choice
from tests.oracle.making import ALL, SCALARS, make_of_kind
from tests.oracle.mirror import Mirrored, Node, copied, mirrored
from tests.oracle.real import Json

__all__ = ("Expression", "ExpressionMaker")

Expression: TypeAlias = dict[str, Json]
NAN: Json = {"n": "nan"}
Made: TypeAlias = "tuple[Expression, Mirrored] | None"


class ExpressionMaker:
    """Makes expressions about ``root``, which is variable 0, and what was put aside."""

    def __init__(
        self,
        choice: Choice,
        root: Mirrored,
        *,
        first: int = 1,
        nests: bool = True,
        kinds: str = ALL,
        payload: int | None = None,
        has_aliases: bool = True,
        has_originals: bool = True,
    ) -> None:
        self.choice = choice
        self.has_originals = has_originals
        self.kinds = kinds
        self.nests = nests
        self.payload = payload
        self.values = VALUES if has_aliases else SIMPLE
        self.variables: dict[int, Mirrored] = {0: root}
        self.steps: list[Json] = []
        self._next = first

    def walk(self) -> tuple[Expression, Node] | None:
        """An expression for some container, and the container."""
        held = [name for name, each in self.variables.items() if isinstance(each, Node)]
        if not held:
            return None
        name = self.choice.one_of(held)
        node = cast("Node", self.variables[name])
        path: list[Json] = []
        while children := list(node.children()):
            index = self.choice.below(len(children) + 1)
            if index == len(children):
                break
            key, node = children[index]
            path.append(key)
        return {"v": name, "p": path}, node

    def target(self, kinds: str) -> tuple[Expression, Node] | None:
        """A container of one of ``kinds`` that may be changed."""
        for _ in range(6):
            found = self.walk()
            if found and found[1].status != "frozen" and found[1].kind in kinds:
                return found
        return None

    def value(self, into: Node) -> tuple[Expression, Mirrored]:
        """Something to put into ``into``, of which it must not be a part already."""
        for _ in range(3):
            # A Map takes the original of its own draft for a new value, so none there.
            several = SIMPLE if into.kind == "m" else self.values
            made = self.choice.one_of(several)(self)
            if made is None or (isinstance(made[1], Node) and made[1].reaches(into)):
                continue
            # Nor does a Map find NaN to be NaN.
            if into.kind != "m" or made[1] != NAN:
                return made
        return {"l": 1}, 1

    def scalar(self) -> tuple[Expression, Mirrored]:
        """A value that holds nothing."""
        term = self.choice.one_of(SCALARS)
        return {"l": term}, term

    def literal(self) -> Made:
        """A new container."""
        kind = self.choice.one_of(self.kinds)
        term = make_of_kind(self.choice, kind, 2, self.kinds)
        return {"l": term}, mirrored(term, "plain")

    def given(self) -> Made:
        """The payload; once, as it is one object there and copied here."""
        name, self.payload = self.payload, None
        return self.literal() if name is None else ({"v": name}, None)

    def alias(self) -> Made:
        """What stands elsewhere too.

        Not an original that was put in: there it is read as it is, here as a draft.
        """
        found = self.walk()
        return found if found and found[1].status != "frozen" else None

    def wrapped(self) -> Made:
        """A new container that holds what stands elsewhere."""
        found = self.alias()
        if found is None:
            return None
        expression, node = found
        if self.choice.happens(50):
            return {"wa": [expression]}, Node("a", "plain", {0: node})
        return {"w": [["k", expression]]}, Node("o", "plain", {"k": node})

    def current(self) -> Made:
        """A copy of a draft as it is now."""
        found = self.walk()
        if found is None or found[1].status != "draft":
            return None
        return {"cur": found[0]}, copied(found[1], "frozen")

    def original(self) -> Made:
        """What a draft was at first."""
        found = self.walk()
        if found is None or found[1].origin is None or not self.has_originals:
            return None
        return {"orig": found[0]}, found[1].origin


SIMPLE: tuple[Callable[[ExpressionMaker], Made], ...] = (
    ExpressionMaker.scalar,
    ExpressionMaker.literal,
    ExpressionMaker.given,
)
VALUES: tuple[Callable[[ExpressionMaker], Made], ...] = (
    *SIMPLE,
    ExpressionMaker.scalar,
    ExpressionMaker.literal,
    ExpressionMaker.alias,
    ExpressionMaker.wrapped,
    ExpressionMaker.current,
    ExpressionMaker.original,
)
