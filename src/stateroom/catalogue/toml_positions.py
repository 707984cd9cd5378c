"""Indexes the text of a TOML document: where each table, key and element stands."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from stateroom.catalogue.document import Path
from stateroom.catalogue.positions import Index, Node

__all__ = ("index_toml",)

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_LINE = re.compile(r"[^\n]*")
_PLAIN = re.compile(
    r"([A-Za-z0-9_-]+)[ \t]*=[ \t]*"
    r"""(?:"[^"\\\n]*"|[^\s"'\[{#,]+)[ \t]*(?:#[^\n]*)?(?:[\r\n]+|\Z)"""
)
"""Nine lines of ten: a bare key and a plain value. The rest is read step by step."""
_KEY = re.compile(
    r"""[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*(\.?)"""
)
_SCALAR = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|"
    r"[^,\]}#\n\r]+",
    re.DOTALL,
)


@dataclass(slots=True)
class _Open:
    """A list or an inline table that is not closed yet; count is of elements."""

    node: Node
    path: Path
    is_list: bool
    count: int = 0


def index_toml(text: str) -> Index:
    """Return the index of a text that is TOML, or begins as TOML."""
    return _Scanner(text).run()


class _Scanner:
    """Goes through a text once. ``table`` and ``path`` say in which table it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index = Index(text)
        self.table = self.index.root
        self.path: Path = ()

    def run(self) -> Index:
        at = self._space(0)
        while at < len(self.text):
            if plain := _PLAIN.match(self.text, at):
                self._declare(self.table, self.path, [(plain[1], at)])
                at = plain.end()
            elif self.text[at] == "[":
                at = self._header(at)
            else:
                at = self._pair(at)
            at = self._space(at)
        return self.index

    def _space(self, at: int) -> int:
        return _end(_SPACE, self.text, at)

    def _header(self, at: int) -> int:
        """Take ``[a.b]`` or ``[[a.b]]``, and return where its line ends."""
        brackets = 2 if self.text.startswith("[[", at) else 1
        keys, _ = self._keys(at + brackets)
        self.table, self.path = self.index.root, ()
        if keys and brackets == 1:
            self.table, self.path = self._declare(self.table, (), keys)
        elif keys:
            self._append(keys)
        return _end(_LINE, self.text, at)

    def _append(self, keys: list[tuple[str, int]]) -> None:
        """Begin the next element of a list of tables."""
        node, path = self._enter(self.index.root, (), keys)
        node.is_list = True
        number, offset = len(node.children), keys[-1][1]
        self.path = (*path, number)
        self.table = self.index.declare(node, number, offset, self.path)
        self.index.statements.append((self.path, (*_offsets(keys), offset)))

    def _pair(self, at: int) -> int:
        """Take ``key = value``, and return where the value ends."""
        keys, end = self._keys(at)
        if not keys or not self.text.startswith("=", end):
            return max(_end(_LINE, self.text, end), at + 1)
        node, path = self._declare(self.table, self.path, keys)
        return self._value(self._space(end + 1), node, path)

    def _keys(self, at: int) -> tuple[list[tuple[str, int]], int]:
        """Return the keys of a dotted key with their offsets, and where it ends."""
        keys: list[tuple[str, int]] = []
        while key := _KEY.match(self.text, at):
            keys.append((_text(key[1]), key.start(1)))
            at = key.end()
            if not key[2]:
                break
        return keys, at

    def _enter(
        self, node: Node, path: Path, keys: list[tuple[str, int]]
    ) -> tuple[Node, Path]:
        for key, offset in keys:
            node = self.index.enter(node.latest, key, offset)
            path = (*path, key)
        return node, path

    def _declare(
        self, node: Node, path: Path, keys: list[tuple[str, int]]
    ) -> tuple[Node, Path]:
        *parents, (key, offset) = keys
        if parents:
            node, path = self._enter(node, path, parents)
        path = (*path, key)
        self.index.statements.append((path, _offsets(keys)))
        return self.index.declare(node.latest, key, offset, path), path

    def _value(self, at: int, node: Node, path: Path) -> int:
        """Take a value with all that stands in it, and return where it ends."""
        opened: list[_Open] = []
        while at < len(self.text):
            char = self.text[at]
            if char in "]}":
                del opened[-1:]
                at += 1
            elif char == ",":
                at += 1
            else:
                at, node, path = self._part(at, opened, node, path)
            if not opened:
                break
            at = self._space(at)
        return at

    def _part(
        self, at: int, opened: list[_Open], node: Node, path: Path
    ) -> tuple[int, Node, Path]:
        """Take a value or the bracket that opens it, with the key or place before."""
        inside = opened[-1] if opened else None
        if inside is not None and inside.is_list:
            path = (*inside.path, inside.count)
            node = self.index.declare(inside.node, inside.count, at, path)
            inside.count += 1
        elif inside is not None:
            keys, end = self._keys(at)
            if not keys or not self.text.startswith("=", end):
                return max(end, at + 1), node, path
            node, path = self._declare(inside.node, inside.path, keys)
            at = self._space(end + 1)
        if self.text.startswith(("[", "{"), at):
            opened.append(_Open(node, path, is_list=self.text[at] == "["))
            return at + 1, node, path
        return max(_end(_SCALAR, self.text, at), at + 1), node, path


def _offsets(keys: list[tuple[str, int]]) -> tuple[int, ...]:
    return tuple(offset for _, offset in keys)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Return where a match at ``at`` ends; without one, ``at``."""
    match = pattern.match(text, at)
    return match.end() if match else at


def _text(token: str) -> str:
    """Return the key that a token spells."""
    if token[0] == "'":
        return token[1:-1]
    if token[0] != '"':
        return token
    try:
        return str(tomllib.loads(f"key = {token}")["key"])
    except tomllib.TOMLDecodeError:
        return token[1:-1]  # the parser has refused it already
