"""Random recipes: steps that fit the tree they work on, mostly."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from tests.oracle.making import KEYS, MEMBERS
from tests.oracle.making_expressions import Expression, ExpressionMaker
from tests.oracle.mirror import Mirrored, Node, copied
from tests.oracle.ranks import rank
from tests.oracle.real import Json
from tests.oracle.terms import build

__all__ = ("Expression", "RecipeMaker")


class RecipeMaker(ExpressionMaker):
    """Makes the steps of one recipe on ``root``, which becomes variable 0."""

    def make(self, least: int, most: int) -> list[Json]:
        """Some steps."""
        for _ in self.choice.times(least, most):
            self.choice.one_of(MAKERS)(self)
        return self.steps

    def add(self, *step: Json) -> None:
        """Append a step."""
        self.steps.append(list(step))

    def name(self, value: Mirrored) -> int:
        """A new variable."""
        self.variables[self._next] = value
        self._next += 1
        return self._next - 1

    def let(self) -> None:
        """Remember a container by a name."""
        if found := self.walk():
            self.add("let", self.name(found[1]), found[0])

    def set(self) -> None:
        """Set a key, a field or an index."""
        found = self.target("oamr")
        if found is None:
            return
        expression, node = found
        new: dict[str, tuple[Json, ...]] = {"o": KEYS, "m": (7, 8)}
        keys = [*node.held, *new.get(node.kind, ())]
        if not keys:
            return
        key = self.choice.one_of(keys)
        value, held = self.value(node)
        self.add("set", expression, key, value)
        node.held[key] = held

    def put_back(self) -> None:
        """Set what stands there already, or what stood there at first."""
        found = self.target("oar")
        if found is None or not found[1].held:
            return
        expression, node = found
        key = self.choice.one_of(list(node.held))
        there: Json = {**expression, "p": [*cast("list[Json]", expression["p"]), key]}
        child = node.held[key]
        if isinstance(child, Node) and child.origin is not None:
            if self.has_originals and self.choice.happens(50):
                there = {"orig": there}
                node.held[key] = child.origin
        elif self.choice.happens(50):
            self.add("set", expression, key, {"l": 2})
            there = {"l": child} if not isinstance(child, Node) else {"l": 2}
            node.held[key] = 2 if isinstance(child, Node) else child
        self.add("set", expression, key, there)

    def delete(self) -> None:
        """Delete a key."""
        found = self.target("om")
        if found is None:
            return
        expression, node = found
        key = self.choice.one_of([*node.held, "a" if node.kind == "o" else 9])
        self.add("del", expression, key)
        node.held.pop(key, None)

    def push(self) -> None:
        """Append to a list."""
        if found := self.target("a"):
            value, held = self.value(found[1])
            self.add("push", found[0], value)
            found[1].fill([*found[1].values(), held])

    def pop(self) -> None:
        """Take the last of a list."""
        if found := self.target("a"):
            values = found[1].values()
            self.add("pop", self.name(values.pop() if values else None), found[0])
            found[1].fill(values)

    def insert(self) -> None:
        """Put something into the middle of a list."""
        if found := self.target("a"):
            value, held = self.value(found[1])
            values = found[1].values()
            index = self.choice.below(len(values) + 1)
            self.add("insert", found[0], index, value)
            found[1].fill([*values[:index], held, *values[index:]])

    def remove(self) -> None:
        """Take something out of the middle of a list."""
        found = self.target("a")
        if found is None or not found[1].held:
            return
        values = found[1].values()
        index = self.choice.below(len(values))
        self.add("remove", self.name(values.pop(index)), found[0], index)
        found[1].fill(values)

    def splice(self) -> None:
        """Replace a part of a list."""
        if found := self.target("a"):
            values = found[1].values()
            start = self.choice.below(len(values) + 1)
            count = self.choice.below(3)
            made = [self.value(found[1]) for _ in self.choice.times(0, 2)]
            self.add("splice", found[0], start, count, [each for each, _ in made])
            values[start : start + count] = [held for _, held in made]
            found[1].fill(values)

    def sort(self) -> None:
        """Sort a list."""
        if found := self.target("a"):
            self.add("sort", found[0])
            found[1].fill(sorted(found[1].values(), key=_rank))

    def reverse(self) -> None:
        """Reverse a list."""
        if found := self.target("a"):
            self.add("reverse", found[0])
            found[1].fill(found[1].values()[::-1])

    def clear(self) -> None:
        """Empty a container."""
        if found := self.target("oasm"):
            self.add("clear", found[0])
            found[1].held.clear()

    def member(self) -> None:
        """Put something into a set, or take it out."""
        if found := self.target("s"):
            verb = self.choice.one_of(("add", "discard"))
            self.add(verb, found[0], self.choice.one_of(MEMBERS))

    def look(self) -> None:
        """Read, which changes nothing."""
        one, other = self.walk(), self.walk()
        if one is None or other is None:
            return
        verb = self.choice.one_of(("read", "size", "has", "same", "draft"))
        if verb == "has":
            self.add("has", one[0], self.choice.one_of([*one[1].held, "x"]))
        elif verb == "same":
            if "frozen" not in {one[1].status, other[1].status}:
                self.add("same", one[0], other[0])
        elif verb != "draft" or (one[1].status == "draft" and self.has_originals):
            self.add(verb, one[0])

    def nest(self) -> None:
        """Produce within, and mostly put the result where it came from."""
        found = self.target("oamr") if self.nests else None
        children = list(found[1].children()) if found else []
        if found is None or not children:
            return
        key, child = self.choice.one_of(children)
        # What it returns is plain: what stood in two places would be copied for each.
        if child.shares(cast("Node", self.variables[0])):
            return
        place = [*cast("list[Json]", found[0]["p"]), key]
        inner = RecipeMaker(
            self.choice,
            copied(child, "draft"),
            first=self._next + 50,
            kinds=self.kinds,
            has_aliases=False,
            has_originals=False,
        )
        nested: Json = {"nest": {**found[0], "p": place}, "steps": inner.make(0, 3)}
        if self.choice.happens(25):
            self.add("read", nested)
        else:
            self.add("set", found[0], key, nested)
            child.keep()


def _rank(value: Mirrored) -> tuple[int, float | str]:
    return (4, 0) if isinstance(value, Node) else rank(build(value))


MAKERS: tuple[Callable[[RecipeMaker], None], ...] = (
    RecipeMaker.set,
    RecipeMaker.push,
    RecipeMaker.delete,
    RecipeMaker.pop,
    RecipeMaker.insert,
    RecipeMaker.remove,
    RecipeMaker.splice,
    RecipeMaker.sort,
    RecipeMaker.reverse,
    RecipeMaker.clear,
    RecipeMaker.member,
    RecipeMaker.look,
    RecipeMaker.let,
    RecipeMaker.put_back,
    RecipeMaker.nest,
    RecipeMaker.set,
    RecipeMaker.set,
    RecipeMaker.look,
)
