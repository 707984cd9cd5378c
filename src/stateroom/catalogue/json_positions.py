"""Indexes the text of a JSON document: where each member and element stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from stateroom.catalogue.document import Path
from stateroom.catalogue.positions import Index, Node

__all__ = ("index_json",)

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


@dataclass(slots=True)
class _Open:
    """An object or a list that is not closed yet.

    Attributes:
        count: elements of a list so far.
        value: what the next value belongs to; None where a key is due.
    """

    node: Node
    path: Path
    is_list: bool
    count: int = 0
    value: tuple[Node, Path] | None = None


def index_json(text: str) -> Index:
    """Return the index of a text that is JSON, or begins as JSON."""
    index = Index(text)
    opened: list[_Open] = []
    for token in _TOKEN.finditer(text):
        _take(index, opened, token[0], token.start())
    return index


def _take(index: Index, opened: list[_Open], word: str, offset: int) -> None:
    """Move on by one token."""
    inside = opened[-1] if opened else None
    if word in "]}":
        del opened[-1:]
    elif word == ",":
        if inside is not None:
            inside.value = None
    elif word != ":":
        _begin(index, opened, word, offset)


def _begin(index: Index, opened: list[_Open], word: str, offset: int) -> None:
    """Take a token that begins a key or a value."""
    inside = opened[-1] if opened else None
    path: Path = ()
    if inside is None:
        node = index.root
    elif inside.is_list:
        node, path = _element(index, inside, offset)
    elif inside.value is None:
        _note_key(index, inside, word, offset)
        return
    else:
        node, path = inside.value
    if word in "[{":
        opened.append(_Open(node, path, is_list=word == "["))


def _element(index: Index, inside: _Open, offset: int) -> tuple[Node, Path]:
    path = (*inside.path, inside.count)
    inside.count += 1
    return index.declare(inside.node, path[-1], offset, path), path


def _note_key(index: Index, inside: _Open, word: str, offset: int) -> None:
    if word.startswith('"'):
        path = (*inside.path, _text(word))
        inside.value = index.declare(inside.node, path[-1], offset, path), path


def _text(word: str) -> str:
    try:
        return str(json.loads(word, strict=False))
    except ValueError:
        return word[1:-1]  # the parser has refused it already
