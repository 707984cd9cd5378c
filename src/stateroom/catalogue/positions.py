"""Finds the line and column of anything in the text of a catalogue.

An index is built from the text alone, by a scanner that knows where keys, strings and
comments begin and end but leaves all judgement to the real parsers. A text that they
refuse is indexed as far as it goes.

Positions are those of keys, and in lists those of elements. Lines and columns are
1-based; columns count characters.
"""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Iterator

import msgspec

from stateroom.catalogue.document import Path

__all__ = ("Index", "Node", "Twice")

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_INDEX = re.compile(r"\[(\d{1,9})\]")
_BREAK = re.compile(r"[.\[]")
_NOTHING: dict[str | int, Node] = {}


class Node:
    """A key or an element, where it first stands, and what stands in it.

    Attributes:
        offset: characters before it in the text.
        is_declared: whether it stands there itself, not only as part of a longer path.
        is_list: whether it is a list of tables, each under its own header.
        children: what stands in it; most nodes share one empty mapping.
    """

    __slots__ = ("children", "is_declared", "is_list", "offset")

    def __init__(self, offset: int = 0) -> None:
        self.offset: int = offset
        self.is_declared: bool = False
        self.is_list: bool = False
        self.children: dict[str | int, Node] = _NOTHING

    @property
    def latest(self) -> Node:
        """The last element of a list of tables; anything else is itself."""
        return self.children[len(self.children) - 1] if self.is_list else self


class Twice(msgspec.Struct, frozen=True):
    """Something that is declared a second time, with the offsets of both."""

    path: Path
    first: int
    again: int


class Index:
    """Everything in one text by its path.

    Attributes:
        root: the document itself, at the beginning of the text.
        twice: what is declared a second time, in the order of the text.
        statements: path of each table header and each key of TOML, with the offsets
            of the last of its keys, those that stand there.
    """

    def __init__(self, text: str) -> None:
        self.root: Node = Node()
        self.twice: list[Twice] = []
        self.statements: list[tuple[Path, tuple[int, ...]]] = []
        self._breaks = [hit.start() for hit in re.finditer("\n", text)]

    def enter(self, node: Node, key: str | int, offset: int) -> Node:
        """Return what stands under ``key``, noting it when it is new."""
        child = node.children.get(key)
        if child is None:
            if not node.children:
                node.children = {}
            child = node.children[key] = Node(offset)
        return child

    def declare(self, node: Node, key: str | int, offset: int, path: Path) -> Node:
        """Return what stands under ``key``, noting whether it stood there before.

        Args:
            node: what it stands in.
            key: its key, or its index.
            offset: where it stands now.
            path: its whole path, the key included.
        """
        child = self.enter(node, key, offset)
        if child.is_declared:
            # What stands in the second is no duplicate of what stood in the first.
            self.twice.append(Twice(path, child.offset, offset))
            child = node.children[key] = Node(offset)
        child.is_declared = True
        return child

    def note_overlap(self, line: int, column: int) -> None:
        """Note that the statement before a place declares what was there already.

        For what only a parser sees: a table that dotted keys have made before.
        """
        here = [
            each for each in self.statements if self.place(each[1][0]) <= (line, column)
        ]
        if self.twice or not here:
            return
        path, offsets = here[-1]
        while path:
            *_, node = self._walk(path)
            if node.offset < offsets[-1]:
                self.twice.append(Twice(path, node.offset, offsets[-1]))
                return
            path, offsets = path[:-1], offsets[:-1] or offsets

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset."""
        line = bisect.bisect_left(self._breaks, offset)
        start = self._breaks[line - 1] + 1 if line else 0
        return line + 1, offset - start + 1

    def locate(self, where: str | Path) -> tuple[int, int]:
        """Return line and column of a path, or of its closest parent that is there."""
        steps = self._steps(where) if isinstance(where, str) else self._walk(where)
        offset = 0
        for node in steps:
            offset = node.offset
        return self.place(offset)

    def _walk(self, path: Path) -> Iterator[Node]:
        node = self.root
        for part in path:
            if part not in node.children:
                return
            node = node.children[part]
            yield node

    def _steps(self, where: str) -> Iterator[Node]:
        """Walk a dotted path; of several names that fit, the longest is meant."""
        node = self.root
        while where:
            splits = _splits(where.removeprefix("."))
            fitting = (split for split in splits if split[0] in node.children)
            key, where = next(fitting, ("", ""))
            if key not in node.children:
                return
            node = node.children[key]
            yield node


def _splits(where: str) -> Iterator[tuple[str | int, str]]:
    """Yield each way to split the first key off a dotted path, the longest first."""
    if index := _INDEX.match(where):
        yield int(index[1]), where[index.end() :]
    if quoted := _QUOTED.match(where):
        try:
            yield json.loads(quoted[0]), where[quoted.end() :]
        except ValueError:
            pass  # not one of our spellings: it may still be a key as it stands
    yield where, ""
    for hit in reversed(list(_BREAK.finditer(where))):
        yield where[: hit.start()], where[hit.start() :]
