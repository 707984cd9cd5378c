"""Reads an action that somebody typed into the DevTools. It is read, never run.

The DevTools' dispatcher offers a text field for JavaScript, and other stores evaluate
what comes out of it. Here it is data: JSON, and what people type for JSON (names
without quotes, single quotes, a comma too many). Anything else is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from stateroom.errors import DevtoolsError

__all__ = ("read_literal",)

_LENGTH_LIMIT: Final = 1 << 16  # letters
_DEPTH_LIMIT: Final = 64
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,307})(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_DOUBLE: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_SINGLE: Final = re.compile(r"'(?:[^'\\\n]|\\.)*'")
_WORDS: Final[Mapping[str, object]] = {"true": True, "false": False, "null": None}


def read_literal(text: str) -> object:
    """Read one value, such as ``{type: 'roles/select', payload: 'admin'}``.

    Raises:
        DevtoolsError: it is more than a value, or none.
    """
    if len(text) > _LENGTH_LIMIT:
        raise DevtoolsError(
            f"the text has more than {_LENGTH_LIMIT} letters",
            hint="dispatch it from Python",
        )
    reader = _Reader(text)
    value = reader.value(0)
    if reader.peek():
        raise reader.wrong("the end")
    return value


class _Reader:
    """A place in a text, which moves on as values are read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def peek(self) -> str:
        """The next letter that is no space; empty at the end."""
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        return self._text[self._at : self._at + 1]

    def value(self, depth: int) -> object:
        first = self.peek()
        if depth > _DEPTH_LIMIT:
            raise self.wrong("less nesting")
        if first == "{":
            return self._object(depth)
        if first == "[":
            return self._array(depth)
        if first in {'"', "'"}:
            return self._string()
        number = self._take(_NUMBER)
        if number is not None:
            is_whole = number.lstrip("-").isdigit()
            return int(number) if is_whole else self._float(number)
        return self._word()

    def wrong(self, wanted: str) -> DevtoolsError:
        found = self._text[self._at : self._at + 20]
        return DevtoolsError(
            f"the text is not run: it must be JSON, or an object literal; "
            f"at letter {self._at} {wanted} is needed, found {found!r}",
            hint="for example {type: 'counter/increment', payload: 1}",
        )

    def _take(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found.group()

    def _float(self, number: str) -> float:
        found = float(number)
        if found in {float("inf"), float("-inf")}:
            raise self.wrong("a smaller number")
        return found

    def _word(self) -> object:
        start = self._at
        word = self._take(_NAME)
        if word is None or word not in _WORDS:
            self._at = start
            raise self.wrong("a value")
        return _WORDS[word]

    def _string(self) -> str:
        text = self._take(_DOUBLE)
        if text is None:
            text = self._take(_SINGLE)
            if text is None:
                raise self.wrong("the end of a text")
            # What JSON knows: an escaped single quote is one, a double one is escaped.
            inner = text[1:-1].replace("\\'", "'")
            text = '"' + re.sub(r'(\\.)|"', lambda m: m[1] or '\\"', inner) + '"'
        try:
            found: object = json.loads(text)
        except ValueError:
            raise self.wrong("another escape before this") from None
        return str(found)

    def _array(self, depth: int) -> list[object]:
        self._at += 1
        found: list[object] = []
        while self.peek() != "]":
            found.append(self.value(depth + 1))
            self._comma("]")
        self._at += 1
        return found

    def _object(self, depth: int) -> dict[str, object]:
        self._at += 1
        found: dict[str, object] = {}
        while self.peek() != "}":
            name = self._string() if self.peek() in {'"', "'"} else self._take(_NAME)
            if name is None:
                raise self.wrong("a name")
            if self.peek() != ":":
                raise self.wrong("':'")
            self._at += 1
            found[name] = self.value(depth + 1)
            self._comma("}")
        self._at += 1
        return found

    def _comma(self, end: str) -> None:
        if self.peek() == ",":
            self._at += 1
        elif self.peek() != end:
            raise self.wrong(f"',' or {end!r}")
