"""Family "patches": patches from nowhere, some of them hostile, on any base.

``patches`` of ``js/drafts.mjs`` runs the same with Immer.
"""

from __future__ import annotations

from typing import cast

from stateroom.store.drafts import freeze
from stateroom.store.patches import apply_patches
from tests.oracle.choosing import Choice
from tests.oracle.errors import EXPECTED, kind_of_error
from tests.oracle.making import COMMON, KEYS, MEMBERS, make_of_kind, make_term
from tests.oracle.mirror import Mirrored, Node, mirrored
from tests.oracle.real import Json
from tests.oracle.terms import build, canonical, graph, places

__all__ = ("make_patches", "trace_patches")

Program = dict[str, Json]
KINDS = f"{COMMON}r"


def make_patches(choice: Choice) -> Program:
    """A random program."""
    base = make_of_kind(choice, choice.one_of("oaoar"), 3, KINDS)
    maker = PatchMaker(choice, mirrored(base, "draft"))
    return {
        "immer": 10 if choice.happens(20) else 11,
        "base": base,
        "patches": [maker.make() for _ in choice.times(1, 4)],
    }


class PatchMaker:
    """Makes patches that fit the base, mostly."""

    def __init__(self, choice: Choice, root: Mirrored) -> None:
        self.choice = choice
        self.root = root
        self.is_hostile = False

    def make(self) -> Json:
        """A patch.

        The root is not replaced after a patch that is refused: it would be skipped
        there, and is refused here.
        """
        choice = self.choice
        path, holder = self.walk()
        if holder is None or (choice.happens(8) and not self.is_hostile):
            whole = make_of_kind(choice, "o", 2, KINDS)
            self.root = mirrored(whole, "draft")
            return self.patch("replace", [], whole)
        if choice.happens(6):
            self.is_hostile = True
            op = choice.one_of(("move", "test", "", "REPLACE"))
            return self.patch(op, [*path, "a"], 1)
        if choice.happens(8):
            self.is_hostile = True
            # Through what is not there or must not be; of a Set Immer lets it pass.
            steps = ("zz", "__proto__", "constructor")[: 1 if holder.kind == "s" else 3]
            return self.patch("replace", [*path, choice.one_of(steps), "x"], 1)
        op = choice.one_of(("replace", "add", "remove"))
        return self.fitting(op, path, holder)

    def walk(self) -> tuple[list[Json], Node | None]:
        """A path to some container."""
        node, path = self.root, list[Json]()
        while isinstance(node, Node) and (children := list(node.children())):
            index = self.choice.below(len(children) + 1)
            if index == len(children):
                break
            key, node = children[index]
            path.append(key)
        return path, node if isinstance(node, Node) else None

    def fitting(self, op: str, path: list[Json], holder: Node) -> Json:
        """A patch of something in a container, which is then as if it were applied."""
        choice = self.choice
        value = make_term(choice, 2, KINDS)
        match holder.kind:
            case "s":
                self.is_hostile |= op == "replace"
                return self.patch(op, [*path, 0], choice.one_of(MEMBERS))
            case "a":
                return self.of_list(op, path, holder, value)
            case "r":
                op, key = "replace", choice.one_of(("a", "b", "c"))
            case _:
                key = choice.one_of(KEYS)
        if op == "remove":
            holder.held.pop(key, None)
        else:
            holder.held[key] = mirrored(value, "draft")
        return self.patch(op, [*path, key], value)

    def of_list(self, op: str, path: list[Json], holder: Node, value: Json) -> Json:
        """A patch of an element."""
        values, made = holder.values(), mirrored(value, "draft")
        if op == "add" and self.choice.happens(20):
            holder.fill([*values, made])
            return self.patch(op, [*path, "-"], value)
        if op == "add" or not values:
            index = self.choice.below(len(values) + 1)
            values.insert(index, made)
            holder.fill(values)
            return self.patch("add", [*path, index], value)
        index = self.choice.below(len(values))
        values[index : index + 1] = [] if op == "remove" else [made]
        holder.fill(values)
        return self.patch(op, [*path, index], value)

    def patch(self, op: str, path: list[Json], value: Json) -> Json:
        """A patch as it is sent."""
        return {"op": op, "path": path, "value": value}


def trace_patches(program: Program) -> Json:
    """What the program does in Python."""
    base = freeze(build(program["base"]))
    before = canonical(base)
    given = [
        {
            "op": each["op"],
            "path": tuple(cast("list[Json]", each["path"])),
            "value": build(each["value"]),
        }
        for each in cast("list[Program]", program["patches"])
    ]
    try:
        result = apply_patches(base, given)
    except EXPECTED as error:
        return {"intact": canonical(base) == before, "error": kind_of_error(error)}
    return {
        "intact": canonical(base) == before,
        "state": graph(result, places(base)),
        "same": result is base,
    }
